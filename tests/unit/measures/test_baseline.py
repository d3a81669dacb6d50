"""Baselines and changes from them."""

from __future__ import annotations

import pytest

from lnfhir.logic import Known, Missing
from lnfhir.measures.baseline import (
    BaselineProteinuria,
    baseline_function,
    baseline_proteinuria,
)
from lnfhir.measures.kidney import KidneyFunction
from lnfhir.policy import Policy
from tests.builders import T0, chart, creatinine, d, height, upcr, woman

POLICY = Policy()


def p0(*entries: object) -> BaselineProteinuria:
    found = baseline_proteinuria(chart(*entries), T0, POLICY)  # type: ignore[arg-type]
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize(("day", "found"), [(-91, False), (-90, True), (14, True), (15, False)])
def test_the_window_of_baseline_proteinuria(day: int, found: bool) -> None:
    answer = baseline_proteinuria(chart(upcr(day, 4.0)), T0, POLICY)
    assert isinstance(answer, Known) is found
    if isinstance(answer, Missing):
        assert "urine protein" in str(answer.needs[0])


def test_on_or_before_the_start_comes_before_anything_after_it() -> None:
    assert p0(upcr(-80, 3.0, "spot"), upcr(1, 4.0)).chosen.amount.low == 3.0
    assert p0(upcr(-5, 3.0), upcr(0, 4.0)).chosen.amount.low == 4.0


def test_within_14_days_comes_before_farther_even_by_a_better_method() -> None:
    assert p0(upcr(-14, 3.0, "spot"), upcr(-15, 4.0)).chosen.amount.low == 3.0


def test_within_one_band_the_better_method_comes_before_the_nearer() -> None:
    assert p0(upcr(-10, 4.0, "24h"), upcr(-1, 3.0, "spot")).chosen.amount.low == 4.0
    assert p0(upcr(-60, 4.0, "24h"), upcr(-20, 3.0, "spot")).chosen.amount.low == 4.0


def test_otherwise_the_nearest_is_chosen() -> None:
    assert p0(upcr(-10, 4.0), upcr(-3, 3.5)).chosen.amount.low == 3.5


def test_the_range_holds_the_values_of_the_same_method_within_14_days() -> None:
    base = p0(upcr(-3, 3.5), upcr(-10, 4.0), upcr(12, 2.5), upcr(-20, 9.0), upcr(-5, 0.5, "spot"))
    assert (base.lowest.amount.low, base.chosen.amount.low, base.highest.amount.low) == (2.5, 3.5, 4.0)


def test_a_lone_baseline_is_its_own_range() -> None:
    base = p0(upcr(-60, 4.0))
    assert base.lowest is base.chosen is base.highest


def test_a_range_of_baseline_values_is_noted_and_a_single_value_is_not() -> None:
    several = baseline_proteinuria(chart(upcr(-3, 3.5), upcr(-10, 4.0)), T0, POLICY)
    single = baseline_proteinuria(chart(upcr(-3, 3.5)), T0, POLICY)
    assert isinstance(several, Known)
    assert isinstance(single, Known)
    assert [str(note) for note in several.notes] == [
        "baseline values within 14 days of the start range from 3.5 to 4 g/g"
    ]
    assert single.notes == ()
    assert (len(several.evidence), len(single.evidence)) == (2, 1)


def g0(policy: Policy, *entries: object) -> KidneyFunction | None:
    found = baseline_function(chart(*entries), T0, policy)  # type: ignore[arg-type]
    return found.value if isinstance(found, Known) else None


def test_baseline_function_is_chosen_around_the_start() -> None:
    chosen = g0(POLICY, creatinine(-80, 0.7), creatinine(-20, 0.8), creatinine(2, 1.2))
    assert chosen is not None
    assert chosen.day == d(-20)
    assert g0(POLICY, creatinine(-91, 0.8), creatinine(15, 0.8)) is None
    on_the_day = g0(POLICY, creatinine(-5, 0.7), creatinine(0, 0.8))
    assert on_the_day is not None
    assert on_the_day.day == T0


def test_pre_flare_function_is_the_last_before_the_90_days() -> None:
    pre_flare = Policy(baseline_function="pre_flare")
    chosen = g0(pre_flare, creatinine(-400, 0.6), creatinine(-91, 0.8), creatinine(-90, 1.2))
    assert chosen is not None
    assert chosen.day == d(-91)
    assert g0(pre_flare, creatinine(-90, 1.2), creatinine(-731, 0.8)) is None
    assert g0(pre_flare, creatinine(-730, 0.8)) is not None


def test_a_pre_flare_function_with_egfr_is_preferred() -> None:
    girl = woman(d(-365 * 12))
    patient = chart(creatinine(-100, 0.9), creatinine(-300, 0.8), height(-300, 150), person=girl)
    found = baseline_function(patient, T0, Policy(baseline_function="pre_flare"))
    assert isinstance(found, Known)
    assert found.value.day == d(-300)


def test_best_prior_function_is_the_highest_of_12_months() -> None:
    best = Policy(baseline_function="best_prior_12mo")
    chosen = g0(best, creatinine(-366, 0.5), creatinine(-365, 0.7), creatinine(-100, 0.8), creatinine(1, 0.6))
    assert chosen is not None
    assert chosen.day == d(-365)
    today = g0(best, creatinine(-100, 0.8), creatinine(0, 0.7))
    assert today is not None
    assert today.day == T0


def test_best_prior_function_without_sex_is_the_lowest_creatinine() -> None:
    from lnfhir.chart.entries import Person

    patient = chart(creatinine(-100, 0.7), creatinine(-50, 0.9), person=Person("p"))
    found = baseline_function(patient, T0, Policy(baseline_function="best_prior_12mo"))
    assert isinstance(found, Known)
    assert found.value.day == d(-100)
    assert found.value.needs


def test_a_function_with_egfr_is_preferred_as_baseline() -> None:
    girl = woman(d(-365 * 12))
    patient = chart(creatinine(-2, 0.9), creatinine(-80, 0.8), height(-160, 150), person=girl)
    found = baseline_function(patient, T0, POLICY)
    assert isinstance(found, Known)
    assert found.value.day == d(-80)
