"""C3 under every profile, over all courses of one flare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lnfhir.citation import Citation, Guideline
from lnfhir.guideline.counted_courses import ARORA_2022, Fails, Judged, Trajectories, acr2024, arora2022, framework
from lnfhir.guideline.eular_targets import eular
from lnfhir.guideline.milestones import MONTH_3, MONTH_6, MONTH_12, MONTH_24, Evaluation, Milestone, Test, evaluate
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.response_definitions import EULAR19, EULAR25, KDIGO
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
    failed,
    judgements,
    kdigo2024,
    lost_again,
    not_applicable,
    responded,
    says,
    settled,
    waiting,
)
from lnfhir.guideline.worsening import worsening
from lnfhir.logic import Known, Truth, met
from lnfhir.measures.baseline import remaining
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.quantity import CLOSE

ROCCATELLO_2023 = Guideline(
    "roccatello2023", "Roccatello et al., daratumumab in refractory lupus nephritis", 2023,
    "https://doi.org/10.1038/s41591-023-02479-1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """One published definition of refractory lupus nephritis. `gc_mode` is how it asks for glucocorticoid (C2a).

    `any_standard` when calcineurin inhibitors and biologics make courses of treatment too (G9).
    """

    key: str
    name: str
    gc_mode: Literal["strict_seed", "pulse_or_mgkg", "guideline"]
    cite: Citation
    fails: Fails
    any_standard: bool = False


def _kdigo(courses: Trajectories) -> Judged:
    return Judged(kdigo2024(courses[-1]), courses[-1])


def _eular2019(courses: Trajectories) -> Judged:
    return Judged(eular(courses[-1], EULAR19), courses[-1])


def _eular2025(courses: Trajectories) -> Judged:
    return Judged(eular(courses[-1], EULAR25), courses[-1])


def _acr2012(courses: Trajectories) -> Judged:
    """Worsening at 3 months, or no partial response at 6 (R37); a response after the worsening ends it."""
    course = courses[-1]
    undecidable = not_applicable(course)
    if undecidable is not None:
        return Judged(undecidable, course)
    judged = judgements(course, KDIGO)
    first, last = course.day(MONTH_3.first.value), course.day(MONTH_3.last.value)
    worse = worsening(course, first, last)
    if worse is not None and not responded(tuple(j for j in judged if j.assessment.day > worse.day)):
        return Judged(
            Failure(met(says(course), *worse.evidence), "worsening at 3 months", worse.day, "refractory"), course
        )
    return Judged(_by_deadline(course, judged, ((MONTH_6, any_response),)), course)


def _roccatello2023(courses: Trajectories) -> Judged:
    """No improvement at 3-4 months, no partial response by 12, or no complete response by 24."""
    course = courses[-1]
    undecidable = not_applicable(course)
    if undecidable is not None:
        return Judged(undecidable, course)
    judged = judgements(course, KDIGO)
    first, last = course.day(MONTH_3.first.value), course.day(MONTH_3.last.value)
    third = [j for j in judged if first <= j.assessment.day <= last]
    stale = [j for j in third if _not_improved(course, j)]
    if stale and len(stale) == len(third) and not responded(judged) and course.until >= course.day(MONTH_3.due.value):
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
    state = "no-response-so-far"
    if responded(judged):
        state = "response-lost" if lost_again(judged) else "responding"
    return waiting(course, next((e for e in open_ if not e.finding.pending), open_[0]), state)


PROFILES: tuple[Profile, ...] = (
    Profile("ding2025", "Ding 2025 framework", "strict_seed", DING_2025.at("four criteria", SECONDARY), framework),
    Profile("kdigo2024", "KDIGO 2024", "guideline", KDIGO_2024.at("no response", DIGEST), _kdigo),
    Profile("acr2024", "ACR 2024", "guideline", ACR_2024.at("refractory disease", PRIMARY), acr2024, True),
    Profile("eular2019", "EULAR/ERA-EDTA 2019", "guideline", EULAR_2019.at("targets", PRIMARY), _eular2019),
    Profile("eular2025", "EULAR 2025", "guideline", EULAR_2025.at("targets", DIGEST), _eular2025),
    Profile("acr2012_seed", "ACR 2012", "guideline", ACR_2012.at("change of therapy", SECONDARY), _acr2012),
    Profile("arora2022", "Arora 2022", "guideline", ARORA_2022.at("definition", SECONDARY), arora2022),
    Profile(
        "roccatello2023", "Roccatello 2023", "guideline", ROCCATELLO_2023.at("definition", SECONDARY), _roccatello2023
    ),
)


def leading_profile(policy: Policy) -> Profile:
    """The profile that a site chose to lead."""
    return next(profile for profile in PROFILES if profile.key == policy.refractory_profile)
