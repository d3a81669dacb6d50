"""Whether treatment was taken: the days covered by what was dispensed, a drug level, and what was diagnosed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Diagnosis, DrugUse, Record
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Known, Missing, missing
from lnfhir.measures.cyclophosphamide import CYCLOPHOSPHAMIDE, infused_cyclophosphamide
from lnfhir.measures.daily_dose import DAY
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.immunosuppression import MPAA, daily_mycophenolate
from lnfhir.measures.sources import ENGINEERING, LNFHIR, by_default
from lnfhir.message import say
from lnfhir.quantity import CLOSE, Analyte
from lnfhir.terminology import concepts

COVERED_ENOUGH = Parameter(
    "proportion of days covered that counts as adherent", 0.80, "fraction",
    LNFHIR.at("adherence, standard induction", ENGINEERING),
)  # fmt: skip
INFUSION_COVERS = Parameter(
    "days that one infusion of cyclophosphamide covers at most", 31, "days",
    by_default("ruling R18, recorded administrations count as adherent"),
)  # fmt: skip
ADHERENCE_NEED = say("dispense history or adherence statement")


@dataclass(frozen=True, slots=True)
class Supply:
    """`days` of treatment from the day it was handed over."""

    day: date
    days: int
    evidence: Evidence


def proportion_of_days_covered(chart: Chart, first: date, last: date) -> Known[float] | Missing:
    """The proportion of the days from `first` to `last` covered by mycophenolate or cyclophosphamide, 0 to 1.

    Dispensed supplies do not overlap: what is handed over early is carried forward, from the first dispense on
    record. A recorded infusion covers the days to the next one, at most 31 (R18). A dispense without days of
    supply makes the proportion unknown, unless the others already reach 80 % (then it is a lower bound).
    """
    total = (last - first).days + 1
    if total <= 0:
        return missing(ADHERENCE_NEED)
    dispensed = [
        use
        for use in chart.uses_of(*MPAA, CYCLOPHOSPHAMIDE)
        if use.record is Record.DISPENSE and use.start is not None and use.start <= last
    ]
    covered, evidence = _infused(chart, first, last)
    for drugs in (MPAA, (CYCLOPHOSPHAMIDE,)):
        days, used = _dispensed([s for use in dispensed if use.drug in drugs for s in _supply(use)], first, last)
        covered |= days
        evidence += used
    unread = {use: use.start for use in dispensed if not _supply(use) and use.start is not None and use.start >= first}
    proportion = len(covered) / total
    if unread and proportion < COVERED_ENOUGH.value * (1 - CLOSE):
        return missing(*(say("days of supply of {drug} dispensed on {day}", drug=u.display or u.drug, day=day)
                         for u, day in unread.items()))  # fmt: skip
    if not evidence and not unread:
        return missing(ADHERENCE_NEED)
    notes = (say("at least this much: some dispenses state no days of supply"),) if unread else ()
    return Known(proportion, tuple(dict.fromkeys(evidence)), notes)


def _supply(use: DrugUse) -> tuple[Supply, ...]:
    if use.start is None or use.days_supply is None or use.days_supply <= 0:
        return ()
    return (Supply(use.start, round(use.days_supply), use_evidence(use)),)


def _dispensed(supplies: list[Supply], first: date, last: date) -> tuple[set[date], list[Evidence]]:
    covered: set[date] = set()
    evidence = []
    free = date.min
    for supply in sorted(supplies, key=lambda s: s.day):
        begin = max(supply.day, free)
        free = begin + timedelta(days=supply.days)
        days = _days(max(begin, first), min(free - DAY, last))
        if days:
            covered |= days
            evidence.append(supply.evidence)
    # A refill long overdue covers nothing of the window, yet it is dispense history.
    if supplies and not evidence:
        evidence = [supply.evidence for supply in supplies]
    return covered, evidence


def _infused(chart: Chart, first: date, last: date) -> tuple[set[date], list[Evidence]]:
    given = [
        dose
        for dose in infused_cyclophosphamide(chart)
        if not dose.ordered_only and not dose.lymphodepletion and dose.day <= last
    ]
    covered: set[date] = set()
    evidence: list[Evidence] = []
    for dose in given:
        until = dose.day + timedelta(days=int(INFUSION_COVERS.value) - 1)
        days = _days(max(dose.day, first), min(until, last))
        if days:
            covered |= days
            evidence += dose.evidence
    return covered, evidence


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=i) for i in range((last - first).days + 1)}


def undetectable_mycophenolate(chart: Chart, first: date, last: date) -> tuple[Evidence, ...]:
    """Levels of mycophenolic acid in an interval that found none on a day on which it was prescribed."""
    prescribed = daily_mycophenolate(chart)
    return tuple(
        level.evidence
        for level in chart.results_of(Analyte.MPA_LEVEL)
        if first <= level.day <= last
        and (level.positive is False or (level.amount is not None and level.amount.low <= 0))
        and (span := prescribed.span_on(level.day)) is not None
        and (span.at_least > 0 or not span.exact)
    )


def non_adherence(chart: Chart, first: date, last: date) -> tuple[Diagnosis, ...]:
    """Confirmed diagnoses of not taking medication that touch an interval; without any date when active."""
    return _confirmed(chart, concepts.NON_ADHERENCE, first, last)


def other_non_adherence(chart: Chart, first: date, last: date) -> tuple[Diagnosis, ...]:
    """The same of not following treatment other than medication: weaker evidence, for a note."""
    return _confirmed(chart, concepts.OTHER_NON_ADHERENCE, first, last)


def _confirmed(chart: Chart, concept: str, first: date, last: date) -> tuple[Diagnosis, ...]:
    return tuple(
        d
        for d in chart.diagnosed(concept)
        if d.certainty == "confirmed"
        and (d.start is None or d.start <= last)
        and (d.end >= first if d.end is not None else d.active or (d.start is not None and d.start >= first))
    )
