"""What is drafted can be read back: the same ingredient and the same daily dose, by our own reading of FHIR."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.servicerequest import ServiceRequest

from lnfhir.chart.build import chart_from_record
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.resource import CodeableConcept, Coding
from lnfhir.guideline import drafts
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.drafts import Product, Test
from lnfhir.guideline.hydroxychloroquine_ceiling import schedule_drafts
from lnfhir.guideline.recommendation import Draft
from lnfhir.message import say
from lnfhir.terminology.drugs import meaning_of_drug
from lnfhir.terminology.observations import meaning_of_observation
from tests.builders import T0, use
from tests.unit.guideline.care import course, guidance, patient

PRODUCTS = [value for value in vars(drafts).values() if isinstance(value, Product)]
TESTS = [value for value in vars(drafts).values() if isinstance(value, Test)]


def signed(draft: Draft) -> bytes:
    """The draft as an order in a record."""
    order = dict(draft.resource, id="1", status="active", intent="order", authoredOn=T0.isoformat())
    person = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1990-01-01"}
    entries = [{"resource": person}, {"resource": order}]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.text)
def test_each_code_and_each_text_alone_means_the_ingredient(product: Product) -> None:
    for concept in (
        CodeableConcept((Coding(drafts.RXNORM, product.rxnorm),)),
        CodeableConcept((Coding(drafts.ATC, product.atc),)),
        CodeableConcept((), product.text),
    ):
        meaning = meaning_of_drug(concept)
        assert meaning is not None, concept
        assert meaning.ingredients[0] == product.key


@pytest.mark.parametrize("test", [t for t in TESTS if t.loinc and t is not drafts.BLOOD_PRESSURE], ids=lambda t: t.text)
def test_each_requested_test_is_one_whose_result_we_read(test: Test) -> None:
    """Blood pressure aside: it is a panel, of which the components are read."""
    meaning = meaning_of_observation(CodeableConcept((Coding(drafts.LOINC, test.loinc),)))
    assert meaning is not None
    assert meaning.analyte is not None


@pytest.mark.parametrize("mg", [200, 300, 400])
def test_a_schedule_of_hydroxychloroquine_reads_back_as_its_daily_average(mg: int) -> None:
    for draft in schedule_drafts(patient(), mg):
        (read,) = chart_from_record(read_answer(signed(draft), "Bundle"), T0).drugs
        assert (read.drug, read.mg_per_day) == ("hydroxychloroquine", mg)


def test_every_drug_drafted_is_valid_fhir_and_reads_back() -> None:
    seen = patient(use("prednisone", 0, mg=10))
    found = [d for rule in RECOMMENDATIONS for d in guidance(rule, seen, None, (course(0),)).drafts]
    texts = set()
    for draft in found:
        if draft.resource["resourceType"] == "ServiceRequest":
            ServiceRequest.model_validate(draft.resource)
            continue
        MedicationRequest.model_validate(draft.resource)
        (read, *_) = chart_from_record(read_answer(signed(draft), "Bundle"), T0).drugs
        texts.add((read.drug, read.mg_per_day))
    assert {("losartan", 50), ("ramipril", 2.5), ("dapagliflozin", 10), ("empagliflozin", 10)} <= texts
    assert ("hydroxychloroquine", 300) in texts


def test_without_a_verified_code_the_text_alone_orders() -> None:
    draft = drafts.request(patient(), drafts.EYE_EXAM)
    assert "coding" not in draft.resource["code"]
    assert str(drafts.request(patient(), drafts.EYE_EXAM, say("Request")).label) == "Request"
