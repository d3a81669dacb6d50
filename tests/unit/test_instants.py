"""FHIR dates and instants: what they say, how precisely, and in what order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lnfhir.instants import Instant, completed_years, instant


def read(text: str) -> Instant:
    found = instant(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2025-04", date(2025, 4, 1), date(2025, 4, 30)),
    ],
)
def test_a_partial_date_spans_all_its_days_and_is_no_single_day(text: str, first: date, last: date) -> None:
    found = read(text)
    assert (found.first, found.last, found.day) == (first, last, None)


@pytest.mark.parametrize("text", ["2024-02-29", "1900-03-01", "2999-12-31", "0001-01-01"])
def test_a_date_is_that_day(text: str) -> None:
    assert read(text).day == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2025-03-01T10:00:00Z", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01T10:00:00+00:00", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01T10:00:00-00:00", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01T10:00:00", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01T10:00", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01 10:00:00Z", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("  2025-03-01T10:00:00Z\n", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01T10:00:00+14:00", datetime(2025, 2, 28, 20, tzinfo=UTC)),
        ("2025-03-01T10:00:00-12:00", datetime(2025, 3, 1, 22, tzinfo=UTC)),
        ("2025-03-01T10:00:00+0545", datetime(2025, 3, 1, 4, 15, tzinfo=UTC)),
        ("2025-03-01T10:00:00-03:30", datetime(2025, 3, 1, 13, 30, tzinfo=UTC)),
        ("2025-03-01T10:00:00.5Z", datetime(2025, 3, 1, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2025-03-01T10:00:00.123456789Z", datetime(2025, 3, 1, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_placed_on_one_time_line(text: str, order: datetime) -> None:
    assert read(text).order == order


def test_the_day_is_the_one_written_whatever_the_zone() -> None:
    assert read("2025-03-01T10:00:00+14:00").day == date(2025, 3, 1)
    assert read("2025-03-01T23:30:00-11:00").day == date(2025, 3, 1)


def test_moments_sort_by_time_and_not_by_text() -> None:
    earlier, later = read("2025-03-02T01:00:00+10:00"), read("2025-03-01T20:00:00Z")
    assert earlier.text > later.text
    assert earlier.order < later.order


def test_a_fraction_of_a_second_sorts() -> None:
    texts = ["2025-03-01T10:00:00Z", "2025-03-01T10:00:00.05Z", "2025-03-01T10:00:00.5Z", "2025-03-01T10:00:01Z"]
    orders = [read(text).order for text in texts]
    assert orders == sorted(set(orders))


def test_a_leap_second_lies_between_its_minute_and_the_next() -> None:
    texts = ["2016-12-31T23:59:59.9Z", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"]
    orders = [read(text).order for text in texts]
    assert orders == sorted(set(orders))
    assert read("2016-12-31T23:59:60Z").day == date(2016, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "yesterday",
        "25",
        "2025-3-1",
        "2025-13",
        "2025-00-10",
        "2025-02-30",
        "2025-02-29",
        "1900-02-29",
        "0000-01-01",
        "2025-03-01T",
        "2025-03-01T10",
        "2025-03-01T24:00:00Z",
        "2025-03-01T25:00:00Z",
        "2025-03-01T10:60:00Z",
        "2025-03-01T10:00:61Z",
        "2025-03-01T10:00:00.Z",
        "2025-03-01T10:00:00+15:00",
        "2025-03-01T10:00:00+14:01",
        "2025-03-01T10:00:00+05:75",
        "2025-03-01T10:00:00Zulu",
        "2025-03T10:00:00Z",
        "2025-03-01\n2025-03-02",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:00:00-12:00",
        "٢٠٢٥-٠٣-٠١",
        "01/03/2025",
        "20250301",
    ],
)
def test_what_is_not_a_fhir_date_is_none(text: str) -> None:
    assert instant(text) is None


@given(st.text(alphabet="0123456789-+:TZ. ", max_size=40) | st.text(max_size=40))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    found = instant(text)
    assert found is None or found.first <= found.last


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2999, 12, 31)),  # noqa: DTZ001
    st.integers(-12 * 4, 14 * 4),
)
def test_a_written_moment_is_read_back(local: datetime, quarters: int) -> None:
    offset = timedelta(minutes=15 * quarters)
    sign, minutes = ("-", -15 * quarters) if quarters < 0 else ("+", 15 * quarters)
    found = read(f"{local.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}")
    assert found.day == local.date()
    assert found.order == local.replace(tzinfo=UTC) - offset


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1996, 7, 2), date(2025, 7, 1), 28),
        (date(1996, 7, 2), date(2025, 7, 2), 29),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2025, 1, 1), date(2025, 1, 1), 0),
    ],
)
def test_age_is_in_completed_years(birth: date, on: date, years: int) -> None:
    assert completed_years(birth, on) == years
