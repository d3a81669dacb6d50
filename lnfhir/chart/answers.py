"""Qualitative answers: positive or negative, in the codes and words laboratories use."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from lnfhir.fhir.resource import CodeableConcept

_POSITIVE_CODES = frozenset(
    (
        "10828004",
        "260373001",
        "52101004",
        "11214006",
        "LA6576-8",
        "LA11882-0",
        "LA9633-4",
        "LA15256-3",
        "POS",
        "R",
        "DET",
    )
)
_NEGATIVE_CODES = frozenset(
    (
        "260385009",
        "260415000",
        "2667000",
        "131194007",
        "LA6577-6",
        "LA11883-8",
        "LA9634-2",
        "LA15255-5",
        "NEG",
        "NR",
        "ND",
    )
)
_POSITIVE = frozenset(
    (
        "positive", "pos", "positive (qualifier value)", "detected", "present", "reactive", "+", "++", "+++", "++++",
        "1+", "2+", "3+", "4+", "阳性", "阳性(+)", "(+)", "弱阳性", "weakly positive", "weak positive", "pregnant",
    )
)  # fmt: skip
_NEGATIVE = frozenset(
    (
        "negative", "neg", "negative (qualifier value)", "not detected", "none detected", "undetected", "absent",
        "non-reactive", "nonreactive", "non reactive", "not present", "-", "(-)", "阴性", "阴性(-)", "未检出", "none",
    )
)  # fmt: skip


_FLAGS = {
    **dict.fromkeys(("h", "hh", "hu", "hx", "high", "critical high", "↑", "偏高", "升高"), "high"),
    **dict.fromkeys(("l", "ll", "lu", "lx", "low", "critical low", "↓", "偏低", "降低"), "low"),
    **dict.fromkeys(("n", "normal", "within normal limits", "正常"), "normal"),
}
"""HL7 ObservationInterpretation, and its words."""


@cache
def _of_words(text: str) -> bool | None:
    words = " ".join(text.translate(_HALF_WIDTH).casefold().split()).rstrip(".")
    if words in _POSITIVE:
        return True
    return False if words in _NEGATIVE else None


_HALF_WIDTH = str.maketrans("（）＋－−", "()+--")
_LONGEST = 40


def positive_text(text: str | None) -> bool | None:
    """Positive or negative as written, None when it says neither."""
    return _of_words(text) if text is not None and len(text) <= _LONGEST else None


def positive_concept(concept: CodeableConcept | None) -> bool | None:
    """Positive or negative as coded or written; None when it says neither, or both."""
    if concept is None:
        return None
    said = {positive_text(concept.text), *(positive_text(coding.display) for coding in concept.coding)}
    said |= {True for coding in concept.coding if coding.code in _POSITIVE_CODES}
    said |= {False for coding in concept.coding if coding.code in _NEGATIVE_CODES}
    said.discard(None)
    return said.pop() if len(said) == 1 else None


def flag_of(concepts: Iterable[CodeableConcept | None]) -> str:
    """`high`, `low` or `normal` as the laboratory interprets a number; `` when it does not, or contradicts itself."""
    words = {
        text.strip().casefold()
        for concept in concepts
        if concept is not None
        for text in (concept.text, *(c.code for c in concept.coding), *(c.display for c in concept.coding))
        if text is not None and len(text) <= _LONGEST
    }
    said = {_FLAGS[word] for word in words if word in _FLAGS}
    return said.pop() if len(said) == 1 else ""
