"""What one search, prefetch key or file returned, and how completely."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.fhir.issue import Issue
from lnfhir.fhir.resource import Resource


class Coverage(Enum):
    """How completely a question was answered. Only COMPLETE lets absence mean "no"."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_PROVIDED = "not-provided"


@dataclass(frozen=True, slots=True)
class Answer:
    """The readable resources of an answer with their place in it, what was wrong, and how complete it is."""

    resources: tuple[tuple[str, Resource], ...] = ()
    issues: tuple[Issue, ...] = ()
    coverage: Coverage = Coverage.COMPLETE


NOT_PROVIDED = Answer(coverage=Coverage.NOT_PROVIDED)
