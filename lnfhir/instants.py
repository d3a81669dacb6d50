"""FHIR dates and instants with the precision they were written in."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone

from msgspec import Struct

# What the shape lets through, `datetime` refuses: hour 24 (as FHIR does), minute 60. No zone lies beyond 14 hours.
_SHAPE = re.compile(
    r"(?P<y>\d{4})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2})"
    r"(?:[T ](?P<H>\d{2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.(?P<F>\d+))?)?"
    r"(?P<zone>Z|[+-](?:0\d|1[0-3]):?[0-5]\d|[+-]14:?00)?)?)?)?",
    re.ASCII,
)


class Instant(Struct, frozen=True):
    """A moment known to the year, month, day or better: it lies on one of the days `first`..`last`.

    The days are the calendar days as written, in the zone they were written in; `order` sorts moments
    of different zones on one time line, to the microsecond (a missing zone counts as UTC, a leap second
    as the last microsecond of its minute).
    """

    text: str
    first: date
    last: date
    order: datetime

    @property
    def day(self) -> date | None:
        """The calendar day, or None when only the year or month is known."""
        return self.first if self.first == self.last else None


def instant(text: str) -> Instant | None:
    """Read a FHIR date, dateTime or instant; None when it is not one (or no such day exists)."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(match[k]) if match[k] else None for k in ("y", "m", "d"))
    assert year is not None
    try:
        if month is None:
            first, last = date(year, 1, 1), date(year, 12, 31)
        elif day is None:
            first = date(year, month, 1)
            last = date(year, month, calendar.monthrange(year, month)[1])
        else:
            first = last = date(year, month, day)
        hour, minute, second = (int(match[k] or 0) for k in ("H", "M", "S"))
        zone = _zone(match["zone"])
        micro = int((match["F"] or "").ljust(6, "0")[:6])
        if second == 60:
            second, micro = 59, 999_999
        order = datetime(first.year, first.month, first.day, hour, minute, second, micro, tzinfo=zone)
        return Instant(text.strip(), first, last, order.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def completed_years(birth: date, on: date) -> int:
    """Age in completed years; someone born on 29 February has a birthday on 1 March of common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
