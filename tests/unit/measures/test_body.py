"""Body size."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.entries import Person
from lnfhir.logic import Known, Missing
from lnfhir.measures.body import bmi, body_surface, height_near, is_child, latest_weight, mosteller, weight_near
from lnfhir.quantity import Analyte
from tests.builders import T0, above, chart, d, height, result, weight, woman

GIRL = woman(date(2012, 3, 1))


@pytest.mark.parametrize(("day", "found"), [(-91, False), (-90, True), (90, True), (91, False)])
def test_an_adults_weight_counts_within_90_days(day: int, found: bool) -> None:
    assert isinstance(weight_near(chart(weight(day, 60)), T0), Known) is found


@pytest.mark.parametrize(("day", "found"), [(-31, False), (-30, True), (30, True), (31, False)])
def test_a_childs_weight_counts_within_30_days(day: int, found: bool) -> None:
    assert isinstance(weight_near(chart(weight(day, 40), person=GIRL), T0), Known) is found
    assert isinstance(weight_near(chart(weight(day, 40), person=Person("p")), T0), Known) is found


def test_the_nearest_weight_is_taken_and_of_two_equally_near_the_earlier() -> None:
    def chosen(*days: tuple[int, float]) -> float:
        found = weight_near(chart(*(weight(day, kg) for day, kg in days)), T0)
        assert isinstance(found, Known)
        return found.value

    assert chosen((-40, 60), (20, 58)) == 58
    assert chosen((-20, 60), (20, 58)) == 60
    assert chosen((0, 60), (0, 61)) == 61  # of one day the last


def test_a_missing_weight_says_where_it_is_wanted() -> None:
    found = weight_near(chart(), T0)
    assert isinstance(found, Missing)
    assert str(found.needs[0]) == "body weight near 2024-01-15"


def test_a_censored_weight_is_not_used() -> None:
    assert isinstance(weight_near(chart(result(Analyte.WEIGHT, 0, above(150, Analyte.WEIGHT))), T0), Missing)


def test_low_albumin_warns_that_oedema_may_inflate_the_weight() -> None:
    def notes(grams: float, day: int = 0) -> int:
        found = weight_near(chart(weight(0, 60), result(Analyte.ALBUMIN, day, grams)), T0)
        assert isinstance(found, Known)
        return len(found.notes)

    assert notes(24.9) == 1
    assert notes(25.0) == 0
    assert notes(20.0, day=31) == 0


def test_the_present_weight_may_be_a_year_old_in_an_adult_and_90_days_in_a_child() -> None:
    assert isinstance(latest_weight(chart(weight(-365, 60), as_of=0)), Known)
    assert isinstance(latest_weight(chart(weight(-366, 60), as_of=0)), Missing)
    assert isinstance(latest_weight(chart(weight(-90, 40), as_of=0, person=GIRL)), Known)
    assert isinstance(latest_weight(chart(weight(-91, 40), as_of=0, person=GIRL)), Missing)


def test_an_adults_height_keeps_but_not_the_height_of_childhood() -> None:
    grown = woman(date(2000, 1, 1))
    assert isinstance(height_near(chart(height(-900, 165), person=grown), T0), Known)
    assert isinstance(height_near(chart(height(-2500, 150), person=grown), T0), Missing)


def test_bmi_is_computed_from_weight_and_height_else_taken_as_reported() -> None:
    computed = bmi(chart(weight(0, 60), height(0, 160), result(Analyte.BMI, 0, 99.0), as_of=0))
    assert isinstance(computed, Known)
    assert computed.value == pytest.approx(23.4375)
    reported = bmi(chart(weight(0, 60), result(Analyte.BMI, 0, 31.0), as_of=0))
    assert isinstance(reported, Known)
    assert reported.value == 31.0
    assert isinstance(bmi(chart(result(Analyte.BMI, -365, 31.0), as_of=0)), Known)
    assert isinstance(bmi(chart(result(Analyte.BMI, -366, 31.0), as_of=0)), Missing)
    nothing = bmi(chart(weight(0, 60), as_of=0))
    assert isinstance(nothing, Missing)
    assert "height" in str(nothing.needs[0])


def test_body_surface_is_mosteller() -> None:
    assert mosteller(60, 160) == pytest.approx(1.632993)
    found = body_surface(chart(weight(0, 60), height(0, 160)), T0)
    assert isinstance(found, Known)
    assert found.value == pytest.approx((60 * 160 / 3600) ** 0.5)
    lacking = body_surface(chart(height(0, 160)), T0)
    assert isinstance(lacking, Missing)
    assert "weight" in str(lacking.needs[0])


def test_18_years_end_childhood_on_the_birthday() -> None:
    grown = woman(date(2006, 1, 15))
    assert is_child(chart(person=grown), d(0)) is False
    assert is_child(chart(person=grown), d(-1)) is True
    assert is_child(chart(person=Person("p")), d(0)) is None
