"""Cyclophosphamide: infusions, oral treatment, cumulative dose, and what its regimens amounted to.

Given up to 7 days before a CAR-T product, or with fludarabine, it is lymphodepletion and no treatment of nephritis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Known, Missing, missing
from lnfhir.measures.body import body_surface, weight_near
from lnfhir.measures.cell_therapy import cell_therapy_days, ordered_cell_therapy
from lnfhir.measures.daily_dose import DailyDose
from lnfhir.measures.exposure import continuous, single_doses
from lnfhir.measures.sources import DIGEST, ENGINEERING, KDIGO_2024, LNFHIR, by_default
from lnfhir.message import say
from lnfhir.quantity import CLOSE

CYCLOPHOSPHAMIDE = "cyclophosphamide"
FLUDARABINE = "fludarabine"

_REGIMENS = KDIGO_2024.at("initial therapy, cyclophosphamide", DIGEST)
LOW_DOSE_MG = Parameter("single dose of the low-dose regimen", 500, "mg", _REGIMENS)
LOW_DOSE_TOLERANCE = Parameter(
    "difference from 500 mg that is still a dose of the low-dose regimen", 0.10, "fraction",
    by_default("cyclophosphamide, low-dose regimen"),
)  # fmt: skip
LOW_DOSE_WITHIN = Parameter(
    "time in which the doses of the low-dose regimen are counted", 112, "days",
    LNFHIR.at("low-dose cyclophosphamide, 16 weeks", ENGINEERING),
)  # fmt: skip
HIGH_DOSE_FROM = Parameter("lowest single dose of the high-dose regimen", 0.5, "g/m2", _REGIMENS)
HIGH_DOSE_APART = Parameter(
    "shortest time between two doses of a monthly regimen", 21, "days",
    by_default("cyclophosphamide, monthly regimen"),
)  # fmt: skip
ORAL_AT_MOST = Parameter(
    "highest daily dose that is taken as oral when no route is given", 250, "mg/d",
    by_default("cyclophosphamide without a route; the oral maximum is 150 mg a day"),
)  # fmt: skip
ORAL_FROM = Parameter("lowest daily dose of the oral regimen", 1.0, "mg/kg/d", _REGIMENS)
LYMPHODEPLETION_BEFORE = Parameter(
    "time before a CAR-T product in which cyclophosphamide is lymphodepletion", 7, "days",
    LNFHIR.at("course model", ENGINEERING),
)  # fmt: skip
WITH_FLUDARABINE = Parameter(
    "distance from a dose of fludarabine within which cyclophosphamide is lymphodepletion", 7, "days",
    by_default("course model, cyclophosphamide with fludarabine"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Infusion:
    """One day's IV cyclophosphamide in mg, None when not known; `ordered_only` when no administration confirms it."""

    day: date
    mg: float | None
    evidence: tuple[Evidence, ...]
    lymphodepletion: bool = False
    ordered_only: bool = False


def _is_oral(use: DrugUse) -> bool:
    """By mouth; without a route when it is a daily dose too small for an infusion."""
    if use.route != "unknown" or use.interval_days not in (None, 1):
        return use.route == "oral"
    return use.mg_per_day is not None and use.mg_per_day <= ORAL_AT_MOST.value


@per_chart
def infused_cyclophosphamide(chart: Chart) -> tuple[Infusion, ...]:
    """IV cyclophosphamide, one per day, oldest first, from administrations, or from orders that none confirms."""
    uses = [use for use in chart.uses_of(CYCLOPHOSPHAMIDE) if not _is_oral(use) and use.route != "other"]
    return tuple(
        Infusion(dose.day, dose.mg, dose.evidence, is_lymphodepletion(chart, dose.day), dose.ordered_only)
        for dose in single_doses(chart, uses)
    )


@per_chart
def oral_cyclophosphamide(chart: Chart) -> DailyDose:
    """Oral cyclophosphamide in mg a day."""
    uses = [use for use in chart.uses_of(CYCLOPHOSPHAMIDE) if _is_oral(use)]
    spans = continuous(chart, uses, {CYCLOPHOSPHAMIDE: 1.0})
    return DailyDose(spans, chart.searched(Need.ORDERS), say("cyclophosphamide orders (may be external)"))


def is_lymphodepletion(chart: Chart, day: date) -> bool:
    """Up to 7 days before a CAR-T product was given or is ordered for, or within 7 days of fludarabine."""
    before = timedelta(days=int(LYMPHODEPLETION_BEFORE.value))
    cells = (*cell_therapy_days(chart), *(use.start for use in ordered_cell_therapy(chart) if use.start is not None))
    if any(day <= infused <= day + before for infused in cells):
        return True
    near = timedelta(days=int(WITH_FLUDARABINE.value))
    starts = [use.start for use in chart.uses_of(FLUDARABINE) if use.start is not None]
    return any(abs(start - day) <= near for start in starts)


def cumulative_cyclophosphamide(chart: Chart) -> Known[float] | Missing:
    """Lifetime cyclophosphamide on record in g, lymphodepletion included; Missing when a dose is not known."""
    infusions, oral = infused_cyclophosphamide(chart), oral_cyclophosphamide(chart)
    needs = [say("dose of cyclophosphamide on {day}", day=dose.day) for dose in infusions if dose.mg is None]
    needs += [need for span in oral.spans if not span.exact for need in span.needs]
    if not chart.searched(Need.ORDERS) and not infusions and not oral.spans:
        needs.append(oral.need)
    if needs:
        return missing(*dict.fromkeys(needs))
    mg = sum(dose.mg for dose in infusions if dose.mg is not None)
    mg += sum(span.at_least * ((span.last - span.first).days + 1) for span in oral.spans)
    evidence = [item for dose in infusions for item in dose.evidence]
    evidence += [item for span in oral.spans for item in span.evidence]
    return Known(mg / 1000, tuple(dict.fromkeys(evidence)))


@dataclass(frozen=True, slots=True)
class CyclophosphamideCourse:
    """What was given from `first` to `last`, lymphodepletion aside. The criteria judge it.

    `doses` all infusions; `unknown_doses` those without a readable dose. `low_doses` the 500 mg doses within 16 weeks
    of `first`, `low_total_mg` their sum. `high_doses` those of at least 0.5 g/m2 and 21 days after the one before;
    `high_needs` what is missing to know (height or weight). `oral_days` the days of oral treatment of at least
    1.0 mg/kg, certain and possible; `oral_needs` likewise.
    """

    first: date
    last: date
    doses: tuple[Infusion, ...]
    unknown_doses: int
    low_doses: int
    low_total_mg: float
    high_doses: int
    high_needs: tuple[Missing, ...]
    oral_days: tuple[int, int]
    oral_needs: tuple[Missing, ...]


def cyclophosphamide_course(chart: Chart, first: date, last: date) -> CyclophosphamideCourse:
    """Count the regimens between two days, both included."""
    doses = tuple(d for d in infused_cyclophosphamide(chart) if first <= d.day <= last and not d.lymphodepletion)
    low_until = first + timedelta(days=int(LOW_DOSE_WITHIN.value))
    low = [d.mg for d in doses if d.mg is not None and d.day <= low_until and is_low_dose(d.mg)]
    high, high_needs = _high_doses(chart, doses)
    oral_days, oral_needs = _oral_days(chart, first, last)
    unknown = sum(d.mg is None for d in doses)
    return CyclophosphamideCourse(
        first, last, doses, unknown, len(low), sum(low), high, high_needs, oral_days, oral_needs
    )


def is_low_dose(mg: float) -> bool:
    """500 mg within the tolerance: a dose of the low-dose regimen."""
    return abs(mg - LOW_DOSE_MG.value) <= LOW_DOSE_MG.value * LOW_DOSE_TOLERANCE.value * (1 + CLOSE)


def _high_doses(chart: Chart, doses: tuple[Infusion, ...]) -> tuple[int, tuple[Missing, ...]]:
    count = 0
    previous: date | None = None
    needs: list[Missing] = []
    for dose in doses:
        if dose.mg is None or (previous is not None and (dose.day - previous).days < HIGH_DOSE_APART.value):
            continue
        surface = body_surface(chart, dose.day)
        if isinstance(surface, Missing):
            needs.append(surface)
        elif dose.mg / 1000 >= HIGH_DOSE_FROM.value * surface.value * (1 - CLOSE):
            count, previous = count + 1, dose.day
    return count, tuple(dict.fromkeys(needs))


def _oral_days(chart: Chart, first: date, last: date) -> tuple[tuple[int, int], tuple[Missing, ...]]:
    oral = oral_cyclophosphamide(chart)
    certain = possible = 0
    needs: list[Missing] = []
    for span in oral.between(first, last):
        days = (span.last - span.first).days + 1
        weight = weight_near(chart, span.first)
        if isinstance(weight, Missing):
            needs.append(weight)
            possible += days
        else:
            reached = span.reaches(ORAL_FROM.value * weight.value)
            certain += days if reached else 0
            possible += days if reached or not span.exact else 0
    return (certain, possible), tuple(dict.fromkeys(needs))
