"""The first depth: FHIR R4, every fault with its path."""

from __future__ import annotations

from typing import Any

import pytest

from lnfhir.fhir.issue import Severity
from lnfhir.validation.structure import structure_faults
from tests.unit.chart.records import Json, condition, creatinine, order, quantity

E, W = Severity.ERROR, Severity.WARNING


def found(resource: Json) -> list[tuple[Severity, str, str]]:
    faults = structure_faults(resource, "f.json", "Bundle.entry[0].resource")
    return [(f.severity, f.path.removeprefix("Bundle.entry[0].resource"), f.says.template) for f in faults]


@pytest.mark.parametrize("resource", [creatinine(), condition(), order()])
def test_a_sound_resource_has_no_fault(resource: Json) -> None:
    assert found(resource) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"status": "finished"}, (E, ".status", "`{value}` is none of the codes FHIR R4 allows here")),
        ({"code": None}, (E, ".code", "a required member is missing")),
        ({"colour": "red"}, (E, ".colour", "FHIR R4 has no such member here")),
        ({"status": None}, (E, ".status", "a required member is missing")),
        ({"effectiveDateTime": "2025-3-1"},
         (E, ".effectiveDateTime", "the value is not of the type that FHIR R4 demands")),
        ({"effectiveDateTime": "2025-03-01T10:00:00"}, (W, ".effectiveDateTime", "a time without its time zone")),
        ({"valueQuantity": quantity(1, "mg/dL", comparator="~")},
         (E, ".valueQuantity.comparator", "the comparator is not one of <, <=, >= and >")),
        ({"valueQuantity": {"value": "one"}},
         (E, ".valueQuantity.value", "the value is not of the type that FHIR R4 demands")),
        ({"component": [{"valueString": "x"}]}, (E, ".component[0].code", "a required member is missing")),
        ({"note": None}, (W, ".note", "null is not allowed in FHIR: leave the member out")),
        ({"extension": [{"url": "urn:x"}]},
         (E, ".extension[0]", "an extension has either a value or extensions of its own")),
        ({"extension": [{"url": "urn:x", "valueString": "a", "extension": [{"url": "urn:y", "valueString": "b"}]}]},
         (E, ".extension[0]", "an extension has either a value or extensions of its own")),
        ({"note": []}, (W, ".note", "empty members are not allowed in FHIR: leave the member out")),
        ({"referenceRange": [{}]},
         (W, ".referenceRange", "empty members are not allowed in FHIR: leave the member out")),
        ({"note": [None]}, (W, ".note[0]", "null is not allowed in FHIR: leave the member out")),
        ({"identifier": [{"use": "home", "value": "1"}]},
         (E, ".identifier[0].use", "`{value}` is none of the codes FHIR R4 allows here")),
        ({"text": {"status": "done", "div": "<div/>"}},
         (E, ".text.status", "`{value}` is none of the codes FHIR R4 allows here")),
        ({"contained": [{"resourceType": "MedicinalProduct", "id": "a"}]},
         (E, ".contained", "it holds a resource of a type that FHIR R4 does not have")),
        ({"id": "x" * 65}, (W, ".id", "the id is not one that FHIR R4 allows (1 to 64 letters, digits, - and .)")),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_path(change: Json, fault: tuple[Severity, str, str]) -> None:
    assert fault in found({**creatinine(), **change})


def test_codes_inside_a_dosage_are_those_of_fhir() -> None:
    def dosed(**repeat: Any) -> list[tuple[Severity, str, str]]:
        return found({**order(), "dosageInstruction": [{"timing": {"repeat": repeat}}]})

    assert dosed(frequency=1, period=1, periodUnit="d", dayOfWeek=["mon", "sun"], when=["HS", "PCM"]) == []
    says = "`{value}` is none of the codes FHIR R4 allows here"
    where = ".dosageInstruction[0].timing.repeat"
    assert (E, f"{where}.periodUnit", says) in dosed(frequency=1, period=1, periodUnit="day")
    assert (E, f"{where}.dayOfWeek[1]", says) in dosed(dayOfWeek=["mon", "Tuesday"])


def test_a_null_that_keeps_values_and_extensions_in_step_is_no_fault() -> None:
    name = {"given": ["Ann", None], "_given": [None, {"extension": [{"url": "urn:x", "valueString": "B"}]}]}
    assert found({"resourceType": "Patient", "id": "a", "name": [name]}) == []


def test_all_faults_are_named_not_the_first() -> None:
    part = {"valueString": "a"}
    broken = {**creatinine(), "status": "finished", "colour": "red", "component": [part, part]}
    assert {path for _, path, _ in found(broken)} == {".status", ".colour", ".component[0].code", ".component[1].code"}


def test_a_deep_resource_costs_one_fault() -> None:
    deep: Any = {"url": "urn:x", "valueString": "end"}
    for _ in range(400):
        deep = {"url": "urn:x", "extension": [deep]}
    assert (E, "", "it is nested too deeply to be checked") in found({**creatinine(), "extension": [deep]})


@pytest.mark.parametrize("kind", ["observation", "Nope", None, 3])
def test_what_is_no_resource_type_is_said(kind: Any) -> None:
    assert found({"resourceType": kind}) == [(E, ".resourceType", "there is no such resource type in FHIR R4")]


def test_types_that_no_rule_reads_are_left_alone() -> None:
    assert found({"resourceType": "Encounter", "status": "?"}) == []


@pytest.mark.parametrize(("status", "faults"), [("active", 0), ("resolved", 0), ("Active", 1)])
def test_a_coded_status_is_checked(status: str, faults: int) -> None:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    coded = {"coding": [{"system": system, "code": status}]}
    assert len(found({**condition(), "clinicalStatus": coded})) == faults
