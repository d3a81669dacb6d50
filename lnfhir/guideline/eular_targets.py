"""
C3 by EULAR: the treatment target that fell due last was missed.

Proteinuria is to halve by 6 months and to fall below 0.7 g/g by 12, later where it was nephrotic at the start. The
target of 12 months outranks that of 6, and function is reported, not counted (R36).
"""

from __future__ import annotations

from lnfhir.guideline.milestones import MONTH_6, MONTH_12, MONTH_18, MONTH_24, Milestone, evaluate
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.response_arms import proteinuria_is_below
from lnfhir.guideline.response_definitions import EULAR_12_MONTHS, ResponseDefinition
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.treatment_failure import (
    Failure,
    failed,
    judgements,
    nephrotic,
    not_applicable,
    says,
    waiting,
)
from lnfhir.logic import Finding, Truth, not_met
from lnfhir.message import say


def eular(course: Trajectory, definition: ResponseDefinition) -> Failure:
    """The target that fell due last: a fall of half at 6 months, below 0.7 g/g at 12 (later if nephrotic) (R36)."""
    undecidable = not_applicable(course)
    if undecidable is not None:
        return undecidable
    judged = judgements(course, definition)
    final: Milestone = MONTH_12
    if nephrotic(course):
        final = MONTH_18 if course.policy.eular_nephrotic_month == 18 else MONTH_24

    def below_target(judgement: Judgement) -> Finding:
        return proteinuria_is_below(definition, judgement.assessment, course, limit=EULAR_12_MONTHS)

    last = evaluate(course, judged, final, below_target, say("UPCR below 0.7 g/g by {n} months", n=final.month))
    reached = next((j for j in judged if below_target(j).truth is Truth.MET), None)
    if reached is not None:
        finding = not_met(says(course), *below_target(reached).evidence)
        state = "responding" if last.finding.truth is Truth.MET else "late-response"
        above = below_target(judged[-1]).truth is Truth.NOT_MET and halved(judged[-1]).truth is Truth.NOT_MET
        return Failure(finding, "the target below 0.7 g/g was met", state="response-lost" if above else state)
    if last.failed:
        return failed(course, last, f"UPCR not below 0.7 g/g by {final.month} months", judged)
    if not last.finding.pending:
        return waiting(course, last, "")
    six = evaluate(course, judged, MONTH_6, halved, say("proteinuria halved by 6 months"))
    if six.failed:
        return failed(course, six, "proteinuria not halved by 6 months", judged)
    state = "responding" if six.finding.truth is Truth.MET else "no-response-so-far"
    return waiting(course, six if six.finding.truth is Truth.UNKNOWN else last, state)


def halved(judgement: Judgement) -> Finding:
    """The fall alone, without function."""
    return judgement.partial.parts[0] if judgement.partial.parts else judgement.partial
