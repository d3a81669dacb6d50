"""A sentence with parameters. It stays untranslated until a door shows it to a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from msgspec import Struct

Field: TypeAlias = "str | int | float | date | Message"
"""What a sentence can show. None is not among them: a reader never sees a Python word."""


def _shown(value: Field) -> str:
    if isinstance(value, float):
        if 0 < abs(value) < 0.005:
            return f"{value:.1g}"
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _looked_up(value: Field, lookup: Callable[[str], str]) -> str:
    if isinstance(value, Message):
        return value.text(lookup)
    return lookup(value) if isinstance(value, str) else _shown(value)


class Message(Struct, frozen=True):
    """`template` is the English sentence with `{name}` fields; it is also the catalogue key."""

    template: str
    fields: tuple[tuple[str, Field], ...] = ()

    def __str__(self) -> str:
        return self.text(str)

    def text(self, lookup: Callable[[str], str]) -> str:
        """The sentence once its template, and every word among its fields, was looked up in a catalogue."""
        return lookup(self.template).format(**{name: _looked_up(value, lookup) for name, value in self.fields})


def say(template: str, **fields: Field) -> Message:
    """Build a Message; numbers are shown with at most two decimals (a tiny one keeps a digit), dates as ISO."""
    return Message(template, tuple(sorted(fields.items())))
