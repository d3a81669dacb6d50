"""The present dose of hydroxychloroquine, in mg of the sulfate, and since when it is taken."""

from __future__ import annotations

from datetime import date

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.logic import Known, Missing, missing
from lnfhir.measures.body import latest_weight
from lnfhir.measures.daily_dose import DailyDose
from lnfhir.measures.exposure import continuous, use_evidence
from lnfhir.message import say

HYDROXYCHLOROQUINE = "hydroxychloroquine"


@per_chart
def daily_hydroxychloroquine(chart: Chart) -> DailyDose:
    """Hydroxychloroquine sulfate in mg a day (schedules of several days averaged).

    A later order replaces an earlier one; two orders add up only when both are active and begin on the same day.
    """
    spans = continuous(chart, chart.uses_of(HYDROXYCHLOROQUINE), {HYDROXYCHLOROQUINE: 1.0})
    return DailyDose(spans, chart.searched(Need.ORDERS), say("hydroxychloroquine orders (may be external)"))


def hydroxychloroquine_dose(chart: Chart) -> Known[float] | Missing:
    """The dose in mg/d on the day of the chart; 0 when orders were searched and none is in force."""
    return daily_hydroxychloroquine(chart).on(chart.as_of)


def hydroxychloroquine_per_kg(chart: Chart) -> Known[float] | Missing:
    """The present dose in mg of sulfate per kg of actual body weight a day."""
    dose = hydroxychloroquine_dose(chart)
    if isinstance(dose, Known) and dose.value == 0:
        return dose
    weight = latest_weight(chart)
    if isinstance(dose, Known) and isinstance(weight, Known):
        return Known(dose.value / weight.value, dose.evidence + weight.evidence, dose.notes + weight.notes)
    return missing(*(need for part in (dose, weight) if isinstance(part, Missing) for need in part.needs))


def hydroxychloroquine_since(chart: Chart) -> Known[date] | Missing:
    """The first day on record on which hydroxychloroquine was taken: the true start may be earlier."""
    uses = chart.uses_of(HYDROXYCHLOROQUINE)
    dated = [use for use in uses if use.start is not None and use.start <= chart.as_of]
    if not dated or any(use.start is None for use in uses):
        return missing(say("start of hydroxychloroquine"))
    first = min(dated, key=lambda use: use.start or date.max)
    assert first.start is not None
    return Known(first.start, (use_evidence(first),))
