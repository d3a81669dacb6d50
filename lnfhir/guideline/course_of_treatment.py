"""
Courses of treatment, found in the record.

A course begins at T0, when glucocorticoid and an induction immunosuppressant (mycophenolate or cyclophosphamide) come
together within 60 days (R3). It ends when the class is changed for failure, on re-induction (R5), cell therapy, or
after a pause of more than 90 days. Cyclophosphamide followed by planned maintenance is one course (R6); a change for
intolerance is a segment, any other early change leaves the earlier course not evaluable (R7).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.guideline.courses import TOGETHER, Course
from lnfhir.guideline.failure_profiles import leading_profile
from lnfhir.guideline.milestones import MONTH_6, MONTH_18
from lnfhir.guideline.trajectory import Series, Trajectory, series_of, trajectory
from lnfhir.guideline.treatment_failure import ding2025
from lnfhir.guideline.treatment_starts import (
    INDUCTION,
    TreatmentRecord,
    TreatmentStart,
    at_induction_dose,
    spans_of,
    treatment_starts,
)
from lnfhir.logic import Truth
from lnfhir.measures.cell_therapy import cell_therapy_days, ordered_cell_therapy
from lnfhir.measures.immunosuppression import GAP, InductionSpan, daily_mycophenolate
from lnfhir.measures.steroids import steroid_episodes
from lnfhir.message import Message, say
from lnfhir.policy import Policy


def courses_of_treatment(chart: Chart, policy: Policy, series: Series) -> tuple[Trajectory, ...]:
    """The courses as the site's leading profile counts them."""
    return courses_with(chart, policy, series, any_standard=leading_profile(policy).any_standard)


def courses_with(chart: Chart, policy: Policy, series: Series, *, any_standard: bool) -> tuple[Trajectory, ...]:
    """Every course on record, oldest first; the last is current unless cell therapy ended it.

    `any_standard`: a calcineurin inhibitor or a biologic with glucocorticoid makes a course too (ACR 2024), otherwise
    only mycophenolate and cyclophosphamide do.
    """
    found = (steroid_episodes(chart, policy), daily_mycophenolate(chart))
    record = TreatmentRecord(chart, policy, series, *found, any_standard=any_standard)
    courses: list[Course] = []
    for start in treatment_starts(record):
        if not courses:
            if not start.addon:
                courses.append(_first_course(record, start))
            continue
        _continue(record, courses, start)
    for day in cell_therapy_days(chart):
        if courses and courses[-1].end is None and (courses[-1].t0 is None or courses[-1].t0 < day):
            courses[-1] = replace(courses[-1], end=day, ended_by="cell-therapy")
    if courses and courses[-1].end is None:
        courses[-1] = replace(courses[-1], notes=(*courses[-1].notes, *_cells_only_ordered(chart, courses[-1])))
    return tuple(trajectory(course, chart, policy, series) for course in courses)


def _cells_only_ordered(chart: Chart, course: Course) -> tuple[Message, ...]:
    days = (use.start for use in ordered_cell_therapy(chart) if use.start is not None)
    return tuple(
        say("cell therapy was ordered on {day}; no infusion is on record", day=day)
        for day in days
        if course.t0 is None or course.t0 <= day
    )


def _first_course(record: TreatmentRecord, start: TreatmentStart) -> Course:
    span = start.span
    if span.started_before_record or span.first is None:
        note = say("the immunosuppressant was already in use when the record begins")
        return Course(1, None, None, span.drugs, evidence=span.evidence, notes=(note,))
    return _new_course(record, 1, span)


def _new_course(record: TreatmentRecord, number: int, span: InductionSpan) -> Course:
    """A course that begins with an immunosuppressant: T0 by R3."""
    assert span.first is not None
    near = [e for e in record.episodes if abs((e.start - span.first).days) <= TOGETHER.value]
    near.sort(key=lambda e: (e.uncertain, abs((e.start - span.first).days) if span.first else 0))
    if near and near[0].uncertain:  # R4: an unreadable dose may have been a low one
        note = say("glucocorticoid of unreadable dose from {day}: treatment may have begun then", day=near[0].start)
        return Course(number, span.first, None, span.drugs, near[0].start, evidence=span.evidence, notes=(note,))
    if near:
        begun = near[0].start
        return Course(number, min(begun, span.first), None, span.drugs, begun, evidence=span.evidence)
    running = [e for e in record.episodes if e.start < span.first and (e.end is None or e.end >= span.first)]
    if running:
        note = say("glucocorticoid began on {day}, more than 60 days earlier", day=running[-1].start)
        return Course(number, span.first, None, span.drugs, running[-1].start, evidence=span.evidence, notes=(note,))
    return Course(number, span.first, None, span.drugs, evidence=span.evidence)


def _continue(record: TreatmentRecord, courses: list[Course], start: TreatmentStart) -> None:
    """Decide whether a start belongs to the current course or begins the next one."""
    current, number = courses[-1], len(courses) + 1
    if current.t0 is not None and abs((start.day - current.t0).days) <= TOGETHER.value and start.episode is not None:
        return
    if start.addon:
        _add_on(record, courses, start)
        return
    if start.episode is not None:
        ended_by = _why_ended(record, current, start.day)
        new = Course(number, start.day, None, start.span.drugs, start.episode.start, evidence=start.span.evidence)
        _append(courses, new, ended_by)
        return
    before = _last_span(record, current, start.day)
    begun = current.t0 is not None and (start.day - current.t0).days <= TOGETHER.value
    if start.span.kind not in INDUCTION and (begun or (before is not None and before.lasts_to(start.day))):
        _add_on(record, courses, start)
        return
    if set(start.span.drugs) & set(current.induction):
        infused = start.span.kind not in INDUCTION and _goes_on(record, current, start.day)
        if begun or infused or (before is not None and before.end_unknown and _goes_on(record, current, start.day)):
            courses[-1] = _with_segment(current, start.span, start.day)
            return
        _append(courses, _new_course(record, number, start.span), "gap")
        return
    if before is not None and _was_not_tolerated(before, start.day):
        courses[-1] = _with_segment(current, start.span, start.day)
        return
    coded = before is not None and before.stopped_for == "non-response"
    ended_by = "changed-for-failure" if coded else _why_ended(record, current, start.day)
    if not coded and start.span.kind == "mpaa" and _is_planned_maintenance(record, current, start, ended_by):
        courses[-1] = _with_segment(current, start.span, start.day)
        return
    new = _new_course(record, number, start.span)
    if ended_by == "changed-for-failure":  # R5: no new steroid episode is asked for
        anchor = current.steroid_anchor or current.t0
        new = replace(new, t0=start.span.first, steroid_from=current.steroid_from, steroid_anchor=anchor)
    elif current.steroid_from is not None and new.steroid_from == current.steroid_from:
        # The steroid that began one course does not begin the next.
        new = replace(new, t0=start.span.first, steroid_anchor=current.steroid_anchor or current.t0)
    _append(courses, new, ended_by)


def _was_not_tolerated(before: InductionSpan, day: date) -> bool:
    """R7: what begins on this day replaces it; after a pause that ends a span nothing is replaced."""
    paused = before.last is not None and (day - before.last).days > GAP.value
    return before.stopped_for == "intolerance" and not paused


def _goes_on(record: TreatmentRecord, course: Course, day: date) -> bool:
    """Neither closed (R11) nor begun anew by a steroid episode: an order without an end shows no pause."""
    if course.t0 is None or (day - course.t0).days > MONTH_18.last.value:
        return course.t0 is None
    return not _reinduced(record, course, day)


def _reinduced(record: TreatmentRecord, course: Course, day: date) -> bool:
    """A steroid episode of its own, within 60 days of the day and well after the start of the course."""
    return any(
        not e.uncertain
        and abs((e.start - day).days) <= TOGETHER.value
        and (course.t0 is None or (e.start - course.t0).days > TOGETHER.value)
        for e in record.episodes
    )


def _add_on(record: TreatmentRecord, courses: list[Course], start: TreatmentStart) -> None:
    """Belimumab, a calcineurin inhibitor or anti-CD20 on top: a segment, or a course where a site says so."""
    current = courses[-1]
    early = current.t0 is None or (start.day - current.t0).days <= TOGETHER.value
    if early or not record.policy.addon_is_new_course:
        courses[-1] = _with_segment(current, start.span, start.day)
        return
    anchor = current.steroid_anchor or current.t0
    drugs = tuple(dict.fromkeys((*current.induction, *start.span.drugs)))
    new = Course(len(courses) + 1, start.day, None, drugs, current.steroid_from, anchor, evidence=start.span.evidence)
    _append(courses, new, _why_ended(record, current, start.day))


def after_cell_therapy(courses: tuple[Trajectory, ...], series: Series | None = None) -> Trajectory | None:
    """The time since cell therapy ended the last course, with the infusion as reference: for response only (R10)."""
    if not courses or courses[-1].course.ended_by != "cell-therapy":
        return None
    last = courses[-1]
    note = say("response after cell therapy, counted from the infusion")
    since = Course(last.course.number + 1, last.course.end, None, ("car-t",), notes=(note,))
    return trajectory(since, last.chart, last.policy, series or series_of(last.chart, last.policy))


def _append(courses: list[Course], new: Course, ended_by: str) -> None:
    courses[-1] = replace(courses[-1], end=new.t0, ended_by=ended_by)
    courses.append(new)


def _with_segment(course: Course, span: InductionSpan, day: date) -> Course:
    drugs = tuple(dict.fromkeys((*course.induction, *span.drugs)))
    note = say("{drug} from {day} in the same course", drug=", ".join(span.drugs), day=day)
    return replace(course, induction=drugs, evidence=(*course.evidence, *span.evidence), notes=(*course.notes, note))


def _last_span(record: TreatmentRecord, course: Course, day: date) -> InductionSpan | None:
    earlier = [s for s in spans_of(record) if set(s.drugs) & set(course.induction)]
    return next((s for s in reversed(earlier) if s.first is None or s.first < day), None)


def _why_ended(record: TreatmentRecord, course: Course, day: date) -> str:
    """`changed-for-failure` or `relapse` when recorded before the day, else `replaced` (not evaluable, R7)."""
    failure = _until(record, course, day)
    if failure is None:
        return "replaced"
    outcome = ding2025(failure)
    if outcome.finding.truth is Truth.MET:
        return "changed-for-failure"
    return "relapse" if outcome.state in ("relapse", "response-lost", "responding") else "replaced"


def _until(record: TreatmentRecord, course: Course, day: date) -> Trajectory | None:
    if course.t0 is None or day <= course.t0:
        return None
    return trajectory(replace(course, end=day), record.chart, record.policy, record.series)


def _is_planned_maintenance(record: TreatmentRecord, course: Course, start: TreatmentStart, ended_by: str) -> bool:
    """R6: without a recorded failure, and not at induction dose after a lost response, a pause or new steroid."""
    so_far = _until(record, course, start.day)
    if so_far is None:
        return not at_induction_dose(record, start.span, start.day)
    if ended_by == "changed-for-failure":
        return False
    if start.day < so_far.day(MONTH_6.due.value) or not at_induction_dose(record, start.span, start.day):
        return True
    lost = ding2025(so_far).state in ("relapse", "response-lost")
    return not lost and so_far.treated_until is None and not _reinduced(record, course, start.day)
