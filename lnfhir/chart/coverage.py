"""What the rules need to have searched, and how far it was searched."""

from __future__ import annotations

from enum import Enum

from lnfhir.fhir.answer import Coverage
from lnfhir.quantity import Analyte

__all__ = ["NEEDS_OF_TYPE", "NEED_OF", "Coverage", "Need"]


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

    __hash__ = object.__hash__  # of Enum it is a Python function, and needs are keys everywhere


def _need_of_each() -> dict[Analyte, Need]:
    groups = {
        Need.PROTEINURIA: "UPCR UTP UACR URINE_PROTEIN URINE_CREATININE",
        Need.KIDNEY_FUNCTION: "CREATININE EGFR",
        Need.BODY_SIZE: "WEIGHT HEIGHT BMI",
        Need.BLOOD_PRESSURE: "SYSTOLIC DIASTOLIC",
        Need.URINE_SEDIMENT: "URINE_RBC URINE_WBC RBC_CASTS GRANULAR_CASTS",
        Need.SEROLOGY: "C3 C4 CH50 ANTI_DSDNA APL_LUPUS_ANTICOAGULANT APL_CARDIOLIPIN IGG CD19 "
        "HBSAG ANTI_HBC ANTI_HBS HBV_DNA ANTI_HCV",
        Need.BIOPSY_FINDINGS: "NIH_ACTIVITY NIH_CHRONICITY ISN_RPS_CLASS",
    }
    need_of = dict.fromkeys(Analyte, Need.CHEMISTRY)
    for need, names in groups.items():
        need_of |= {Analyte[name]: need for name in names.split()}
    return need_of


NEED_OF = _need_of_each()
"""The search that returns each analyte."""

NEEDS_OF_TYPE: dict[str, frozenset[Need]] = {
    "Patient": frozenset({Need.PATIENT}),
    "Condition": frozenset({Need.CONDITIONS}),
    "Observation": frozenset({*NEED_OF.values()}),
    "MedicationRequest": frozenset({Need.ORDERS}),
    "MedicationAdministration": frozenset({Need.ADMINISTRATIONS}),
    "MedicationDispense": frozenset({Need.DISPENSES}),
    "MedicationStatement": frozenset({Need.STATEMENTS}),
    "Medication": frozenset({Need.ORDERS, Need.ADMINISTRATIONS, Need.DISPENSES, Need.STATEMENTS}),
    "DiagnosticReport": frozenset({Need.REPORTS}),
    "Procedure": frozenset({Need.PROCEDURES}),
    "AllergyIntolerance": frozenset({Need.ALLERGIES}),
    "ServiceRequest": frozenset({Need.SERVICE_ORDERS}),
}
"""The searches that return each resource type: what becomes doubtful when one cannot be read."""
