"""SGLT2 inhibitors: start and the two labels; both sides of every limit."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.sglt2 import START
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import creatinine, diagnosis, given, result, upcr, use, woman
from tests.unit.guideline.care import TODAY, Entry, allergy, course, drafted, guidance, missing, patient, pressure

DAPA, EMPA = "dapagliflozin 10 mg oral tablet", "empagliflozin 10 mg oral tablet"
MMF = use("mycophenolate-mofetil", 0, mg=2000)


def start(
    *more: Entry, policy: Policy | None = None, courses: tuple[Course, ...] = (course(0),), **changed: object
) -> Guidance:
    return guidance(START, patient(*more, **changed), policy, courses)  # type: ignore[arg-type]


def egfr(day: int, value: float) -> Entry:
    return result(Analyte.EGFR, day, value)


def stable_egfr(value: float) -> tuple[Entry, Entry]:
    return egfr(TODAY - 60, value), egfr(TODAY - 1, value)


def with_egfr(value: float, *more: Entry, **changed: object) -> Guidance:
    return start(*stable_egfr(value), *more, without=["creatinine"], **changed)  # type: ignore[arg-type]


# sglt2-start: eligible


def test_it_is_advised_with_both_drugs_when_no_label_stands_against_it() -> None:
    found = start()
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.INFO)
    assert drafted(found) == [EMPA, DAPA]
    dose = found.drafts[0].resource["dosageInstruction"][0]
    assert dose["doseAndRate"][0]["doseQuantity"] == {
        "value": 10, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg",
    }  # fmt: skip
    assert found.drafts[1].resource["medicationCodeableConcept"]["coding"] == [
        {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1488569"},
        {"system": "http://www.whocc.no/atc", "code": "A10BK01"},
    ]
    assert any("off-label" in str(note) for note in found.notes)


@pytest.mark.parametrize(("uacr", "outcome"), [(200, Outcome.ADVISE), (199, Outcome.NOT_APPLICABLE)])
def test_albuminuria_from_200_is_a_reason(uacr: float, outcome: Outcome) -> None:
    assert start(result(Analyte.UACR, TODAY - 1, uacr)).outcome is outcome


@pytest.mark.parametrize(("value", "outcome"), [(0.5, Outcome.ADVISE), (0.49, Outcome.NOT_APPLICABLE)])
def test_a_upcr_of_a_half_stands_in_for_it(value: float, outcome: Outcome) -> None:
    assert start(upcr(TODAY - 1, value), without=["proteinuria"]).outcome is outcome


@pytest.mark.parametrize(("days", "outcome"), [(183, Outcome.ADVISE), (184, Outcome.NEEDS_DATA)])
def test_proteinuria_of_half_a_year_is_the_oldest_that_counts(days: int, outcome: Outcome) -> None:
    assert start(upcr(TODAY - days, 0.9), without=["proteinuria"]).outcome is outcome


LITTLE = upcr(TODAY - 1, 0.1)


@pytest.mark.parametrize(
    ("value", "outcome"), [(44.9, Outcome.ADVISE), (45, Outcome.NOT_APPLICABLE), (20, Outcome.ADVISE)]
)
def test_an_egfr_of_20_to_45_is_a_reason_without_albuminuria(value: float, outcome: Outcome) -> None:
    found = start(*stable_egfr(value), LITTLE, without=["creatinine", "proteinuria"])
    assert found.outcome is outcome


@pytest.mark.parametrize("concept", ["heart-failure", "type-2-diabetes"])
def test_heart_failure_or_type_2_diabetes_is_a_reason(concept: str) -> None:
    assert start(LITTLE, diagnosis(concept, 0), without=["proteinuria"]).outcome is Outcome.ADVISE


def test_a_site_may_accept_only_those_two() -> None:
    policy = Policy(sglt2_policy="only_if_T2D_or_HF")
    assert start(policy=policy).outcome is Outcome.NOT_APPLICABLE
    assert start(diagnosis("heart-failure", 0), policy=policy).outcome is Outcome.ADVISE


def test_a_site_may_turn_it_off_or_want_information_only() -> None:
    assert start(policy=Policy(sglt2_policy="off")).outcome is Outcome.NOT_APPLICABLE
    found = start(policy=Policy(sglt2_policy="info_only"))
    assert (found.outcome, found.drafts) == (Outcome.ADVISE, ())


def test_it_waits_until_the_first_three_months_of_induction_are_over() -> None:
    assert start(courses=(course(TODAY - 92),)).outcome is Outcome.ADVISE
    assert start(courses=(course(TODAY - 91),)).outcome is Outcome.NOT_APPLICABLE
    assert start(courses=(course(TODAY - 91),), policy=Policy(min_months_since_induction=2)).outcome is Outcome.ADVISE
    assert missing(start(courses=(course(None),))) == ["start of induction"]
    assert start(courses=()).outcome is Outcome.ADVISE


def test_a_pulse_of_the_last_28_days_makes_it_wait() -> None:
    assert start(given("methylprednisolone", TODAY - 28, 500)).outcome is Outcome.NOT_APPLICABLE
    assert start(given("methylprednisolone", TODAY - 29, 500)).outcome is Outcome.ADVISE
    assert start(given("methylprednisolone", TODAY - 27, None)).outcome is Outcome.NEEDS_DATA
    assert start(not_searched=[Need.ADMINISTRATIONS]).outcome is Outcome.NEEDS_DATA


def test_a_fall_of_egfr_beyond_15_percent_in_90_days_makes_it_wait() -> None:
    fell = (egfr(TODAY - 60, 100), egfr(TODAY - 1, 84.9))
    kept = (egfr(TODAY - 60, 100), egfr(TODAY - 1, 85))
    assert start(*fell, without=["creatinine"]).outcome is Outcome.NOT_APPLICABLE
    assert start(*kept, without=["creatinine"]).outcome is Outcome.ADVISE


def test_an_earlier_egfr_can_show_stability_but_not_its_loss() -> None:
    def since(day: int, latest: float) -> Guidance:
        return start(egfr(day, 100), egfr(TODAY - 1, latest), without=["creatinine"])

    assert since(TODAY - 91, 85).outcome is Outcome.ADVISE
    assert since(TODAY - 183, 85).outcome is Outcome.ADVISE
    for found in (since(TODAY - 91, 84.9), since(TODAY - 184, 85)):
        assert missing(found) == ["two eGFRs within 90 days"]
        assert drafted(found) == ["Creatinine [Mass/volume] in Serum or Plasma"]
    fell_in_time = start(egfr(TODAY - 90, 100), egfr(TODAY - 1, 84.9), without=["creatinine"])
    assert fell_in_time.outcome is Outcome.NOT_APPLICABLE


def test_an_egfr_older_than_90_days_does_not_allow_a_start() -> None:
    def latest(day: int) -> Guidance:
        return start(egfr(day - 20, 80), egfr(day, 80), without=["creatinine"])

    assert latest(TODAY - 90).outcome is Outcome.ADVISE
    assert latest(TODAY - 91).outcome is Outcome.NEEDS_DATA


# sglt2-start: barred


@pytest.mark.parametrize(
    "concept",
    [
        "type-1-diabetes", "diabetic-ketoacidosis", "dialysis-dependence", "genital-mycotic-infection",
        "fournier-gangrene", "urinary-infection", "sepsis", "hypovolaemia", "polycystic-kidney",
        "indwelling-urinary-catheter", "hypotension",
    ],
)  # fmt: skip
def test_a_diagnosis_forbids_it(concept: str) -> None:
    assert start(diagnosis(concept, TODAY - 3)).outcome is Outcome.CONTRAINDICATED


def test_past_infections_do_not_forbid_it_unless_they_recur() -> None:
    once, twice = diagnosis("genital-mycotic-infection", 10, 20), diagnosis("genital-mycotic-infection", 50, 60)
    assert start(once).outcome is Outcome.ADVISE
    assert start(once, twice).outcome is Outcome.CONTRAINDICATED
    assert start(diagnosis("sepsis", 10, 20), diagnosis("urinary-infection", 10, 20)).outcome is Outcome.ADVISE
    assert start(diagnosis("diabetic-ketoacidosis", -500, -490)).outcome is Outcome.CONTRAINDICATED


def test_an_egfr_below_20_forbids_it() -> None:
    assert with_egfr(20).outcome is Outcome.ADVISE
    assert with_egfr(19.9).outcome is Outcome.CONTRAINDICATED


def test_dapagliflozin_is_drafted_from_25_only() -> None:
    assert drafted(with_egfr(25)) == [EMPA, DAPA]
    found = with_egfr(24.9)
    assert drafted(found) == [EMPA]
    assert any("20 to 24" in str(note) for note in found.notes)


def test_pregnancy_forbids_it_and_an_unknown_status_is_asked_for() -> None:
    assert start(diagnosis("pregnancy", TODAY - 60), without=["pregnancy"]).outcome is Outcome.CONTRAINDICATED
    found = start(without=["pregnancy"])
    assert (found.outcome, drafted(found)) == (Outcome.NEEDS_DATA, ["hCG pregnancy test, urine"])


def test_a_low_pressure_and_an_allergy_forbid_it() -> None:
    assert start(*pressure(TODAY - 1, 99, 60)).outcome is Outcome.CONTRAINDICATED
    assert start(allergies=(allergy("canagliflozin"),)).outcome is Outcome.CONTRAINDICATED


def test_unknown_glycaemia_asks_for_an_hba1c() -> None:
    found = start(without=["hba1c"])
    assert (found.outcome, drafted(found)) == (Outcome.NEEDS_DATA, ["Hemoglobin A1c/Hemoglobin.total in Blood"])
    assert start(diagnosis("type-2-diabetes", 0), without=["hba1c"]).outcome is Outcome.ADVISE
    assert start(result(Analyte.HBA1C, TODAY - 366, 5), without=["hba1c"]).outcome is Outcome.NEEDS_DATA
    assert start(result(Analyte.HBA1C, TODAY - 365, 5), without=["hba1c"]).outcome is Outcome.ADVISE


def test_diabetes_of_unknown_type_is_a_question() -> None:
    assert missing(start(diagnosis("diabetes", 0))) == ["the type of diabetes"]
    assert missing(start(result(Analyte.HBA1C, TODAY - 1, 6.5), without=["hba1c"])) == ["the type of diabetes"]
    assert start(result(Analyte.HBA1C, TODAY - 1, 6.4), without=["hba1c"]).outcome is Outcome.ADVISE


# sglt2-start: cautions and labels


@pytest.mark.parametrize(
    ("entry", "held"),
    [
        (use("prednisone", 0, mg=20), False),
        (use("prednisone", 0, mg=20.5), True),
        (result(Analyte.NEUTROPHILS, TODAY - 1, 1.0), False),
        (result(Analyte.NEUTROPHILS, TODAY - 1, 0.9), True),
        (diagnosis("neutropenia", 10), True),
    ],
)
def test_a_caution_withholds_the_drafts(entry: Entry, held: bool) -> None:
    found = start(entry)
    assert found.outcome is Outcome.ADVISE
    assert (found.drafts == ()) is held


@pytest.mark.parametrize(("days", "state"), [(90, "not-met"), (91, "unknown")])
def test_a_neutrophil_count_of_90_days_is_the_oldest_that_counts(days: int, state: str) -> None:
    found = start(result(Analyte.NEUTROPHILS, TODAY - days, 3.5), without=["neutrophils"])
    assert next(g.state for g in found.gates if "caution" in str(g.says)) == state


def labels(found: Guidance) -> dict[str, str]:
    return {str(gate.says).split()[0]: gate.state for gate in found.gates if "label" in str(gate.says)}


def test_oral_immunosuppression_meets_only_the_dapagliflozin_label() -> None:
    found = start(MMF)
    assert labels(found) == {"dapagliflozin": "met", "empagliflozin": "not-met"}
    assert [str(d.label) for d in found.drafts] == [
        "Start empagliflozin 10 mg daily",
        "Start dapagliflozin 10 mg daily; against its US label with any immunosuppression",
    ]


def test_infused_immunosuppression_or_much_prednisone_meets_both_labels() -> None:
    assert labels(start(given("rituximab", TODAY - 90, 1000)))["empagliflozin"] == "met"
    assert labels(start(given("rituximab", TODAY - 91, 1000)))["empagliflozin"] == "not-met"
    assert labels(start(use("prednisone", 0, mg=45)))["empagliflozin"] == "not-met"
    assert labels(start(use("prednisone", 0, mg=46)))["empagliflozin"] == "met"


def test_immunosuppression_of_half_a_year_ago_is_recent_history() -> None:
    def ended(days: int) -> Entry:
        return use("mycophenolate-mofetil", 0, TODAY - days, mg=2000)

    assert labels(start(ended(183)))["dapagliflozin"] == "met"
    assert labels(start(ended(184)))["dapagliflozin"] == "not-met"
    assert labels(start())["dapagliflozin"] == "not-met"


def test_one_in_use_settles_it_and_children_are_only_informed() -> None:
    assert start(use("empagliflozin", 300, mg=10)).outcome is Outcome.ALREADY_DONE
    assert start(person=woman(date(2008, 1, 1)), without=["creatinine"], courses=()).drafts == ()
    assert start(without=["lupus"]).outcome is Outcome.NOT_APPLICABLE


def test_creatinine_is_read_too() -> None:
    seen = (creatinine(TODAY - 60, 4.5), creatinine(TODAY - 1, 4.5))
    assert start(*seen, without=["creatinine"]).outcome is Outcome.CONTRAINDICATED
