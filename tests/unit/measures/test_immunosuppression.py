"""Mycophenolate, cyclophosphamide, and their spans of use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse, Record
from lnfhir.logic import Known, Missing
from lnfhir.measures.cell_therapy import cell_therapies, cell_therapy_days, ordered_cell_therapy
from lnfhir.measures.cyclophosphamide import (
    CyclophosphamideCourse,
    cumulative_cyclophosphamide,
    cyclophosphamide_course,
    infused_cyclophosphamide,
    oral_cyclophosphamide,
)
from lnfhir.measures.immunosuppression import (
    daily_mycophenolate,
    exposure_spans,
    induction_spans,
    started_before_record,
)
from tests.builders import biopsy, chart, creatinine, d, given, height, procedure, upcr, use, weight

MMF, MPA, CYC = "mycophenolate-mofetil", "mycophenolic-acid", "cyclophosphamide"
BEFORE = upcr(-10, 4.0)


def test_mycophenolate_is_measured_in_g_of_mmf() -> None:
    mmf = daily_mycophenolate(chart(use(MMF, 14, mg=2000))).on(d(20))
    assert isinstance(mmf, Known)
    assert mmf.value == 2.0
    mpa = daily_mycophenolate(chart(use(MPA, 14, mg=1440)))
    found = mpa.on(d(20))
    assert isinstance(found, Known)
    assert found.value == pytest.approx(2.0)
    assert mpa.days_at_least(2.0, d(14), d(23)).certain == 10
    assert daily_mycophenolate(chart(use(MPA, 14, mg=1439))).days_at_least(2.0, d(14), d(23)).certain == 0


def test_mycophenolic_acid_replaces_mofetil() -> None:
    switched = daily_mycophenolate(chart(use(MMF, 0, mg=2000), use(MPA, 30, mg=720))).on(d(40))
    assert isinstance(switched, Known)
    assert switched.value == pytest.approx(1.0)


def test_a_span_joins_orders_up_to_90_days_apart() -> None:
    joined = induction_spans(chart(BEFORE, use(MMF, 0, 29, mg=2000), use(MMF, 120, mg=2000)))
    assert [(s.kind, s.first, s.last) for s in joined] == [("mpaa", d(0), None)]
    parted = induction_spans(chart(BEFORE, use(MMF, 0, 29, mg=2000), use(MMF, 121, mg=2000)))
    assert [(s.first, s.last) for s in parted] == [(d(0), d(29)), (d(121), None)]


def test_both_mycophenolates_are_one_class_and_cyclophosphamide_another() -> None:
    spans = induction_spans(
        chart(BEFORE, *(given(CYC, n, 500) for n in (0, 14, 28)), use(MMF, 60, 89, mg=2000), use(MPA, 90, mg=1440))
    )
    assert [(s.kind, s.drugs, s.first, s.last) for s in spans] == [
        ("cyc", (CYC,), d(0), d(28)),
        ("mpaa", (MMF, MPA), d(60), None),
    ]


def test_an_order_without_start_leaves_the_first_day_open() -> None:
    (span,) = induction_spans(chart(BEFORE, use(MMF, None, mg=2000)))
    assert (span.first, span.last, span.started_before_record) == (None, None, True)


def test_an_undated_order_beside_a_dated_one_does_not_hide_its_start() -> None:
    (span,) = induction_spans(chart(BEFORE, use(MMF, None, mg=2000), use(MMF, 14, mg=2000)))
    assert span.first == d(14)


def test_an_ended_order_without_dates_is_a_span_of_which_nothing_is_known() -> None:
    (span,) = induction_spans(chart(BEFORE, use(MMF, None, mg=2000, active=False)))
    assert (span.first, span.end_unknown) == (None, True)


def test_an_ended_order_without_an_end_leaves_the_end_open() -> None:
    (span,) = induction_spans(chart(BEFORE, use(MMF, 14, mg=2000, active=False)))
    assert (span.first, span.last, span.end_unknown) == (d(14), None, True)


def test_doubtful_days_join_nothing_to_what_follows() -> None:
    old, new = induction_spans(chart(BEFORE, use(MMF, -900, mg=2000, active=False), use(MMF, 14, mg=2000)))
    assert (old.first, old.end_unknown) == (d(-900), True)
    assert (new.first, new.last, new.end_unknown) == (d(14), None, False)


def test_a_coded_intolerance_is_kept() -> None:
    patient = chart(BEFORE, use(MMF, 0, 40, mg=2000, stopped_for="intolerance"), use(CYC, 50, dose=500, route="iv"))
    mmf, cyc = induction_spans(patient)
    assert (mmf.stopped_for, cyc.stopped_for) == ("intolerance", "")


def test_the_reason_of_a_stop_belongs_to_its_own_span_and_outlives_a_restart() -> None:
    stopped = use(MMF, -900, -800, mg=2000, stopped_for="intolerance")
    patient = chart(BEFORE, stopped, use(MMF, 0, mg=2000))
    before, now = induction_spans(patient)
    assert (before.stopped_for, now.stopped_for) == ("intolerance", "")
    (restarted,) = induction_spans(
        chart(BEFORE, use(MMF, 0, 40, mg=2000, stopped_for="intolerance"), use(MMF, 60, mg=1000))
    )
    assert restarted.stopped_for == "intolerance"


def test_other_immunosuppressants_have_spans_too() -> None:
    (span,) = exposure_spans(chart(BEFORE, use("tacrolimus", 10, mg=4)), "tacrolimus")
    assert (span.kind, span.first) == ("tacrolimus", d(10))


@pytest.mark.parametrize(("day", "unsure"), [(-91, True), (-90, False), (-1, False), (0, True)])
def test_a_start_is_a_start_only_when_the_record_reaches_back(day: int, unsure: bool) -> None:
    assert started_before_record(chart(creatinine(day, 0.9), use(MMF, 0, mg=2000)), d(0)) is unsure


def test_a_procedure_another_drug_or_a_biopsy_shows_that_the_record_reaches_back() -> None:
    mmf = use(MMF, 0, mg=2000)
    assert started_before_record(chart(mmf), d(0)) is True
    assert started_before_record(chart(mmf, procedure("kidney-biopsy", -5)), d(0)) is False
    assert started_before_record(chart(mmf, use("hydroxychloroquine", -30, mg=400)), d(0)) is False
    assert started_before_record(chart(mmf, biopsy(0, "IV")), d(0)) is False
    assert started_before_record(chart(mmf, biopsy(1, "IV")), d(0)) is True


def course(*entries: object, until: int = 183) -> CyclophosphamideCourse:
    return cyclophosphamide_course(chart(*entries), d(0), d(until))  # type: ignore[arg-type]


def test_the_low_dose_regimen_is_six_times_500_mg_in_16_weeks() -> None:
    found = course(*(given(CYC, n, 500) for n in (0, 14, 28, 42, 56, 70)))
    assert (found.low_doses, found.low_total_mg) == (6, 3000)


def test_doses_after_16_weeks_or_far_from_500_mg_are_not_of_the_low_dose_regimen() -> None:
    assert course(*(given(CYC, n, 500) for n in (0, 112))).low_doses == 2
    assert course(*(given(CYC, n, 500) for n in (0, 113))).low_doses == 1
    assert [course(given(CYC, 0, mg)).low_doses for mg in (449, 450, 550, 551)] == [0, 1, 1, 0]


def test_only_doses_of_the_interval_count_and_no_lymphodepletion() -> None:
    found = course(*(given(CYC, day, 500) for day in (-1, 0, 60, 61)), until=60)
    assert [dose.day for dose in found.doses] == [d(0), d(60)]
    assert course(given(CYC, 0, 500), given("fludarabine", 0, 50)).doses == ()
    assert course(given(CYC, 0, 500), given(CYC, 14, None)).unknown_doses == 1


def test_the_high_dose_regimen_counts_monthly_doses_of_half_a_gram_per_square_metre() -> None:
    size = (weight(0, 60), height(0, 160), weight(60, 60))  # 1.633 m2: 816.5 mg
    assert course(*size, *(given(CYC, n, 817) for n in (0, 28, 56))).high_doses == 3
    assert course(*size, *(given(CYC, n, 816) for n in (0, 28, 56))).high_doses == 0
    assert course(*size, *(given(CYC, n, 900) for n in (0, 20, 21))).high_doses == 2


def test_without_height_the_high_dose_regimen_is_open_and_height_is_named() -> None:
    found = course(weight(0, 60), given(CYC, 0, 900))
    assert found.high_doses == 0
    assert "height" in str(found.high_needs[0].needs[0])


def test_oral_cyclophosphamide_counts_its_days_at_1_mg_per_kg() -> None:
    found = course(weight(0, 60), use(CYC, 0, 69, mg=60))
    assert found.oral_days == (70, 70)
    assert course(weight(0, 60), use(CYC, 0, 69, mg=59)).oral_days == (0, 0)
    assert course(weight(0, 60), use(CYC, 0, 69)).oral_days == (0, 70)
    no_weight = course(use(CYC, 0, 69, mg=60))
    assert no_weight.oral_days == (0, 70)
    assert "body weight" in str(no_weight.oral_needs[0].needs[0])


def test_without_a_route_a_small_daily_dose_is_oral_and_a_large_or_spaced_one_infused() -> None:
    assert oral_cyclophosphamide(chart(use(CYC, 0, 9, mg=250, route="unknown"))).spans
    assert not oral_cyclophosphamide(chart(use(CYC, 0, 9, mg=251, route="unknown"))).spans
    assert not oral_cyclophosphamide(chart(use(CYC, 0, 9, route="unknown"))).spans
    small, large = use(CYC, 0, 9, mg=100, route="unknown"), use(CYC, 0, dose=500, every=14, route="unknown")
    assert oral_cyclophosphamide(chart(small)).spans
    assert infused_cyclophosphamide(chart(small)) == ()
    assert not oral_cyclophosphamide(chart(large)).spans
    assert len(infused_cyclophosphamide(chart(large))) == 14


@pytest.mark.parametrize(("day", "lymphodepletion"), [(-8, False), (-7, True), (0, True), (1, False)])
def test_cyclophosphamide_in_the_week_before_car_t_is_lymphodepletion(day: int, lymphodepletion: bool) -> None:
    patient = chart(BEFORE, given(CYC, 100 + day, 900), given("car-t", 100, None))
    assert infused_cyclophosphamide(patient)[0].lymphodepletion is lymphodepletion
    assert bool(induction_spans(patient)) is not lymphodepletion
    assert cell_therapy_days(patient) == (d(100),)


def test_cells_that_were_only_ordered_were_not_given_unless_nobody_could_see_it() -> None:
    order = use("car-t", 100, dose=1, route="iv")
    seen = chart(BEFORE, given(CYC, 95, 900), order)
    assert (cell_therapies(seen), ordered_cell_therapy(seen)) == ((), (order,))
    assert infused_cyclophosphamide(seen)[0].lymphodepletion
    unseen = chart(BEFORE, order, searched=[need for need in Need if need is not Need.ADMINISTRATIONS])
    assert cell_therapy_days(unseen) == (d(100),)
    held = replace(order, on_hold=True, active=False)
    assert cell_therapies(chart(held, searched=[])) == ()


def test_cells_given_by_procedure_or_statement_were_given() -> None:
    assert cell_therapy_days(chart(procedure("car-t-infusion", 100))) == (d(100),)
    assert cell_therapy_days(chart(use("car-t", 100, record=Record.STATEMENT))) == (d(100),)
    assert cell_therapies(chart(procedure("car-t-infusion", None)))[0].day is None


def test_cyclophosphamide_with_fludarabine_is_lymphodepletion() -> None:
    assert infused_cyclophosphamide(chart(given(CYC, 0, 900), given("fludarabine", 7, 50)))[0].lymphodepletion
    assert not infused_cyclophosphamide(chart(given(CYC, 0, 900), given("fludarabine", 8, 50)))[0].lymphodepletion


def test_cumulative_cyclophosphamide_adds_infusions_and_oral_days() -> None:
    found = cumulative_cyclophosphamide(chart(given(CYC, 0, 500), given(CYC, 14, 500), use(CYC, 30, 39, mg=100)))
    assert isinstance(found, Known)
    assert found.value == 2.0
    assert isinstance(cumulative_cyclophosphamide(chart(given(CYC, 0, None))), Missing)
    assert isinstance(cumulative_cyclophosphamide(chart(use(CYC, 0, 9))), Missing)
    assert isinstance(cumulative_cyclophosphamide(chart(searched=[])), Missing)
    assert cumulative_cyclophosphamide(chart()) == Known(0.0)


def test_a_use_of_a_dispense_is_use() -> None:
    bought: DrugUse = use(MMF, 0, 29, record=Record.DISPENSE, supply=30)
    (span,) = induction_spans(chart(BEFORE, bought))
    assert (span.first, span.last) == (d(0), d(29))
