"""Estimated GFR and its series."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.measures.kidney import Equation, KidneyFunction, ckd_epi_2021, ckid_u25, kidney_function_series
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte
from tests.builders import above, below, chart, creatinine, d, diagnosis, height, man, procedure, result, woman

POLICY = Policy()
YOUNG_BY_U25 = Policy(young_adult_egfr="u25")


def only(*entries: object, **how: object) -> KidneyFunction:
    (function,) = kidney_function_series(chart(*entries, **how), POLICY)  # type: ignore[arg-type]
    return function


@pytest.mark.parametrize(
    ("creatinine_mg_dl", "age", "sex", "egfr"),
    [
        (1.0, 50, "female", 68.6),
        (1.0, 50, "male", 91.7),
        (0.5, 30, "female", 129.3),
        (0.6, 30, "male", 133.2),
        (0.90, 28, "female", 89.3),
        (0.95, 28, "female", 83.7),
        (1.00, 28, "female", 78.7),
        (0.80, 34, "female", 99.1),
        (0.85, 34, "female", 92.1),
        (88 / 88.4, 41, "male", 97.5),
        (92 / 88.4, 42, "male", 91.9),
        (1.10, 25, "female", 71.5),
        (1.00, 25, "female", 80.2),
        (0.90, 26, "female", 90.4),
        (0.80, 31, "female", 101.0),
        (0.90, 31, "female", 87.7),
        (0.90, 32, "female", 87.1),
        (0.95, 31, "female", 82.1),
        (0.96, 31, "female", 81.1),
        (0.97, 31, "female", 80.1),
        (0.80, 30, "female", 101.6),
        (0.85, 30, "female", 94.5),
        (0.75, 30, "female", 109.8),
        (1.10, 31, "female", 68.9),
    ],
)
def test_ckd_epi_2021_gives_the_worked_figures(creatinine_mg_dl: float, age: int, sex: str, egfr: float) -> None:
    assert ckd_epi_2021(creatinine_mg_dl, age, sex) == pytest.approx(egfr, abs=0.05)


@pytest.mark.parametrize(
    ("age", "sex", "metres", "creatinine_mg_dl", "egfr"),
    [
        (11, "male", 1.20, 0.9, 51.6),
        (11, "female", 1.20, 0.9, 47.8),
        (15, "male", 1.60, 1.9, 37.5),
        (15, "female", 1.60, 1.9, 32.5),
        (20, "male", 1.81, 2.1, 43.8),
        (20, "female", 1.81, 2.1, 35.7),
    ],
)
def test_ckid_u25_gives_the_figures_of_its_calculator(
    age: int, sex: str, metres: float, creatinine_mg_dl: float, egfr: float
) -> None:
    assert ckid_u25(creatinine_mg_dl, metres, age, sex) == pytest.approx(egfr, abs=0.05)


@pytest.mark.parametrize(
    ("sex", "age", "k"), [("male", 1, 35.7), ("female", 1, 33.1), ("male", 18, 50.8), ("female", 18, 41.4)]
)
def test_the_ends_of_u25_are_the_published_constants(sex: str, age: int, k: float) -> None:
    assert ckid_u25(1.0, 1.0, age, sex) == pytest.approx(k, abs=0.05 if age < 18 else 1e-9)


def test_an_equation_refuses_whom_it_is_not_for() -> None:
    with pytest.raises(ValueError, match="adults"):
        ckd_epi_2021(0.8, 17, "female")
    assert ckd_epi_2021(0.8, 18, "female") > 100
    with pytest.raises(ValueError, match="1 to 25"):
        ckid_u25(0.8, 1.6, 26, "female")
    with pytest.raises(ValueError, match="1 to 25"):
        ckid_u25(0.3, 0.6, 0, "female")
    with pytest.raises(ValueError, match="above zero"):
        ckd_epi_2021(0.0, 40, "female")
    with pytest.raises(ValueError, match="above zero"):
        ckid_u25(0.8, 0.0, 12, "female")
    with pytest.raises(ValueError, match="sex"):
        ckd_epi_2021(0.8, 40, "other")
    with pytest.raises(ValueError, match="sex"):
        ckid_u25(0.8, 1.6, 12, "other")


def test_an_adult_is_judged_by_ckd_epi_at_her_age_on_that_day() -> None:
    before = only(creatinine(0, 0.9), person=woman(date(1995, 1, 16)))  # 28 on the day, 29 the next
    after = only(creatinine(1, 0.9), person=woman(date(1995, 1, 16)))
    assert before.equation is Equation.CKD_EPI_2021
    assert before.egfr is not None
    assert after.egfr is not None
    assert after.egfr.low / before.egfr.low == pytest.approx(0.9938)


def test_a_child_is_judged_by_u25_and_never_by_ckd_epi() -> None:
    girl = woman(date(2012, 3, 1))
    function = only(creatinine(0, 0.9), height(-20, 140), person=girl)
    assert function.equation is Equation.CKID_U25
    assert function.egfr is not None
    assert function.egfr.low == pytest.approx(36.1 * 1.008**-1 * 1.4 / 0.9)
    assert function.others == ()


def test_a_child_without_a_height_near_the_day_has_no_egfr_and_the_height_is_named() -> None:
    girl = woman(date(2012, 3, 1))
    function = only(creatinine(0, 0.9), height(-91, 140), person=girl)
    assert function.egfr is None
    assert function.creatinine == Amount(0.9, 0.9, "mg/dL")
    assert function.needs == (say("height near {day}", day=d(0)),)
    assert only(creatinine(0, 0.9), height(-90, 140), person=girl).egfr is not None


def test_the_young_adult_follows_the_policy_and_the_other_equation_stays_at_hand() -> None:
    patient = chart(creatinine(0, 0.9), height(-20, 160), person=woman(date(2002, 3, 1)))
    (adult,) = kidney_function_series(patient, POLICY)
    (young,) = kidney_function_series(patient, YOUNG_BY_U25)
    assert (adult.equation, adult.others[0].equation) == (Equation.CKD_EPI_2021, Equation.CKID_U25)
    assert (young.equation, young.others[0].equation) == (Equation.CKID_U25, Equation.CKD_EPI_2021)
    assert young.egfr == adult.others[0].egfr


def test_from_26_years_u25_is_not_used_whatever_the_policy() -> None:
    patient = chart(creatinine(0, 0.9), height(-20, 160), person=woman(date(1997, 3, 1)))
    (function,) = kidney_function_series(patient, YOUNG_BY_U25)
    assert function.equation is Equation.CKD_EPI_2021
    assert function.others == ()


def test_a_young_adult_without_height_is_unknown_under_u25_and_known_under_ckd_epi() -> None:
    patient = chart(creatinine(0, 0.9), person=woman(date(2002, 3, 1)))
    (young,) = kidney_function_series(patient, YOUNG_BY_U25)
    assert young.egfr is None
    assert young.needs == (say("height near {day}", day=d(0)),)
    assert kidney_function_series(patient, POLICY)[0].egfr is not None


@pytest.mark.parametrize(
    ("years", "by_default", "by_u25"),
    [
        (1, Equation.CKID_U25, Equation.CKID_U25),
        (17, Equation.CKID_U25, Equation.CKID_U25),
        (18, Equation.CKD_EPI_2021, Equation.CKID_U25),
        (25, Equation.CKD_EPI_2021, Equation.CKID_U25),
        (26, Equation.CKD_EPI_2021, Equation.CKD_EPI_2021),
    ],
)
def test_the_equation_changes_on_a_birthday(years: int, by_default: Equation, by_u25: Equation) -> None:
    patient = chart(creatinine(0, 0.6), height(0, 150), person=woman(date(2024 - years, 1, 15)))
    assert kidney_function_series(patient, POLICY)[0].equation is by_default
    assert kidney_function_series(patient, YOUNG_BY_U25)[0].equation is by_u25


def test_an_infant_has_no_equation() -> None:
    function = only(creatinine(0, 0.3), height(0, 60), person=woman(date(2023, 3, 1)))
    assert function.egfr is None
    assert "under 1 year" in str(function.needs[0])


def test_without_sex_or_birth_the_creatinine_stays_and_both_are_named() -> None:
    from lnfhir.chart.entries import Person

    function = only(creatinine(0, 0.9), person=Person("p"))
    assert function.egfr is None
    assert function.creatinine is not None
    assert function.needs == (say("date of birth"), say("sex, for estimated GFR"))
    assert only(creatinine(0, 0.9), person=Person("p", "female")).needs == (say("date of birth"),)
    assert only(creatinine(0, 0.9), person=Person("p", None, d(-9999))).needs == (say("sex, for estimated GFR"),)


def test_a_reported_egfr_leads_only_where_none_can_be_computed() -> None:
    reported = result(Analyte.EGFR, 0, 85.0, code="98979-8")
    computed = only(creatinine(0, 0.9), reported)
    assert computed.equation is Equation.CKD_EPI_2021
    assert computed.others[0].code == "98979-8"
    alone = only(reported)
    assert (alone.equation, alone.equation_code) == (Equation.REPORTED, "98979-8")
    assert alone.creatinine is None


def test_a_censored_creatinine_makes_an_interval_of_egfr_turned_round() -> None:
    low = only(creatinine(0, below(0.5, Analyte.CREATININE)))
    assert low.egfr is not None
    assert low.egfr.low == pytest.approx(ckd_epi_2021(0.5, 28, "female"))
    assert low.egfr.high == float("inf")
    assert low.egfr.low_open
    high = only(creatinine(0, above(15, Analyte.CREATININE)))
    assert high.egfr is not None
    assert high.egfr.low == 0
    assert high.egfr.high == pytest.approx(ckd_epi_2021(15, 28, "female"))
    assert high.egfr.high_open


def test_a_censored_report_stays_an_interval() -> None:
    function = only(result(Analyte.EGFR, 0, above(90, Analyte.EGFR)))
    assert function.egfr == Amount(90, float("inf"), "mL/min/1.73m2", low_open=True)


def test_a_creatinine_or_height_of_zero_is_not_used() -> None:
    assert kidney_function_series(chart(creatinine(0, 0.0)), POLICY) == ()
    assert only(creatinine(0, 0.9), height(0, 0.0), person=woman(date(2012, 3, 1))).egfr is None


def test_of_two_creatinines_on_a_day_the_later_counts() -> None:
    function = only(creatinine(0, 1.4, hour=15), creatinine(0, 0.9, hour=7))
    assert function.creatinine == Amount(1.4, 1.4, "mg/dL")


def test_the_series_is_one_per_day_and_oldest_first() -> None:
    series = kidney_function_series(chart(creatinine(91, 0.95), creatinine(0, 0.9), person=man()), POLICY)
    assert [function.day for function in series] == [d(0), d(91)]


@pytest.mark.parametrize(("day", "kept"), [(-1, True), (0, False), (20, False), (34, False), (35, True)])
def test_no_function_during_dialysis_and_14_days_after(day: int, kept: bool) -> None:
    sessions = [procedure("dialysis", n) for n in (0, 3, 20)]
    series = kidney_function_series(chart(creatinine(day, 2.0), *sessions), POLICY)
    assert bool(series) is kept


def test_dialysis_of_unknown_start_hides_every_function() -> None:
    assert kidney_function_series(chart(creatinine(-900, 2.0), diagnosis("dialysis-dependence")), POLICY) == ()
