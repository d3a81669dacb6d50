"""Pregnancy."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Person
from lnfhir.logic import Truth
from lnfhir.measures.pregnancy import hides_kidney_response, pregnancies, pregnancy_status
from lnfhir.quantity import Amount, Analyte
from tests.builders import answered, below, chart, d, diagnosis, man, result, woman


def status(*entries: object, person: Person | None = None) -> Truth:
    patient: Chart = chart(*entries, person=person, as_of=0)  # type: ignore[arg-type]
    return pregnancy_status(patient).truth


def test_a_man_a_child_and_a_woman_over_55_are_not_pregnant() -> None:
    assert status(person=man()) is Truth.NOT_MET
    assert status(person=woman(date(2014, 1, 16))) is Truth.NOT_MET
    assert status(person=woman(date(1968, 1, 15))) is Truth.NOT_MET


def test_at_10_and_at_55_years_it_is_asked() -> None:
    assert status(person=woman(date(2014, 1, 15))) is Truth.UNKNOWN
    assert status(person=woman(date(1968, 1, 16))) is Truth.UNKNOWN
    assert status(person=Person("p")) is Truth.UNKNOWN


def test_an_open_diagnosis_is_pregnancy() -> None:
    assert status(diagnosis("pregnancy", -100)) is Truth.MET
    assert status(diagnosis("pregnancy")) is Truth.MET


def test_a_diagnosis_is_not_open_after_43_weeks_or_its_end() -> None:
    assert status(diagnosis("pregnancy", -301)) is Truth.MET
    assert status(diagnosis("pregnancy", -302)) is Truth.UNKNOWN
    assert status(diagnosis("pregnancy", -200, -1)) is Truth.UNKNOWN


def test_an_unconfirmed_diagnosis_decides_nothing() -> None:
    assert status(diagnosis("pregnancy", -10, certainty="unconfirmed")) is Truth.UNKNOWN


@pytest.mark.parametrize(("day", "truth"), [(-14, Truth.NOT_MET), (-15, Truth.UNKNOWN)])
def test_a_negative_test_holds_for_14_days(day: int, truth: Truth) -> None:
    assert status(answered(Analyte.HCG, day, False)) is truth


def test_a_positive_test_holds_until_a_negative_one_or_the_end_of_the_pregnancy() -> None:
    assert status(answered(Analyte.HCG, -60, True)) is Truth.MET
    assert status(answered(Analyte.HCG, -301, True)) is Truth.MET
    assert status(answered(Analyte.HCG, -302, True)) is Truth.UNKNOWN
    assert status(answered(Analyte.HCG, -60, True), answered(Analyte.HCG, -3, False)) is Truth.NOT_MET
    assert status(answered(Analyte.HCG, -60, True), diagnosis("pregnancy", -70, -20)) is Truth.UNKNOWN


def test_a_diagnosis_and_a_fresh_negative_test_contradict_each_other() -> None:
    assert status(diagnosis("pregnancy", -60), answered(Analyte.HCG, -3, False)) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("value", "truth"),
    [(4.9, Truth.NOT_MET), (5.0, Truth.UNKNOWN), (24.9, Truth.UNKNOWN), (25.0, Truth.MET)],
)
def test_a_quantity_of_hcg_is_read_by_its_limits(value: float, truth: Truth) -> None:
    assert status(result(Analyte.HCG, -1, value)) is truth
    assert status(result(Analyte.HCG, -1, 3.0, positive=True)) is Truth.MET  # the laboratory's reading wins
    assert status(result(Analyte.HCG, -1, below(5, Analyte.HCG))) is Truth.NOT_MET
    assert status(result(Analyte.HCG, -1, Amount(0, 6, "IU/L", high_open=True))) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("day", "hidden"), [(139, Truth.NOT_MET), (140, Truth.MET), (270 + 84, Truth.MET), (270 + 85, Truth.NOT_MET)]
)
def test_response_is_hidden_from_20_weeks_to_12_weeks_after_birth(day: int, hidden: Truth) -> None:
    assert hides_kidney_response(chart(diagnosis("pregnancy", 0, 270), as_of=400), d(day)).truth is hidden


def test_without_the_problem_list_it_is_not_known_whether_response_is_hidden() -> None:
    assert hides_kidney_response(chart(searched=[]), d(0)).truth is Truth.UNKNOWN


def test_a_long_open_pregnancy_is_closed_after_43_weeks() -> None:
    (pregnancy,) = pregnancies(chart(diagnosis("pregnancy", -500), as_of=0))
    assert pregnancy.last == d(-199)


def test_a_past_pregnancy_without_any_date_is_left_out() -> None:
    assert pregnancies(chart(diagnosis("pregnancy", active=False), as_of=0)) == ()
    (ended,) = pregnancies(chart(diagnosis("pregnancy", None, -20), as_of=0))
    assert (ended.first, ended.last) == (None, d(-20))
    (dated,) = pregnancies(chart(diagnosis("pregnancy", -100, active=False), as_of=0))
    assert (dated.first, dated.last) == (d(-100), d(-1))
    (long_ago,) = pregnancies(chart(diagnosis("pregnancy", -500, active=False), as_of=0))
    assert long_ago.last == d(-199)


def test_a_pregnancy_that_is_over_is_not_open_though_its_end_is_not_stated() -> None:
    assert status(diagnosis("pregnancy", -100, active=False)) is Truth.UNKNOWN


def test_a_pregnancy_is_open_on_its_first_and_last_day() -> None:
    assert status(diagnosis("pregnancy", 0)) is Truth.MET
    assert status(diagnosis("pregnancy", -200, 0)) is Truth.MET
    assert status(diagnosis("pregnancy", 1)) is Truth.UNKNOWN


def test_pregnancies_are_oldest_first() -> None:
    found = pregnancies(chart(diagnosis("pregnancy", -50), diagnosis("pregnancy", -900, -700), as_of=0))
    assert [p.first for p in found] == [d(-900), d(-50)]


def test_an_unconfirmed_diagnosis_is_shown_as_what_raised_the_question() -> None:
    doubt, sure = diagnosis("pregnancy", -10, certainty="unconfirmed"), diagnosis("pregnancy", -500, -300)
    found = pregnancy_status(chart(doubt, sure, as_of=0))
    assert [e.reference for e in found.evidence] == [doubt.reference]


def test_an_end_on_or_after_the_positive_test_ends_what_it_found() -> None:
    assert status(answered(Analyte.HCG, -60, True), diagnosis("pregnancy", -90, -60)) is Truth.UNKNOWN
    assert status(answered(Analyte.HCG, -60, True), diagnosis("pregnancy", -90, -61)) is Truth.MET
    assert status(answered(Analyte.HCG, -60, True), diagnosis("pregnancy", -90, -1)) is Truth.UNKNOWN


@pytest.mark.parametrize(("day", "hidden"), [(99, Truth.MET), (-201, Truth.MET), (-202, Truth.NOT_MET)])
def test_a_pregnancy_without_an_onset_hides_the_43_weeks_before_its_end(day: int, hidden: Truth) -> None:
    assert hides_kidney_response(chart(diagnosis("pregnancy", None, 100), as_of=400), d(day)).truth is hidden
