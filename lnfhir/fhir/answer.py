"""What one search, prefetch key or file returned, and how completely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """The readable resources of an answer with their place in it, what was wrong, and how complete it is.

    `coverage` is what the sender said: one unreadable resource does not lower it, it is named in `unread` by its
    resource type (`?` when even that is unknown), so that only what needs that type becomes unknown.
    `next_url` is the page that was not followed. `full_urls` maps a `fullUrl` to the `Type/id` it stands for,
    where the two differ.
    """

    resources: tuple[tuple[str, Resource], ...] = ()
    issues: tuple[Issue, ...] = ()
    coverage: Coverage = Coverage.COMPLETE
    next_url: str | None = None
    unread: frozenset[str] = frozenset()
    full_urls: Mapping[str, str] = field(default_factory=dict)


NOT_PROVIDED = Answer(coverage=Coverage.NOT_PROVIDED)
