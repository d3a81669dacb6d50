"""Days as written: absolute, counted from day 0, counted from today."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.sandbox.days import Calendar, ShorthandError, Span

CALENDAR = Calendar(date(2024, 1, 15), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-03-01", date(2025, 3, 1)),
        ("d0", date(2024, 1, 15)),
        ("d-5", date(2024, 1, 10)),
        ("d183", date(2024, 7, 16)),
        ("today", date(2026, 3, 1)),
        ("today-1", date(2026, 2, 28)),
        (date(2025, 3, 1), date(2025, 3, 1)),
    ],
)
def test_a_day_is_read(written: object, day: date) -> None:
    assert CALENDAR.day(written) == day


@pytest.mark.parametrize("written", ["", "d", "183", "2024-1-5", "yesterday", "d1.5", "2024-13-01"])
def test_what_is_not_a_day_is_an_error(written: str) -> None:
    with pytest.raises(ShorthandError):
        CALENDAR.day(written)


def test_spans_may_be_open() -> None:
    assert CALENDAR.span("d0..d2") == Span(date(2024, 1, 15), date(2024, 1, 17))
    assert CALENDAR.span("d0..") == Span(date(2024, 1, 15), None)
    assert CALENDAR.span("d0").single
    assert not CALENDAR.span("d0..").single
