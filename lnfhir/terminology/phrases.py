"""Finding known names in short clinical texts, in English and Chinese, whole words only.

Latin text is cut into runs of letters and runs of digits ("CellCept500mg" is `cellcept 500 mg`); the longest
known name at each place wins. Chinese is matched as it is written, longest name first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_TEXT = 400
"""Longer texts are narratives, not names, and are not read."""

_LATIN = re.compile(r"[a-zà-öø-ÿ]+|\d+(?:\.\d+)?")
_HAN = re.compile(r"[一-鿿]")


def folded(text: str) -> str:
    """One typography: compatibility forms unified, no case, apostrophes dropped."""
    return unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")


def words(text: str) -> tuple[str, ...]:
    """The runs of Latin letters and of digits in a folded text."""
    return tuple(_LATIN.findall(text))


def has_han(text: str) -> bool:
    """The text has Chinese characters."""
    return _HAN.search(text) is not None


@dataclass(frozen=True, slots=True)
class Hit:
    """A known name found: what it means and where it stands in the folded text."""

    keys: frozenset[str]
    start: int
    end: int


class Lexicon:
    """Names and the keys they mean. A name with no key stops shorter names inside it from matching."""

    def __init__(self, names: Iterable[tuple[str, str]], stops: Iterable[str] = ()) -> None:
        latin: dict[tuple[str, ...], set[str]] = {}
        han: dict[str, set[str]] = {}
        for name, key in names:
            text = folded(name)
            if has_han(text):
                han.setdefault(text, set()).add(key)
            else:
                latin.setdefault(words(text), set()).add(key)
        for name in stops:
            text = folded(name)
            if has_han(text):
                han.setdefault(text, set())
            else:
                latin.setdefault(words(text), set())
        self._latin = {name: frozenset(keys) for name, keys in latin.items()}
        self._longest = max((len(name) for name in latin), default=0)
        self._first = frozenset(name[0] for name in latin)
        self._han = {name: frozenset(keys) for name, keys in han.items()}
        ordered = sorted(han, key=len, reverse=True)
        self._any_han = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every known name in a folded text, in order of place."""
        hits = self._find_latin(text)
        if self._any_han is not None and has_han(text):
            for match in self._any_han.finditer(text):
                keys = self._han[match[0]]
                if keys:
                    hits.append(Hit(keys, match.start(), match.end()))
            hits.sort(key=lambda hit: hit.start)
        return tuple(hits)

    def _find_latin(self, text: str) -> list[Hit]:
        hits: list[Hit] = []
        found = list(_LATIN.finditer(text))
        tokens = [match[0] for match in found]
        place = 0
        while place < len(tokens):
            taken = 1
            if tokens[place] in self._first:
                for length in range(min(self._longest, len(tokens) - place), 0, -1):
                    keys = self._latin.get(tuple(tokens[place : place + length]))
                    if keys is not None:
                        taken = length
                        if keys:
                            hits.append(Hit(keys, found[place].start(), found[place + length - 1].end()))
                        break
            place += taken
        return hits
