"""Structured dosages as mg a day. Shapes are those of EHR vendors' records."""

from __future__ import annotations

import msgspec
import pytest

from lnfhir.chart.timing import doses_per_day
from lnfhir.fhir.resource import Timing
from lnfhir.message import Message
from tests.unit.chart.dosages import DAILY, TWICE, Json, mg, one, timing, why

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def dose_range(low: float, high: float) -> Json:
    ends = {"low": {"value": low, "unit": "mg"}, "high": {"value": high, "unit": "mg"}}
    return {"doseAndRate": [{"doseRange": ends}]}


@pytest.mark.parametrize(
    ("repeat", "per_day"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, 1),
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, 2),
        ({"frequency": 1, "period": 12, "periodUnit": "h"}, 2),
        ({"frequency": 24, "period": 24, "periodUnit": "h"}, 24),
        ({"frequency": 24, "period": 24, "periodUnit": "h", "dayOfWeek": WEEK}, 24),
        ({"period": 8, "periodUnit": "h"}, 3),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, 0.5),
        ({"frequency": 3, "period": 1, "periodUnit": "wk"}, 3 / 7),
        ({"frequency": 3, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "wed", "fri"]}, 3 / 7),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "wed", "fri"]}, 3 / 7),
        ({"dayOfWeek": ["mon"]}, 1 / 7),
        ({"frequency": 1, "period": 2, "periodUnit": "wk"}, 1 / 14),
        ({"frequency": 1, "period": 1, "periodUnit": "mo"}, 1 / 30),
        ({"when": ["MORN", "EVE"]}, 2),
        ({"when": ["C"]}, 3),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "when": ["MORN"]}, 1),
        ({"timeOfDay": ["08:00:00", "20:00:00"]}, 2),
        ({"frequency": 2, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00", "20:00:00"]}, 2),
        ({"frequency": 2, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, 2),
    ],
)  # fmt: skip
def test_a_repeat_is_doses_a_day(repeat: Json, per_day: float) -> None:
    assert doses_per_day(msgspec.convert(timing(**repeat), Timing)) == pytest.approx(per_day)


@pytest.mark.parametrize(
    ("code", "per_day"),
    [
        ({"coding": [{"code": "BID"}]}, 2),
        ({"coding": [{"code": "qod"}]}, 0.5),
        ({"coding": [{"code": "Q12H"}]}, 2),
        ({"text": "FIVE TIMES A DAY"}, 5),
        ({"text": "EVERY HOUR"}, 24),
        ({"coding": [{"system": "http://vendor", "code": "17", "display": "Twice daily"}]}, 2),
    ],
)
def test_a_timing_code_is_doses_a_day(code: Json, per_day: float) -> None:
    assert doses_per_day(msgspec.convert({"code": code}, Timing)) == pytest.approx(per_day)


@pytest.mark.parametrize(
    "broken",
    [
        {"repeat": {"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}},
        {"repeat": {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}},
        {"repeat": {"frequency": 2}},
        {"repeat": {"frequency": 1, "period": 1, "periodUnit": "fortnight"}},
        {"repeat": {"frequency": 0, "period": 1, "periodUnit": "d"}},
        {"repeat": {"frequency": 1, "period": 5e-324, "periodUnit": "h"}},
        {"repeat": {"frequency": 1e308, "period": 1, "periodUnit": "h"}},
        {"repeat": {"frequency": 1, "period": 1e308, "periodUnit": "wk"}},
        {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "when": ["HS"]}},
        {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"]}},
        {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}, "code": {"coding": [{"code": "BID"}]}},
        {"code": {"coding": [{"code": "BID"}, {"code": "QD"}]}},
    ],
)
def test_an_ambiguous_timing_is_not_guessed(broken: Json) -> None:
    assert isinstance(doses_per_day(msgspec.convert(broken, Timing)), Message)


# -- Doses


@pytest.mark.parametrize(
    ("dose", "strength", "expected"),
    [
        (mg(500), None, 1000),
        (mg("500"), None, 1000),
        (mg(0.5, "g"), None, 1000),
        (mg(2, "TAB"), 250.0, 1000),
        (mg(1, "tablet"), 500.0, 1000),
        (mg(2, "capsule"), 250.0, 1000),
        (mg(1, "EA"), 500.0, 1000),
        ({"doseAndRate": [{"doseQuantity": {"value": 1}}]}, 500.0, 1000),
        ({"doseQuantity": {"value": 500, "unit": "mg"}}, None, 1000),
        (dose_range(500, 500), None, 1000),
        ({"doseAndRate": [*mg(500)["doseAndRate"], *mg(0.5, "g")["doseAndRate"]]}, None, 1000),
    ],
)  # fmt: skip
def test_a_dose_in_mg_or_in_tablets_of_known_strength(dose: Json, strength: float | None, expected: float) -> None:
    assert one({**dose, "timing": TWICE}, strength=strength).mg_per_day == pytest.approx(expected)


def test_a_volume_needs_a_concentration() -> None:
    assert one({**mg(5, "mL"), "timing": TWICE}, per_ml=200.0).mg_per_day == 2000
    assert why(one({**mg(5, "mL"), "timing": TWICE})) == "a volume of unknown strength"


@pytest.mark.parametrize(
    ("dose", "problem"),
    [
        (mg(1, "tablet"), "tablets of unknown strength"),
        ({"doseAndRate": [{"doseQuantity": {"value": 20}}]}, "the dose has no unit"),
        (mg(0), "the dose is not a readable number"),
        (mg(-5), "the dose is not a readable number"),
        (mg("some"), "the dose is not a readable number"),
        (mg(1e308), "the dose is not a readable number"),
        (mg(1, "puff"), "the unit of the dose is not understood"),
        (dose_range(5, 10), "the dose is a range"),
        ({"doseAndRate": [*mg(5)["doseAndRate"], *mg(10)["doseAndRate"]]}, "several doses that differ"),
        ({"doseQuantity": {"value": 5, "comparator": "<", "unit": "mg"}}, "the dose is not a readable number"),
        ({}, "no dose is given"),
    ],
)  # fmt: skip
def test_a_dose_that_is_not_clear_is_not_known(dose: Json, problem: str) -> None:
    strength = 10.0 if "no unit" in problem else None
    assert why(one({**dose, "timing": DAILY}, strength=strength)) == problem


def test_a_dose_without_frequency_is_not_a_daily_dose() -> None:
    dose = one(mg(60))
    assert (dose.mg, why(dose)) == (60, "how often is not given")


def test_a_dose_by_weight_is_kept_by_weight() -> None:
    dose = one({**mg(0.5, "mg/kg"), "timing": TWICE})
    assert dose.mg_per_kg_per_day == 1.0
    assert why(dose) == "the dose is ordered by body size"


def test_no_dosage_at_all_is_not_known() -> None:
    assert why(one()) == "no dosage is given"


@pytest.mark.parametrize(
    "asked",
    [{"asNeededBoolean": True}, {"asNeeded": True}, {"asNeededCodeableConcept": {"text": "pain"}}, {"text": "PRN"}],
)
def test_as_needed_is_never_a_daily_dose(asked: Json) -> None:
    dose = one({**mg(10), "timing": TWICE, **asked})
    assert dose.as_needed
    assert why(dose) == "to be taken as needed"


def test_alternate_days_are_averaged() -> None:
    assert one({**mg(400), "timing": {"code": {"coding": [{"code": "QOD"}]}}}).mg_per_day == 200


def test_an_infusion_every_two_weeks_has_a_dose_and_an_interval_but_no_daily_dose() -> None:
    dose = one({**mg(500), "timing": timing(frequency=1, period=2, periodUnit="wk")}, iv=True)
    assert (dose.mg, dose.interval_days, dose.mg_per_day, dose.problem) == (500, 14, None, None)


def test_a_weekly_tablet_is_averaged_and_a_weekly_infusion_is_not() -> None:
    weekly = {**mg(7), "timing": timing(frequency=1, period=1, periodUnit="wk")}
    assert one(weekly).mg_per_day == pytest.approx(1)
    assert one(weekly, iv=True).mg_per_day is None


def test_a_modified_dosage_is_not_used() -> None:
    assert "modifier" in why(one({**mg(10), "timing": DAILY, "modifierExtension": [{"url": "urn:x"}]}))
