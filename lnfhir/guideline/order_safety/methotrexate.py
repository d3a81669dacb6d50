"""An order for methotrexate: once a week, never every day."""

from __future__ import annotations

from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Parameter
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding, any_of, met, not_met, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import say

METHOTREXATE = frozenset({"methotrexate"})
SHORTEST_INTERVAL = Parameter(
    "shortest time between two doses of a weekly schedule", 6, "days", LNFHIR.at("methotrexate order", ENGINEERING)
)
CITES = (LNFHIR.at("methotrexate order: weekly dosing", ENGINEERING),)


def is_taken_too_often(order: DrugUse) -> Finding:
    """More often than weekly; unknown when the order does not say how often."""
    says = say("methotrexate is ordered more often than once a week")
    evidence = use_evidence(order)
    if order.interval_days is not None:
        return met(says, evidence) if order.interval_days < SHORTEST_INTERVAL.value else not_met(says, evidence)
    if order.mg_per_day is not None and order.mg_per_dose is not None and order.mg_per_day >= order.mg_per_dose:
        return met(says, evidence)
    return unknown(says, say("how often methotrexate is to be taken"), evidence=(evidence,))


SENTENCES = WatchSentences(
    question=say("methotrexate is ordered too often"),
    found=say("an order is for more than once a week"),
    open=lambda what: say("Methotrexate ordered; needed: {what}", what=what),
    fine=say("Methotrexate is ordered once a week"),
    not_used=say("Methotrexate is not ordered"),
)


def decide(ordering: Ordering) -> Guidance:
    """Weekly or not."""
    orders = ordering.ordered(METHOTREXATE)
    daily = any_of(say("methotrexate is ordered daily"), *map(is_taken_too_often, orders))
    return watch(
        "methotrexate-daily",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(ordering.now.chart),
            using=ordering.is_ordered(say("methotrexate is ordered"), METHOTREXATE),
            hazards=(
                Hazard(
                    daily,
                    say("Methotrexate is ordered more often than once a week: daily doses can kill"),
                    Indicator.CRITICAL,
                ),
            ),
            unsettled=Indicator.WARNING,
        ),
    )


RULES = (
    OrderRule(
        rule="methotrexate-daily",
        title=say("Methotrexate: weekly"),
        statement=say("Methotrexate is taken once a week, never every day."),
        cites=CITES,
        parameters=(SHORTEST_INTERVAL,),
        concerns=METHOTREXATE,
        decide=decide,
    ),
)
