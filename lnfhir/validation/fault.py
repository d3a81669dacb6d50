"""What validation finds: one fault at one place, at one of three depths."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.fhir.issue import Issue, Severity
from lnfhir.message import Message


class Depth(Enum):
    """How deep one has to look to see it."""

    STRUCTURE = "structure"
    PROFILE = "profile"
    FITNESS = "fitness"


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is a FHIR IssueType, `path` a FHIRPath inside the document `place` (a file, or a line of one)."""

    depth: Depth
    severity: Severity
    code: str
    says: Message
    place: str = ""
    path: str = ""
    reference: str = ""


APART = "\x1f"
"""Stands between the document and the path where a record was put together of several documents."""


def fault_of(issue: Issue, place: str) -> Fault:
    """What the chart complains of, as a fault of fitness."""
    document, apart, path = issue.path.rpartition(APART)
    where = document if apart else place
    return Fault(Depth.FITNESS, issue.severity, issue.code, issue.says, where, path, issue.reference)
