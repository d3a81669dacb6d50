"""Dosage texts beside structure, and the days on which a dose holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.chart.dosages import DAILY, FIRST, TWICE, Json, mg, one, read, timing, why

# -- Text


def test_a_text_alone_is_read_and_marked() -> None:
    dose = one({"text": "500 mg twice daily"})
    assert (dose.mg_per_day, dose.from_text) == (1000, True)


def test_the_patients_instruction_is_read_where_there_is_no_text() -> None:
    assert one({"patientInstruction": "每日两次 每次0.5g"}).mg_per_day == 1000


def test_a_structure_alone_is_not_marked_as_text() -> None:
    assert one({**mg(500), "timing": TWICE}).from_text is False


def test_the_text_may_complete_the_structure() -> None:
    assert one({**mg(500), "text": "twice daily"}).mg_per_day == 1000
    assert one({"text": "take 500 mg", "timing": TWICE}).mg_per_day == 1000


def test_drchronos_empty_text_is_no_dosage() -> None:
    assert why(one({"text": ":None:None"})) == "no dose is given"


@pytest.mark.parametrize(
    "text", ["Daily", "1000 mg twice daily", "2 g/d", "take 2 tablets twice daily", "500 mg three times daily"]
)
def test_a_text_that_contradicts_the_structure_leaves_the_dose_unknown(text: str) -> None:
    dosage = {**mg(500), "timing": {"code": {"coding": [{"code": "BID"}]}}, "text": text}
    assert "contradict" in why(one(dosage, strength=500.0))


@pytest.mark.parametrize(
    "text", ["500 mg twice daily", "Take 1 tablet (500 mg) by mouth BID", "1 g/d", "with food", "as directed"]
)
def test_a_text_that_agrees_or_adds_nothing_changes_nothing(text: str) -> None:
    dose = one({**mg(500), "timing": TWICE, "text": text}, strength=500.0)
    assert (dose.mg_per_day, dose.from_text) == (1000, False)


def test_a_text_that_describes_a_taper_leaves_the_dose_unknown() -> None:
    assert "changing" in why(one({**mg(60), "timing": DAILY, "text": "60 mg daily, then taper"}))


@pytest.mark.parametrize(
    ("text", "strength", "expected"),
    [
        ("prednisone 10 mg tablet: take 6 tablets daily", 10.0, 60),
        ("Take 2 tablets (1000 mg total) daily", 500.0, 1000),
        ("Take 1 tablet (500 mg) daily", None, 500),
        ("Take 2 tablets (500 mg) daily", None, None),
        ("Take 2 tablets (750 mg) daily", 500.0, None),
        ("take 3 tablets daily", None, None),
        ("take 3 tablets daily", 5.0, 15),
    ],
)
def test_tablets_in_the_text_and_their_strength(text: str, strength: float | None, expected: float | None) -> None:
    assert one({"text": text}, strength=strength).mg_per_day == expected


# -- Spans


def test_a_dose_begins_with_the_order_and_stays_open() -> None:
    dose = one({**mg(5), "timing": DAILY})
    assert (dose.start, dose.end) == (FIRST, None)


def test_bounds_give_the_days() -> None:
    bounded = timing(frequency=1, period=1, periodUnit="d", boundsPeriod={"start": "2025-02-01", "end": "2025-02-28"})
    dose = one({**mg(5), "timing": bounded})
    assert (dose.start, dose.end) == (date(2025, 2, 1), date(2025, 2, 28))


def test_bounds_without_an_end_stay_open() -> None:
    dose = one({**mg(5), "timing": timing(frequency=1, period=1, periodUnit="d", boundsPeriod={"start": "2025-02-01"})})
    assert (dose.start, dose.end) == (date(2025, 2, 1), None)


@pytest.mark.parametrize(
    "dosage",
    [
        {**mg(500), "text": "500 mg daily for 3 days"},
        {"text": "500 mg daily for 3 days"},
        {**mg(500), "timing": timing(frequency=1, period=1, periodUnit="d", boundsDuration={"value": 3, "code": "d"})},
        {**mg(500), "timing": timing(frequency=1, period=1, periodUnit="d", count=3)},
    ],
)
def test_a_pulse_of_three_days_lasts_three_days(dosage: Json) -> None:
    dose = one(dosage, iv=True)
    assert (dose.mg_per_day, dose.start, dose.end) == (500, FIRST, date(2025, 1, 3))


@pytest.mark.parametrize("dosage", [{"text": "1 g IV once"}, {**mg(1000), "timing": timing(count=1)}])
def test_a_single_dose_lasts_one_day(dosage: Json) -> None:
    dose = one(dosage, iv=True)
    assert (dose.mg, dose.mg_per_day, dose.start, dose.end) == (1000, 1000, FIRST, FIRST)


def test_named_days_are_one_dose_each() -> None:
    found = read({**mg(500), "timing": {"event": ["2025-01-08", "2025-01-01"]}}, iv=True)
    assert [(d.start, d.end, d.mg_per_day) for d in found] == [
        (date(2025, 1, 1), date(2025, 1, 1), 500),
        (date(2025, 1, 8), date(2025, 1, 8), 500),
    ]


@pytest.mark.parametrize("bounds", [{"start": "no day"}, {"start": "2025-03-01", "end": "2025-02-01"}])
def test_bounds_that_make_no_sense_leave_the_dose_unknown(bounds: Json) -> None:
    assert "period" in why(one({**mg(5), "timing": timing(frequency=1, period=1, periodUnit="d", boundsPeriod=bounds)}))


@pytest.mark.parametrize(
    "duration", [{"value": 1e308, "code": "d"}, {"value": -3, "code": "d"}, {"value": 3, "code": "x"}]
)
def test_a_duration_that_makes_no_sense_leaves_the_dose_unknown(duration: Json) -> None:
    dosage = {**mg(5), "timing": timing(frequency=1, period=1, periodUnit="d", boundsDuration=duration)}
    assert why(one(dosage)) == "the duration of the dosage is not readable"


def test_a_dose_may_last_to_the_end_of_the_calendar() -> None:
    first, second = read(
        part(60, "2025-01-01", "9999-12-31"), part(40, repeat={"boundsDuration": {"value": 3, "code": "d"}})
    )
    assert (first.end, second.start, second.end) == (date.max, date.max, date.max)


# -- Several instructions


def part(value: float, start: str | None = None, end: str | None = None, **members: Any) -> Json:
    period = {key: day for key, day in (("start", start), ("end", end)) if day}
    repeat: Json = {"frequency": 1, "period": 1, "periodUnit": "d", **({"boundsPeriod": period} if period else {})}
    return {**mg(value), "timing": {"repeat": {**repeat, **members.pop("repeat", {})}}, **members}


def test_instructions_for_the_same_days_are_added_up() -> None:
    assert one(part(20), part(10)).mg_per_day == 30
    assert one(part(20, sequence=1), part(10, sequence=1)).mg_per_day == 30
    morning, evening = part(20, sequence=1, repeat={"when": ["MORN"]}), part(10, sequence=2, repeat={"when": ["EVE"]})
    assert one(morning, evening).mg_per_day == 30


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    assert why(one(part(20), {"text": "some"})) == "no dose is given"


def test_a_dated_taper_is_one_dose_after_the_other() -> None:
    found = read(part(60, "2025-01-01", "2025-01-14"), part(40, "2025-01-15", "2025-01-28"), part(20, "2025-01-29"))
    assert [(d.mg_per_day, d.start, d.end) for d in found] == [
        (60, date(2025, 1, 1), date(2025, 1, 14)),
        (40, date(2025, 1, 15), date(2025, 1, 28)),
        (20, date(2025, 1, 29), None),
    ]


def test_a_taper_of_durations_follows_the_order() -> None:
    week = {"boundsDuration": {"value": 1, "code": "wk"}}
    found = read(part(60, sequence=1, repeat=week), part(40, sequence=2, repeat=week), part(20, sequence=3))
    assert [(d.mg_per_day, d.start, d.end) for d in found] == [
        (60, date(2025, 1, 1), date(2025, 1, 7)),
        (40, date(2025, 1, 8), date(2025, 1, 14)),
        (20, date(2025, 1, 15), None),
    ]


def test_an_open_dose_ends_when_the_next_begins() -> None:
    first, second = read(part(60, "2025-01-01"), part(40, "2025-02-01"))
    assert (first.end, second.start, second.end) == (date(2025, 1, 31), date(2025, 2, 1), None)


def test_an_undated_sequence_is_not_guessed() -> None:
    assert why(one(part(60, sequence=1), part(40, sequence=2))) == "several doses, and not when each holds"


def test_a_dose_as_needed_beside_a_regular_one_is_kept_apart() -> None:
    regular, needed = read(part(20), {**mg(5), "asNeededBoolean": True})
    assert (regular.mg_per_day, needed.as_needed, needed.mg_per_day) == (20, True, None)
