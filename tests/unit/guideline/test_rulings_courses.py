"""Courses and T0 at the edges of the rulings that are named."""

from __future__ import annotations

from tests.builders import d, given, use
from tests.unit.guideline.patients import Entry, courses, induction, kidney, patient, verdicts
from tests.unit.guideline.test_courses import STEROID, cyc

MMF = "mycophenolate-mofetil"


def unreadable(day: int, until: int | None = None) -> Entry:
    """An order of prednisone whose dose cannot be read."""
    return use("prednisone", day, until, mg=None)


def test_a_steroid_of_unreadable_dose_neither_moves_t0_nor_begins_a_course() -> None:
    """R3, R4: only a pulse or a rise to a known dose begins an episode."""
    before = [unreadable(-40, -30), use(MMF, 0, mg=2000), *STEROID, *kidney((-10, 4.2, 0.9))]
    (only,) = courses(patient(before, as_of=183))
    assert only.course.t0 == d(0)
    alone = [unreadable(-40, 20), use(MMF, 0, mg=2000), *kidney((-10, 4.2, 0.9))]
    (only,) = courses(patient(alone, as_of=183))
    assert only.course.t0 == d(0)
    again = [*induction(until=150), use(MMF, 151, mg=2000), unreadable(200, 230), *kidney((0, 4.2, 0.9))]
    assert len(courses(patient(again, as_of=260))) == 1


def test_an_order_of_unknown_end_leaves_no_gap_in_the_course() -> None:
    """B2: nothing shows that mycophenolate was stopped between the two orders."""
    entries = [*STEROID, use(MMF, 0, mg=2000, active=False), use(MMF, 150, mg=2000), *kidney((0, 4.2, 0.9))]
    (only,) = courses(patient(entries, as_of=183))
    assert only.course.t0 == d(0)


def test_the_steroid_that_began_a_replaced_course_does_not_begin_the_next() -> None:
    """R5, R7: cyclophosphamide replaced mycophenolate on day 45; its six months run from then."""
    entries = [*STEROID, use(MMF, 0, 44, mg=2000, active=False), *cyc(45, 59, 73), *kidney((0, 4.2, 0.9))]
    first, second = courses(patient(entries, as_of=120))
    assert (first.course.end, second.course.t0, second.course.steroid_anchor) == (d(45), d(45), d(0))


def test_a_sequential_regimen_without_a_recorded_failure_stays_one_course() -> None:
    """R6: at the switch on day 190 nothing is known of the response; the result of day 200 then decides."""
    entries = [
        *STEROID, *cyc(0, 30, 60, 90, 120, 150, mg=1000), use(MMF, 190, mg=2000),
        *kidney((0, 4.2, 0.9), (200, 3.9, 0.9)),
    ]  # fmt: skip
    (only,) = courses(patient(entries, as_of=200))
    assert only.course.t0 == d(0)


def test_mycophenolate_begun_with_new_steroid_after_a_relapse_is_a_new_course() -> None:
    """B2: a response at the switch makes maintenance; after a relapse it is re-induction."""
    azathioprine = use("azathioprine", 160, 460, mg=100)
    entries = [*STEROID, *cyc(0, 30, 60, 90, 120, 150, mg=1000), azathioprine, use(MMF, 460, mg=2000)]
    rows = kidney((0, 4.2, 0.9), (183, 0.3, 0.9), (450, 3.9, 0.9))
    again = [given("methylprednisolone", 460, 500), use("prednisone", 461, 500, mg=60)]
    first, second = courses(patient(entries, rows, again, as_of=500))
    assert (first.course.ended_by, second.course.t0) == ("relapse", d(460))
    quiet = kidney((0, 4.2, 0.9), (183, 0.3, 0.9), (450, 0.3, 0.9))
    assert len(courses(patient(entries, quiet, as_of=500))) == 1


def test_a_course_that_responded_before_it_was_followed_by_another_was_not_replaced() -> None:
    rows = kidney((0, 4.2, 0.9), (150, 1.9, 0.9), (240, 3.9, 0.9))
    again = [given("methylprednisolone", 250, 500), use("prednisone", 251, 290, mg=60)]
    first, _ = courses(patient(induction(), rows, again, as_of=300))
    assert first.course.ended_by == "relapse"


def test_an_order_soon_after_new_steroid_belongs_to_the_course_that_steroid_began() -> None:
    """R5: the steroid of day 300 begins course 2; cyclophosphamide stands in until mycophenolate is resumed."""
    entries = [
        *STEROID, use(MMF, 0, mg=2000, active=False, stopped_for="intolerance"), use(MMF, 310, mg=2000), *cyc(305),
        given("methylprednisolone", 300, 500), use("prednisone", 301, 340, mg=60), *kidney((0, 4.2, 0.9)),
    ]  # fmt: skip
    found = courses(patient(entries, as_of=400))
    assert [course.course.t0 for course in found] == [d(0), d(300)]


def test_two_immunosuppressants_without_dates_do_not_raise() -> None:
    entries = [use(MMF, None, mg=2000), use("cyclophosphamide", None, mg=100), *kidney((0, 4.2, 0.9))]
    assert verdicts(patient(entries, as_of=183))["ding2025"].c3.state == "unknown"
