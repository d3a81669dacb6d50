"""Systemic glucocorticoid as prednisone: daily dose, methylprednisolone pulses, and episodes of treatment.

Only oral, intravenous and intramuscular treatment counts. A dose that is as needed or cannot be read is unknown,
never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Known, Missing
from lnfhir.measures.body import weight_finder
from lnfhir.measures.daily_dose import DAY, DailyDose, DoseSpan, added
from lnfhir.measures.exposure import SingleDose, continuous, single_doses
from lnfhir.measures.sources import DIGEST, ENGINEERING, EQUIVALENCE, LNFHIR, PRIMARY, PULSE_REVIEW, by_default
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.quantity import CLOSE

_TABLE = EQUIVALENCE.at("dose equivalent to prednisone 5 mg", DIGEST)
EQUIVALENT_TO_5_MG: dict[str, Parameter] = {
    "prednisone": Parameter("prednisone 5 mg", 5, "mg", _TABLE),
    "prednisolone": Parameter("prednisolone equal to prednisone 5 mg", 5, "mg", _TABLE),
    "methylprednisolone": Parameter("methylprednisolone equal to prednisone 5 mg", 4, "mg", _TABLE),
    "hydrocortisone": Parameter("hydrocortisone equal to prednisone 5 mg", 20, "mg", _TABLE),
    "dexamethasone": Parameter("dexamethasone equal to prednisone 5 mg", 0.75, "mg", _TABLE),
    "betamethasone": Parameter("betamethasone equal to prednisone 5 mg (3 of 5 tables)", 0.75, "mg", _TABLE),
    "triamcinolone": Parameter("triamcinolone equal to prednisone 5 mg", 4, "mg", _TABLE),
    "cortisone": Parameter("cortisone equal to prednisone 5 mg", 25, "mg", _TABLE),
    "deflazacort": Parameter("deflazacort equal to prednisone 5 mg", 6, "mg", _TABLE),
}
PULSE_FROM = Parameter(
    "lowest daily IV methylprednisolone that is a pulse", 125, "mg/d",
    PULSE_REVIEW.at("moderate to severe disease: 125-1000 mg/d for 1-3 days", PRIMARY),
)  # fmt: skip
FULL_PULSE_DAY = Parameter(
    "IV methylprednisolone on one day of an induction pulse", 250, "mg/d",
    LNFHIR.at("glucocorticoid intensity, pulse_or_mgkg", ENGINEERING),
)  # fmt: skip
FULL_PULSE_SUM = Parameter(
    "total IV methylprednisolone of an induction pulse", 500, "mg",
    LNFHIR.at("glucocorticoid intensity, pulse_or_mgkg", ENGINEERING),
)  # fmt: skip
EPISODE_PER_KG = Parameter(
    "daily prednisone-equivalent per kg whose reaching begins an episode", 0.3, "mg/kg/d",
    LNFHIR.at("ruling R4", ENGINEERING),
)  # fmt: skip
EPISODE_WITHOUT_WEIGHT = Parameter(
    "daily prednisone-equivalent whose reaching begins an episode when no weight is known", 20, "mg/d",
    LNFHIR.at("ruling R4", ENGINEERING),
)  # fmt: skip
LOW_DOSE = Parameter(
    "daily prednisone-equivalent up to which glucocorticoid is low-dose", 10, "mg/d",
    LNFHIR.at("ruling R4", ENGINEERING),
)  # fmt: skip
LOW_FOR = Parameter(
    "time on low-dose or no glucocorticoid after which a rise is a new episode", 28, "days",
    by_default("glucocorticoid episodes: a relapse needs a month"),
)  # fmt: skip
PULSE_SERIES = Parameter(
    "longest time between pulses of one episode (monthly pulses)", 45, "days", by_default("glucocorticoid episodes")
)

_ORAL_ONLY = frozenset({"prednisone", "prednisolone", "deflazacort", "cortisone", "methylprednisolone", "vamorolone"})
_REPLACE_EACH_OTHER = (
    frozenset({"prednisone", "prednisolone"}),
    *(frozenset({drug}) for drug in (*EQUIVALENT_TO_5_MG, "vamorolone") if drug not in ("prednisone", "prednisolone")),
)
GLUCOCORTICOID_KEYS = frozenset({*EQUIVALENT_TO_5_MG, "vamorolone"})
"""Every ingredient that counts as systemic glucocorticoid; vamorolone has no accepted equivalent."""


def equivalence(drug: str) -> float | None:
    """mg of prednisone per mg of the drug; None when no table gives one."""
    parameter = EQUIVALENT_TO_5_MG.get(drug)
    return None if parameter is None else EQUIVALENT_TO_5_MG["prednisone"].value / parameter.value


def prednisone_equivalent(drug: str, mg: float) -> float | None:
    """mg of prednisone that equal a dose of a glucocorticoid: methylprednisolone 500 mg is 625 mg; None if no table."""
    factor = equivalence(drug)
    return None if factor is None else mg * factor


def _is_oral(use: DrugUse) -> bool:
    """By mouth; without a route if the drug is given no other way, or its dose in mg a day could be read."""
    if use.route == "unknown":
        return not _is_infused(use) and (use.drug in _ORAL_ONLY or use.mg_per_day is not None)
    return use.route == "oral"


def _is_infused(use: DrugUse) -> bool:
    if use.route in ("iv", "im"):
        return True
    dose = use.mg_per_dose if use.mg_per_dose is not None else use.mg_per_day
    pulse = dose is not None and dose >= FULL_PULSE_DAY.value
    return use.route == "unknown" and use.drug == "methylprednisolone" and pulse


@per_chart
def oral_steroid(chart: Chart) -> DailyDose:
    """Oral glucocorticoid in mg prednisone-equivalent a day. Prednisone and prednisolone replace each other."""
    factors = {drug: factor for drug in GLUCOCORTICOID_KEYS if (factor := equivalence(drug)) is not None}
    uses = [use for use in chart.drugs if use.drug in GLUCOCORTICOID_KEYS and _is_oral(use)]
    groups = (
        continuous(chart, [use for use in uses if use.drug in group], factors)
        for group in _REPLACE_EACH_OTHER
        if any(use.drug in group for use in uses)
    )
    return DailyDose(added(*groups), chart.searched(Need.ORDERS), say("glucocorticoid orders (may be external)"))


@dataclass(frozen=True, slots=True)
class Pulse:
    """One day of IV methylprednisolone, in mg; `ordered_only` when no administration confirms it."""

    day: date
    mg: float
    evidence: tuple[Evidence, ...]
    ordered_only: bool = False


@per_chart
def _infusions(chart: Chart) -> tuple[SingleDose, ...]:
    uses = [use for use in chart.drugs if use.drug in GLUCOCORTICOID_KEYS and _is_infused(use)]
    drugs = dict.fromkeys(use.drug for use in uses)
    return tuple(dose for drug in drugs for dose in single_doses(chart, [use for use in uses if use.drug == drug]))


def _is_pulse(dose: SingleDose) -> bool:
    return dose.drug == "methylprednisolone" and dose.mg is not None and dose.mg >= PULSE_FROM.value * (1 - CLOSE)


@per_chart
def pulses(chart: Chart) -> tuple[Pulse, ...]:
    """The days of IV methylprednisolone of at least 125 mg, oldest first."""
    found = (d for d in _infusions(chart) if _is_pulse(d))
    return tuple(Pulse(d.day, d.mg, d.evidence, d.ordered_only) for d in found if d.mg is not None)


def unreadable_infusions(chart: Chart) -> tuple[SingleDose, ...]:
    """The days of IV or IM glucocorticoid whose dose is not known: a pulse cannot be excluded."""
    return tuple(dose for dose in _infusions(chart) if dose.mg is None)


def is_full_pulse(several: tuple[Pulse, ...]) -> bool:
    """At least 250 mg on one day and 500 mg in all."""
    highest = max((pulse.mg for pulse in several), default=0.0)
    total = sum(pulse.mg for pulse in several)
    return highest >= FULL_PULSE_DAY.value * (1 - CLOSE) and total >= FULL_PULSE_SUM.value * (1 - CLOSE)


@per_chart
def daily_steroid(chart: Chart) -> DailyDose:
    """Oral, and IV or IM glucocorticoid other than pulses, in mg prednisone-equivalent a day."""
    oral = oral_steroid(chart)
    infused: dict[str, list[DoseSpan]] = {}
    for dose in _infusions(chart):
        if _is_pulse(dose):
            continue
        mg = None if dose.mg is None else prednisone_equivalent(dose.drug, dose.mg)
        needs = () if mg is not None else (say("dose of IV {drug} on {day}", drug=dose.drug, day=dose.day),)
        span = DoseSpan(dose.day, dose.day, mg or 0.0, mg is not None, dose.evidence, needs)
        infused.setdefault(dose.drug, []).append(span)
    return DailyDose(added(oral.spans, *infused.values()), oral.complete, oral.need)


def steroid_on(chart: Chart, day: date) -> Known[float] | Missing:
    """Systemic glucocorticoid on a day in mg prednisone-equivalent, pulses aside; 0 only if orders were searched."""
    return daily_steroid(chart).on(day)


@dataclass(frozen=True, slots=True)
class SteroidEpisode:
    """A stretch of treatment that began with a pulse or a rise (R4).

    `end` is the last day of any glucocorticoid before a month without, or before the next episode; None when it is
    still taken. `peak_mg` is the highest oral dose known, in mg prednisone-equivalent a day. `uncertain` when it began
    with a dose that cannot be read.
    """

    start: date
    end: date | None
    peak_mg: float
    pulses: tuple[Pulse, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    uncertain: bool = False


@per_chart
def steroid_episodes(chart: Chart, policy: Policy) -> tuple[SteroidEpisode, ...]:
    """The glucocorticoid episodes, oldest first: each begins with a pulse or a rise to 0.3 mg/kg/d (20 mg/d without
    a weight) after none or at most 10 mg/d (R4). Monthly pulses belong to one episode."""
    del policy  # no choice of a site changes the episodes
    given = pulses(chart)
    doses = [span for span in daily_steroid(chart).spans if span.first != date.min]
    marks = sorted(
        [(pulse.day, 0, pulse) for pulse in given] + [(span.first, 1, span) for span in doses],
        key=lambda mark: (mark[0], mark[1]),
    )
    weigh = weight_finder(chart)
    building: list[_Building] = []
    for day, _, mark in marks:
        now = building[-1] if building else None
        if isinstance(mark, Pulse):
            if now is None or now.is_over(day, pulse=True):
                building.append(now := _Building(day, uncertain=False))
            now.take_pulse(mark)
        else:
            may_rise = now is None or now.is_over(day, pulse=False)
            high = may_rise and mark.reaches(_threshold(weigh(day)))
            unreadable = not mark.exact and mark.in_use and (now is None or now.stopped_before(day))
            if high or unreadable:
                building.append(now := _Building(day, uncertain=not high))
            if now is not None:
                now.take_dose(mark)
    following = [*(b.start for b in building[1:]), None] if building else []
    return tuple(b.built(chart.as_of, after) for b, after in zip(building, following, strict=True))


def _threshold(weight: Known[float] | Missing) -> float:
    if isinstance(weight, Known):
        return weight.value * EPISODE_PER_KG.value
    return EPISODE_WITHOUT_WEIGHT.value


class _Building:
    """An episode while its days are read in order."""

    def __init__(self, start: date, *, uncertain: bool) -> None:
        self.start = start
        self.uncertain = uncertain
        self.last = self.above_low = start - DAY
        self.peak = 0.0
        self.pulses: list[Pulse] = []
        self.evidence: list[Evidence] = []

    def is_over(self, day: date, *, pulse: bool) -> bool:
        """Only low-dose or no glucocorticoid for a month before this day (and no pulse of the same series)."""
        if pulse and self.pulses and (day - self.pulses[-1].day).days <= PULSE_SERIES.value:
            return False
        return (day - self.above_low).days > LOW_FOR.value

    def stopped_before(self, day: date) -> bool:
        return (day - self.last).days > LOW_FOR.value

    def take_pulse(self, pulse: Pulse) -> None:
        self.pulses.append(pulse)
        self.last, self.above_low = max(self.last, pulse.day), max(self.above_low, pulse.day)
        self.evidence += pulse.evidence

    def take_dose(self, span: DoseSpan) -> None:
        if self.stopped_before(span.first):
            return  # stable low-dose treatment after a pause belongs to no episode
        self.last = max(self.last, span.last)
        if not span.exact or span.at_least > LOW_DOSE.value * (1 + CLOSE):
            self.above_low = max(self.above_low, span.last)
        self.peak = max(self.peak, span.at_least)
        self.evidence += span.evidence

    def built(self, as_of: date, following: date | None) -> SteroidEpisode:
        last = self.last if following is None else min(self.last, following - DAY)
        end = None if last >= as_of else last
        evidence = tuple(dict.fromkeys(self.evidence))
        return SteroidEpisode(self.start, end, self.peak, tuple(self.pulses), evidence, self.uncertain)
