"""Small FHIR records written by hand."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from lnfhir.chart.build import chart_from_record
from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import DrugUse, Result
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.issue import Severity

Json = dict[str, Any]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
AS_OF = date(2025, 12, 31)
ANN = {"reference": "Patient/ann"}
PATIENT: Json = {"resourceType": "Patient", "id": "ann", "gender": "female", "birthDate": "1990-05-04"}


def without(resource: Json, *members: str) -> Json:
    return {name: value for name, value in resource.items() if name not in members}


def coded(code: str, system: str = LOINC, display: str | None = None, text: str | None = None) -> Json:
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding], **({"text": text} if text else {})}


def quantity(value: object, unit: str, **members: object) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit, **members}


def observation(code: Json, name: str = "o", day: str = "2025-03-01", **members: Any) -> Json:
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "code": code,
        "subject": ANN,
        "effectiveDateTime": day,
        **members,
    }


def creatinine(value: object = 1.0, unit: str = "mg/dL", **members: Any) -> Json:
    value_of = {} if value is None else {"valueQuantity": quantity(value, unit)}
    return observation(coded("2160-0"), **{**value_of, **members})


def condition(code: Json | None = None, name: str = "c", **members: Any) -> Json:
    return {
        "resourceType": "Condition",
        "id": name,
        "subject": ANN,
        "code": code or coded("M32.14", ICD10CM),
        **members,
    }


def order(drug: Json | str = "prednisone 10 mg tablet", name: str = "m", **members: Any) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "subject": ANN,
        "authoredOn": "2025-01-01",
        "medicationCodeableConcept": {"text": drug} if isinstance(drug, str) else drug,
        **members,
    }


def bundle(*resources: Json, patient: Json | None = PATIENT) -> bytes:
    entries = [{"resource": resource} for resource in ((patient, *resources) if patient else resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def chart_of(
    *resources: Json, as_of: date = AS_OF, patient: Json | None = PATIENT, patient_id: str | None = None
) -> Chart:
    return chart_from_record(read_answer(bundle(*resources, patient=patient), "Bundle"), as_of, patient_id)


def only_result(*resources: Json) -> Result:
    (result,) = chart_of(*resources).results
    return result


def only_use(*resources: Json, as_of: date = AS_OF) -> DrugUse:
    (use,) = chart_of(*resources, as_of=as_of).drugs
    return use


def said(chart: Chart, least: Severity = Severity.WARNING) -> list[str]:
    """The sentences of the issues of at least this severity."""
    order_ = (Severity.INFORMATION, Severity.WARNING, Severity.ERROR)
    return [str(issue.says) for issue in chart.issues if order_.index(issue.severity) >= order_.index(least)]


def noted(chart: Chart) -> list[str]:
    return said(chart, Severity.INFORMATION)
