"""Where a number comes from, and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import isfinite

from lnfhir.errors import KnowledgeError


class Confidence(Enum):
    """How well a fact was verified."""

    PRIMARY = "P"
    SECONDARY = "2"
    DIGEST = "3"
    FROM_MEMORY = "M"
    ENGINEERING = "E"

    @property
    def meaning(self) -> str:
        """What the mark means, for the documents a clinician signs."""
        return {
            "P": "read in the primary text, label or official value set",
            "2": "read in peer-reviewed secondary text or an abstract",
            "3": "read in a third-party digest only; to be checked against the primary text",
            "M": "not seen in any source; must be confirmed before clinical use",
            "E": "an engineering default proposed here, without a clinical source",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Guideline:
    """A published source."""

    key: str
    title: str
    year: int
    url: str = ""

    def at(self, pinpoint: str, confidence: Confidence) -> Citation:
        """Cite a place in this source."""
        return Citation(self, pinpoint, confidence)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source, and how well it was verified."""

    guideline: Guideline
    pinpoint: str
    confidence: Confidence

    def __str__(self) -> str:
        return f"{self.guideline.title} ({self.guideline.year}), {self.pinpoint}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number a rule uses: what it means, its unit, its source."""

    meaning: str
    value: float
    unit: str
    citation: Citation

    def __post_init__(self) -> None:
        if not self.meaning or not self.unit:
            raise KnowledgeError(f"a parameter needs a meaning and a unit: {self.meaning} {self}")
        if not isfinite(self.value):
            raise KnowledgeError(f"a parameter is a number: {self.meaning}")

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"
