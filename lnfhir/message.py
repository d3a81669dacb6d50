"""A sentence with parameters. It stays untranslated until a door shows it to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Field = "str | int | float | date | Message"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


@dataclass(frozen=True, slots=True)
class Message:
    """`template` is the English sentence with `{name}` fields; it is also the catalogue key."""

    template: str
    fields: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.template.format(**{name: _shown(value) for name, value in self.fields})


def say(template: str, **fields: object) -> Message:
    """Build a Message; numbers are shown with at most two decimals, dates as ISO 8601."""
    return Message(template, tuple(sorted(fields.items())))
