"""What the rules need to have searched, as FHIR data requirements that name our profiles and value sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from lnfhir.chart.coverage import Need
from lnfhir.message import Message

BASE = "https://lnfhir.org/fhir"
MISSING = f"{BASE}/StructureDefinition/ln-missing"

_PROFILES: dict[Need, tuple[str, ...]] = {
    Need.CONDITIONS: ("ln-condition",),
    Need.PROTEINURIA: ("ln-proteinuria",),
    Need.KIDNEY_FUNCTION: ("ln-creatinine", "ln-egfr"),
    Need.SEROLOGY: ("ln-serology",),
    Need.URINE_SEDIMENT: ("ln-urine-sediment",),
    Need.BIOPSY_FINDINGS: ("ln-isn-rps-class", "ln-nih-index"),
    Need.ORDERS: ("ln-hydroxychloroquine-order", "ln-immunosuppressant-order", "ln-glucocorticoid-order"),
    Need.DISPENSES: ("ln-dispense",),
    Need.REPORTS: ("ln-biopsy-report",),
}
_TESTS: dict[Need, str] = {
    Need.PROTEINURIA: "ln-proteinuria-tests",
    Need.KIDNEY_FUNCTION: "ln-kidney-function-tests",
    Need.BODY_SIZE: "ln-body-size",
    Need.BLOOD_PRESSURE: "ln-blood-pressure",
    Need.CHEMISTRY: "ln-chemistry-tests",
    Need.SEROLOGY: "ln-serology-tests",
    Need.URINE_SEDIMENT: "ln-urine-sediment-tests",
    Need.BIOPSY_FINDINGS: "ln-biopsy-findings",
}
_TYPES: dict[Need, str] = {
    Need.PATIENT: "Patient",
    Need.CONDITIONS: "Condition",
    Need.ORDERS: "MedicationRequest",
    Need.ADMINISTRATIONS: "MedicationAdministration",
    Need.DISPENSES: "MedicationDispense",
    Need.STATEMENTS: "MedicationStatement",
    Need.REPORTS: "DiagnosticReport",
    Need.PROCEDURES: "Procedure",
    Need.ALLERGIES: "AllergyIntolerance",
    Need.SERVICE_ORDERS: "ServiceRequest",
}

_ORDERED = re.compile(r"^(the )?(daily )?(dose|start|start date) of")
_WORDS: tuple[tuple[Need, re.Pattern[str]], ...] = tuple(
    (need, re.compile(words, re.IGNORECASE))
    for need, words in (
        (Need.PATIENT, r"date of birth|\bsex\b|\bage\b"),
        (Need.PROTEINURIA, r"proteinuria|UPCR|UACR|urine protein|24-hour urine"),
        (Need.KIDNEY_FUNCTION, r"(?<!protein/)creatinine|eGFR|kidney function"),
        (Need.BODY_SIZE, r"\bweight|\bheight"),
        (Need.BLOOD_PRESSURE, r"blood pressure"),
        (
            Need.CHEMISTRY,
            r"potassium|HbA1c|blood count|neutrophil|pregnancy test|\bLDH|haptoglobin|schistocyte|platelet|trough"
            r"|vitamin D|TPMT|\bALT\b|serum albumin|SLEDAI|global assessment",
        ),
        (Need.SEROLOGY, r"HBsAg|anti-HB|anti-HCV|HBV DNA|\bIgG|antiphospholipid|complement|dsDNA|\bC3\b|\bC4\b"),
        (Need.URINE_SEDIMENT, r"urinalysis|sediment"),
        (Need.BIOPSY_FINDINGS, r"ISN/RPS class|activity index|chronicity index|biopsy findings"),
        (Need.REPORTS, r"kidney biopsy|biopsy reports|diagnostic reports"),
        (Need.CONDITIONS, r"problem list|diagnos[ei]s(?! report)|diagnoses"),
        (Need.DISPENSES, r"dispense"),
        (Need.ADMINISTRATIONS, r"administrations"),
        (Need.STATEMENTS, r"medication statements|adherence statement|medication list"),
        (Need.SERVICE_ORDERS, r"orders for tests"),
        (Need.ORDERS, r"medication orders|orders \(|orders and admin|medication list|induction treatment|RAS blocker"),
        (Need.ALLERGIES, r"allergy list|allergies"),
        (Need.PROCEDURES, r"\bprocedures|eye examination"),
    )
)
"""The words by which a sentence about a missing datum tells the search that would bring it."""


def needs_named(missing: Message) -> tuple[Need, ...]:
    """The searches that would bring a missing datum; none for what only a person can answer."""
    sentence = str(missing)
    if _ORDERED.match(sentence):
        return (Need.ORDERS,)
    return tuple(need for need, words in _WORDS if words.search(sentence))


def data_requirements(missing: Iterable[Message], text: Callable[[Message], str]) -> list[dict[str, Any]]:
    """One requirement for each search that is wanted, each with the sentences it answers."""
    wanted: dict[Need, list[str]] = {}
    for item in missing:
        for need in needs_named(item):
            wanted.setdefault(need, []).append(text(item))
    return [data_requirement(need, wanted[need]) for need in Need if need in wanted]


def data_requirement(need: Need, missing: Iterable[str] = ()) -> dict[str, Any]:
    """The search of a need; `missing` are sentences that name what exactly is wanted of it."""
    said = [{"url": MISSING, "valueString": sentence} for sentence in missing]
    requirement: dict[str, Any] = {"extension": said} if said else {}
    requirement["type"] = _TYPES.get(need, "Observation")
    if need in _PROFILES:
        requirement["profile"] = [f"{BASE}/StructureDefinition/{name}" for name in _PROFILES[need]]
    if need in _TESTS:
        requirement["codeFilter"] = [{"path": "code", "valueSet": f"{BASE}/ValueSet/{_TESTS[need]}"}]
    return requirement
