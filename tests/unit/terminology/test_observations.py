"""Recognising results by code and by name."""

from __future__ import annotations

import pytest

from lnfhir.fhir.resource import CodeableConcept
from lnfhir.quantity import Analyte
from lnfhir.terminology.observations import ObservationMeaning, codes_for, meaning_of_observation
from tests.unit.terminology.concepts import LOINC, SNOMED, coded, codings, named

TERM = "https://lnfhir.org/fhir/CodeSystem/term"


def meaning(concept: CodeableConcept) -> ObservationMeaning:
    found = meaning_of_observation(concept)
    assert found is not None
    return found


def used(concept: CodeableConcept) -> Analyte:
    found = meaning(concept)
    assert found.refused is None
    assert found.analyte is not None
    return found.analyte


def refused(concept: CodeableConcept) -> str:
    found = meaning(concept)
    assert found.analyte is None
    assert found.refused is not None
    return str(found.refused)


@pytest.mark.parametrize(
    ("code", "analyte", "collection"),
    [
        ("2890-2", Analyte.UPCR, "spot"),
        ("34366-5", Analyte.UPCR, "spot"),
        ("13801-6", Analyte.UPCR, "24h"),
        ("40486-3", Analyte.UPCR, "24h"),
        ("60678-0", Analyte.UPCR, ""),
        ("2889-4", Analyte.UTP, "24h"),
        ("9318-7", Analyte.UACR, "spot"),
        ("2160-0", Analyte.CREATININE, ""),
        ("98979-8", Analyte.EGFR, ""),
        ("5821-4", Analyte.URINE_WBC, ""),
        ("2106-3", Analyte.HCG, ""),
    ],
)
def test_a_loinc_code_says_what_was_measured_and_how_collected(code: str, analyte: Analyte, collection: str) -> None:
    assert meaning(coded(LOINC, code)) == ObservationMeaning(analyte, code, collection, indexed=analyte is Analyte.EGFR)


def test_the_loinc_code_may_stand_anywhere_among_the_codings() -> None:
    epic = codings(
        ("urn:oid:1.2.840.114350.1.13", "123", "CREAT"),
        ("http://snomed.info/sct", "70901006", "Creatinine measurement"),
        (LOINC, "2160-0", "Creatinine"),
    )
    assert used(epic) is Analyte.CREATININE
    vital = codings((LOINC, "8716-3", "Vital signs"), (LOINC, "29463-7", "Weight"), text="Weight")
    assert used(vital) is Analyte.WEIGHT


def test_numbers_that_are_no_loinc_codes_are_ignored_and_the_name_is_read() -> None:
    assert used(coded(LOINC, "12904", "creatinine, serum or plasma")) is Analyte.CREATININE
    assert meaning(coded(LOINC, "12904", "Creatinine")).from_text
    assert used(coded(LOINC, "4485-1", None, "Complement C3")) is Analyte.C3


def test_a_real_loinc_code_of_something_else_is_not_overruled_by_its_name() -> None:
    assert meaning_of_observation(coded(LOINC, "2345-7", "Glucose")) is None
    assert meaning_of_observation(coded(LOINC, "12190-5", "Creatinine")) is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("4498-2", "Complement C3"),
        ("2889-4", "Protein/Creatinine ratio, urine"),
        ("2890-2", "24-hour urine protein"),
        ("2160-0", "Creatinine, urine"),
        ("9318-7", "Protein/Creatinine ratio"),
        ("4548-4", "Hemoglobin"),
        ("2823-3", "血肌酐"),
        ("2161-8", "Creatinine, serum"),
    ],
)
def test_a_code_and_a_name_that_disagree_are_both_refused(code: str, text: str) -> None:
    assert refused(coded(LOINC, code, None, text)) == "the code and the text name different tests"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("2160-0", "Renal function panel"),
        ("5821-4", "WBC"),
        ("2161-8", "Creatinine"),
        ("2889-4", "Protein, urine"),
        ("21482-5", "Protein [Mass/volume] in 24 hour Urine"),
        ("33914-3", "GFR, estimated"),
        ("80384-1", "Choriogonadotropin (pregnancy test) [Presence] in Urine by Rapid immunoassay"),
    ],
)
def test_a_looser_name_does_not_contradict_the_code(code: str, text: str) -> None:
    assert meaning(coded(LOINC, code, None, text)).refused is None


def test_codes_of_two_different_tests_are_refused() -> None:
    assert refused(codings((LOINC, "2160-0", None), (LOINC, "2823-3", None))).startswith("its codes")
    assert refused(codings((None, None, "Creatinine"), (None, None, "Potassium"))).startswith("its codes or texts")


def test_two_codes_that_differ_only_in_the_collection_leave_it_open() -> None:
    both = meaning(codings((LOINC, "2890-2", None), (LOINC, "13801-6", None)))
    assert (both.analyte, both.collection) == (Analyte.UPCR, "")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("16285-9", "inverse ratio"),
        ("11042-9", "dialysis"),
        ("51620-3", "dialysis"),
        ("26801-1", "shorter than 24 hours"),
        ("63375-0", "another antibody"),
    ],
)
def test_codes_that_mislead_are_refused_with_the_reason(code: str, reason: str) -> None:
    assert reason in refused(coded(LOINC, code))


def test_misleading_names_are_refused_with_the_reason() -> None:
    assert "inverse ratio" in refused(named("Creatinine/Protein ratio, urine"))
    assert "dialysis" in refused(named("Creatinine, pre-dialysis"))
    assert "dialysis" in refused(coded(LOINC, "2160-0", None, "Creatinine post dialysis"))


def test_a_blood_pressure_panel_is_known_and_its_values_are_in_its_components() -> None:
    assert meaning(coded(LOINC, "85354-9", "Blood pressure panel")) == ObservationMeaning(None, "85354-9")


def test_our_own_codes_are_known_for_what_has_no_loinc_code() -> None:
    assert used(coded("urn:lnfhir:score", "nih-ci")) is Analyte.NIH_CHRONICITY
    assert used(coded("https://lnfhir.org/fhir/CodeSystem/score", "sledai-2k")) is Analyte.SLEDAI_2K
    assert meaning(coded(TERM, "upcr")) == ObservationMeaning(Analyte.UPCR, "", "spot")


def test_a_concept_that_says_nothing_is_none_of_ours() -> None:
    assert meaning_of_observation(CodeableConcept()) is None
    assert meaning_of_observation(coded(SNOMED, "1", "Smoking status")) is None
    assert meaning_of_observation(named("x" * 5000)) is None


def test_search_codes_are_loinc_codes_and_blood_pressures_come_with_their_panel() -> None:
    assert codes_for(Analyte.UPCR, Analyte.UTP) == ("13801-6", "2889-4", "2890-2", "34366-5", "40486-3", "60678-0")
    assert "85354-9" in codes_for(Analyte.SYSTOLIC)
    assert codes_for(Analyte.PHGA) == ()
