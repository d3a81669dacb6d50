"""Bone protection, prophylaxis, vaccines; both sides of every limit."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Record
from lnfhir.guideline import bone
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.recommendation import Guidance, Outcome
from tests.builders import creatinine, diagnosis, given, use
from tests.unit.guideline.care import TODAY, Entry, allergy, drafted, guidance, patient

BONE, PJP, VACCINES = bone.RECOMMENDATIONS


# bone


def protect(*more: Entry, **changed: object) -> Guidance:
    return guidance(BONE, patient(*more, **changed))  # type: ignore[arg-type]


STEROID = use("prednisone", 0, mg=10)
CALCIUM = use("calcium-carbonate", 0, mg=1250)
VITAMIN_D = use("colecalciferol", 0, record=Record.STATEMENT)


def test_glucocorticoid_without_calcium_and_vitamin_d_is_advised_on() -> None:
    found = protect(STEROID)
    assert found.outcome is Outcome.ADVISE
    calcium, vitamin, level = found.drafts
    assert calcium.resource["medicationCodeableConcept"]["coding"][0]["code"] == "282465"
    assert "timing" not in calcium.resource["dosageInstruction"][0]
    assert vitamin.resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"] == {
        "value": 800, "unit": "IU", "system": "http://unitsofmeasure.org", "code": "[iU]",
    }  # fmt: skip
    assert level.resource["code"]["coding"][0]["code"] == "1989-3"
    assert any("found in the record" in str(found.says) for _ in "1")


def test_what_is_there_is_not_drafted_again() -> None:
    assert len(protect(STEROID, CALCIUM).drafts) == 2
    assert "calcium" not in " ".join(drafted(protect(STEROID, CALCIUM)))
    assert protect(STEROID, CALCIUM, VITAMIN_D).outcome is Outcome.ALREADY_DONE


@pytest.mark.parametrize(
    ("start", "mg", "outcome"),
    [
        (0, 2.5, Outcome.ADVISE),
        (0, 2.4, Outcome.NOT_APPLICABLE),
        (TODAY - 90, 2.4, Outcome.ADVISE),
        (TODAY - 91, 2.4, Outcome.NOT_APPLICABLE),
    ],
)
def test_a_start_or_2_5_mg_for_long_calls_for_it(start: int, mg: float, outcome: Outcome) -> None:
    assert protect(use("prednisone", start, mg=mg)).outcome is outcome


@pytest.mark.parametrize(
    "entry", [diagnosis("hypercalcaemia", 10), diagnosis("nephrolithiasis", 10), creatinine(TODAY, 2.6)]
)
def test_a_caution_drafts_only_the_vitamin_d_level(entry: Entry) -> None:
    found = protect(STEROID, entry)
    assert (found.outcome, drafted(found)) == (Outcome.ADVISE, ["25-hydroxyvitamin D in Serum or Plasma"])


def test_without_statements_calcium_may_be_there() -> None:
    assert protect(STEROID, not_searched=[Need.STATEMENTS]).outcome is Outcome.NEEDS_DATA


def test_without_glucocorticoid_it_does_not_apply() -> None:
    assert protect().outcome is Outcome.NOT_APPLICABLE


# pjp


MMF = use("mycophenolate-mofetil", 0, mg=2000)


def pjp(*more: Entry, **changed: object) -> Guidance:
    return guidance(PJP, patient(*more, **changed))  # type: ignore[arg-type]


def test_four_weeks_of_15_mg_with_an_immunosuppressant_call_for_prophylaxis() -> None:
    assert pjp(MMF, use("prednisone", TODAY - 27, mg=15)).outcome is Outcome.ADVISE
    assert pjp(MMF, use("prednisone", TODAY - 26, mg=15)).outcome is Outcome.NOT_APPLICABLE
    assert pjp(MMF, use("prednisone", TODAY - 27, mg=14.9)).outcome is Outcome.NOT_APPLICABLE
    assert pjp(use("prednisone", TODAY - 27, mg=15)).outcome is Outcome.NOT_APPLICABLE
    assert pjp(MMF, use("prednisone", TODAY - 27, mg=None)).outcome is Outcome.NEEDS_DATA


@pytest.mark.parametrize(("drug", "days"), [("cyclophosphamide", 31), ("rituximab", 183), ("obinutuzumab", 183)])
def test_cyclophosphamide_and_anti_cd20_call_for_it_by_themselves(drug: str, days: int) -> None:
    assert pjp(given(drug, TODAY - days, 500)).outcome is Outcome.ADVISE
    assert pjp(given(drug, TODAY - days - 1, 500)).outcome is Outcome.NOT_APPLICABLE


def test_prophylaxis_in_use_settles_it() -> None:
    found = pjp(given("cyclophosphamide", TODAY - 5, 500), use("trimethoprim-sulfamethoxazole", 380, mg=480))
    assert found.outcome is Outcome.ALREADY_DONE


def test_potassium_and_sulfonamide_reactions_are_minded() -> None:
    cyc = given("cyclophosphamide", TODAY - 5, 500)
    notes = " ".join(map(str, pjp(cyc, use("losartan", 0, mg=50)).notes))
    assert "raises potassium" in notes
    assert "are common in lupus" in notes
    notes = " ".join(map(str, pjp(cyc, allergies=(allergy("trimethoprim-sulfamethoxazole"),)).notes))
    assert "another agent" in notes
    assert "raises potassium" not in notes


def test_prophylaxis_is_information_only() -> None:
    assert pjp(given("cyclophosphamide", TODAY - 5, 500)).drafts == ()


# vaccines


def test_vaccines_are_mentioned_under_immunosuppression_only() -> None:
    assert guidance(VACCINES, patient(MMF)).outcome is Outcome.ADVISE
    assert guidance(VACCINES, patient(STEROID)).outcome is Outcome.ADVISE
    assert guidance(VACCINES, patient()).outcome is Outcome.NOT_APPLICABLE
    assert guidance(VACCINES, patient(not_searched=[Need.ORDERS])).outcome is Outcome.NEEDS_DATA


# all


def test_every_rule_is_silent_without_lupus_and_known_by_a_stable_name() -> None:
    for rule in RECOMMENDATIONS:
        if rule.rule.split("-")[0] in {"hcq", "ras", "sglt2", "bp", "gc", "bone", "pjp", "vaccines"}:
            found = guidance(rule, patient(MMF, STEROID, without=["lupus"]))
            assert (found.outcome, str(found.says)[:14]) == (Outcome.NOT_APPLICABLE, "Does not apply")


def test_nothing_on_record_at_all_never_raises_and_asks_for_data() -> None:
    empty = patient(without=["lupus", "pregnancy", "weight", "creatinine", "potassium", "proteinuria", "pressure",
                             "hba1c", "neutrophils"], not_searched=list(Need))  # fmt: skip
    for rule in RECOMMENDATIONS:
        if rule.rule.split("-")[0] in {"hcq", "ras", "sglt2", "bp", "gc", "bone", "pjp", "vaccines"}:
            assert guidance(rule, empty).outcome is Outcome.NEEDS_DATA, rule.rule
