"""Code map entries as TOML that a person reviews: one table each, with what was seen as a comment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Value = str | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One `[[table]]` with its members; `note` is written above it. `ready` False: commented out, to be completed."""

    table: str
    members: Mapping[str, Value]
    note: str = ""
    ready: bool = True


def toml(drafts: Iterable[Draft], heading: str) -> str:
    """The file's text."""
    return "\n".join([f"# {_one_line(heading)}", *(_table(draft) for draft in drafts)]) + "\n"


def _table(draft: Draft) -> str:
    lines = [f"[[{draft.table}]]", *(f"{name} = {_value(value)}" for name, value in draft.members.items() if value)]
    before = "" if draft.ready else "# "
    note = [f"# {_one_line(draft.note)}"] if draft.note else []
    return "\n".join(["", *note, *(before + line for line in lines)])


def _value(value: Value) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return f"{value:.12g}"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _quoted(text: str) -> str:
    """A basic TOML string: whatever a record holds, it stays inside its quotes."""
    escaped = "".join(
        {"\\": "\\\\", '"': '\\"'}.get(c, c if c.isprintable() or c == " " else f"\\U{ord(c):08X}") for c in text
    )
    return f'"{escaped}"'
