"""Hydroxychloroquine: whether it is missing; both sides of every limit."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Record
from lnfhir.guideline.hydroxychloroquine import MISSING
from lnfhir.guideline.hydroxychloroquine_ceiling import largest_schedule
from lnfhir.guideline.hydroxychloroquine_dose import DOSE
from lnfhir.guideline.hydroxychloroquine_eye import EYE
from lnfhir.guideline.recommendation import Indicator, Outcome
from tests.builders import (
    biopsy,
    diagnosis,
    height,
    procedure,
    use,
    weight,
    woman,
)
from tests.unit.guideline.care import TODAY, allergy, drafted, guidance, missing, patient

HCQ = "hydroxychloroquine"


def test_it_is_advised_with_the_largest_schedule_that_fits() -> None:
    found = guidance(MISSING, patient())
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.INFO)
    alternating, daily, eye = found.drafts
    assert alternating.resource["medicationCodeableConcept"]["coding"] == [
        {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "979092"},
        {"system": "http://www.whocc.no/atc", "code": "P01BA02"},
    ]
    doses = [step["doseAndRate"][0]["doseQuantity"]["value"] for step in alternating.resource["dosageInstruction"]]
    periods = [step["timing"]["repeat"]["period"] for step in alternating.resource["dosageInstruction"]]
    assert (doses, periods) == ([200, 400], [2, 2])
    assert daily.resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 300
    assert eye.resource["resourceType"] == "ServiceRequest"
    assert eye.resource["code"]["text"].startswith("Hydroxychloroquine retinal screening")


@pytest.mark.parametrize(
    ("limit", "schedule"), [(199.9, None), (200, 200), (299, 200), (300, 300), (399, 300), (400, 400)]
)
def test_the_largest_schedule_at_or_under_the_ceiling_is_taken(limit: float, schedule: int | None) -> None:
    assert largest_schedule(limit) == schedule


def test_below_40_kg_no_schedule_fits_and_no_dose_is_proposed() -> None:
    found = guidance(MISSING, patient(weight(TODAY - 20, 39), height(0, 150), without=["weight"]))
    assert found.outcome is Outcome.ADVISE
    assert "dosageInstruction" not in found.drafts[0].resource
    assert any("no dose is proposed" in str(note) for note in found.notes)


def test_without_a_weight_no_dose_is_proposed_and_one_is_requested() -> None:
    found = guidance(MISSING, patient(without=["weight"]))
    assert found.outcome is Outcome.ADVISE
    assert "dosageInstruction" not in found.drafts[0].resource
    assert "Body weight" in drafted(found)


@pytest.mark.parametrize("drug", [HCQ, "chloroquine", "quinacrine"])
def test_an_antimalarial_in_use_settles_it(drug: str) -> None:
    assert guidance(MISSING, patient(use(drug, 100, mg=200))).outcome is Outcome.ALREADY_DONE


def test_a_statement_counts_as_use() -> None:
    seen = patient(use(HCQ, 100, mg=200, record=Record.STATEMENT))
    assert guidance(MISSING, seen).outcome is Outcome.ALREADY_DONE


def test_a_stopped_order_does_not_count() -> None:
    assert guidance(MISSING, patient(use(HCQ, 0, 200, mg=200))).outcome is Outcome.ADVISE


@pytest.mark.parametrize("need", [Need.ORDERS, Need.STATEMENTS])
def test_not_on_record_needs_orders_and_statements(need: Need) -> None:
    found = guidance(MISSING, patient(not_searched=[need]))
    assert found.outcome is Outcome.NEEDS_DATA
    assert any("medication" in item for item in missing(found))


def test_without_the_allergy_list_it_cannot_be_advised() -> None:
    found = guidance(MISSING, patient(not_searched=[Need.ALLERGIES]))
    assert (found.outcome, missing(found)) == (Outcome.NEEDS_DATA, ["the allergy list"])


@pytest.mark.parametrize("concept", ["hcq-retinopathy", "porphyria"])
def test_a_contraindication_forbids_it(concept: str) -> None:
    assert guidance(MISSING, patient(diagnosis(concept, 10))).outcome is Outcome.CONTRAINDICATED


def test_an_allergy_forbids_it() -> None:
    found = guidance(MISSING, patient(allergies=(allergy(HCQ),)))
    assert found.outcome is Outcome.CONTRAINDICATED
    assert "allergy" in str(found.says)


def test_a_course_stopped_for_intolerance_forbids_it() -> None:
    seen = patient(use(HCQ, 0, 50, mg=200, stopped_for="intolerance"))
    assert guidance(MISSING, seen).outcome is Outcome.CONTRAINDICATED


def test_under_6_years_it_is_not_started_and_from_6_only_informed() -> None:
    five, six = woman(date(2019, 2, 19)), woman(date(2019, 2, 18))
    assert guidance(MISSING, patient(person=five)).outcome is Outcome.CONTRAINDICATED
    found = guidance(MISSING, patient(person=six))
    assert (found.outcome, found.drafts) == (Outcome.ADVISE, ())


@pytest.mark.parametrize("concept", ["long-qt", "cardiomyopathy", "g6pd-deficiency"])
def test_a_caution_withholds_the_draft_and_is_shown(concept: str) -> None:
    found = guidance(MISSING, patient(diagnosis(concept, 10)))
    assert (found.outcome, found.drafts) == (Outcome.ADVISE, ())
    assert any("A caution is on record" in str(note) for note in found.notes)


def test_in_pregnancy_it_is_information_only_and_said_to_be_compatible() -> None:
    found = guidance(MISSING, patient(diagnosis("pregnancy", TODAY - 60), without=["pregnancy"]))
    assert (found.outcome, found.drafts) == (Outcome.ADVISE, ())
    assert any("Compatible with pregnancy" in str(note) for note in found.notes)


def test_an_unknown_pregnancy_status_does_not_matter() -> None:
    assert guidance(MISSING, patient(without=["pregnancy"])).drafts != ()


def test_at_17_and_after_a_transplant_it_is_information_only() -> None:
    young = guidance(MISSING, patient(person=woman(date(2007, 2, 19))))
    adult = guidance(MISSING, patient(person=woman(date(2007, 2, 18))))
    transplanted = guidance(MISSING, patient(procedure("kidney-transplantation", 10)))
    assert (young.drafts, transplanted.drafts) == ((), ())
    assert adult.drafts != ()
    assert any("information only" in str(note) for note in young.notes)


def test_without_lupus_nothing_applies() -> None:
    for rule in (MISSING, DOSE, EYE):
        assert guidance(rule, patient(without=["lupus"])).outcome is Outcome.NOT_APPLICABLE


def test_without_the_problem_list_it_is_not_known_whom_it_is_for() -> None:
    found = guidance(MISSING, patient(without=["lupus"], not_searched=[Need.CONDITIONS]))
    assert found.outcome is Outcome.NEEDS_DATA


def test_a_biopsy_or_sle_alone_is_enough() -> None:
    for entry in (biopsy(5, "III"), diagnosis("sle", 0)):
        assert guidance(MISSING, patient(entry, without=["lupus"])).outcome is Outcome.ADVISE


def test_a_refuted_or_unconfirmed_lupus_is_not_treated() -> None:
    refuted = patient(diagnosis("sle", 0, certainty="refuted"), without=["lupus"])
    unconfirmed = patient(diagnosis("sle", 0, certainty="unconfirmed"), without=["lupus"])
    assert guidance(MISSING, refuted).outcome is Outcome.NOT_APPLICABLE
    assert guidance(MISSING, unconfirmed).outcome is Outcome.NEEDS_DATA
