"""The constraints of our profiles: what the checker says is what their FHIRPath says."""

from __future__ import annotations

from typing import Any

import pytest
from fhirpathpy import evaluate
from fhirpathpy.models import models

from lnfhir.validation.constraints import CONSTRAINTS
from lnfhir.validation.profiles import _of
from lnfhir.validation.published import Element, Profile, profiles
from lnfhir.validation.required_codes import OF_CONCEPTS, OF_RESOURCES
from tests.publishing.shelf import published
from tests.unit.chart.records import (
    LOINC,
    RXNORM,
    Json,
    coded,
    condition,
    creatinine,
    observation,
    order,
    quantity,
    without,
)

SCORE = "https://lnfhir.org/fhir/CodeSystem/score"
PERIOD = {"start": "2025-03", "end": "2025-03-14"}
REPORT = {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "biopsy"}}
DISPENSE = {"resourceType": "MedicationDispense", "status": "completed"}
TIMING = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
DOSE = {"doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]}
BOUNDS = {"timing": {"repeat": {"boundsPeriod": {"start": "2025-01-01"}}}}
UPCR = {"code": coded("2890-2")}


def index(code: str, **value: Any) -> Json:
    return without(observation(coded(code, SCORE), **value), "valueQuantity") | value


RESOURCES: list[Json] = [
    creatinine(),
    without(creatinine(), "effectiveDateTime"),
    creatinine(effectiveDateTime="2025-03"),
    without(creatinine(effectivePeriod=PERIOD), "effectiveDateTime"),
    without(creatinine(effectivePeriod={"start": "2025"}), "effectiveDateTime"),
    without(creatinine(effectiveInstant="2025-03-14T10:00:00Z"), "effectiveDateTime"),
    creatinine(1, "furlong"),
    creatinine() | {"valueQuantity": {"value": 1}},
    creatinine() | {"valueQuantity": {"value": 1, "unit": "µmol/L"}},
    creatinine() | {"valueQuantity": {"value": 1, "unit": "μmol / l"}},
    creatinine() | {"valueQuantity": {"value": 1, "unit": "umol/l", "code": "nonsense"}},
    creatinine() | {"valueQuantity": {"unit": "mg/dL"}},
    creatinine() | {"valueQuantity": {"value": 0, "unit": "mg/dL"}},
    creatinine() | UPCR | {"valueQuantity": {"value": 1, "unit": "mg/24h"}},
    creatinine() | UPCR | {"valueQuantity": {"value": 1, "unit": "mg/mmol Kr"}},
    index("nih-ai", valueInteger=24),
    index("nih-ai", valueInteger=25),
    index("nih-ci", valueInteger=12),
    index("nih-ci", valueQuantity=quantity(13, "{score}")),
    index("nih-ci", valueQuantity=quantity(-1, "{score}")),
    REPORT,
    REPORT | {"issued": "2025-03-14T10:00:00Z", "conclusion": "class IV"},
    REPORT | {"effectivePeriod": PERIOD, "presentedForm": [{"contentType": "text/plain"}]},
    REPORT | {"effectiveDateTime": "2025", "conclusionCode": [coded("1", LOINC)], "result": [{"reference": "x"}]},
    condition(),
    condition(onsetString="long ago"),
    condition(recordedDate="2025-01-01"),
    DISPENSE,
    DISPENSE | {"whenPrepared": "2025-01-01", "daysSupply": {"value": 30}},
    DISPENSE | {"whenHandedOver": "2025-01", "quantity": {"value": 30}},
    DISPENSE | {"quantity": {"value": 30}, "dosageInstruction": [{"text": "daily"}]},
    order(),
    without(order(), "authoredOn", "medicationCodeableConcept"),
    without(order(medicationReference={"display": "prednisone"}), "medicationCodeableConcept"),
    without(order(medicationReference={"identifier": {"value": "1"}}), "medicationCodeableConcept"),
    order(coded("8640", RXNORM)),
    order({"coding": [{"display": "prednisone"}]}),
    order({}),
    without(order(dosageInstruction=[BOUNDS]), "authoredOn"),
    without(order(dispenseRequest={"validityPeriod": {"start": "2025-01-01"}}), "authoredOn"),
    order(dosageInstruction=[{"text": "5 mg daily"}]),
    order(dosageInstruction=[DOSE]),
    order(dosageInstruction=[{**DOSE, "timing": TIMING}]),
    order(dosageInstruction=[{"doseAndRate": [{"rateQuantity": {"value": 1}}], "timing": TIMING}]),
    order(dosageInstruction=[DOSE, {"timing": TIMING}]),
]


def by_expression(element: Element, resource: Json, expression: str) -> bool:
    """What FHIRPath says of every value of this element."""
    inner = ".".join(step.removesuffix("[x]") for step in element.path)
    whole = f"{inner}.all({expression})" if inner else expression
    return bool(evaluate(resource, whole, {"resource": resource}, models["r4"]) == [True])


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_a_constraint_is_what_its_fhirpath_says(profile: Profile) -> None:
    judged = 0
    for resource in (each for each in RESOURCES if each["resourceType"] == profile.kind):
        for element in profile.elements:
            members = _of(resource, element.path[0]) if element.path else [("", resource)]
            if any(name and name.removeprefix("value") not in element.types for name, _ in members):
                continue  # a choice of a type that the profile does not allow is told as that
            values = [value for _, value in members]
            for asked in element.constraints:
                holds = all(CONSTRAINTS[asked.key].holds(value, resource, asked.expression) for value in values)
                assert holds is by_expression(element, resource, asked.expression), (asked.key, resource)
                judged += 1
    assert judged > 2


def test_each_constraint_is_seen_kept_and_broken() -> None:
    seen = set()
    for profile in profiles().values():
        for resource in (each for each in RESOURCES if each["resourceType"] == profile.kind):
            for element in profile.elements:
                for asked in element.constraints:
                    seen.add((asked.key, by_expression(element, resource, asked.expression)))
    assert seen == {(key, kept) for key in CONSTRAINTS for kept in (True, False)}


CHECKED = {"id", "path", "base", "min", "max", "type", "binding", "constraint", "mustSupport", "fixedUri"}
TOLD = {
    "alias", "comment", "condition", "contentReference", "definition", "isModifier", "isModifierReason", "isSummary",
    "meaningWhenMissing", "representation", "requirements", "short",
}  # fmt: skip
"""What describes an element and asks nothing of data; what refers to another element repeats its rules."""
BY_FHIR = {
    "dom-2", "dom-3", "dom-4", "dom-5", "obs-3", "obs-6", "obs-7", "con-1", "con-2", "con-3", "con-4", "con-5", "mdd-1",
    "ele-1", "ext-1",
}  # fmt: skip
"""Checked at the first depth."""
ADVICE = {"dom-6"}


def test_our_profiles_ask_nothing_that_is_not_checked() -> None:
    asked: set[str] = set()
    for profile in published("StructureDefinition").values():
        for element in profile["snapshot"]["element"]:
            # Extensions are sliced by FHIR itself, by their address and without any rule for a slice.
            asked |= set(element) - ({"slicing"} if element["path"].endswith("xtension") else set())
            keys = {each["key"] for each in element.get("constraint", ())}
            assert keys <= {*CONSTRAINTS, *BY_FHIR, *ADVICE}
            binding = element.get("binding", {})
            if binding.get("strength") == "required" and "hl7.org" in binding["valueSet"]:
                kind, _, member = element["path"].partition(".")
                listed = {**OF_RESOURCES.get(kind, {}), **OF_CONCEPTS.get(kind, {}), "value[x].comparator": frozenset()}
                assert member in listed, element["path"]
    assert asked <= CHECKED | TOLD
