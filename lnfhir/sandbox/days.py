"""Days as they are written in the shorthand: `2025-03-01`, `d91`, `today-30`, and spans of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_RELATIVE = re.compile(r"(?P<base>d|today)(?P<days>[+-]?\d+)?$")
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}$")


class ShorthandError(ValueError):
    """A word, a day or an amount that the shorthand does not know; the message names it."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both included; an open end is None."""

    start: date
    end: date | None

    @property
    def single(self) -> bool:
        """One day only."""
        return self.start == self.end


@dataclass(frozen=True, slots=True)
class Calendar:
    """What `d0` and `today` mean. A day that needs one which is not given is an error."""

    day_0: date | None = None
    today: date | None = None

    def day(self, text: object) -> date:
        """The day written as `2025-03-01`, `d-5`, `d91`, `today` or `today-30` (a date passes through)."""
        if isinstance(text, date):
            return text
        written = str(text).strip()
        if _WRITTEN.match(written):
            try:
                return date.fromisoformat(written)
            except ValueError:
                raise ShorthandError(f"there is no such day: {written!r}") from None
        match = _RELATIVE.match(written)
        if match is None or (match["base"] == "d" and match["days"] is None):
            raise ShorthandError(f"not a day: {written!r} (write 2025-03-01, d91 or today-30)")
        base, name = (self.day_0, "day_0") if match["base"] == "d" else (self.today, "today")
        if base is None:
            raise ShorthandError(f"{written!r} needs `{name}`")
        return base + timedelta(days=int(match["days"] or 0))

    def is_day(self, text: str) -> bool:
        """The word has the shape of a day."""
        return bool(_WRITTEN.match(text) or (_RELATIVE.match(text) and text != "d"))

    def is_when(self, text: str) -> bool:
        """The word has the shape of a day or of a span of days."""
        start, dots, end = text.partition("..")
        return self.is_day(start) and (not end or bool(dots and self.is_day(end)))

    def span(self, text: str) -> Span:
        """`2025-01-01`, `2025-01-01..2025-01-03` or `2025-01-04..` (still going on)."""
        start, dots, end = text.partition("..")
        first = self.day(start)
        last = self.day(end) if end else None if dots else first
        if last is not None and last < first:
            raise ShorthandError(f"a span ends before it begins: {text!r}")
        return Span(first, last)
