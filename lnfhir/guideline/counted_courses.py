"""
Which courses of treatment count: failures in a row, of standard treatment, without a response since.

A verdict once reached outlives the wait of the next course, and only a response undoes it (R2). A course counts
among several only if it was standard treatment: under-treatment is no failure. What came before a complete or a
sustained partial response belongs to an earlier flare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from lnfhir.citation import Guideline, Parameter
from lnfhir.guideline.milestones import MONTH_6, MONTH_12, Evaluation, evaluate
from lnfhir.guideline.relapse import responded_for_good
from lnfhir.guideline.response_definitions import ACR, KDIGO, ResponseDefinition
from lnfhir.guideline.sources import ACR_2024, PRIMARY, SECONDARY
from lnfhir.guideline.standard_induction import standard_induction
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.treatment_failure import (
    Failure,
    any_response,
    ding2025,
    judgements,
    lost_again,
    responded,
    says,
)
from lnfhir.logic import Evidence, Finding, Truth, met, not_met, unknown
from lnfhir.message import say

ARORA_2022 = Guideline("arora2022", "Arora et al., refractory lupus nephritis cohort", 2022)
ACR_COURSES = Parameter(
    "standard courses that must have failed", 2, "courses", ACR_2024.at("refractory disease", PRIMARY)
)
ARORA_COURSES = Parameter(
    "standard inductions without improvement", 2, "courses", ARORA_2022.at("definition of refractory", SECONDARY)
)

Trajectories = tuple[Trajectory, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """C3 of a profile, and the course it speaks of."""

    failure: Failure
    course: Trajectory


@dataclass(frozen=True, slots=True)
class _Failed:
    """A course that failed, since when and by what, and whether it had been standard treatment (C2)."""

    course: Trajectory
    since: date | None
    standard: Truth
    evidence: tuple[Evidence, ...] = ()


def framework(courses: Trajectories) -> Judged:
    """One failed course by default; a verdict once reached outlives the wait of the next course (R2)."""
    current = courses[-1]
    own = ding2025(current)
    answers = [(course, ding2025(course)) for course in _of_this_flare(courses, KDIGO)[:-1]]
    every = [*answers, (current, own)]
    mode = current.policy.gc_mode or "strict_seed"
    found = [_failed(c, f.since, mode) for c, f in every if f.finding.truth is Truth.MET]
    wanted = current.policy.min_failed_courses
    speaker = _enough(found, wanted)
    if own.finding.truth is not Truth.MET:
        if speaker is None:
            return Judged(own, current)
        judged = judgements(current, KDIGO)
        if responded(judged):
            return Judged(own if lost_again(judged) else _now_responding(own), current)
    if speaker is None and wanted > 1:
        standard = sum(f.standard is not Truth.NOT_MET for f in found)
        note = say("{n} failed course(s) of standard treatment; this site asks for {wanted}", n=standard, wanted=wanted)
        finding = not_met(own.finding.says, *own.finding.evidence, notes=(note,))
        return Judged(replace(own, finding=finding, state=""), current)
    if speaker is None or speaker.course is current:
        return Judged(own, current)
    failure = next(f for c, f in every if c is speaker.course)
    note = say("an earlier course of this flare failed; course {n} is not decided yet", n=current.course.number)
    if own.finding.truth is Truth.MET:
        note = say("an earlier course of standard treatment failed; course {n} failed too", n=current.course.number)
    return Judged(replace(failure, notes=(*failure.notes, note)), speaker.course)


def _now_responding(own: Failure) -> Failure:
    finding = own.finding if own.finding.truth is Truth.NOT_MET else not_met(own.finding.says, *own.finding.evidence)
    return replace(own, finding=finding, state="was-refractory-now-responding")


def _failed(course: Trajectory, since: date | None, mode: str, evidence: tuple[Evidence, ...] = ()) -> _Failed:
    return _Failed(course, since, standard_induction(course, mode, since).truth, evidence)


def _enough(found: list[_Failed], wanted: int) -> _Failed | None:
    """The course to speak of when enough courses failed under standard treatment: for certain, else perhaps."""
    for sure in (Truth.MET, Truth.UNKNOWN):
        standard = [f for f in found if f.standard in {Truth.MET, sure}]
        if len(standard) >= wanted:
            return [f for f in standard if f.standard is sure][-1]
    return None


def _of_this_flare(courses: Trajectories, definition: ResponseDefinition) -> Trajectories:
    """The courses back to the last response or relapse; one that failed after its response is the first of them."""
    for at in range(len(courses) - 2, -1, -1):
        judged = judgements(courses[at], definition)
        if responded_for_good(judged) or (responded(judged) and not lost_again(judged)):
            failed_since = ding2025(courses[at]).finding.truth is Truth.MET
            return courses[at if failed_since else at + 1 :]
    return courses


def acr2024(courses: Trajectories) -> Judged:
    """Inadequate response in two courses; with fewer the answer is no at any time (R35)."""
    return _count_inadequate(courses, int(ACR_COURSES.value), "inadequate response in two standard courses")


def arora2022(courses: Trajectories) -> Judged:
    """No improvement after two standard inductions of 4 to 6 months; read as no response by 6 months."""
    return _count_inadequate(courses, int(ARORA_COURSES.value), "no improvement after two inductions")


def _count_inadequate(courses: Trajectories, wanted: int, rule: str) -> Judged:
    current = courses[-1]
    answers = [(course, _inadequate(course)) for course in _of_this_flare(courses, ACR)]
    mode = current.policy.gc_mode or "guideline"
    found = [_failed(c, e.failed_on, mode, e.finding.evidence) for c, e in answers if e.failed]
    judged = judgements(current, ACR)
    speaker = _enough(found, wanted)
    evidence = tuple(item for f in found if f.standard is not Truth.NOT_MET for item in f.evidence)
    if speaker is not None and responded(judged):
        state = "response-lost" if lost_again(judged) else "was-refractory-now-responding"
        return Judged(Failure(not_met(says(current), *evidence), "response after two courses", state=state), current)
    if speaker is not None:
        return Judged(Failure(met(says(speaker.course), *evidence), rule, speaker.since, "refractory"), speaker.course)
    standard = sum(f.standard is not Truth.NOT_MET for f in found)
    open_ = [e for _, e in answers if _is_open(e)]
    if open_ and standard + len(open_) >= wanted:
        why = open_[-1].finding
        finding = unknown(says(current), *why.missing, evidence=why.evidence)
        return Judged(Failure(finding, "a course is not evaluable"), current)
    note = say(
        "{n} course(s) with inadequate response; refractory disease asks for {wanted}", n=standard, wanted=wanted
    )
    state = "inadequate-response" if found and found[-1].course is current else ""
    failure = Failure(not_met(says(current), *evidence, notes=(note,)), "fewer than two failed courses", state=state)
    return Judged(failure, current)


def _is_open(evaluation: Evaluation) -> bool:
    """Unknown for want of a result; a course that ended before its deadline is not evaluable (R7)."""
    unknown_ = evaluation.finding.truth is Truth.UNKNOWN
    return unknown_ and not evaluation.finding.pending and not evaluation.ended_early


def _inadequate(course: Trajectory) -> Evaluation:
    judged = judgements(course, ACR)
    milestone = MONTH_6 if course.policy.acr_prr_month == 6 else MONTH_12
    found = evaluate(course, judged, milestone, any_response, say("partial response by {n} months", n=milestone.month))
    later = any(
        j.any_response.truth is Truth.MET for j in judged if found.failed_on and j.assessment.day > found.failed_on
    )
    released = Finding(found.finding.says, Truth.MET, found.finding.evidence)
    return replace(found, finding=released) if found.failed and later else found


Fails = Callable[[Trajectories], Judged]
