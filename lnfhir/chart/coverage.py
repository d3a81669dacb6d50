"""What the rules need to have searched, and how far it was searched."""

from __future__ import annotations

from enum import Enum

from lnfhir.fhir.answer import Coverage

__all__ = ["Coverage", "Need", "worst"]


class Need(Enum):
    """A search that the rules rely on; the value is also its prefetch key."""

    PATIENT = "patient"
    CONDITIONS = "conditions"
    PROTEINURIA = "proteinuria"
    KIDNEY_FUNCTION = "kidneyFunction"
    BODY_SIZE = "bodySize"
    BLOOD_PRESSURE = "bloodPressure"
    CHEMISTRY = "chemistry"
    SEROLOGY = "serology"
    URINE_SEDIMENT = "urineSediment"
    BIOPSY_FINDINGS = "biopsyFindings"
    ORDERS = "medicationRequests"
    ADMINISTRATIONS = "medicationAdministrations"
    DISPENSES = "medicationDispenses"
    STATEMENTS = "medicationStatements"
    REPORTS = "diagnosticReports"
    PROCEDURES = "procedures"
    ALLERGIES = "allergies"
    SERVICE_ORDERS = "serviceRequests"


def worst(coverages: tuple[Coverage, ...]) -> Coverage:
    """The least complete of several coverages."""
    order = (Coverage.NOT_PROVIDED, Coverage.FAILED, Coverage.PARTIAL, Coverage.COMPLETE)
    return min(coverages, key=order.index, default=Coverage.NOT_PROVIDED)
