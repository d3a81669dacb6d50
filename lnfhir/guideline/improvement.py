"""Whether proteinuria is still improving, so that the complete-response deadline may be extended."""

from __future__ import annotations

from datetime import timedelta

from lnfhir.citation import Parameter
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.response_arms import fell_by, function_is_stable
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Finding, Known, Truth, all_of, unknown
from lnfhir.measures.baseline import remaining, remaining_by_mixed_methods
from lnfhir.measures.sediment import active_sediment
from lnfhir.message import say

_RULE = LNFHIR.at("progressive improvement, B4", ENGINEERING)
STILL_FALLING = Parameter(
    "proteinuria relative to an earlier value that counts as still falling", 0.75, "fraction", _RULE
)
EARLIER_FROM = Parameter("youngest earlier value to compare with", 90, "days", _RULE)
EARLIER_TO = Parameter("oldest earlier value to compare with", 210, "days", _RULE)
FALL_FROM_BASELINE = Parameter("fall of proteinuria from baseline that improvement asks for", 0.50, "fraction", _RULE)
FUNCTION_LOSS = Parameter("largest fall of eGFR compatible with improvement", 0.15, "fraction", _RULE)


def improving(course: Trajectory, judgement: Judgement) -> Finding:
    """Progressive improvement at one assessment; unknown without a mid-course value to compare with."""
    return all_of(
        say("proteinuria is still improving on {day}", day=judgement.assessment.day),
        still_falling(course, judgement),
        fell_by(FALL_FROM_BASELINE, judgement.assessment, course),
        function_is_stable(FUNCTION_LOSS.value, judgement.assessment, course),
        sediment_not_newly_active(course, judgement),
    )


def still_falling(course: Trajectory, judgement: Judgement) -> Finding:
    """At most 75 % of the most recent value 90 to 210 days earlier."""
    now = judgement.assessment
    says = say("proteinuria is at most 75 % of the value 3 to 7 months earlier")
    first, last = (now.day - timedelta(days=int(p.value)) for p in (EARLIER_TO, EARLIER_FROM))
    measured = [a.proteinuria for a in course.between(first, last)]
    if isinstance(course.p0, Known) and first <= course.p0.value.chosen.day <= last:
        measured.insert(0, course.p0.value.chosen)
    earlier = [protein for protein in measured if protein.is_proxy == now.proteinuria.is_proxy]
    if not earlier:
        return unknown(says, say("a mid-course UPCR between {first} and {last}", first=first, last=last))
    before = earlier[-1]
    evidence = (before.evidence, now.proteinuria.evidence)
    left = remaining(before, now.proteinuria) or remaining_by_mixed_methods(before, now.proteinuria)
    truth = Truth.UNKNOWN if left is None else left.at_most(STILL_FALLING.value)
    if truth is Truth.UNKNOWN:
        return unknown(says, say("an exact urine protein value by the same method"), evidence=evidence)
    return Finding(says, truth, evidence)


def sediment_not_newly_active(course: Trajectory, judgement: Judgement) -> Finding:
    """No active sediment that was absent at the start; an unknown sediment is only noted."""
    says = say("no new active urine sediment")
    now = active_sediment(course.chart, judgement.assessment.day)
    if now.truth is Truth.UNKNOWN:
        return Finding(says, Truth.MET, notes=(say("urine sediment not on record"),))
    if now.truth is Truth.NOT_MET:
        return Finding(says, Truth.MET, now.evidence)
    start = active_sediment(course.chart, course.course.t0) if course.course.t0 is not None else None
    if start is not None and start.truth is Truth.MET:
        return Finding(says, Truth.MET, (*start.evidence, *now.evidence))
    if start is None or start.truth is Truth.UNKNOWN:
        need = say("urine sediment when treatment began: it is active now")
        return unknown(says, need, evidence=now.evidence)
    return Finding(says, Truth.NOT_MET, now.evidence)
