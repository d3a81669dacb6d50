"""Response under every definition, today and at each milestone, for the report."""

from __future__ import annotations

from lnfhir.guideline.milestones import MILESTONES, Milestone
from lnfhir.guideline.response import response_at
from lnfhir.guideline.response_definitions import DEFINITIONS, ResponseDefinition
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.verdict import ResponseState, ResponseVerdict
from lnfhir.logic import unknown
from lnfhir.measures.assessment import Assessment
from lnfhir.message import say
from lnfhir.policy import Policy

TODAY = "today"


def responses(courses: tuple[Trajectory, ...], policy: Policy) -> tuple[ResponseVerdict, ...]:
    """The leading definition first; for each, today's response and then the milestones that had an assessment."""
    ordered = sorted(DEFINITIONS, key=lambda definition: definition.key != policy.response_profile)
    if not courses:
        return tuple(_without_a_course(definition) for definition in ordered)
    return tuple(verdict for definition in ordered for verdict in _of_course(definition, courses[-1]))


def _of_course(definition: ResponseDefinition, course: Trajectory) -> list[ResponseVerdict]:
    latest = course.assessments[-1] if course.assessments else None
    found = [response_at(definition, latest, course, TODAY)]
    if course.course.t0 is not None:
        for milestone in MILESTONES:
            assessment = _at(milestone, course)
            if assessment is not None:
                found.append(response_at(definition, assessment, course, f"{milestone.month}mo"))
    return found


def _at(milestone: Milestone, course: Trajectory) -> Assessment | None:
    """The assessment of the window nearest to the day it is due."""
    due = course.day(milestone.due.value)
    inside = course.between(course.day(milestone.first.value), course.day(milestone.last.value))
    return min(inside, key=lambda assessment: abs((assessment.day - due).days), default=None)


def _without_a_course(definition: ResponseDefinition) -> ResponseVerdict:
    says = say("response by {definition}", definition=definition.name)
    nothing = unknown(says, say("a course of induction treatment"))
    return ResponseVerdict(definition.key, TODAY, None, ResponseState.UNKNOWN, nothing, nothing)
