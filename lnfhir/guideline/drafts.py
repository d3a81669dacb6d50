"""Drafts a clinician may sign: R4 JSON with status `draft` and intent `proposal`.

A dose stands here only where the topic file that asks for it cites one. Codes are ingredient or product codes of
RxNorm with the ATC code beside them, and LOINC for tests; what has no verified code is ordered by its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lnfhir.chart.chart import Chart
from lnfhir.guideline.recommendation import Draft
from lnfhir.message import Message, say

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Product:
    """What can be prescribed: `key` is its ingredient, `text` how an order names it."""

    key: str
    text: str
    rxnorm: str
    atc: str


HYDROXYCHLOROQUINE = Product("hydroxychloroquine", "hydroxychloroquine sulfate", "5521", "P01BA02")
HYDROXYCHLOROQUINE_200 = Product(
    "hydroxychloroquine", "hydroxychloroquine sulfate 200 mg oral tablet", "979092", "P01BA02"
)
HYDROXYCHLOROQUINE_300 = Product(
    "hydroxychloroquine", "hydroxychloroquine sulfate 300 mg oral tablet", "2569283", "P01BA02"
)
LOSARTAN_50 = Product("losartan", "losartan potassium 50 mg oral tablet", "979492", "C09CA01")
RAMIPRIL_2_5 = Product("ramipril", "ramipril 2.5 mg oral capsule", "198188", "C09AA05")
DAPAGLIFLOZIN_10 = Product("dapagliflozin", "dapagliflozin 10 mg oral tablet", "1488569", "A10BK01")
EMPAGLIFLOZIN_10 = Product("empagliflozin", "empagliflozin 10 mg oral tablet", "1545658", "A10BK03")
CALCIUM_CARBONATE = Product("calcium-carbonate", "calcium carbonate 1250 mg oral tablet", "282465", "A12AA04")
COLECALCIFEROL = Product("colecalciferol", "colecalciferol (vitamin D3)", "2418", "A11CC05")


@dataclass(frozen=True, slots=True)
class Test:
    """What can be requested: a LOINC or SNOMED CT code, or `` where none was verified and the text alone names it."""

    __test__ = False

    text: str
    loinc: str = ""
    snomed: str = ""


POTASSIUM = Test("Potassium [Moles/volume] in Serum or Plasma", "2823-3")
CREATININE = Test("Creatinine [Mass/volume] in Serum or Plasma", "2160-0")
HBA1C = Test("Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4")
HCG = Test("hCG pregnancy test, urine", "2106-3")
UPCR = Test("Protein/Creatinine [Mass Ratio] in Urine", "2890-2")
VITAMIN_D = Test("25-hydroxyvitamin D in Serum or Plasma", "1989-3")
BODY_WEIGHT = Test("Body weight", "29463-7")
BLOOD_PRESSURE = Test("Blood pressure panel, standardised measurement", "85354-9")
EYE_EXAM = Test("Hydroxychloroquine retinal screening: SD-OCT and automated visual field (10-2 or 24-2)")
HBSAG = Test("Hepatitis B virus surface antigen in Serum", "5196-1")
TPMT = Test("Thiopurine methyltransferase activity", "21563-2")
ALT = Test("Alanine aminotransferase in Serum or Plasma", "1742-6")
ANTI_HBC = Test("Hepatitis B virus core antibody, total, in Serum", "13952-7")


def _codeable(text: str, *codings: tuple[str, str]) -> Json:
    return {"coding": [{"system": system, "code": code} for system, code in codings if code], "text": text}


def _draft(chart: Chart, kind: str, label: Message, body: Json) -> Draft:
    resource = {
        "resourceType": kind,
        "status": "draft",
        "intent": "proposal",
        "subject": {"reference": f"Patient/{chart.person.id}"},
        **body,
    }
    return Draft(label, resource)


def amount(value: float, unit: str = "mg", code: str | None = None) -> Json:
    """A dose quantity in UCUM; `code` where the UCUM code differs from the printed unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def every(days: int, dose: Json, text: str, sequence: int | None = None) -> Json:
    """A dosage: one dose every `days` days by mouth."""
    dosage: Json = {
        "text": text,
        "timing": {"repeat": {"frequency": 1, "period": days, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": dose}],
    }
    return dosage if sequence is None else {"sequence": sequence, **dosage}


def once_daily(mg: float) -> Json:
    """So many mg by mouth once a day."""
    return every(1, amount(mg), f"{mg:g} mg by mouth once daily")


def dose_only(dose: Json, text: str) -> Json:
    """A dosage whose frequency is left to the clinician."""
    return {"text": text, "doseAndRate": [{"doseQuantity": dose}]}


def medication(chart: Chart, product: Product, label: Message, *dosage: Json) -> Draft:
    """A drug to start or change; without a dosage the clinician writes it."""
    body: Json = {
        "medicationCodeableConcept": _codeable(product.text, (RXNORM, product.rxnorm), (ATC, product.atc)),
    }
    if dosage:
        body["dosageInstruction"] = list(dosage)
    return _draft(chart, "MedicationRequest", label, body)


def request(chart: Chart, test: Test, label: Message | None = None) -> Draft:
    """A test or examination to order."""
    concept = _codeable(test.text, (LOINC, test.loinc), (SNOMED, test.snomed))
    if not concept["coding"]:
        del concept["coding"]
    said = label if label is not None else say("Request: {test}", test=test.text)
    return _draft(chart, "ServiceRequest", said, {"code": concept})
