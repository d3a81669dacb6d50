"""The rest of a record: seeded, made-up resources that have nothing to do with lupus nephritis.

Vital signs, common laboratory results, visits, claims, vaccinations, minor complaints and their remedies, as a
general hospital's record is full of. None of them may change what is said about the kidneys.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lnfhir.sandbox.vocabulary import LOINC, RXNORM, SNOMED, UCUM
from lnfhir.sandbox.writer import Json, at, coded, concept

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_CVX = "http://hl7.org/fhir/sid/cvx"

# LOINC code, display, lowest, highest, unit
_LABORATORY = (
    ("2345-7", "Glucose in Serum or Plasma", 70, 105, "mg/dL"),
    ("2951-2", "Sodium in Serum or Plasma", 136, 144, "mmol/L"),
    ("2075-0", "Chloride in Serum or Plasma", 99, 106, "mmol/L"),
    ("17861-6", "Calcium in Serum or Plasma", 8, 10, "mg/dL"),
    ("2093-3", "Cholesterol in Serum or Plasma", 150, 210, "mg/dL"),
    ("2571-8", "Triglyceride in Serum or Plasma", 80, 170, "mg/dL"),
    ("2085-9", "Cholesterol in HDL in Serum or Plasma", 40, 70, "mg/dL"),
    ("787-2", "MCV in Blood", 82, 96, "fL"),
    ("4544-3", "Hematocrit of Blood", 36, 46, "%"),
    ("1920-8", "Aspartate aminotransferase in Serum or Plasma", 12, 34, "U/L"),
    ("3016-3", "Thyrotropin in Serum or Plasma", 1, 4, "m[IU]/L"),
)
_VITAL = (
    ("8867-4", "Heart rate", 58, 92, "/min"),
    ("9279-1", "Respiratory rate", 12, 18, "/min"),
    ("8310-5", "Body temperature", 36, 37, "Cel"),
    ("72514-3", "Pain severity", 0, 4, "{score}"),
)
_COMPLAINTS = (
    ("10509002", "Acute bronchitis"),
    ("444814009", "Viral sinusitis"),
    ("195662009", "Acute viral pharyngitis"),
    ("44465007", "Sprain of ankle"),
    ("66383009", "Gingivitis"),
)
_REMEDIES = (
    ("313782", "acetaminophen 325 MG Oral Tablet", 650),
    ("308182", "amoxicillin 250 MG Oral Capsule", 250),
    ("1049221", "acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet", 325),
    ("314231", "simvastatin 10 MG Oral Tablet", 10),
)
_VACCINES = (("140", "Influenza, seasonal, injectable"), ("113", "Td (adult)"), ("133", "Pneumococcal conjugate"))
_TREATMENTS = (
    ("430193006", "Medication reconciliation"),
    ("710824005", "Assessment of health and social care needs"),
    ("171207006", "Depression screening"),
)


def background(patient_id: str, count: int, until: date, seed: int, years: int = 12) -> Iterator[Json]:
    """`count` resources about the patient in the years before `until`. The same seed gives the same resources."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    makers: tuple[tuple[int, Callable[[random.Random, date], Json]], ...] = (
        (40, _laboratory),
        (20, _vital),
        (12, _encounter),
        (12, _claim),
        (5, _complaint),
        (4, _remedy),
        (4, _procedure),
        (3, _vaccination),
    )
    weighted = [make for weight, make in makers for _ in range(weight)]
    for number in range(count):
        day = until - timedelta(days=chance.randrange(365 * years))
        resource = chance.choice(weighted)(chance, day)
        about = "patient" if resource["resourceType"] in ("Claim", "Immunization") else "subject"
        yield {
            **resource,
            "id": f"background-{seed}-{number}",
            about: {"reference": f"Patient/{patient_id}"},
        }


def _measured(
    category: str, table: tuple[tuple[str, str, int, int, str], ...], chance: random.Random, day: date
) -> Json:
    code, display, low, high, unit = chance.choice(table)
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(_CATEGORY, category)],
        "code": concept([(LOINC, code)], display),
        "effectiveDateTime": at(day),
        "issued": at(day, "14:10:00"),
        "valueQuantity": {
            "value": chance.randint(low * 10, high * 10) / 10,
            "unit": unit,
            "system": UCUM,
            "code": unit,
        },
    }


def _laboratory(chance: random.Random, day: date) -> Json:
    return _measured("laboratory", _LABORATORY, chance, day)


def _vital(chance: random.Random, day: date) -> Json:
    return _measured("vital-signs", _VITAL, chance, day)


def _encounter(chance: random.Random, day: date) -> Json:
    del chance
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [concept([(SNOMED, "162673000")], "General examination of patient")],
        "period": {"start": at(day), "end": at(day, "08:45:00")},
    }


def _claim(chance: random.Random, day: date) -> Json:
    return {
        "resourceType": "Claim",
        "status": "active",
        "use": "claim",
        "type": coded("http://terminology.hl7.org/CodeSystem/claim-type", "professional"),
        "created": at(day),
        "provider": {"display": "General Hospital"},
        "priority": coded("http://terminology.hl7.org/CodeSystem/processpriority", "normal"),
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "Insurer"}}],
        "total": {"value": chance.randint(40, 900), "currency": "USD"},
    }


def _complaint(chance: random.Random, day: date) -> Json:
    code, display = chance.choice(_COMPLAINTS)
    return {
        "resourceType": "Condition",
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved"),
        "verificationStatus": coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
        "code": concept([(SNOMED, code)], display),
        "onsetDateTime": at(day),
        "abatementDateTime": at(day + timedelta(days=9)),
        "recordedDate": at(day),
    }


def _remedy(chance: random.Random, day: date) -> Json:
    code, display, dose = chance.choice(_REMEDIES)
    return {
        "resourceType": "MedicationRequest",
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": concept([(RXNORM, code)], display),
        "authoredOn": at(day),
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg", "system": UCUM, "code": "mg"}}],
            }
        ],
    }


def _procedure(chance: random.Random, day: date) -> Json:
    code, display = chance.choice(_TREATMENTS)
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": concept([(SNOMED, code)], display),
        "performedPeriod": {"start": at(day), "end": at(day, "08:50:00")},
    }


def _vaccination(chance: random.Random, day: date) -> Json:
    code, display = chance.choice(_VACCINES)
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept([(_CVX, code)], display),
        "occurrenceDateTime": at(day),
    }
