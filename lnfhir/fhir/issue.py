"""What is wrong with the data we were given. An issue never stops the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.message import Message


class Severity(Enum):
    """FHIR's issue severities that data can have here."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Issue:
    """One datum that is not used, or used with a reservation.

    `path` is a FHIRPath-like place (`Bundle.entry[3].resource.valueQuantity`), `reference` the resource.
    `code` is a FHIR IssueType (`value`, `code-invalid`, `not-supported`, `incomplete`, `conflict`, ...).
    """

    severity: Severity
    code: str
    says: Message
    path: str = ""
    reference: str = ""
