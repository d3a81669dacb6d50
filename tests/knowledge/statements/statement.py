"""One statement of a source article, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a statement became."""

    CRITERION = "criterion"
    PARAMETER = "parameter"
    SHOWN = "evidence shown"
    NOT_IMPLEMENTED = "not implemented"


@dataclass(frozen=True, slots=True)
class Statement:
    """`number` is S1..S160; `corrected` is what a checked source says instead; `because` why nothing was made of it."""

    number: int
    words: str
    kind: Kind
    pointers: tuple[str, ...] = ()
    corrected: str = ""
    because: str = ""


def decides(number: int, words: str, *pointers: str, corrected: str = "") -> Statement:
    """A statement that a rule decides."""
    return Statement(number, words, Kind.CRITERION, pointers, corrected)


def chosen(number: int, words: str, *pointers: str, corrected: str = "") -> Statement:
    """A statement that became a number, or a choice of the site."""
    return Statement(number, words, Kind.PARAMETER, pointers, corrected)


def shown(number: int, words: str, *pointers: str, corrected: str = "") -> Statement:
    """A statement the clinician is shown."""
    return Statement(number, words, Kind.SHOWN, pointers, corrected)


def left_out(number: int, words: str, because: str, *pointers: str) -> Statement:
    """A statement that nothing was made of; a pointer says where the same is said otherwise."""
    return Statement(number, words, Kind.NOT_IMPLEMENTED, pointers, because=because)
