"""The measures against the second opinion, on thousands of inputs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnfhir.instants import completed_years
from lnfhir.logic import Evidence, Known
from lnfhir.measures.assessment import assessments
from lnfhir.measures.baseline import baseline_proteinuria, creatinine_change, fall
from lnfhir.measures.kidney import (
    Equation,
    KidneyFunction,
    ckd_epi_2021,
    ckid_u25,
    kidney_function_series,
)
from lnfhir.measures.steroids import oral_steroid
from lnfhir.measures.urine_protein import Modality, Proteinuria
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte, amount
from tests.builders import T0, chart, creatinine, upcr, use, woman
from tests.second_opinion import arithmetic

MANY = settings(max_examples=1000, deadline=None)
SEXES = st.sampled_from(["female", "male"])
CREATININE = st.integers(5, 2500).map(lambda hundredths: Decimal(hundredths) / 100)


@MANY
@given(CREATININE, st.integers(18, 105), SEXES)
def test_ckd_epi_2021_agrees(scr: Decimal, years: int, sex: str) -> None:
    expected = arithmetic.egfr_adult(scr, years, sex == "female")
    assert ckd_epi_2021(float(scr), years, sex) == pytest.approx(float(expected), rel=1e-12)


@MANY
@given(CREATININE, st.integers(45, 210), st.integers(1, 25), SEXES)
def test_ckid_u25_agrees(scr: Decimal, centimetres: int, years: int, sex: str) -> None:
    metres = Decimal(centimetres) / 100
    expected = arithmetic.egfr_young(scr, metres, years, sex == "female")
    assert ckid_u25(float(scr), float(metres), years, sex) == pytest.approx(float(expected), rel=1e-12)


@MANY
@given(st.dates(date(1920, 1, 1), date(2024, 12, 31)), st.integers(0, 36500))
def test_completed_years_agree(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    assert completed_years(born, on) == arithmetic.years_old(born, on)


@MANY
@given(st.integers(5, 3000), st.integers(0, 400))
def test_a_series_uses_the_age_of_each_sample(hundredths: int, day: int) -> None:
    scr = Decimal(hundredths) / 100
    person = woman(date(1970, 6, 1))
    (function,) = kidney_function_series(chart(creatinine(day, float(scr)), person=person, as_of=400), Policy())
    years = arithmetic.years_old(date(1970, 6, 1), T0 + timedelta(days=day))
    assert function.egfr is not None
    assert function.egfr.low == pytest.approx(float(arithmetic.egfr_adult(scr, years, True)), rel=1e-12)


@MANY
@given(st.integers(1, 500_000))
def test_units_of_creatinine_and_of_the_ratio_agree(thousandths: int) -> None:
    value = Fraction(thousandths, 1000)

    def read(unit: str, analyte: Analyte) -> float | None:
        found = amount(float(value), None, unit, unit, "http://unitsofmeasure.org", analyte)
        return found.low if isinstance(found, Amount) else None

    for unit, analyte, factor, tolerance in (
        ("umol/L", Analyte.CREATININE, 1 / Fraction("88.4"), 1e-12),
        ("mg/dL", Analyte.CREATININE, Fraction(1), 1e-12),
        ("mg/mmol", Analyte.UPCR, Fraction("8.84") / 1000, 1e-4),
        ("mg/g", Analyte.UPCR, Fraction(1, 1000), 1e-12),
        ("g/g", Analyte.UPCR, Fraction(1), 1e-12),
    ):
        found = read(unit, analyte)
        if found is not None:  # outside the window of what is possible nothing is read
            assert found == pytest.approx(float(value * factor), rel=tolerance)


def protein(text: str) -> Proteinuria:
    value = float(text)
    return Proteinuria(T0, Amount(value, value, "g/g"), Modality.UPCR_SPOT, Evidence("Observation/1", "UPCR"))


def function(text: str) -> KidneyFunction:
    value = float(text)
    found = Amount(value, value, "mg/dL")
    return KidneyFunction(T0, None, found, Equation.REPORTED, Evidence("Observation/1", "creatinine"))


WRITTEN = st.integers(1, 2000).map(lambda hundredths: f"{hundredths // 100}.{hundredths % 100:02}")


@MANY
@given(WRITTEN, WRITTEN)
def test_percentages_are_those_of_the_written_numbers(before: str, after: str) -> None:
    expected = arithmetic.percent_change(before, after)
    down, up = fall(protein(before), protein(after)), creatinine_change(function(before), function(after))
    assert down == float(-expected / 100)
    assert up == float(expected / 100)


@MANY
@given(
    st.lists(
        st.tuples(st.integers(-100, 20), st.sampled_from([0, 1]), st.integers(10, 900)),
        max_size=6,
        unique_by=lambda value: value[0],
    )
)
def test_the_baseline_is_the_one_of_the_four_steps(values: list[tuple[int, int, int]]) -> None:
    spelled = [(day, rank, f"{hundredths / 100}") for day, rank, hundredths in values]
    expected = arithmetic.pick_baseline(spelled)
    patient = chart(*(upcr(day, float(text), ("24h", "spot")[rank]) for day, rank, text in spelled))
    found = baseline_proteinuria(patient, T0, Policy())
    assert isinstance(found, Known) is (expected is not None)
    if isinstance(found, Known) and expected is not None:
        assert ((found.value.chosen.day - T0).days, found.value.chosen.amount.low) == (expected[0], float(expected[2]))


@MANY
@given(
    st.lists(st.integers(0, 120), max_size=6, unique=True),
    st.lists(st.integers(0, 120), max_size=6, unique=True),
    st.sampled_from([14, 30]),
)
def test_pairs_are_those_found_by_walking_outwards(proteins: list[int], functions: list[int], gap: int) -> None:
    patient = chart(*(upcr(day, 2.0) for day in proteins), *(creatinine(day, 0.9) for day in functions))
    policy = Policy(assessment_gap_days=14 if gap == 14 else 30)
    for assessment in assessments(patient, policy):
        expected = arithmetic.pair((assessment.day - T0).days, functions, gap)
        found = None if assessment.function is None else (assessment.function.day - T0).days
        assert found == expected


@MANY
@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 30)), st.sampled_from([5, 10, 20, 40, 60])),
        max_size=6,
    )
)
def test_the_dose_of_every_day_is_that_of_the_orders_in_force(drawn: list[tuple[int, int | None, int]]) -> None:
    orders = sorted(((s, None if n is None else min(s + n, 60), mg) for s, n, mg in drawn), key=lambda order: order[0])
    patient = chart(*(use("prednisone", first, last, mg=mg) for first, last, mg in orders), as_of=60)
    dose = oral_steroid(patient)
    for day in range(61):
        found = dose.on(T0 + timedelta(days=day))
        assert (found.value if isinstance(found, Known) else None) == arithmetic.daily_dose(orders, 60, day)
