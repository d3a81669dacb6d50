"""
Refractory lupus nephritis: the four criteria, and their conjunction, under every profile.

C1 lupus nephritis is definite; C2 standard induction was followed; C3 treatment failed; C4 other mechanisms are
excluded. One criterion that is not met settles it; all four must be met to call it refractory. It is pending
while nothing speaks against it and only the deadline of C3 has not come (R1). Sources disagree, so every profile
is computed and the site chooses which one leads.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from msgspec import structs

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline.counted_courses import Judged
from lnfhir.guideline.course_of_treatment import after_cell_therapy, courses_with
from lnfhir.guideline.definite_nephritis import definite_nephritis
from lnfhir.guideline.failure_profiles import PROFILES, Profile, leading_profile
from lnfhir.guideline.other_mechanisms import Picture, other_mechanisms_excluded
from lnfhir.guideline.response_arms import function_is_stable, proteinuria_has_responded, proteinuria_is_below
from lnfhir.guideline.response_definitions import KDIGO, KDIGO_TOLERANCE
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.standard_induction import no_induction, standard_induction
from lnfhir.guideline.trajectory import Trajectory, series_of
from lnfhir.guideline.treatment_failure import Failure, judgements, lost_again, no_course
from lnfhir.guideline.treatment_starts import ADD_ONS
from lnfhir.guideline.verdict import RefractoryVerdict
from lnfhir.logic import Finding, Truth, all_of, met, unknown
from lnfhir.measures.dialysis import dialysis_periods, transplanted_kidney
from lnfhir.measures.pregnancy import hides_kidney_response
from lnfhir.message import Message, say
from lnfhir.policy import Policy

SESSIONS_APART = Parameter(
    "days after the last session within which chronic dialysis still goes on", 7, "days",
    LNFHIR.at("dialysis recorded by its sessions", ENGINEERING),
)  # fmt: skip


def refractory_verdicts(chart: Chart, policy: Policy, courses: tuple[Trajectory, ...]) -> tuple[RefractoryVerdict, ...]:
    """One verdict per profile, the site's leading profile first."""
    c1 = definite_nephritis(chart, policy)
    verdicts = [_verdict(profile, chart, policy, _courses_for(profile, chart, policy, courses), c1)
                for profile in PROFILES]  # fmt: skip
    return tuple(sorted(verdicts, key=lambda verdict: verdict.profile != policy.refractory_profile))


def _courses_for(
    profile: Profile, chart: Chart, policy: Policy, courses: tuple[Trajectory, ...]
) -> tuple[Trajectory, ...]:
    """The courses as this profile counts them; those given are the leading profile's."""
    if profile.any_standard == leading_profile(policy).any_standard or not chart.uses_of(*ADD_ONS):
        return courses
    key = ("courses", policy, profile.any_standard)
    return chart.once(
        key, lambda: courses_with(chart, policy, series_of(chart, policy), any_standard=profile.any_standard)
    )


def _verdict(
    profile: Profile, chart: Chart, policy: Policy, courses: tuple[Trajectory, ...], c1: Finding
) -> RefractoryVerdict:
    known = tuple(course for course in courses if course.course.t0 is not None)
    if not known or courses[-1].course.t0 is None:
        need = say("the date on which induction treatment started")
        failure, c2 = no_course(need), no_induction(chart, courses)
        picture = _picture(chart, chart.as_of, courses[-1] if courses else None)
    else:
        judged: Judged = profile.fails(known)
        failure = _overruled(_answered_by_cell_therapy(judged.failure, courses), chart)
        day = failure.since if failure.finding.truth is Truth.MET and failure.since else chart.as_of
        c2 = standard_induction(judged.course, policy.gc_mode or profile.gc_mode, failed_on=failure.since)
        picture = _picture(chart, day, judged.course)
    c3, c4 = failure.finding, other_mechanisms_excluded(picture)
    overall = _overall(profile, chart, c1, c2, c3, c4)
    state = failure.state
    if state == "refractory" and overall.truth is not Truth.MET:
        state = "treatment-failed"
    return RefractoryVerdict(
        profile.key, overall, c1, c2, c3, c4, state, failure.rule,
        failure.since if c3.truth is Truth.MET else None, failure.notes,
    )  # fmt: skip


def _overall(profile: Profile, chart: Chart, c1: Finding, c2: Finding, c3: Finding, c4: Finding) -> Finding:
    says = say("lupus nephritis is refractory by {profile}", profile=profile.name)
    transplant = transplanted_kidney(chart)
    if transplant:
        need = say("an assessment by a transplant nephrologist: this framework does not cover a transplanted kidney")
        return unknown(says, need, evidence=transplant)
    overall = all_of(says, c1, c2, c3, c4)
    if overall.truth is Truth.UNKNOWN and c3.pending:
        return structs.replace(overall, pending_until=c3.pending_until)
    return structs.replace(overall, pending_until=None) if overall.truth is Truth.UNKNOWN else overall


def _answered_by_cell_therapy(failure: Failure, courses: tuple[Trajectory, ...]) -> Failure:
    """A response since cell therapy undoes a failure before it (R2, R10); one that was lost leaves it open."""
    since = after_cell_therapy(courses)
    if since is None or failure.finding.truth is not Truth.MET:
        return failure
    judged = judgements(since, KDIGO)
    reached = next((j.any_response for j in judged if j.any_response.truth is Truth.MET), None)
    if reached is None:
        return failure
    says = failure.finding.says
    if lost_again(judged):
        need = say("a course of induction treatment since the cell therapy")
        finding = unknown(says, need, evidence=judged[-1].assessment.evidence)
        return Failure(finding, "response to cell therapy, later lost", state="response-lost")
    finding = Finding(says, Truth.NOT_MET, reached.evidence, parts=(reached,))
    return Failure(finding, "response to cell therapy", state="was-refractory-now-responding")


def _overruled(failure: Failure, chart: Chart) -> Failure:
    """What overrides the arithmetic of C3 today: chronic dialysis, acute dialysis (R30), pregnancy."""
    day, says = chart.as_of, failure.finding.says
    for period in dialysis_periods(chart):
        if not period.hides_function_on(day):
            continue
        if period.chronic_on(day) and (period.last is None or (day - period.last).days <= SESSIONS_APART.value):
            note = say("chronic dialysis: look for chronicity and extrarenal activity, and consider transplantation")
            return Failure(
                met(says, *period.evidence, notes=(note,)), "chronic dialysis", period.first, "kidney-failure"
            )
        need = say("creatinine more than 14 days after dialysis has ended")
        return replace(failure, finding=unknown(says, need, evidence=period.evidence), state="", since=None)
    pregnant = hides_kidney_response(chart, day)
    if pregnant.truth is Truth.MET:
        need = say("urine protein and creatinine more than 12 weeks after delivery")
        return replace(failure, finding=unknown(says, need, evidence=pregnant.evidence), state="", since=None)
    return failure


def _picture(chart: Chart, day: date, course: Trajectory | None) -> Picture:
    """Which arm of response has failed at the assessment nearest before the day."""
    function = unknown(say("kidney function fell beyond tolerance"), say("creatinine before and under treatment"))
    protein = unknown(say("proteinuria has not resolved"), say("a urine protein/creatinine ratio under treatment"))
    responded = unknown(say("proteinuria has responded"), say("a urine protein/creatinine ratio under treatment"))
    seen = [a for a in course.assessments if a.day <= day] if course is not None else []
    if course is None or not seen:
        return Picture(chart, day, function, protein, responded)
    tolerance = KDIGO_TOLERANCE.value if course.policy.function_tol is None else course.policy.function_tol
    stable = function_is_stable(tolerance, seen[-1], course)
    resolved = proteinuria_is_below(KDIGO, seen[-1], course)
    responded = proteinuria_has_responded(KDIGO, seen[-1], course)
    return Picture(chart, day, _negated(stable, function.says), _negated(resolved, protein.says), responded)


def _negated(finding: Finding, says: Message) -> Finding:
    return Finding(says, ~finding.truth, finding.evidence, finding.missing)
