"""Renin-angiotensin blockade: start; both sides of every limit."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline.ras_blockade import START
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import above, answered, creatinine, diagnosis, man, result, upcr, use, woman
from tests.unit.guideline.care import TODAY, Entry, allergy, drafted, guidance, missing, patient, pressure


def start(*more: Entry, policy: Policy | None = None, **changed: object) -> Guidance:
    return guidance(START, patient(*more, **changed), policy)  # type: ignore[arg-type]


def potassium(day: int, value: float) -> Entry:
    return result(Analyte.POTASSIUM, day, value)


# ras-start


def test_it_is_advised_with_both_drugs_to_choose_from() -> None:
    found = start()
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.WARNING)
    losartan, ramipril = found.drafts
    assert losartan.resource["medicationCodeableConcept"] == {
        "coding": [
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "979492"},
            {"system": "http://www.whocc.no/atc", "code": "C09CA01"},
        ],
        "text": "losartan potassium 50 mg oral tablet",
    }
    doses = [
        d.resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] for d in (losartan, ramipril)
    ]
    assert doses == [50, 2.5]
    assert any("2 to 4 weeks" in str(note) for note in found.notes)


@pytest.mark.parametrize("drug", ["lisinopril", "valsartan", "sacubitril", "sparsentan"])
def test_a_blocker_in_use_settles_it(drug: str) -> None:
    assert start(use(drug, 10, mg=10)).outcome is Outcome.ALREADY_DONE


@pytest.mark.parametrize(
    ("threshold", "indicated", "not_indicated"), [(0.5, 0.5, 0.49), (0.15, 0.15, 0.14), (0.0, 0.01, 0.0)]
)
def test_the_site_chooses_the_proteinuria_to_start_at(threshold: float, indicated: float, not_indicated: float) -> None:
    policy = Policy(ras_threshold=threshold)
    assert start(upcr(TODAY - 1, indicated), without=["proteinuria"], policy=policy).outcome is Outcome.ADVISE
    assert (
        start(upcr(TODAY - 1, not_indicated), without=["proteinuria"], policy=policy).outcome is Outcome.NOT_APPLICABLE
    )


def test_proteinuria_of_half_a_year_ago_is_the_oldest_that_counts() -> None:
    assert start(upcr(TODAY - 183, 0.9), without=["proteinuria"]).outcome is Outcome.ADVISE
    found = start(upcr(TODAY - 184, 0.9), without=["proteinuria"])
    assert (found.outcome, drafted(found)) == (Outcome.NEEDS_DATA, ["Protein/Creatinine [Mass Ratio] in Urine"])


@pytest.mark.parametrize(("uacr", "outcome"), [(30, Outcome.ADVISE), (29, Outcome.NOT_APPLICABLE)])
def test_albuminuria_from_30_is_a_reason(uacr: float, outcome: Outcome) -> None:
    seen = (upcr(TODAY - 1, 0.1), result(Analyte.UACR, TODAY - 1, uacr))
    assert start(*seen, without=["proteinuria"]).outcome is outcome


def test_hypertension_is_a_reason_in_nephritis() -> None:
    little, hypertension = upcr(TODAY - 1, 0.1), diagnosis("hypertension", 10)
    assert start(little, hypertension, without=["proteinuria"]).outcome is Outcome.ADVISE
    only_sle = start(little, hypertension, diagnosis("sle", 0), without=["proteinuria", "lupus"])
    assert only_sle.outcome is Outcome.NOT_APPLICABLE


def test_a_censored_proteinuria_above_the_threshold_is_enough() -> None:
    seen = upcr(TODAY - 1, above(0.5, Analyte.UPCR))
    assert start(seen, without=["proteinuria"]).outcome is Outcome.ADVISE


def test_pregnancy_forbids_it() -> None:
    by_diagnosis = start(diagnosis("pregnancy", TODAY - 60), without=["pregnancy"])
    by_test = start(answered(Analyte.HCG, TODAY - 20, True), without=["pregnancy"])
    assert {by_diagnosis.outcome, by_test.outcome} == {Outcome.CONTRAINDICATED}


def test_a_woman_of_15_to_50_needs_a_recent_pregnancy_test() -> None:
    found = start(without=["pregnancy"])
    assert (found.outcome, missing(found)) == (Outcome.NEEDS_DATA, ["a pregnancy test within 14 days"])
    assert drafted(found) == ["hCG pregnancy test, urine"]
    assert start(answered(Analyte.HCG, TODAY - 14, False), without=["pregnancy"]).outcome is Outcome.ADVISE
    assert start(answered(Analyte.HCG, TODAY - 15, False), without=["pregnancy"]).outcome is Outcome.NEEDS_DATA
    fifty, fifty_one = woman(date(1974, 2, 19)), woman(date(1974, 2, 18))
    assert start(without=["pregnancy"], person=fifty).outcome is Outcome.NEEDS_DATA
    assert start(without=["pregnancy"], person=fifty_one).outcome is Outcome.ADVISE


def test_contraception_is_a_gate_that_is_shown_until_it_is_answered() -> None:
    gates = {str(gate.says): gate.state for gate in start().gates}
    assert gates["contraception is effective, or pregnancy is not possible"] == "unknown"
    of_a_man = {str(gate.says): gate.state for gate in start(person=man(), without=["pregnancy"]).gates}
    assert of_a_man["contraception is effective, or pregnancy is not possible"] == "met"


@pytest.mark.parametrize(("limit", "fine", "too_high"), [(5.0, 5.0, 5.1), (5.5, 5.4, 5.5)])
def test_potassium_forbids_a_start_by_the_limit_of_the_site(limit: float, fine: float, too_high: float) -> None:
    policy = Policy(k_no_start=limit)
    assert start(potassium(TODAY - 1, fine), without=["potassium"], policy=policy).outcome is Outcome.ADVISE
    found = start(potassium(TODAY - 1, too_high), without=["potassium"], policy=policy)
    assert found.outcome is Outcome.CONTRAINDICATED
    assert "potassium" in str(found.says)


def test_potassium_and_creatinine_must_be_of_the_last_30_days() -> None:
    assert start(potassium(TODAY - 30, 4), without=["potassium"]).outcome is Outcome.ADVISE
    old = start(potassium(TODAY - 31, 4), without=["potassium"])
    assert drafted(old) == ["Potassium [Moles/volume] in Serum or Plasma"]
    assert start(creatinine(TODAY - 30, 0.8), without=["creatinine"]).outcome is Outcome.ADVISE
    old = start(creatinine(TODAY - 31, 0.8), without=["creatinine"])
    assert drafted(old) == ["Creatinine [Mass/volume] in Serum or Plasma"]


def test_a_rise_of_creatinine_by_half_in_7_days_forbids_it() -> None:
    before = creatinine(TODAY - 8, 0.8)
    assert start(before, creatinine(TODAY - 1, 1.2), without=["creatinine"]).outcome is Outcome.CONTRAINDICATED
    assert start(before, creatinine(TODAY - 1, 1.19), without=["creatinine"]).outcome is Outcome.ADVISE
    assert start(before, creatinine(TODAY, 1.2), without=["creatinine"]).outcome is Outcome.ADVISE  # 8 days apart


@pytest.mark.parametrize("concept", ["acute-kidney-injury", "renal-artery-stenosis", "hypotension"])
def test_a_diagnosis_forbids_it(concept: str) -> None:
    assert start(diagnosis(concept, TODAY - 3)).outcome is Outcome.CONTRAINDICATED


def test_a_resolved_acute_kidney_injury_does_not() -> None:
    assert start(diagnosis("acute-kidney-injury", 10, 20)).outcome is Outcome.ADVISE


def test_a_systolic_pressure_below_100_forbids_it() -> None:
    assert start(*pressure(TODAY - 1, 100, 60)).outcome is Outcome.ADVISE
    assert start(*pressure(TODAY - 1, 99, 60)).outcome is Outcome.CONTRAINDICATED


def test_without_a_pressure_of_6_months_it_is_asked_for() -> None:
    assert start(*pressure(TODAY - 183, 120, 70), without=["pressure"]).outcome is Outcome.ADVISE
    found = start(*pressure(TODAY - 184, 120, 70), without=["pressure"])
    assert (found.outcome, len(found.drafts)) == (Outcome.NEEDS_DATA, 1)


def test_aliskiren_in_diabetes_forbids_it() -> None:
    aliskiren = use("aliskiren", 10, mg=150)
    assert start(aliskiren).outcome is Outcome.ADVISE
    assert start(aliskiren, diagnosis("type-2-diabetes", 0)).outcome is Outcome.CONTRAINDICATED


def test_an_allergy_to_one_class_leaves_the_other_and_to_both_forbids() -> None:
    assert drafted(start(allergies=(allergy("lisinopril"),))) == ["losartan potassium 50 mg oral tablet"]
    assert drafted(start(allergies=(allergy("valsartan"),))) == ["ramipril 2.5 mg oral capsule"]
    assert start(allergies=(allergy("lisinopril"), allergy("valsartan"))).outcome is Outcome.CONTRAINDICATED


def test_after_angioedema_nothing_is_drafted_and_the_caution_is_told() -> None:
    for found in (start(diagnosis("angioedema", 3)), start(allergies=(allergy(concepts=["angioedema"]),))):
        assert (found.outcome, found.drafts) == (Outcome.ADVISE, ())
        assert any("After angioedema" in str(note) for note in found.notes)


def test_children_and_transplanted_are_only_informed() -> None:
    child = start(person=woman(date(2008, 1, 1)))
    assert child.drafts == ()
    assert start(diagnosis("kidney-transplant", 0)).drafts == ()


@pytest.mark.parametrize("need", [Need.ORDERS, Need.STATEMENTS, Need.CONDITIONS])
def test_what_was_not_searched_is_asked_for(need: Need) -> None:
    assert start(not_searched=[need]).outcome is Outcome.NEEDS_DATA
