"""What FHIR R4 itself asks beyond types and codes; the keys are those of hl7.org/fhir/R4."""

from __future__ import annotations

from typing import Any

import pytest

from lnfhir.validation.structure import structure_faults
from tests.unit.chart.records import Json, coded, condition, creatinine, order, without

DRUG: Json = {"resourceType": "Medication", "id": "d"}
WITH_DRUG = without(order(medicationReference={"reference": "#d"}), "medicationCodeableConcept")


def status(code: str, kind: str = "clinical") -> Json:
    return coded(code, f"http://terminology.hl7.org/CodeSystem/condition-{kind}")


ERROR_CASES: dict[str, tuple[Json, str]] = {
    "dom-2": (WITH_DRUG | {"contained": [{**DRUG, "contained": [{"resourceType": "Patient", "id": "p"}]}]},
              ".contained[0].contained"),
    "dom-3": (order(contained=[DRUG]), ".contained[0]"),
    "dom-4": (WITH_DRUG | {"contained": [{**DRUG, "meta": {"versionId": "1"}}]}, ".contained[0].meta"),
    "dom-5": (WITH_DRUG | {"contained": [{**DRUG, "meta": {"security": [{"code": "R"}]}}]},
              ".contained[0].meta.security"),
    "obs-3": (creatinine(referenceRange=[{"appliesTo": [coded("1")]}]), ".referenceRange[0]"),
    "obs-6": (creatinine(dataAbsentReason=coded("unknown")), ".dataAbsentReason"),
    "obs-6 of a component": (
        creatinine(component=[{"code": coded("1"), "valueString": "x", "dataAbsentReason": coded("unknown")}]),
        ".component[0].dataAbsentReason"),
    "obs-7": (creatinine(component=[{"code": coded("2160-0")}]), ".component[0]"),
    "con-1": (condition(stage=[{"type": coded("1")}]), ".stage[0]"),
    "con-2": (condition(evidence=[{"id": "x"}]), ".evidence[0]"),
    "con-4": (condition(clinicalStatus=status("active"), abatementDateTime="2025-01-01"), ".clinicalStatus"),
    "con-5": (condition(clinicalStatus=status("active"), verificationStatus=status("entered-in-error", "ver-status")),
              ".clinicalStatus"),
    "mdd-1": ({"resourceType": "MedicationDispense", "status": "completed", "medicationCodeableConcept": {"text": "x"},
               "whenPrepared": "2025-02-02", "whenHandedOver": "2025-02-01"}, ".whenHandedOver"),
}  # fmt: skip


def found(resource: Json) -> list[tuple[str, str, str]]:
    faults = structure_faults(resource, "f.json", "")
    return [(fault.severity.value, fault.code, fault.path) for fault in faults]


@pytest.mark.parametrize("key", ERROR_CASES)
def test_a_condition_of_fhir_that_is_broken_is_an_error_at_its_place(key: str) -> None:
    resource, path = ERROR_CASES[key]
    assert ("error", "invariant", path) in found(resource)


@pytest.mark.parametrize(
    "resource",
    [
        WITH_DRUG | {"contained": [DRUG]},
        order(contained=[{**DRUG, "ingredient": [{"itemReference": {"reference": "#"}}]}]),
        creatinine(referenceRange=[{"text": "< 1.1"}]),
        without(creatinine(), "valueQuantity") | {"dataAbsentReason": coded("unknown")},
        without(creatinine(), "valueQuantity") | {"component": [{"code": coded("2160-0"), "valueString": "x"}]},
        creatinine(component=[{"code": coded("2345-7")}]),
        condition(clinicalStatus=status("resolved"), abatementDateTime="2025-01-01"),
        condition(abatementDateTime="2025-01-01"),
        condition(verificationStatus=status("entered-in-error", "ver-status")),
        condition(category=[status("problem-list-item", "category")], clinicalStatus=status("active")),
    ],
)
def test_what_fhir_allows_is_no_fault(resource: Json) -> None:
    assert [each for each in found(resource) if each[1] == "invariant"] == []


def test_a_problem_without_a_clinical_status_is_only_warned_of() -> None:
    """con-3 is advice."""
    listed: Any = condition(category=[status("problem-list-item", "category")])
    assert ("warning", "invariant", ".clinicalStatus") in found(listed)
