"""The dates at which response is due, and the window in which a result counts for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lnfhir.citation import Parameter
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Finding, Truth, pending, unknown
from lnfhir.measures.dialysis import dialysis_periods
from lnfhir.message import Message, say

_WINDOWS = LNFHIR.at("assessment windows", ENGINEERING)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A month of treatment: the day it is due, and the first and last day of the results that count for it."""

    month: int
    due: Parameter
    first: Parameter
    last: Parameter


def _milestone(month: int, due: int, first: int, last: int) -> Milestone:
    return Milestone(
        month,
        Parameter(f"day on which the {month}-month assessment is due", due, "days", _WINDOWS),
        Parameter(f"first day that counts for {month} months", first, "days", _WINDOWS),
        Parameter(f"last day that counts for {month} months", last, "days", _WINDOWS),
    )


MONTH_3 = _milestone(3, 91, 70, 120)
MONTH_6 = _milestone(6, 183, 152, 228)
MONTH_12 = _milestone(12, 365, 320, 425)
MONTH_18 = _milestone(18, 548, 500, 610)
MONTH_24 = _milestone(24, 730, 680, 790)
MILESTONES = (MONTH_3, MONTH_6, MONTH_12, MONTH_18, MONTH_24)

Test = Callable[[Judgement], Finding]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Was the response there by a milestone? MET: yes. NOT_MET: no, since `failed_on`. Pending: not due yet.

    `late`: judged on a result after the window. `passed_late`: the window is empty and a later result passes,
    which is not dated back. `ended_early`: the course, or its treatment, ended before the milestone was due (R7).
    """

    milestone: Milestone
    finding: Finding
    failed_on: date | None = None
    late: bool = False
    passed_late: bool = False
    ended_early: bool = False

    @property
    def failed(self) -> bool:
        """Known to have missed the deadline."""
        return self.finding.truth is Truth.NOT_MET


def evaluate(
    course: Trajectory, judgements: tuple[Judgement, ...], milestone: Milestone, test: Test, says: Message
) -> Evaluation:
    """Judge a milestone by rulings R19 to R25."""
    due, first, last = (course.day(p.value) for p in (milestone.due, milestone.first, milestone.last))
    tested = tuple((j, test(j)) for j in judgements)
    so_far = tuple((j, f) for j, f in tested if j.assessment.day <= last)
    for _, finding in so_far:
        if finding.truth is Truth.MET:
            return Evaluation(milestone, _about(says, finding))
    if course.until < due and not course.over:
        return Evaluation(milestone, pending(says, due))
    ended = _ended_before(course, milestone)
    if ended is not None:
        need = say("treatment to month {month}: it ended on {day}", month=milestone.month, day=ended)
        return Evaluation(milestone, unknown(says, need), ended_early=True)
    closed = last if milestone is MONTH_6 else _closed_on(course, milestone)
    failing = [(j, f) for j, f in so_far if first <= j.assessment.day <= closed and _tells(course, j)]
    open_ = [(j, f) for j, f in so_far if f.truth is Truth.UNKNOWN]
    if open_:
        perhaps, why = open_[-1]
        notes = (say("unless the result of {day} was a response, the deadline was missed", day=perhaps.assessment.day),)
        missed = any(f.truth is Truth.NOT_MET for _, f in failing)
        return Evaluation(milestone, _about(says, why).noting(*(notes if missed else ())))
    if failing:
        failed_on = max(due, failing[0][0].assessment.day)
        return Evaluation(milestone, _about(says, failing[-1][1]), failed_on)
    if course.until <= last and not course.over:
        need = say("a urine protein/creatinine ratio and creatinine by {last}", last=last)
        return Evaluation(milestone, unknown(says, need, notes=(say("window open until {last}", last=last),)))
    return _from_later_results(course, milestone, says, tested[len(so_far) :])


def _tells(course: Trajectory, judgement: Judgement) -> bool:
    """Not of the weeks of dialysis: whatever the proteinuria, no failure can be read from them (R30)."""
    return not any(period.hides_function_on(judgement.assessment.day) for period in dialysis_periods(course.chart))


def _ended_before(course: Trajectory, milestone: Milestone) -> date | None:
    """When the course or, after month 6, its treatment ended, if the milestone was not due by then.

    Up to month 6 criterion 2 tells whether there was enough treatment.
    """
    due = course.day(milestone.due.value)
    if course.until < due:
        return course.course.end
    stopped = course.treated_until
    return stopped if stopped is not None and stopped < due and milestone is not MONTH_6 else None


def _closed_on(course: Trajectory, milestone: Milestone) -> date:
    """The last day on which a failure can still be recorded: 20 months after T0 (R11), or the end of treatment (B2)."""
    closed = course.day(max(MONTH_18.last.value, milestone.last.value))
    return closed if course.treated_until is None else min(closed, course.treated_until)


def _from_later_results(
    course: Trajectory, milestone: Milestone, says: Message, later: tuple[tuple[Judgement, Finding], ...]
) -> Evaluation:
    """No result in the window: the first later one may show that response was still absent, never that it was there."""
    telling = [(j, f) for j, f in later if _tells(course, j)]
    if telling:
        judgement, finding = telling[0]
        in_time = judgement.assessment.day <= _closed_on(course, milestone)
        if in_time and finding.truth is Truth.NOT_MET:
            note = say("judged on a later result: none was found in the window")
            return Evaluation(milestone, _about(says, finding).noting(note), judgement.assessment.day, late=True)
    first, last = course.day(milestone.first.value), course.day(milestone.last.value)
    need = say("a urine protein/creatinine ratio and creatinine between {first} and {last}", first=first, last=last)
    passed_late = any(finding.truth is Truth.MET for _, finding in later)
    return Evaluation(milestone, unknown(says, need), passed_late=passed_late)


def _about(says: Message, finding: Finding) -> Finding:
    """The same answer for the same reasons, said of the milestone."""
    return Finding(says, finding.truth, finding.evidence, finding.missing, (finding,), finding.notes)
