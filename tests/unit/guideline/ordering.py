"""Draft orders for the patient of general care, and the guidance of one rule for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lnfhir.chart.entries import DrugUse
from lnfhir.guideline.order_safety import order_guidance
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.starting import LONGEST
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import result, use
from tests.unit.guideline.care import TODAY, Entry, patient, situation

CRITICAL = (Outcome.CONTRAINDICATED, Indicator.CRITICAL)
WARNING = (Outcome.CONTRAINDICATED, Indicator.WARNING)
ADVICE = (Outcome.ADVISE, Indicator.WARNING)
INFORMATION = (Outcome.ADVISE, Indicator.INFO)
FINE = (Outcome.ALREADY_DONE, Indicator.INFO)
SILENT = (Outcome.NOT_APPLICABLE, Indicator.INFO)


def order(drug: str, mg: float | None = None, **more: object) -> DrugUse:
    """A draft order."""
    return replace(use(drug, None, mg=mg, **more), active=False)  # type: ignore[arg-type]


def checked(
    rule: str, orders: DrugUse | Iterable[DrugUse], *more: Entry, policy: Policy | None = None, **changed: object
) -> Guidance:
    """The guidance of one rule for these orders; the checks that hold for every guidance are made."""
    signed = (orders,) if isinstance(orders, DrugUse) else tuple(orders)
    seen = patient(*more, **changed)  # type: ignore[arg-type]
    found = order_guidance(situation(seen, policy), signed)
    assert len({g.rule for g in found}) == len(found)
    for each in found:
        assert len(str(each.says)) <= LONGEST, each.says
        assert each.outcome is not Outcome.CONTRAINDICATED or each.drafts == ()
        assert all(d.resource["resourceType"] == "ServiceRequest" for d in each.drafts if each.rule != "hcq-dose")
    return next(g for g in found if g.rule == rule)


def result_of(found: Guidance) -> tuple[Outcome, Indicator]:
    """What the guidance comes to."""
    return found.outcome, found.indicator


def potassium(value: float) -> Entry:
    """Yesterday's potassium."""
    return result(Analyte.POTASSIUM, TODAY - 1, value)


def egfr(value: float, day: int = TODAY - 1) -> Entry:
    """A reported eGFR."""
    return result(Analyte.EGFR, day, value)
