"""What a readable report is made of. Nothing here knows about terminals, colours or languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.message import Message


class Tone(Enum):
    """How a piece of text is meant; a door turns it into a colour, or into nothing."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"
    PENDING = "pending"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, indented by `depth` steps, behind a `mark` such as `[x]` or `-`."""

    says: Message
    mark: str = ""
    depth: int = 0
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    says: Message
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under their headings; the first column names the row."""

    headings: tuple[Message, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the report. `key` is stable, for anchors and tests."""

    key: str
    title: Message
    content: tuple[Line | Table, ...]
