"""
C2, standard induction was followed.

Only treatment that was strong enough, and taken, can fail: glucocorticoid intensity (C2a), mycophenolate or
cyclophosphamide in full (C2b), and adherence (C2c). KDIGO and ACR both ask to verify dose and adherence first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.guideline.immunosuppressant_adequacy import TITRATED_BY, immunosuppressant_adequacy
from lnfhir.guideline.milestones import MONTH_6
from lnfhir.guideline.steroid_intensity import glucocorticoid_intensity
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Evidence, Finding, Known, Truth, all_of, met, not_met, pending, unknown
from lnfhir.measures.adherence import (
    ADHERENCE_NEED,
    COVERED_ENOUGH,
    non_adherence,
    other_non_adherence,
    proportion_of_days_covered,
    undetectable_mycophenolate,
)
from lnfhir.measures.cyclophosphamide import infused_cyclophosphamide, oral_cyclophosphamide
from lnfhir.measures.immunosuppression import daily_mycophenolate
from lnfhir.message import say
from lnfhir.quantity import CLOSE

_SAYS = say("standard induction was followed")
TREATMENT_NEEDS = (Need.ORDERS, Need.ADMINISTRATIONS, Need.STATEMENTS)


def standard_induction(course: Trajectory, gc_mode: str, failed_on: date | None) -> Finding:
    """C2 for one course, judged up to the day of failure or month 6, whichever comes first (R17)."""
    full = course.day(MONTH_6.due.value)
    if failed_on is not None and failed_on > course.day(TITRATED_BY.value):
        full = min(failed_on, full)

    def judged() -> Finding:
        return all_of(
            _SAYS,
            glucocorticoid_intensity(course, gc_mode),
            immunosuppressant_adequacy(course, full),
            adherence(course, full),
        )

    return course.chart.once(("C2", course.course, course.policy, gc_mode, full), judged)


@dataclass(frozen=True, slots=True)
class Induction:
    """The three parts of C2."""

    intensity: Finding
    adequacy: Finding
    adherence: Finding


def parts_of(c2: Finding) -> Induction | None:
    """The parts of a C2 that was judged for a course; None where there was no course to judge."""
    return Induction(*c2.parts) if len(c2.parts) == 3 else None


def adherence(course: Trajectory, full: date) -> Finding:
    """C2c up to `full` or today: dispensed treatment covers 80 % of days (R18).

    Coded non-adherence to medication, or a level without any mycophenolic acid, is against it; coded non-adherence to
    other treatment is only noted.
    """
    assert course.course.t0 is not None
    last = min(full, course.until)
    found = _taken(course, full, last)
    other = other_non_adherence(course.chart, course.course.t0, last)
    return found.noting(say("non-adherence to other treatment is coded: ask about medication too")) if other else found


def _taken(course: Trajectory, full: date, last: date) -> Finding:
    says, first = say("treatment was taken as prescribed"), course.course.t0
    assert first is not None
    coded = non_adherence(course.chart, first, last)
    if coded:
        return not_met(says, *(diagnosis.evidence for diagnosis in coded))
    absent = undetectable_mycophenolate(course.chart, first, last)
    if absent:
        return not_met(says, *absent, notes=(say("no mycophenolic acid was found in the blood"),))
    infused = infusions_only(course, last)
    if infused:
        return met(says, *infused, notes=(say("infusions were given under supervision"),))
    first = _begun(course)
    covered = proportion_of_days_covered(course.chart, first, last)
    if isinstance(covered, Known):
        notes = (say("{percent} % of days covered", percent=covered.value * 100), *covered.notes)
        if covered.value >= COVERED_ENOUGH.value * (1 - CLOSE):
            return met(says, *covered.evidence, notes=notes)
        days, left = (last - first).days + 1, (full - last).days
        reachable = covered.value * days + left >= COVERED_ENOUGH.value * (days + left)
        if left > 0 and not course.over and reachable:
            return pending(says, full, *covered.evidence, notes=notes)
        return not_met(says, *covered.evidence, notes=notes)
    if course.policy.adherence_unknown == "assume_met" and covered.needs == (ADHERENCE_NEED,):
        return met(says, notes=(say("adherence is not on record; this site assumes it"),))
    return Finding(says, Truth.UNKNOWN, missing=covered.needs)


def _begun(course: Trajectory) -> date:
    """T0, or the first day of the immunosuppressant where steroid came before it: no day before that was missed."""
    chart, t0 = course.chart, course.course.t0
    assert t0 is not None
    spans = (*daily_mycophenolate(chart).spans, *oral_cyclophosphamide(chart).spans)
    days = [max(span.first, t0) for span in spans if span.last >= t0]
    days += [dose.day for dose in infused_cyclophosphamide(chart) if dose.day >= t0]
    return min((day for day in days if day <= course.until), default=t0)


def infusions_only(course: Trajectory, last: date) -> tuple[Evidence, ...]:
    """The recorded infusions of a course without mycophenolate or oral cyclophosphamide; empty otherwise (R18)."""
    chart, first = course.chart, course.course.t0
    assert first is not None
    swallowed = (daily_mycophenolate(chart), oral_cyclophosphamide(chart))
    if any(span.at_least > 0 or not span.exact for dose in swallowed for span in dose.between(first, last)):
        return ()
    given = (d for d in infused_cyclophosphamide(chart) if first <= d.day <= last)
    return tuple(e for d in given if not d.ordered_only and not d.lymphodepletion for e in d.evidence)


def no_induction(chart: Chart, courses: tuple[Trajectory, ...]) -> Finding:
    """C2 without a datable course: not met only where the record of treatment is complete (R8, R9)."""
    if courses:
        return unknown(_SAYS, say("the date on which induction treatment started"))
    if chart.searched(*TREATMENT_NEEDS):
        return not_met(_SAYS, notes=(say("no induction on record"),))
    return unknown(_SAYS, say("orders and administrations of immunosuppressants (not completely searched)"))
