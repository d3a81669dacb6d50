"""The profiles: their snapshots, bindings and constraints agree with each other and with the code."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from fhirpathpy import evaluate
from fhirpathpy.models import models

from lnfhir.analytes import Analyte
from lnfhir.chart.build import chart_from_record
from lnfhir.chart.coverage import Need
from lnfhir.quantity import Amount, amount
from lnfhir.record import read_record
from lnfhir.units import UNITS, Conversion, conversion
from tests.knowledge.example import PATIENT, record, today
from tests.publishing.bindings import of_need
from tests.publishing.profile_units import ANALYTES, KEY
from tests.publishing.shelf import BASE, published

PROFILES = published("StructureDefinition")
RESOURCES = {key: each for key, each in PROFILES.items() if each["kind"] == "resource"}
KEPT = ("min", "max", "mustSupport", "binding", "type", "definition", "short", "fixedUri")


def elements(profile: dict[str, Any], view: str) -> dict[str, dict[str, Any]]:
    return {element["id"]: element for element in profile[view]["element"]}


def test_the_profiles_the_rules_need_are_there() -> None:
    assert set(PROFILES) == {
        "ln-proteinuria", "ln-creatinine", "ln-egfr", "ln-serology", "ln-urine-sediment", "ln-biopsy-report",
        "ln-isn-rps-class", "ln-nih-index", "ln-hydroxychloroquine-order", "ln-immunosuppressant-order",
        "ln-glucocorticoid-order", "ln-condition", "ln-dispense", "ln-missing",
    }  # fmt: skip


@pytest.mark.parametrize("key", PROFILES)
def test_a_snapshot_contains_the_differential(key: str) -> None:
    profile = PROFILES[key]
    whole = elements(profile, "snapshot")
    assert next(iter(whole)) == profile["type"]
    for identity, change in elements(profile, "differential").items():
        for name in KEPT:
            assert change.get(name, whole[identity].get(name)) == whole[identity].get(name), (identity, name)
        said = {each["key"]: each["expression"] for each in whole[identity].get("constraint", ())}
        for each in change.get("constraint", ()):
            assert said[each["key"]] == each["expression"]


@pytest.mark.parametrize("key", PROFILES)
def test_a_snapshot_is_a_whole_resource_in_which_every_element_has_its_parent_and_cardinality(key: str) -> None:
    whole = elements(PROFILES[key], "snapshot")
    assert len(whole) == len(PROFILES[key]["snapshot"]["element"])
    for identity, element in whole.items():
        assert identity.rpartition(".")[0] in {"", *whole}, identity
        assert {"min", "max", "base"} <= set(element), identity
    assert f"{PROFILES[key]['type']}.extension" in whole


@pytest.mark.parametrize("key", RESOURCES)
def test_bindings_of_ours_are_to_value_sets_that_exist(key: str) -> None:
    ours = [
        element["binding"]["valueSet"] for element in PROFILES[key]["differential"]["element"] if "binding" in element
    ]
    assert ours
    assert {url.removeprefix(f"{BASE}/ValueSet/") for url in ours} - set(published("ValueSet")) == set()


@pytest.mark.parametrize("key", RESOURCES)
def test_what_the_rules_read_is_must_support(key: str) -> None:
    profile = PROFILES[key]
    supported = {identity for identity, element in elements(profile, "snapshot").items() if element.get("mustSupport")}
    kind = profile["type"]
    what = {"Observation": ("code", "value[x]"), "DiagnosticReport": ("code", "result"), "Condition": ("code",)}
    drug = ("medication[x]", "dosageInstruction")
    for name in ("subject", *what.get(kind, drug)):
        assert f"{kind}.{name}" in supported
    if kind != "Condition":
        assert f"{kind}.status" in supported


@pytest.mark.parametrize("key", ANALYTES)
def test_the_unit_list_of_a_profile_holds_exactly_the_units_that_are_converted(key: str) -> None:
    value = elements(PROFILES[key], "snapshot")["Observation.value[x]"]
    [expression] = [each["expression"] for each in value["constraint"] if each["key"] == KEY]
    listed = set(expression.partition(" in (")[2].rstrip(")").replace("'", "").split(" | "))
    by_code = {"ml/min"} if key == "ln-egfr" else set()  # a code of an eGFR says that it is per 1.73 m²
    assert listed == {spelling for analyte in ANALYTES[key] for spelling in UNITS[analyte]} | by_code
    if by_code:
        assert isinstance(conversion("mL/min", None, None, Analyte.EGFR, indexed=True), Conversion)


def faults(key: str, resource: dict[str, Any]) -> set[str]:
    """The keys of our constraints that a resource breaks."""
    broken = set()
    for path, element in elements(PROFILES[key], "differential").items():
        inner = path.partition(".")[2].replace("[x]", "")
        for constraint in element.get("constraint", ()):
            expression = f"{inner}.all({constraint['expression']})" if inner else constraint["expression"]
            if evaluate(resource, expression, {"resource": resource}, models["r4"]) != [True]:
                broken.add(constraint["key"])
    return broken


OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "2890-2"}]},
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2025-03-14",
    "valueQuantity": {"value": 1.2, "unit": "g/g"},
}


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(OBSERVATION), **members}


@pytest.mark.parametrize(
    ("resource", "broken"),
    [
        (changed(), set()),
        (changed(valueQuantity={"value": 45, "unit": "mg / mmol Cr"}), set()),
        (changed(valueQuantity={"value": 450, "code": "mg/g", "unit": "as reported"}), set()),
        (changed(valueQuantity={"value": 1.2, "unit": "furlong"}), {"ln-unit-list"}),
        (changed(valueQuantity={"value": 1.2}), {"ln-unit", "ln-unit-list"}),
        (changed(valueQuantity={"unit": "g/g"}), {"ln-number"}),
        (changed(effectiveDateTime="2025-03"), {"ln-obs-1"}),
    ],
)
def test_the_constraints_of_proteinuria_find_what_the_code_cannot_use(
    resource: dict[str, Any], broken: set[str]
) -> None:
    assert faults("ln-proteinuria", resource) == broken
    quantity = resource["valueQuantity"]
    read = amount(quantity.get("value"), None, quantity.get("unit"), quantity.get("code"), None, Analyte.UPCR)
    assert isinstance(read, Amount) is (broken <= {"ln-obs-1"})


def sent(kind: str, **members: Any) -> dict[str, Any]:
    return {"resourceType": kind, "subject": {"reference": "Patient/1"}, **members}


INDEX = {"coding": [{"system": f"{BASE}/CodeSystem/score", "code": "nih-ci"}]}
TEXT = {"text": "mycophenolate mofetil 500 mg"}
TWICE = {"timing": {"code": {"text": "BID"}}, "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}]}


@pytest.mark.parametrize(
    ("key", "resource", "broken"),
    [
        ("ln-nih-index", changed(code=INDEX, valueQuantity={"value": 12}), set()),
        ("ln-nih-index", changed(code=INDEX, valueQuantity={"value": 13}), {"ln-nih-1"}),
        ("ln-serology", changed(valueQuantity={"value": 0.5, "unit": "g/L"}), set()),
        ("ln-serology", changed(valueQuantity={"value": 0.5}), {"ln-unit"}),
        ("ln-urine-sediment", changed(valueQuantity={"value": 12}), {"ln-unit"}),
        ("ln-urine-sediment", changed(effectiveDateTime="2025"), {"ln-obs-1"}),
        ("ln-biopsy-report", sent("DiagnosticReport", issued="2025-03-14T08:00:00Z", conclusion="Class IV"), set()),
        ("ln-biopsy-report", sent("DiagnosticReport"), {"ln-report-1", "ln-report-2"}),
        ("ln-condition", sent("Condition", recordedDate="2025-03"), set()),
        ("ln-condition", sent("Condition"), {"ln-condition-1"}),
        ("ln-dispense", sent("MedicationDispense", whenPrepared="2025-03-14", daysSupply={"value": 30}), set()),
        ("ln-dispense", sent("MedicationDispense", quantity={"value": 60}), {"ln-dispense-1", "ln-dispense-2"}),
        (
            "ln-immunosuppressant-order",
            sent(
                "MedicationRequest",
                medicationCodeableConcept=TEXT,
                authoredOn="2025-03-14",
                dosageInstruction=[TWICE],
            ),
            set(),
        ),
        (
            "ln-immunosuppressant-order",
            sent("MedicationRequest", authoredOn="2025-03", dosageInstruction=[{"asNeededBoolean": True}]),
            {"ln-order-1", "ln-order-2", "ln-order-3"},
        ),
    ],
)
def test_the_constraints_of_the_other_profiles_hold_and_break(
    key: str, resource: dict[str, Any], broken: set[str]
) -> None:
    assert faults(key, resource) == broken


def test_every_constraint_of_ours_is_tested_by_a_resource_that_breaks_it() -> None:
    ours = {
        constraint["key"]
        for profile in PROFILES.values()
        for element in profile["differential"]["element"]
        for constraint in element.get("constraint", ())
    }
    assert ours == {
        "ln-obs-1", "ln-unit", "ln-unit-list", "ln-number", "ln-nih-1", "ln-report-1", "ln-report-2", "ln-condition-1",
        "ln-dispense-1", "ln-dispense-2", "ln-order-1", "ln-order-2", "ln-order-3",
    }  # fmt: skip


def test_the_records_of_the_example_meet_the_constraints_of_the_profiles() -> None:
    code_of = {"2890-2": "ln-proteinuria", "2160-0": "ln-creatinine"}
    seen = set()
    for resource in record().resources:
        codes = [coding.get("code") for coding in resource.get("code", {}).get("coding", ())]
        for code in codes:
            if code in code_of:
                seen.add(code)
                assert faults(code_of[code], json.loads(json.dumps(resource))) == set()
        if resource["resourceType"] == "MedicationRequest":
            assert faults("ln-immunosuppressant-order", json.loads(json.dumps(resource))) == set()
    assert seen == set(code_of)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in record().resources]}
    chart = chart_from_record(read_record(json.dumps(bundle).encode()), today(), PATIENT)
    assert chart.results_of(*of_need(Need.PROTEINURIA))
