"""
C2b, immunosuppressant adequacy.

Standard induction must include mycophenolate or cyclophosphamide: mycophenolate mofetil at least 2 g a day (1.44 g of
mycophenolic acid) on at least 80 % of days; or cyclophosphamide 500 mg six times in 16 weeks, 0.5-1 g/m2 monthly at
least three times, or 1.0-1.5 mg/kg a day by mouth for two months. Treatment of less is under-treatment, not failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.citation import Parameter
from lnfhir.guideline.courses import TOGETHER
from lnfhir.guideline.sources import DIGEST, ENGINEERING, KDIGO_2024, LNFHIR, SECONDARY
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.treatment_starts import ADD_ONS
from lnfhir.logic import Finding, Truth, any_of, met, not_met, pending, unknown
from lnfhir.measures.cyclophosphamide import (
    HIGH_DOSE_APART,
    LOW_DOSE_MG,
    LOW_DOSE_WITHIN,
    CyclophosphamideCourse,
    cyclophosphamide_course,
    is_low_dose,
    oral_cyclophosphamide,
)
from lnfhir.measures.daily_dose import Days
from lnfhir.measures.immunosuppression import MPAA, daily_mycophenolate
from lnfhir.measures.sources import SLEDAI_2K
from lnfhir.message import Message, say
from lnfhir.quantity import CLOSE, Analyte
from lnfhir.terminology import concepts

_JUDGED = LNFHIR.at("ruling R17", ENGINEERING)
_CYC = KDIGO_2024.at("initial therapy, cyclophosphamide", DIGEST)
TITRATED_BY = Parameter("days after T0 by which the full dose must be reached", 42, "days", _JUDGED)
ENOUGH_DAYS = Parameter("share of days at full dose that is adequate", 0.80, "fraction", _JUDGED)
LOW_DOSES = Parameter("doses of 500 mg in the low-dose regimen", 6, "doses", _CYC)
ASK_DOSES = Parameter("doses of 500 mg that leave the regimen open", 5, "doses", LNFHIR.at("C2b", ENGINEERING))
HIGH_DOSES = Parameter("monthly high doses that are adequate", 3, "doses", _CYC)
ORAL_DAYS = Parameter("days of oral cyclophosphamide that are adequate", 60, "days", _CYC)
LOW_LEUKOCYTES = Parameter("leukocytes below which a lower dose may be the tolerated one", 3, "10*9/L",
                           SLEDAI_2K.at("leukopenia", SECONDARY))  # fmt: skip
LOW_PLATELETS = Parameter("platelets below which a lower dose may be the tolerated one", 100, "10*9/L",
                          SLEDAI_2K.at("thrombocytopenia", SECONDARY))  # fmt: skip
LOW_EGFR = Parameter("eGFR below which a lower dose may be the tolerated one", 30, "mL/min/1.73m2",
                     LNFHIR.at("C2b, adjusted doses", ENGINEERING))  # fmt: skip


ANY_DOSE = 1e-6
"""g/d: more than nothing."""


@dataclass(frozen=True, slots=True)
class Interval:
    """C2b is judged from the day the full dose is due to `last`; `full` is the day it would be complete."""

    first: date
    last: date
    full: date


def immunosuppressant_adequacy(course: Trajectory, full: date) -> Finding:
    """C2b: mycophenolate or cyclophosphamide was given in full, judged up to `full` or today."""
    interval = Interval(course.day(TITRATED_BY.value), min(full, course.until), full)
    parts = []
    if set(course.course.induction) & set(MPAA):
        parts.append(mycophenolate_in_full(course, interval))
    if "cyclophosphamide" in course.course.induction:
        parts.extend(_cyclophosphamide(course, interval))
    others = tuple(drug for drug in course.course.induction if drug in ADD_ONS)
    if not parts and others:
        says = say("the immunosuppressants of the course were given in full")
        needs = (say("whether {drug} was given in full: no source says what dose is enough", drug=d) for d in others)
        return unknown(says, *needs, evidence=course.course.evidence)
    found = any_of(say("mycophenolate or cyclophosphamide was given in full"), *parts)
    reason = _reason_for_less(course, interval)
    if found.truth is Truth.NOT_MET and "cyclophosphamide" in course.course.induction and reason is not None:
        need = say("the reason for the reduced dose of cyclophosphamide ({reason})", reason=reason)
        return unknown(found.says, need, evidence=found.evidence)
    return found


def mycophenolate_in_full(course: Trajectory, interval: Interval) -> Finding:
    """Mycophenolate at the site's floor on at least 80 % of days."""
    floor = course.policy.mmf_min
    says = say("mycophenolate was at least {floor} g/d on 80 % of days", floor=floor)
    if interval.last < interval.first:
        if course.over:
            return unknown(says, say("mycophenolate from {day} on: the course ended before", day=interval.first))
        return pending(says, interval.first)
    daily = daily_mycophenolate(course.chart)
    days = daily.days_at_least(floor, interval.first, interval.last)
    steps = daily.steps(interval.first, interval.last)
    evidence = tuple(dict.fromkeys(item for step in steps for item in step.evidence))
    notes = (say("{days} of {total} days at full dose", days=days.certain, total=days.total),)
    if days.certain >= ENOUGH_DAYS.value * days.total:
        return met(says, *evidence, notes=notes)
    if days.possible >= ENOUGH_DAYS.value * days.total:
        needs = tuple(dict.fromkeys(need for step in steps if not step.exact for need in step.needs))
        return Finding(says, Truth.UNKNOWN, evidence, needs or (daily.need,), notes=notes)
    if not course.over and _still_reachable(days, interval):
        return pending(says, interval.full, *evidence, notes=notes)
    reason = _reason_for_less(course, interval)
    if reason is not None:
        need = say("the reason for the reduced mycophenolate dose ({reason})", reason=reason)
        return unknown(says, need, evidence=evidence, notes=notes)
    taken = daily.days_at_least(ANY_DOSE, interval.first, interval.last)
    if _stopped_for_intolerance(course, interval) and taken.certain >= ENOUGH_DAYS.value * taken.total:
        return met(says, *evidence, notes=(*notes, say("a lower dose is accepted: intolerance is coded")))
    return not_met(says, *evidence, notes=notes)


def _still_reachable(days: Days, interval: Interval) -> bool:
    left = (interval.full - interval.last).days
    return left > 0 and days.certain + left >= ENOUGH_DAYS.value * (days.total + left)


def _reason_for_less(course: Trajectory, interval: Interval) -> Message | None:
    """A low eGFR or blood count may be why the dose is low: ask rather than call it under-treatment."""
    begun = interval.first - timedelta(days=int(TITRATED_BY.value))
    low = any(
        a.function is not None and a.function.egfr is not None and a.function.egfr.below(LOW_EGFR.value) is Truth.MET
        for a in course.between(begun, interval.last)
    )
    if low:
        return say("eGFR below 30")
    return say("low blood counts") if _cytopenia(course, begun, interval.last) else None


def _cytopenia(course: Trajectory, first: date, last: date) -> bool:
    """Leukocytes or platelets below what SLEDAI-2K calls low, or neutropenia diagnosed, in an interval."""
    for analyte, limit in ((Analyte.WBC, LOW_LEUKOCYTES), (Analyte.PLATELETS, LOW_PLATELETS)):
        counts = (r.amount for r in course.chart.results_of(analyte) if first <= r.day <= last)
        if any(amount is not None and amount.below(limit.value) is Truth.MET for amount in counts):
            return True
    return any(
        (d.start is None or d.start <= last) and (d.end is None or d.end >= first)
        for d in course.chart.diagnosed(concepts.NEUTROPENIA)
    )


def _stopped_for_intolerance(course: Trajectory, interval: Interval) -> bool:
    return any(
        use.stopped_for == "intolerance" and use.end is not None and interval.first <= use.end <= interval.last
        for use in course.chart.uses_of(*MPAA)
    )


def _cyclophosphamide(course: Trajectory, interval: Interval) -> tuple[Finding, ...]:
    assert course.course.t0 is not None
    first_on_record = course.course.t0 - timedelta(days=int(TOGETHER.value))
    last = max(interval.last, min(course.until, course.day(LOW_DOSE_WITHIN.value)))
    counted = cyclophosphamide_course(course.chart, first_on_record, last)
    if counted.doses:  # the 16 weeks run from the first infusion
        counted = cyclophosphamide_course(course.chart, counted.doses[0].day, last)
    left = 0 if course.over else max((interval.full - course.until).days, 0)
    return (
        low_dose_in_full(course, counted),
        high_dose_in_full(course, counted, left),
        oral_in_full(course, counted, left),
    )


def low_dose_in_full(course: Trajectory, counted: CyclophosphamideCourse) -> Finding:
    """Six doses of 500 mg in 16 weeks; five leave it open."""
    says = say("cyclophosphamide 500 mg was given six times in 16 weeks")
    evidence = tuple(item for dose in counted.doses for item in dose.evidence)
    if counted.low_doses >= LOW_DOSES.value:
        if counted.low_total_mg >= LOW_DOSES.value * LOW_DOSE_MG.value * (1 - CLOSE):
            return met(says, *evidence)
        need = say("why six infusions of cyclophosphamide were below 3 g in all")
        return unknown(says, need, evidence=evidence)
    due = counted.first + timedelta(days=int(LOW_DOSE_WITHIN.value))
    possible = counted.low_doses + counted.unknown_doses
    if possible >= LOW_DOSES.value:
        return unknown(says, say("the dose of a cyclophosphamide infusion"), evidence=evidence)
    if possible and course.until < due and not course.over:
        return pending(says, due, *evidence)
    if possible >= ASK_DOSES.value:
        return unknown(says, say("whether a sixth cyclophosphamide infusion was given"), evidence=evidence)
    return not_met(says, *evidence)


def high_dose_in_full(course: Trajectory, counted: CyclophosphamideCourse, left: int) -> Finding:
    """Three or more monthly doses of at least 0.5 g/m2; pending while `left` days may bring the others."""
    says = say("cyclophosphamide 0.5-1 g/m2 was given at least three times a month apart")
    evidence = tuple(item for dose in counted.doses for item in dose.evidence)
    if counted.high_doses >= HIGH_DOSES.value:
        return met(says, *evidence)
    if counted.high_doses + counted.unknown_doses >= HIGH_DOSES.value and counted.unknown_doses:
        return unknown(says, say("the dose of a cyclophosphamide infusion"), evidence=evidence)
    # Only above the low-dose regimen can body surface matter.
    large = [d for d in counted.doses if d.mg is not None and d.mg > LOW_DOSE_MG.value and not is_low_dose(d.mg)]
    if counted.high_needs and len(large) >= HIGH_DOSES.value:
        needs = tuple(dict.fromkeys(need for item in counted.high_needs for need in item.needs))
        return Finding(says, Truth.UNKNOWN, evidence, needs)
    begun = max(counted.high_doses, len(large)) + counted.unknown_doses
    if left and begun and (HIGH_DOSES.value - begun) * HIGH_DOSE_APART.value <= left:
        return pending(says, course.until + timedelta(days=left), *evidence)
    return not_met(says, *evidence)


def oral_in_full(course: Trajectory, counted: CyclophosphamideCourse, left: int) -> Finding:
    """At least 1 mg/kg a day by mouth for two months; pending while `left` days may bring the rest."""
    says = say("oral cyclophosphamide was at least 1 mg/kg/d for two months")
    certain, possible = counted.oral_days
    spans = oral_cyclophosphamide(course.chart).between(counted.first, counted.last)
    evidence = tuple(dict.fromkeys(item for span in spans for item in span.evidence))
    if certain >= ORAL_DAYS.value:
        return met(says, *evidence)
    if possible >= ORAL_DAYS.value:
        needs = tuple(dict.fromkeys(need for item in counted.oral_needs for need in item.needs))
        return Finding(says, Truth.UNKNOWN, evidence, needs or (say("the daily dose of cyclophosphamide"),))
    if left and possible and possible + left >= ORAL_DAYS.value:
        return pending(says, course.until + timedelta(days=left), *evidence)
    return not_met(says, *evidence)
