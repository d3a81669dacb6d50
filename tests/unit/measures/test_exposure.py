"""What was taken: nothing counted twice, nothing unknown counted as nothing."""

from __future__ import annotations

from dataclasses import replace

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import DrugUse, Record
from lnfhir.logic import Known, Missing
from lnfhir.measures.daily_dose import DailyDose
from lnfhir.measures.exposure import continuous, use_evidence
from lnfhir.message import say
from tests.builders import chart, d, dispensed, given, use, weight

PRED = {"prednisone": 1.0, "prednisolone": 1.0}


def doses(*uses: DrugUse, on: Chart | None = None) -> DailyDose:
    patient = chart(*uses) if on is None else on
    return DailyDose(continuous(patient, patient.drugs, PRED), True, say("orders"))


def mg(dose: DailyDose, day: int) -> float | None:
    found = dose.on(d(day))
    return found.value if isinstance(found, Known) else None


def need(dose: DailyDose, day: int) -> str:
    found = dose.on(d(day))
    assert isinstance(found, Missing)
    return str(found.needs[0])


def test_an_order_holds_from_its_first_to_its_last_day() -> None:
    dose = doses(use("prednisone", 0, 9, mg=60))
    assert [mg(dose, n) for n in (-1, 0, 9, 10)] == [0.0, 60.0, 60.0, 0.0]


def test_an_active_order_without_end_holds_to_the_day_of_the_chart() -> None:
    dose = doses(use("prednisone", 0, mg=60))
    assert mg(dose, 183) == 60.0
    assert dose.spans[-1].last == d(183)


def test_a_later_order_replaces_an_earlier_one() -> None:
    dose = doses(use("prednisone", 0, 60, mg=60), use("prednisone", 30, 60, mg=40))
    assert [mg(dose, n) for n in (29, 30, 60, 61)] == [60.0, 40.0, 40.0, 0.0]


def test_prednisolone_replaces_prednisone() -> None:
    dose = doses(use("prednisone", 0, mg=60), use("prednisolone", 30, mg=40))
    assert mg(dose, 40) == 40.0


def test_two_active_orders_of_the_same_day_are_added() -> None:
    dose = doses(use("prednisone", 0, mg=40), use("prednisone", 0, mg=20))
    assert mg(dose, 10) == 60.0


def test_of_two_orders_of_the_same_day_a_stopped_one_was_replaced() -> None:
    dose = doses(use("prednisone", 0, 30, mg=40, active=False), use("prednisone", 0, mg=20))
    assert mg(dose, 10) == 20.0


def test_an_order_and_the_statement_that_repeats_it_are_not_added() -> None:
    dose = doses(use("prednisone", 0, mg=40), use("prednisone", 0, mg=40, record=Record.STATEMENT))
    assert mg(dose, 10) == 40.0


def test_a_later_statement_replaces_an_order() -> None:
    dose = doses(use("prednisone", 0, mg=40), use("prednisone", 50, mg=10, record=Record.STATEMENT))
    assert mg(dose, 60) == 10.0


def test_a_statement_without_a_dose_leaves_the_dose_of_the_order() -> None:
    dose = doses(use("prednisone", 0, mg=40), use("prednisone", 50, record=Record.STATEMENT))
    assert mg(dose, 60) == 40.0
    renewed = doses(use("prednisone", 0, mg=40), use("prednisone", 50))
    assert "daily dose of prednisone" in need(renewed, 60)


def test_an_order_without_a_start_gives_way_to_one_with() -> None:
    dose = doses(use("prednisone", None, mg=40), use("prednisone", 50, mg=10))
    assert mg(dose, 183) == 10.0


def test_a_dispense_counts_only_where_nothing_else_is_recorded() -> None:
    dose = doses(use("prednisone", 0, 20, mg=40), dispensed("prednisone", 10, 30, mg=20))
    assert [mg(dose, n) for n in (15, 21, 39, 40)] == [40.0, 20.0, 20.0, 0.0]


def test_administrations_of_a_day_stand_beside_an_order_without_being_added() -> None:
    dose = doses(use("prednisone", 0, mg=40), given("prednisone", 5, 40, "oral"), given("prednisone", 6, 60, "oral"))
    assert [mg(dose, n) for n in (4, 5, 6, 7)] == [40.0, 40.0, 60.0, 40.0]
    twice = doses(given("prednisone", 5, 20, "oral"), given("prednisone", 5, 20, "oral"))
    assert mg(twice, 5) == 40.0


def test_a_burst_returns_to_the_maintenance_dose_that_is_still_active() -> None:
    dose = doses(use("prednisone", 0, mg=5), use("prednisone", 50, 54, mg=40))
    assert [mg(dose, n) for n in (49, 52, 55)] == [5.0, 40.0, 5.0]


def test_after_a_taper_the_never_closed_first_order_is_in_doubt() -> None:
    dose = doses(use("prednisone", 0, mg=60), use("prednisone", 30, 59, mg=40), use("prednisone", 60, 89, mg=20))
    assert [mg(dose, n) for n in (29, 59, 89)] == [60.0, 40.0, 20.0]
    assert "still taken" in need(dose, 90)


def test_an_ended_order_without_an_end_runs_to_the_next_or_is_in_doubt() -> None:
    dose = doses(use("prednisone", 0, mg=60, active=False), use("prednisone", 90, mg=40, active=False))
    assert [mg(dose, n) for n in (0, 89, 90)] == [60.0, 60.0, 40.0]
    assert "end of prednisone" in need(dose, 91)
    assert dose.spans[-1].in_use is False


def test_an_ended_order_does_not_run_longer_than_90_days_to_the_next() -> None:
    dose = doses(use("prednisone", 0, mg=60, active=False), use("prednisone", 91, mg=40))
    assert mg(dose, 0) == 60.0
    assert "end of prednisone" in need(dose, 1)
    assert mg(dose, 91) == 40.0


def test_days_of_supply_end_an_order_that_is_over() -> None:
    dose = doses(use("prednisone", 0, mg=60, active=False, supply=30))
    assert [mg(dose, n) for n in (29, 30)] == [60.0, 0.0]


def test_as_needed_is_unknown_and_not_zero() -> None:
    dose = doses(use("prednisone", 0, mg=None, as_needed=True))
    assert "as needed" in need(dose, 5)


def test_as_needed_does_not_replace_what_is_scheduled() -> None:
    dose = doses(use("prednisone", 0, mg=10), use("prednisone", 20, as_needed=True))
    assert mg(dose, 25) == 10.0


def test_an_unreadable_dose_is_unknown_and_the_drug_is_named() -> None:
    assert "daily dose of prednisone" in need(doses(use("prednisone", 0)), 5)


def test_a_single_dose_without_a_frequency_is_no_daily_dose_unless_it_was_given() -> None:
    assert "daily dose of prednisone" in need(doses(use("prednisone", 0, dose=20)), 5)
    assert mg(doses(use("prednisone", 5, 5, dose=20, record=Record.ADMINISTRATION)), 5) == 20.0
    assert mg(doses(use("prednisone", 5, 5, mg=40, dose=20, record=Record.ADMINISTRATION)), 5) == 40.0


def test_a_dose_per_kg_is_multiplied_by_the_weight_near_its_start() -> None:
    per_kg = use("prednisone", 0, per_kg=1.0)
    assert mg(doses(on=chart(per_kg, weight(0, 61))), 5) == 61.0
    assert "body weight" in need(doses(per_kg), 5)


def test_without_a_start_the_dose_is_known_today_only() -> None:
    dose = doses(use("prednisone", None, mg=10))
    assert mg(dose, 183) == 10.0
    assert "start of prednisone" in need(dose, 182)


def test_what_begins_after_the_chart_is_not_taken_yet() -> None:
    assert doses(use("prednisone", 184, mg=60)).spans == ()


def in_use(dose: DailyDose, day: int) -> bool:
    span = dose.span_on(d(day))
    assert span is not None
    return span.in_use


def test_use_is_in_doubt_only_when_it_may_not_have_happened() -> None:
    assert in_use(doses(use("prednisone", 0, mg=10)), 5)
    assert in_use(doses(use("prednisone", 0)), 5)
    assert in_use(doses(given("prednisone", 5, None, "oral")), 5)
    assert not in_use(doses(use("prednisone", 0, as_needed=True)), 5)
    assert in_use(doses(use("prednisone", 0, as_needed=True), given("prednisone", 5, None, "oral")), 5)


def test_after_a_burst_of_unknown_dose_the_order_before_it_is_in_doubt() -> None:
    dose = doses(use("prednisone", 0, mg=5), use("prednisone", 50, 54))
    assert "still taken" in need(dose, 55)
    unread = doses(use("prednisone", 0), use("prednisone", 50, 54, mg=40))
    assert "still taken" in need(unread, 55)


def test_an_order_comes_back_after_one_of_the_same_dose() -> None:
    assert mg(doses(use("prednisone", 0, mg=40), use("prednisone", 50, 54, mg=40)), 55) == 40.0


def test_an_ended_order_or_dispense_begun_no_later_leaves_no_doubt() -> None:
    assert mg(doses(use("prednisone", 0, mg=60), use("prednisone", 0, 10, mg=20)), 20) == 60.0
    assert mg(doses(use("prednisone", 0, mg=60), dispensed("prednisone", 10, 30, mg=20)), 50) == 60.0


def test_an_order_wins_over_a_statement_begun_on_the_same_day() -> None:
    dose = doses(use("prednisone", 0, mg=40), use("prednisone", 0, mg=10, record=Record.STATEMENT))
    assert mg(dose, 10) == 40.0


def test_an_unreadable_administration_leaves_the_dose_of_the_order_but_alone_is_unknown() -> None:
    assert mg(doses(use("prednisone", 0, mg=40), given("prednisone", 5, None, "oral")), 5) == 40.0
    assert "daily dose of prednisone" in need(doses(given("prednisone", 5, None, "oral")), 5)


def test_what_was_given_stands_in_for_an_unreadable_order_on_its_day_only() -> None:
    dose = doses(use("prednisone", 0), given("prednisone", 5, 20, "oral"))
    assert mg(dose, 5) == 20.0
    assert "daily dose of prednisone" in need(dose, 6)


def test_the_reason_why_a_dose_cannot_be_read_is_told() -> None:
    unread = replace(use("prednisone", 0), dose_problem=say("tablets of unknown strength"))
    assert need(doses(unread), 5) == "daily dose of prednisone: tablets of unknown strength"
    assert need(doses(use("prednisone", 0)), 5) == "daily dose of prednisone: no dose is given"


def test_a_use_is_shown_with_its_daily_dose_or_else_its_single_dose() -> None:
    daily, single, nothing = use("prednisone", 0, mg=60, dose=20), use("prednisone", 0, dose=500), use("prednisone", 0)
    assert [str(use_evidence(u)) for u in (daily, single, nothing)] == [
        "prednisone 60 mg/d on 2024-01-15",
        "prednisone 500 mg on 2024-01-15",
        "prednisone on 2024-01-15",
    ]
    assert use_evidence(replace(daily, display="Prednisone 20 mg tablet")).label == "Prednisone 20 mg tablet"
