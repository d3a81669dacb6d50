"""
C3, treatment failure, for one course under one profile.

The framework of 2025 (Ding): failure is no partial response by 6 months, or no complete response by 12 months
(18 while proteinuria is improving). KDIGO 2024: neither response by 12 months. ACR 2024: inadequate response in
two courses. EULAR: the treatment target that fell due last was missed. The ACR 2012 text: worsening at 3 months or
no partial response at 6. Two cohort definitions are computed beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from msgspec import structs

from lnfhir.citation import Parameter
from lnfhir.guideline.flare import flare_notes
from lnfhir.guideline.improvement import improving
from lnfhir.guideline.milestones import MONTH_6, MONTH_12, MONTH_18, MONTH_24, Evaluation, evaluate
from lnfhir.guideline.relapse import relapse
from lnfhir.guideline.response import Judgement, confirmed, judge, low_baseline
from lnfhir.guideline.response_arms import fell_by, proteinuria_has_responded
from lnfhir.guideline.response_definitions import EULAR_FALL, KDIGO, PERR, ResponseDefinition
from lnfhir.guideline.sources import EULAR_2019, PRIMARY
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Finding, Known, Truth, met, not_met, pending, unknown
from lnfhir.message import Message, say

NEPHROTIC = Parameter(
    "baseline UPCR from which the targets come later", 3.0, "g/g", EULAR_2019.at("nephrotic-range proteinuria", PRIMARY)
)
PERR_CONFLICT = say("UPCR is at most 0.7 g/g: the trial endpoint PERR may be met, which conflicts with this verdict")


@dataclass(frozen=True, slots=True)
class Failure:
    """C3 for one course: the answer, the rule that gave it, the day it has held since, and the course of events."""

    finding: Finding
    rule: str
    since: date | None = None
    state: str = ""
    notes: tuple[Message, ...] = ()


def says(course: Trajectory) -> Message:
    """The sentence every profile's C3 asserts."""
    return say("treatment failed in course {number}", number=course.course.number)


def judgements(course: Trajectory, definition: ResponseDefinition) -> tuple[Judgement, ...]:
    """Every counted assessment judged under one definition, oldest first."""
    key = ("judgements", course.course, course.policy, definition.key)
    return course.chart.once(key, lambda: _judged(course, definition))


def _judged(course: Trajectory, definition: ResponseDefinition) -> tuple[Judgement, ...]:
    every = tuple(judge(definition, assessment, course) for assessment in course.assessments)
    return confirmed(every) if course.policy.confirm_values == 2 else every


def complete(judgement: Judgement) -> Finding:
    """The test of the 12- and 18-month deadlines."""
    return judgement.complete


def any_response(judgement: Judgement) -> Finding:
    """The test of the 6-month deadline."""
    return judgement.any_response


def settled(
    course: Trajectory, judged: tuple[Judgement, ...], reached: Callable[[Judgement], Finding]
) -> Failure | None:
    """NOT_MET once the response was reached, or after a sustained response was lost again (R45); else None."""
    responded = next((j for j in judged if reached(j).truth is Truth.MET), None)
    lost = relapse(course.chart, judged)
    if responded is None and lost is None:
        return None
    notes = flare_notes(course, responded, judged[-1]) if responded is not None else ()
    if lost is not None:
        note = say("{grade} relapse on {day} after a response: not refractory disease", grade=lost.grade, day=lost.day)
        finding = not_met(says(course), *lost.evidence, notes=(note,))
        return Failure(finding, "relapse after response", lost.day, "relapse", notes)
    assert responded is not None
    why = reached(responded)
    finding = Finding(says(course), Truth.NOT_MET, why.evidence, parts=(why,))
    if lost_again(judged):
        return Failure(finding, "response reached, later lost", responded.assessment.day, "response-lost", notes)
    return Failure(finding, "response reached", responded.assessment.day, "responding", notes)


def ding2025(course: Trajectory) -> Failure:
    """No partial response by 6 months, or no complete one by 12 (extended while improving)."""
    judged = judgements(course, KDIGO)
    done = settled(course, judged, complete)
    if done is not None:
        return done
    six = _six_months(course, judged)
    released = _response_after(judged, six.failed_on) if six.failed else None
    until_crr = course.policy.latch_6mo == "until_CRR"
    if six.failed and (until_crr or released is None):
        early = failed(course, six, "no partial response by 6 months", judged)
        return replace(early, notes=(*early.notes, *_eular_conflict(course, judged)))
    twelve = evaluate(course, judged, MONTH_12, complete, say("complete response by 12 months"))
    if twelve.failed and not (until_crr and _undecided(six)):  # R24
        decided = _after_twelve_months(course, judged, twelve)
        late = isinstance(released, Judgement) and decided.state == "incomplete-response"
        return replace(decided, state="late-response") if late else decided
    return _open_until_twelve(course, judged, (six, twelve), released, until_crr=until_crr)


def _undecided(evaluation: Evaluation) -> bool:
    """Due, and still unknown."""
    return evaluation.finding.truth is Truth.UNKNOWN and not evaluation.finding.pending


def _open_until_twelve(
    course: Trajectory,
    judged: tuple[Judgement, ...],
    evaluations: tuple[Evaluation, Evaluation],
    released: Judgement | Finding | None,
    *,
    until_crr: bool,
) -> Failure:
    six, twelve = evaluations
    if isinstance(released, Finding):
        return Failure(_unknown(course, released), "response after month 6 cannot be judged", state="")
    if _undecided(six) and (until_crr or not six.passed_late):
        return Failure(_unknown(course, six.finding), "the 6-month assessment is missing")
    late = isinstance(released, Judgement)
    notes: tuple[Message, ...] = ()
    if late and six.failed_on is not None:
        notes = (say("no partial response by 6 months (met on {day}), released by a later one", day=six.failed_on),)
    state = "late-response" if late else "responding" if six.finding.truth is Truth.MET else "no-response-so-far"
    if responded(judged) and lost_again(judged):
        state = "response-lost"
    if _undecided(twelve):
        state = state if twelve.ended_early and responded(judged) else ""
        return Failure(_unknown(course, twelve.finding), "the 12-month assessment is missing", state=state)
    next_due = six if six.finding.pending else twelve
    return Failure(_pending(course, next_due.finding), "the next deadline has not come", state=state, notes=notes)


def _eular_conflict(course: Trajectory, judged: tuple[Judgement, ...]) -> tuple[Message, ...]:
    """The literal 6-month rule over-calls improving nephrotic patients, whom EULAR would still call on target."""
    in_window = [j for j in judged if j.assessment.day >= course.day(MONTH_6.first.value)]
    if in_window and fell_by(EULAR_FALL, in_window[0].assessment, course).truth is Truth.MET:
        return (
            say("proteinuria has halved, which meets EULAR's 6-month target: this early verdict conflicts with it"),
        )
    return ()


def _six_months(course: Trajectory, judged: tuple[Judgement, ...]) -> Evaluation:
    """The 6-month evaluation, deferred for an improving nephrotic patient where the site chose so (R28)."""
    six = evaluate(course, judged, MONTH_6, any_response, say("partial response by 6 months"))
    if not (six.failed and course.policy.extend_prr and nephrotic(course)):
        return six
    at_six = [j for j in judged if j.assessment.day <= course.day(MONTH_6.last.value)]
    better = improving(course, (at_six or list(judged))[-1])
    if better.truth is Truth.NOT_MET:
        return six
    if better.truth is Truth.UNKNOWN:
        says_six = say("partial response by 6 months")
        return Evaluation(MONTH_6, Finding(says_six, Truth.UNKNOWN, better.evidence, better.missing, (better,)))
    deferred = say("partial response by 12 months (deferred while improving)")
    return evaluate(course, judged, MONTH_12, any_response, deferred)


def responded(judged: tuple[Judgement, ...]) -> bool:
    """A partial or complete response was reached at any time."""
    return any(j.any_response.truth is Truth.MET for j in judged)


def lost_again(judged: tuple[Judgement, ...]) -> bool:
    """At the last assessment there is no longer any response."""
    return bool(judged) and judged[-1].any_response.truth is Truth.NOT_MET


def not_applicable(course: Trajectory) -> Failure | None:
    """Below 0.5 g/g at baseline proteinuria shows neither response nor failure (R13)."""
    if not low_baseline(course):
        return None
    need = say("proteinuria of at least 0.5 g/g at baseline: below it a response cannot be judged")
    assert isinstance(course.p0, Known)
    return Failure(unknown(says(course), need, evidence=course.p0.evidence), "baseline proteinuria below 0.5 g/g")


def nephrotic(course: Trajectory) -> bool:
    """Proteinuria was known to be of nephrotic range when treatment began."""
    return isinstance(course.p0, Known) and course.p0.value.chosen.amount.at_least(NEPHROTIC.value) is Truth.MET


def _response_after(judged: tuple[Judgement, ...], day: date | None) -> Judgement | Finding | None:
    """The response that releases a 6-month failure; a Finding when only an undecidable result is there."""
    later = [j for j in judged if day is not None and j.assessment.day > day]
    for judgement in later:
        if judgement.any_response.truth is Truth.MET:
            return judgement
    return next((j.any_response for j in later if j.any_response.truth is Truth.UNKNOWN), None)


def _after_twelve_months(course: Trajectory, judged: tuple[Judgement, ...], twelve: Evaluation) -> Failure:
    rule = "no complete response by 12 months"
    extension = course.policy.crr_extension_months
    last = [j for j in judged if j.assessment.day <= course.day(MONTH_12.last.value)] or list(judged)
    if extension == 0:
        return failed(course, twelve, rule, judged)
    better = improving(course, last[-1])
    if better.truth is Truth.NOT_MET:
        return failed(course, twelve, rule, judged)
    if better.truth is Truth.UNKNOWN:
        finding = structs.replace(_unknown(course, better), parts=(twelve.finding, better))
        return Failure(finding, "whether proteinuria is still improving at 12 months is not known")
    first = course.day(MONTH_12.first.value)
    if last[-1].assessment.day < first:  # R27 asks about month 12: improvement well before it settles nothing
        end = course.day(MONTH_12.last.value)
        need = say("a urine protein/creatinine ratio and creatinine between {first} and {last}", first=first, last=end)
        finding = unknown(says(course), need, evidence=better.evidence)
        return Failure(finding, "whether proteinuria is still improving at 12 months is not known")
    fell_back = next((j for j in judged if j.assessment.day > last[-1].assessment.day and _lost(j)), None)
    if fell_back is not None:
        return failed(course, twelve, rule, judged, since=fell_back.assessment.day)
    final = MONTH_18 if extension == 6 else MONTH_24
    extended = evaluate(course, judged, final, complete, say("complete response by {n} months", n=final.month))
    if extended.failed:
        return failed(course, extended, f"no complete response by {final.month} months", judged)
    if extended.finding.pending:
        note = say("no complete response by 12 months, deferred to {n} while improving", n=final.month)
        return Failure(_pending(course, extended.finding), "improving", state="incomplete-response", notes=(note,))
    return Failure(_unknown(course, extended.finding), "course closed without a decisive result")


def _lost(judgement: Judgement) -> bool:
    return judgement.any_response.truth is Truth.NOT_MET


def kdigo2024(course: Trajectory) -> Failure:
    """Neither response up to the end of the 12-month window (R34)."""
    judged = judgements(course, KDIGO)
    done = settled(course, judged, any_response)
    if done is not None:
        late = done.since is not None and done.since > course.day(MONTH_12.last.value)
        state = "late-response" if late and done.state == "responding" else done.state
        notes = done.notes
        complete_by_now = any(j.complete.truth is Truth.MET for j in judged)
        if done.state == "responding" and not complete_by_now and course.until >= course.day(MONTH_12.due.value):
            notes = (say("partial response: a complete response may take longer than 12 months"),)
        return Failure(done.finding, done.rule, done.since, state, notes)
    twelve = evaluate(course, judged, MONTH_12, any_response, say("partial or complete response by 12 months"))
    if twelve.failed:
        return failed(course, twelve, "neither complete nor partial response by 12 months", judged)
    return waiting(course, twelve, "no-response-so-far")


def waiting(course: Trajectory, evaluation: Evaluation, state: str) -> Failure:
    """A deadline that has not come, or came without a result."""
    if evaluation.finding.pending:
        return Failure(_pending(course, evaluation.finding), "the next deadline has not come", state=state)
    return Failure(_unknown(course, evaluation.finding), "the assessment is missing")


def failed(
    course: Trajectory, evaluation: Evaluation, rule: str, judged: tuple[Judgement, ...], since: date | None = None
) -> Failure:
    """A deadline was missed."""
    last = judged[-1] if judged else None
    finding = met(says(course), *evaluation.finding.evidence, notes=evaluation.finding.notes)
    finding = Finding(finding.says, finding.truth, finding.evidence, parts=(evaluation.finding,), notes=finding.notes)
    return Failure(finding, rule, since or evaluation.failed_on, "refractory", _failure_notes(course, last))


def _failure_notes(course: Trajectory, last: Judgement | None) -> tuple[Message, ...]:
    """Where function alone fails, and where the verdict contradicts a trial endpoint (R29), say so."""
    notes: list[Message] = []
    if last is None:
        return ()
    protein = proteinuria_has_responded(KDIGO, last.assessment, course)
    if protein.truth is Truth.MET and last.any_response.truth is Truth.NOT_MET:
        notes.append(say("proteinuria has responded: the verdict rests on the fall of kidney function alone"))
    if judge(PERR, last.assessment, course).complete.truth is Truth.MET:
        notes.append(PERR_CONFLICT)
    return tuple(notes)


def _unknown(course: Trajectory, why: Finding) -> Finding:
    return Finding(says(course), Truth.UNKNOWN, why.evidence, why.missing, (why,), why.notes)


def _pending(course: Trajectory, why: Finding) -> Finding:
    assert why.pending_until is not None
    return pending(says(course), why.pending_until, *why.evidence)


def no_course(need: Message) -> Failure:
    """C3 without a known start of treatment (R8, R9)."""
    return Failure(unknown(say("treatment failed"), need), "no start of induction is known")
