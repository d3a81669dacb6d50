"""What happened to the treatment, as the escalation rules need it: failed, under-treated, or something else."""

from __future__ import annotations

from lnfhir.guideline.microangiopathy import thrombotic_microangiopathy
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.standard_induction import Induction, parts_of
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.treatment_failure import ding2025
from lnfhir.guideline.verdict import RefractoryVerdict
from lnfhir.logic import Finding, Truth, any_of, met, not_met, unknown
from lnfhir.message import Message, say

LOST = frozenset({"relapse", "response-lost"})
INADEQUATE = "inadequate-response"
EVALUATION = say("an evaluation of the courses of treatment")


def leading(situation: Situation) -> RefractoryVerdict | None:
    """The verdict of the profile the site chose, if any was reached."""
    return situation.refractory[0] if situation.refractory else None


def treatment_failed(situation: Situation) -> Finding:
    """C3 of the leading profile holds today, or ACR calls the response inadequate. Not yet due is not failed."""
    says = say("treatment has failed, or the response is inadequate")
    verdict = leading(situation)
    if verdict is None:
        return unknown(says, EVALUATION)
    if verdict.state == INADEQUATE:
        return met(says, *verdict.c3.evidence)
    if verdict.c3.pending_until is not None:
        until = say("not to be judged before {until}", until=verdict.c3.pending_until)
        return not_met(says, *verdict.c3.evidence, notes=(until,))
    return Finding(says, verdict.c3.truth, verdict.c3.evidence, verdict.c3.missing)


def response_was_lost(situation: Situation) -> Finding:
    """A relapse after a response, or a response lost."""
    says = say("a response was reached and lost")
    verdict = leading(situation)
    if verdict is None or verdict.state not in LOST:
        return not_met(says)
    return met(says, *verdict.c3.evidence)


def known_to_fail(situation: Situation) -> Finding:
    """Treatment is known to have failed or a response to be lost; an open question is not asked again here."""
    says = say("treatment is known to have failed, or a response to be lost")
    either = any_of(says, treatment_failed(situation), response_was_lost(situation))
    if under_treated(situation).truth is Truth.MET:
        return not_met(says, *either.evidence, notes=(say("dose and adherence come first"),))
    return met(says, *either.evidence) if either.truth is Truth.MET else not_met(says, *either.evidence)


def induction_of(situation: Situation) -> Induction | None:
    """The parts of C2 of the leading profile."""
    verdict = leading(situation)
    return None if verdict is None else parts_of(verdict.c2)


def _denied(finding: Finding, says: Message) -> Finding:
    return Finding(says, ~finding.truth, finding.evidence, finding.missing, notes=finding.notes)


def under_treated(situation: Situation) -> Finding:
    """The immunosuppressant was given at too low a dose, or not taken; waiting for time is not under-treatment."""
    says = say("the dose was too low, or it was not taken")
    induction = induction_of(situation)
    if induction is None:
        return unknown(says, EVALUATION)
    parts = (
        _denied(induction.adequacy, say("the immunosuppressant was given at too low a dose")),
        _denied(induction.adherence, say("the treatment was not taken as prescribed")),
    )
    known = (not_met(p.says, *p.evidence) if _only_time(f) else p
             for p, f in zip(parts, (induction.adequacy, induction.adherence), strict=True))  # fmt: skip
    return any_of(says, *known)


def _only_time(finding: Finding) -> bool:
    return finding.pending_until is not None


def microangiopathy(situation: Situation) -> Finding:
    """Thrombotic microangiopathy or antiphospholipid nephropathy."""
    return thrombotic_microangiopathy(situation.chart, situation.chart.as_of)


def refractory(situation: Situation) -> Finding:
    """Every criterion of the leading profile holds."""
    verdict = leading(situation)
    says = say("the disease is refractory")
    if verdict is None:
        return unknown(says, EVALUATION)
    return Finding(says, verdict.overall.truth, verdict.overall.evidence, verdict.overall.missing)


def new_course_runs(situation: Situation) -> Finding:
    """Treatment was changed after the failure, and the new course is not decided yet. One that failed too, but was no
    standard treatment and so does not count for the verdict, leaves the question of escalation where it was."""
    says = say("a new course was begun after the failure")
    judged = course_judged(situation)
    if judged is None or treatment_failed(situation).truth is not Truth.MET:
        return not_met(says)
    last = situation.trajectories[-1]
    if last.course.number <= judged.course.number or ding2025(last).finding.truth is Truth.MET:
        return not_met(says)
    return met(says, *last.course.evidence)


def course_judged(situation: Situation) -> Trajectory | None:
    """The course that the leading verdict speaks of: the last one that had begun when treatment failed."""
    dated = [t for t in situation.trajectories if t.course.t0 is not None]
    verdict = leading(situation)
    if verdict is not None and verdict.since is not None:
        dated = [t for t in dated if t.course.t0 is not None and t.course.t0 <= verdict.since]
    return dated[-1] if dated else None
