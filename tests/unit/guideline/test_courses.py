"""Courses and T0, by the rulings that are quoted in the names."""

from __future__ import annotations

from lnfhir.policy import Policy
from lnfhir.review import review
from tests.builders import d, given, use
from tests.unit.guideline.patients import Entry, courses, induction, kidney, patient, supply, verdicts

STEROID = [use("prednisone", 0, 40, mg=60), use("prednisone", 41, mg=5)]


def cyc(*days: int, mg: float = 500) -> list[Entry]:
    """Infusions of cyclophosphamide."""
    return [given("cyclophosphamide", day, mg) for day in days]


def test_t0_is_the_earlier_start_when_both_are_within_60_days() -> None:
    """R3: the steroid episode begins 14 days before mycophenolate."""
    (only,) = courses(patient(kidney((0, 4.2, 0.9)), induction(), as_of=183))
    assert (only.course.t0, only.course.steroid_from) == (d(0), d(0))


def test_t0_is_the_immunosuppressant_when_steroid_began_long_before() -> None:
    """R3: steroid since day -100 and still taken."""
    entries = [use("prednisone", -100, mg=30), use("mycophenolate-mofetil", 0, mg=2000), *kidney((-20, 4.2, 0.9))]
    (only,) = courses(patient(entries, as_of=183))
    assert (only.course.t0, only.course.steroid_from) == (d(0), d(-100))
    assert "more than 60 days earlier" in str(only.course.notes[0])


def test_immunosuppressant_in_use_as_the_record_begins_has_no_t0() -> None:
    """R8: nothing on record in the 90 days before."""
    entries = [use("mycophenolate-mofetil", 0, mg=2000), *kidney((100, 2.0, 0.8))]
    chart = patient(entries, as_of=183, kg=None)
    kept = type(chart)(chart.as_of, chart.person, chart.results[1:], chart.drugs, coverage=chart.coverage)
    (only,) = courses(kept)
    assert only.course.t0 is None


def test_cyclophosphamide_then_mycophenolate_before_month_6_is_one_course() -> None:
    """R6: the sequential regimen."""
    entries = [*STEROID, *cyc(0, 14, 28, 42, 56, 70), use("mycophenolate-mofetil", 84, mg=2000), *kidney((0, 4.0, 0.9))]
    (only,) = courses(patient(entries, as_of=150))
    assert set(only.course.induction) == {"cyclophosphamide", "mycophenolate-mofetil"}


def test_change_of_class_after_a_recorded_failure_begins_a_course_without_new_steroid() -> None:
    """R5: T0 is the first dose of the new drug, and C2a looks at the earlier course."""
    entries = [
        *STEROID, use("mycophenolate-mofetil", 14, 199, mg=2000, active=False), *supply(14, 199),
        *cyc(200, 214, 228, 242, 256, 270), *kidney((0, 4.2, 0.9), (183, 2.6, 1.0), (290, 2.4, 1.0)),
    ]  # fmt: skip
    first, second = courses(patient(entries, as_of=300))
    assert (first.course.ended_by, first.course.end) == ("changed-for-failure", d(200))
    assert (second.course.t0, second.course.steroid_anchor) == (d(200), d(0))


def test_early_change_without_a_reason_leaves_the_first_course_not_evaluable() -> None:
    """R7: mycophenolate was replaced by cyclophosphamide at two months."""
    entries = [
        *STEROID, use("mycophenolate-mofetil", 0, 60, mg=2000, active=False), *cyc(61, 75, 89), *kidney((0, 4.2, 0.9)),
    ]  # fmt: skip
    first, second = courses(patient(entries, as_of=120))
    assert first.course.ended_by == "replaced"
    assert second.course.t0 is not None


def test_change_for_coded_intolerance_is_a_segment() -> None:
    """R7: the same course goes on."""
    entries = [
        *STEROID,
        use("mycophenolate-mofetil", 0, 60, mg=2000, active=False, stopped_for="intolerance"),
        *cyc(61, 75, 89), *kidney((0, 4.2, 0.9)),
    ]  # fmt: skip
    (only,) = courses(patient(entries, as_of=120))
    assert "cyclophosphamide" in only.course.induction


LONG_AGO = use("mycophenolate-mofetil", -700, -640, mg=2000, active=False, stopped_for="intolerance")


def test_what_was_not_tolerated_years_before_is_not_switched_from() -> None:
    """The record begins with mycophenolate, so that its course has no T0 (R8); cyclophosphamide begins another."""
    found = courses(patient([LONG_AGO, *STEROID, *cyc(0, 14, 28), *kidney((0, 4.2, 0.9))], as_of=120))
    assert [(course.course.t0, course.course.induction) for course in found] == [
        (None, ("mycophenolate-mofetil",)),
        (d(0), ("cyclophosphamide",)),
    ]


def test_a_pause_of_more_than_90_days_ends_what_was_not_tolerated() -> None:
    def number(until: int) -> int:
        stopped = use("mycophenolate-mofetil", 0, until, mg=2000, active=False, stopped_for="intolerance")
        return len(courses(patient([*STEROID, stopped, *cyc(160, 174, 188), *kidney((0, 4.2, 0.9))], as_of=200)))

    assert (number(70), number(69)) == (1, 2)


def test_coded_non_response_ends_a_course_early() -> None:
    """R6: failure was recorded before month 6."""
    entries = [
        *STEROID,
        use("mycophenolate-mofetil", 0, 100, mg=2000, active=False, stopped_for="non-response"),
        *cyc(101, 115), *kidney((0, 4.2, 0.9)),
    ]  # fmt: skip
    first, _ = courses(patient(entries, as_of=150))
    assert first.course.ended_by == "changed-for-failure"


def test_new_steroid_episode_on_full_dose_is_a_new_course() -> None:
    """R5: re-induction after a relapse with the same drug."""
    rows = ((0, 3.1, 0.8), (183, 0.3, 0.8), (275, 0.3, 0.8), (500, 2.5, 0.8))
    again = [given("methylprednisolone", 505, 500), use("prednisone", 506, 560, mg=60)]
    first, second = courses(patient(kidney(*rows), induction(), again, as_of=600))
    assert first.course.ended_by == "relapse"
    assert second.course.t0 == d(505)


def test_cell_therapy_ends_a_course_and_its_lymphodepletion_is_no_induction() -> None:
    """Cyclophosphamide in the week before the product never counts as treatment of nephritis."""
    entries = [
        *induction(), *kidney((0, 4.2, 0.9), (183, 3.9, 0.9)),
        *cyc(295, 296, 297, mg=800), given("fludarabine", 295, 50), given("car-t", 300, 1),
    ]  # fmt: skip
    (only,) = courses(patient(entries, as_of=400))
    assert (only.course.ended_by, only.course.end) == ("cell-therapy", d(300))
    assert "cyclophosphamide" not in only.course.induction


def test_pause_of_more_than_90_days_ends_a_course_when_treatment_resumes() -> None:
    entries = [
        *STEROID, use("mycophenolate-mofetil", 0, 100, mg=2000, active=False),
        use("mycophenolate-mofetil", 300, mg=2000), *kidney((0, 4.2, 0.9)),
    ]  # fmt: skip
    first, second = courses(patient(entries, as_of=400))
    assert (first.course.ended_by, second.course.t0) == ("gap", d(300))


def test_maintenance_mycophenolate_after_a_response_is_the_same_course() -> None:
    """R6: after month 6, planned because a response had been reached."""
    entries = [
        *STEROID, *cyc(0, 30, 60, 90, 120, 150, 180, mg=1000), use("mycophenolate-mofetil", 200, mg=2000),
        *kidney((0, 4.2, 0.9), (183, 0.6, 0.9)),
    ]  # fmt: skip
    (only,) = courses(patient(entries, as_of=300))
    assert only.course.t0 == d(0)


def test_mycophenolate_in_full_after_month_6_without_response_is_a_new_course() -> None:
    entries = [
        *STEROID, *cyc(0, 30, 60, 90, 120, 150, 180, mg=1000), use("mycophenolate-mofetil", 200, mg=2000),
        *kidney((0, 4.2, 0.9), (183, 3.9, 0.9)),
    ]  # fmt: skip
    first, second = courses(patient(entries, as_of=300))
    assert (first.course.ended_by, second.course.t0) == ("changed-for-failure", d(200))


def test_an_added_biologic_is_a_segment_unless_the_site_counts_it_as_a_course() -> None:
    """B2: the two courses of ACR 2024 can be counted either way."""
    entries = [*induction(), use("belimumab", 200, mg=None), *kidney((0, 4.2, 0.9), (183, 3.6, 0.9))]
    (only,) = courses(patient(entries, as_of=250))
    assert "belimumab" in only.course.induction
    first, second = courses(patient(entries, as_of=250), Policy(addon_is_new_course=True))
    assert (first.course.ended_by, second.course.t0) == ("changed-for-failure", d(200))


def test_response_after_cell_therapy_is_counted_from_the_infusion() -> None:
    """R10: proteinuria of day 390 against that of the infusion on day 300."""
    entries = [*induction(), *kidney((0, 4.2, 0.9), (295, 5.0, 0.9), (390, 1.2, 0.9)), given("car-t", 300, 1)]
    chart = patient(entries, as_of=400)
    today = next(r for r in review(chart, Policy()).responses if r.at == "today")
    assert (today.day, today.state.value) == (d(390), "partial")


def test_a_site_may_ask_for_a_second_value_that_confirms_a_response() -> None:
    rows = ((0, 4.2, 0.9), (183, 1.9, 0.9))
    policy = Policy(confirm_values=2)
    once = verdicts(patient(kidney(*rows), induction(), as_of=190), policy)["ding2025"].c3
    assert "confirms it" in str(once.missing[0])
    twice = verdicts(patient(kidney(*rows, (197, 1.8, 0.9)), induction(), as_of=197), policy)["ding2025"].c3
    assert twice.state == "pending"
    soon = verdicts(patient(kidney(*rows, (196, 1.8, 0.9)), induction(), as_of=196), policy)["ding2025"].c3
    assert soon.state == "unknown"
