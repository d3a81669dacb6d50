"""C3 under every profile, over all courses of one flare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from lnfhir.citation import Citation, Guideline, Parameter
from lnfhir.guideline.milestones import MONTH_3, MONTH_6, MONTH_12, MONTH_24, Evaluation, Milestone, Test, evaluate
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.response_definitions import ACR, EULAR19, EULAR25, KDIGO
from lnfhir.guideline.sources import (
    ACR_2012,
    ACR_2024,
    DIGEST,
    DING_2025,
    EULAR_2019,
    EULAR_2025,
    KDIGO_2024,
    PRIMARY,
    SECONDARY,
)
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.treatment_failure import (
    Failure,
    any_response,
    complete,
    ding2025,
    eular,
    failed,
    judgements,
    kdigo2024,
    says,
    settled,
    waiting,
)
from lnfhir.guideline.worsening import worsening
from lnfhir.logic import Finding, Known, Truth, met, not_met, unknown
from lnfhir.measures.baseline import remaining
from lnfhir.message import say
from lnfhir.quantity import CLOSE

ARORA_2022 = Guideline("arora2022", "Arora et al., refractory lupus nephritis cohort", 2022)
ROCCATELLO_2023 = Guideline(
    "roccatello2023", "Roccatello et al., daratumumab in refractory lupus nephritis", 2023,
    "https://doi.org/10.1038/s41591-023-02479-1",
)  # fmt: skip
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
class Profile:
    """One published definition of refractory lupus nephritis. `gc_mode` is how it asks for glucocorticoid (C2a)."""

    key: str
    name: str
    gc_mode: Literal["strict_seed", "pulse_or_mgkg", "guideline"]
    cite: Citation
    fails: Callable[[Trajectories], Judged]


def _framework(courses: Trajectories) -> Judged:
    """One failed course by default; a verdict once reached outlives the wait of the next course (R2)."""
    current = courses[-1]
    own = ding2025(current)
    failed = [(t, f) for t, f in _same_flare(courses[:-1]) if f.finding.truth is Truth.MET]
    wanted = current.policy.min_failed_courses
    if own.finding.truth is Truth.MET:
        if len(failed) + 1 >= wanted:
            return Judged(own, current)
        note = say("one failed course; this site asks for {n}", n=wanted)
        return Judged(
            replace(own, finding=not_met(own.finding.says, *own.finding.evidence, notes=(note,)), state=""), current
        )
    if len(failed) < wanted:
        return Judged(own, current)
    if own.state in ("responding", "late-response", "relapse", "response-lost"):
        finding = (
            own.finding if own.finding.truth is Truth.NOT_MET else not_met(own.finding.says, *own.finding.evidence)
        )
        return Judged(replace(own, finding=finding, state="was-refractory-now-responding"), current)
    before, failure = failed[-1]
    note = say("an earlier course of this flare failed; course {n} is not decided yet", n=current.course.number)
    return Judged(replace(failure, notes=(*failure.notes, note)), before)


def _same_flare(earlier: Trajectories) -> list[tuple[Trajectory, Failure]]:
    """Earlier courses back to the last response or relapse, oldest first."""
    found: list[tuple[Trajectory, Failure]] = []
    for course in reversed(earlier):
        failure = ding2025(course) if course.course.t0 is not None else None
        if failure is None or failure.state in ("responding", "relapse", "response-lost"):
            break
        found.insert(0, (course, failure))
    return found


def _kdigo(courses: Trajectories) -> Judged:
    return Judged(kdigo2024(courses[-1]), courses[-1])


def _eular2019(courses: Trajectories) -> Judged:
    return Judged(eular(courses[-1], EULAR19), courses[-1])


def _eular2025(courses: Trajectories) -> Judged:
    return Judged(eular(courses[-1], EULAR25), courses[-1])


def _acr2024(courses: Trajectories) -> Judged:
    """Inadequate response in two courses; with fewer the answer is no at any time (R35)."""
    return _count_inadequate(courses, int(ACR_COURSES.value), "inadequate response in two standard courses")


def _arora2022(courses: Trajectories) -> Judged:
    """No improvement after two standard inductions of 4 to 6 months; read as no response by 6 months."""
    return _count_inadequate(courses, int(ARORA_COURSES.value), "no improvement after two inductions")


def _count_inadequate(courses: Trajectories, wanted: int, rule: str) -> Judged:
    current = courses[-1]
    answers = [(course, _inadequate(course)) for course in courses]
    failed = [(c, e) for c, e in answers if e.failed]
    possible = [e for _, e in answers if e.finding.truth is Truth.UNKNOWN and not e.finding.pending]
    if len(failed) >= wanted:
        course, last = failed[-1]
        evidence = tuple(item for _, e in failed for item in e.finding.evidence)
        return Judged(Failure(met(says(course), *evidence), rule, last.failed_on, "refractory"), course)
    if len(failed) + len(possible) >= wanted:
        why = possible[-1].finding
        return Judged(
            Failure(unknown(says(current), *why.missing, evidence=why.evidence), "a course is not evaluable"), current
        )
    evidence = tuple(item for _, e in failed for item in e.finding.evidence)
    note = say(
        "{n} course(s) with inadequate response; refractory disease asks for {wanted}", n=len(failed), wanted=wanted
    )
    state = "inadequate-response" if failed and failed[-1][0] is current else ""
    return Judged(
        Failure(not_met(says(current), *evidence, notes=(note,)), "fewer than two failed courses", state=state), current
    )


def _inadequate(course: Trajectory) -> Evaluation:
    judged = judgements(course, ACR)
    milestone = MONTH_6 if course.policy.acr_prr_month == 6 else MONTH_12
    found = evaluate(course, judged, milestone, any_response, say("partial response by {n} months", n=milestone.month))
    later = any(
        j.any_response.truth is Truth.MET for j in judged if found.failed_on and j.assessment.day > found.failed_on
    )
    released = Finding(found.finding.says, Truth.MET, found.finding.evidence)
    return replace(found, finding=released) if found.failed and later else found


def _acr2012(courses: Trajectories) -> Judged:
    """Worsening at 3 months, or no partial response at 6 (R37)."""
    course = courses[-1]
    judged = judgements(course, KDIGO)
    first, last = course.day(MONTH_3.first.value), course.day(MONTH_3.last.value)
    worse = worsening(course, first, last)
    if worse is not None and course.until >= first:
        return Judged(
            Failure(met(says(course), *worse.evidence), "worsening at 3 months", worse.day, "refractory"), course
        )
    return Judged(_by_deadline(course, judged, ((MONTH_6, any_response),)), course)


def _roccatello2023(courses: Trajectories) -> Judged:
    """No improvement at 3-4 months, no partial response by 12, or no complete response by 24."""
    course = courses[-1]
    judged = judgements(course, KDIGO)
    first, last = course.day(MONTH_3.first.value), course.day(MONTH_3.last.value)
    third = [j for j in judged if first <= j.assessment.day <= last]
    answered = any(j.any_response.truth is Truth.MET for j in judged)
    stale = [j for j in third if _not_improved(course, j)]
    if stale and len(stale) == len(third) and not answered and course.until >= course.day(MONTH_3.due.value):
        evidence = stale[-1].assessment.evidence
        failure = Failure(
            met(says(course), *evidence), "no improvement at 3 to 4 months", stale[-1].assessment.day, "refractory"
        )
        return Judged(failure, course)
    return Judged(_by_deadline(course, judged, ((MONTH_12, any_response), (MONTH_24, complete))), course)


def _not_improved(course: Trajectory, judgement: Judgement) -> bool:
    """Proteinuria is known not to be lower than at baseline."""
    left = remaining(course.p0.value.chosen, judgement.assessment.proteinuria) if isinstance(course.p0, Known) else None
    return left is not None and left.low >= 1 - CLOSE


def _by_deadline(
    course: Trajectory, judged: tuple[Judgement, ...], deadlines: tuple[tuple[Milestone, Test], ...]
) -> Failure:
    """The first deadline that was missed for good; the response of the last deadline ends the matter."""
    last_test = deadlines[-1][1]
    done = settled(course, judged, last_test)
    if done is not None:
        return done
    open_: list[Evaluation] = []
    for milestone, test in deadlines:
        found = evaluate(course, judged, milestone, test, say("response by {n} months", n=milestone.month))
        released = any(
            test(j).truth is Truth.MET for j in judged if found.failed_on and j.assessment.day > found.failed_on
        )
        if found.failed and not released:
            return failed(course, found, f"no response by {milestone.month} months", judged)
        if found.finding.truth is Truth.UNKNOWN:
            open_.append(found)
    return waiting(course, next((e for e in open_ if not e.finding.pending), open_[0]), "no-response-so-far")


PROFILES: tuple[Profile, ...] = (
    Profile("ding2025", "Ding 2025 framework", "strict_seed", DING_2025.at("four criteria", SECONDARY), _framework),
    Profile("kdigo2024", "KDIGO 2024", "guideline", KDIGO_2024.at("no response", DIGEST), _kdigo),
    Profile("acr2024", "ACR 2024", "guideline", ACR_2024.at("refractory disease", PRIMARY), _acr2024),
    Profile("eular2019", "EULAR/ERA-EDTA 2019", "guideline", EULAR_2019.at("targets", PRIMARY), _eular2019),
    Profile("eular2025", "EULAR 2025", "guideline", EULAR_2025.at("targets", DIGEST), _eular2025),
    Profile("acr2012_seed", "ACR 2012", "guideline", ACR_2012.at("change of therapy", SECONDARY), _acr2012),
    Profile("arora2022", "Arora 2022", "guideline", ARORA_2022.at("definition", SECONDARY), _arora2022),
    Profile(
        "roccatello2023", "Roccatello 2023", "guideline", ROCCATELLO_2023.at("definition", SECONDARY), _roccatello2023
    ),
)
