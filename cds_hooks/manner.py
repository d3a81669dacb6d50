"""How a client is answered: in which language, in which dialect of cards, with which addresses, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cds_hooks.card import SelectionBehavior
from lnfhir.languages import Lookup, lookup_in

ClientProfile = Literal["standard", "epic"]
Language = Literal["en", "zh-CN"]

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
LONGEST_HEADER = 1000


@dataclass(frozen=True, slots=True)
class Manner:
    """`rules_url` is the address under which each rule has its page, or empty; `silent` shows no card at all."""

    language: Language = "en"
    profile: ClientProfile = "standard"
    selection: SelectionBehavior = "any"
    rules_url: str = ""
    silent: bool = False

    @property
    def lookup(self) -> Lookup:
        """The catalogue of the language."""
        return lookup_in(self.language)


def preferred(accept_language: str, otherwise: Language) -> Language:
    """The best of our languages by an Accept-Language header; `otherwise` where it names none of them or is junk."""
    best: tuple[float, Language] | None = None
    for part in accept_language[:LONGEST_HEADER].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        language = _ours(found[1].lower())
        weight = float(found[2] or 1)
        if language is not None and weight > 0 and (best is None or weight > best[0]):
            best = weight, language
    return best[1] if best is not None else otherwise


def _ours(tag: str) -> Language | None:
    """Simplified Chinese for any Chinese that is not marked as Traditional."""
    primary, *rest = tag.split("-")
    if primary == "en":
        return "en"
    return "zh-CN" if primary == "zh" and not _TRADITIONAL.intersection(rest) else None
