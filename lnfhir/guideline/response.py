"""Response at one assessment under one definition: a proteinuria arm and a function arm, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from msgspec import structs

from lnfhir.citation import Parameter
from lnfhir.guideline.response_arms import (
    fall_is_enough,
    function_is_preserved,
    proteinuria_is_below,
    steroid_is_within_cap,
)
from lnfhir.guideline.response_definitions import KDIGO_COMPLETE, ResponseDefinition
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.verdict import ResponseState, ResponseVerdict
from lnfhir.logic import Finding, Known, Truth, all_of, any_of, not_met, unknown
from lnfhir.measures.assessment import Assessment
from lnfhir.message import Message, say

CONFIRMED_AFTER = Parameter(
    "days between two assessments that confirm a response", 14, "days", LNFHIR.at("option confirm_values", ENGINEERING)
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Complete and partial response at one assessment, and either of them."""

    assessment: Assessment
    complete: Finding
    partial: Finding

    @property
    def any_response(self) -> Finding:
        """Complete or partial: a fall too small for "partial" may still end in a complete response."""
        return any_of(say("complete or partial response"), self.complete, self.partial)

    @property
    def state(self) -> ResponseState:
        """One word for it."""
        if self.complete.truth is Truth.MET:
            return ResponseState.COMPLETE
        if self.partial.truth is Truth.MET:
            return ResponseState.PARTIAL
        if Truth.UNKNOWN in (self.complete.truth, self.partial.truth):
            return ResponseState.UNKNOWN
        return ResponseState.NONE


def judge(definition: ResponseDefinition, assessment: Assessment, course: Trajectory) -> Judgement:
    """Judge one assessment of a course; with a baseline below 0.5 g/g nothing can be judged (R13)."""
    if low_baseline(course):
        says = say("response by {definition} on {day}", definition=definition.name, day=assessment.day)
        need = say("proteinuria of at least 0.5 g/g at baseline: below it a response cannot be judged")
        undecidable = unknown(says, need, evidence=assessment.evidence)
        return Judgement(assessment, undecidable, undecidable)
    function = function_is_preserved(definition, assessment, course)
    complete_parts = [proteinuria_is_below(definition, assessment, course), function]
    if definition.steroid_cap is not None:
        complete_parts.append(steroid_is_within_cap(definition.steroid_cap, assessment.day, course.chart))
    complete = all_of(
        say("complete response by {definition} on {day}", definition=definition.name, day=assessment.day),
        *complete_parts,
    )
    says = say("partial response by {definition} on {day}", definition=definition.name, day=assessment.day)
    if definition.partial_fall is None:
        return Judgement(assessment, complete, not_met(says, notes=(say("this endpoint has no partial response"),)))
    partial_parts = [fall_is_enough(definition, assessment, course)]
    if definition.partial_below is not None:
        partial_parts.append(proteinuria_is_below(definition, assessment, course, limit=definition.partial_below))
    return Judgement(assessment, complete, all_of(says, *partial_parts, function))


def confirmed(judged: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """A response counts only when a second assessment at least 14 days before or after shows it too (site option)."""
    return tuple(
        Judgement(
            j.assessment,
            _confirmed(j.assessment.day, j.complete, [(o.assessment.day, o.complete) for o in judged]),
            _confirmed(j.assessment.day, j.partial, [(o.assessment.day, o.any_response) for o in judged]),
        )
        for j in judged
    )


def _confirmed(day: date, finding: Finding, others: list[tuple[date, Finding]]) -> Finding:
    if finding.truth is not Truth.MET:
        return finding
    apart = CONFIRMED_AFTER.value
    near = [next((f for d, f in reversed(others) if (day - d).days >= apart), None)]
    near.append(next((f for d, f in others if (d - day).days >= apart), None))
    if any(f is not None and f.truth is Truth.MET for f in near):
        return finding
    need = say("a second assessment at least 14 days apart that confirms it")
    return unknown(finding.says, need, evidence=finding.evidence)


def response_at(
    definition: ResponseDefinition, assessment: Assessment | None, course: Trajectory, at: str
) -> ResponseVerdict:
    """The verdict for a report: response at an assessment, or why there is none."""
    if assessment is None:
        need = say("a urine protein/creatinine ratio and creatinine after day 28 of treatment")
        if course.course.t0 is None:
            need = say("the date on which induction treatment started")
        nothing = unknown(say("response by {definition}", definition=definition.name), need)
        return ResponseVerdict(definition.key, at, None, ResponseState.UNKNOWN, nothing, nothing)
    verdict = judge(definition, assessment, course)
    state = verdict.state
    if low_baseline(course):
        state = ResponseState.NOT_APPLICABLE
    notes = (*_notes(verdict, course), *_by_the_other_metric(definition, verdict, course))
    return ResponseVerdict(definition.key, at, assessment.day, state, verdict.complete, verdict.partial, notes)


def _by_the_other_metric(definition: ResponseDefinition, verdict: Judgement, course: Trajectory) -> tuple[Message, ...]:
    """The response by creatinine where eGFR decided (or the reverse), when the two part ways on one sample."""
    if verdict.state is ResponseState.UNKNOWN:
        return ()
    by_egfr = course.policy.function_metric == "egfr"
    other = structs.replace(course.policy, function_metric="creatinine" if by_egfr else "egfr")
    state = judge(definition, verdict.assessment, replace(course, policy=other)).state
    if state in (verdict.state, ResponseState.UNKNOWN):
        return ()
    name, day, now = definition.name, verdict.assessment.day, verdict.state.value
    if by_egfr:
        return (say("{definition} on {day}: {state}; by creatinine instead of eGFR {other}",
                    definition=name, day=day, state=now, other=state.value),)  # fmt: skip
    return (say("{definition} on {day}: {state}; by eGFR instead of creatinine {other}",
                definition=name, day=day, state=now, other=state.value),)  # fmt: skip


def low_baseline(course: Trajectory) -> bool:
    """Proteinuria was below 0.5 g/g when treatment began, so its response cannot be judged (R13)."""
    p0 = course.p0
    return isinstance(p0, Known) and p0.value.chosen.amount.below(KDIGO_COMPLETE.value) is Truth.MET


def _notes(verdict: Judgement, course: Trajectory) -> tuple[Message, ...]:
    notes: list[Message] = []
    if verdict.partial.truth is Truth.MET and verdict.complete.truth is Truth.UNKNOWN:
        notes.append(say("whether it is complete cannot be judged"))
    if low_baseline(course):
        notes.append(say("proteinuria was below 0.5 g/g at baseline: its response does not apply"))
    if verdict.assessment.proteinuria.is_proxy:
        notes.append(say("24-hour urine protein stands in for the protein/creatinine ratio"))
    return tuple(notes)
