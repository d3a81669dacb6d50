"""Order safety: what a draft order for a person with lupus nephritis must be checked for before it is signed.

One file per family of drugs; each rule speaks only when one of its drugs is ordered, and looks at the record as if
the orders were already in force.
"""

from __future__ import annotations

from lnfhir.chart.entries import DrugUse
from lnfhir.guideline.order_safety import (
    anti_cd20,
    antimalarials,
    azathioprine,
    belimumab,
    calcineurin_inhibitors,
    cyclophosphamide,
    leflunomide,
    live_vaccines,
    methotrexate,
    nsaids,
    renin_angiotensin,
    sglt2_inhibitors,
    teratogens,
)
from lnfhir.guideline.order_safety.ordering import OrderRule, ordering
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.situation import Situation

__all__ = ["ORDER_RULES", "OrderRule", "order_guidance"]

ORDER_RULES: tuple[OrderRule, ...] = (
    *teratogens.RULES,
    *antimalarials.RULES,
    *renin_angiotensin.RULES,
    *anti_cd20.RULES,
    *belimumab.RULES,
    *calcineurin_inhibitors.RULES,
    *cyclophosphamide.RULES,
    *azathioprine.RULES,
    *leflunomide.RULES,
    *methotrexate.RULES,
    *nsaids.RULES,
    *sglt2_inhibitors.RULES,
    *live_vaccines.RULES,
)


def order_guidance(situation: Situation, orders: tuple[DrugUse, ...]) -> tuple[Guidance, ...]:
    """The checks that concern these draft orders, one guidance each, in the order of `ORDER_RULES`.

    An order that no rule concerns gives nothing; a check that finds nothing wrong is ALREADY_DONE.
    """
    drugs = {order.drug for order in orders}
    seen = ordering(situation, orders)
    return tuple(rule.decide(seen) for rule in ORDER_RULES if rule.concerns & drugs)
