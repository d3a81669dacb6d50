"""Hydroxychloroquine: missing, dose, eyes; both sides of every limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse, Record
from lnfhir.guideline.hydroxychloroquine import MISSING
from lnfhir.guideline.hydroxychloroquine_ceiling import largest_schedule
from lnfhir.guideline.hydroxychloroquine_dose import DOSE
from lnfhir.guideline.hydroxychloroquine_eye import EYE
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import (
    above,
    biopsy,
    creatinine,
    diagnosis,
    height,
    man,
    procedure,
    result,
    use,
    weight,
    woman,
)
from tests.unit.guideline.care import TODAY, Entry, allergy, drafted, guidance, missing, patient

HCQ = "hydroxychloroquine"
LOW_EGFR = creatinine(TODAY - 1, 2.6)
"""A woman of 29 with this creatinine has an eGFR of about 25."""


def on_hcq(mg: float | None, start: int = 100, **more: object) -> DrugUse:
    return use(HCQ, start, mg=mg, **more)  # type: ignore[arg-type]


def dose(mg: float | None, *more: Entry, policy: Policy | None = None, **changed: object) -> Guidance:
    return guidance(DOSE, patient(on_hcq(mg), *more, **changed), policy)  # type: ignore[arg-type]


def weighing(kg: float, mg: float, *more: Entry, policy: Policy | None = None, cm: float = 175) -> Guidance:
    seen = patient(on_hcq(mg), weight(TODAY - 20, kg), height(0, cm), *more, without=["weight"])
    return guidance(DOSE, seen, policy)


# hcq-missing


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


# hcq-dose


def test_five_mg_per_kg_itself_is_fine_and_anything_above_warns() -> None:
    assert weighing(60, 300).outcome is Outcome.ALREADY_DONE
    found = weighing(59.9, 300)
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.WARNING)
    assert [d.resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] for d in found.drafts] == [
        200
    ]


def test_a_site_may_tolerate_tablet_sizes() -> None:
    assert weighing(58, 300).indicator is Indicator.WARNING
    assert weighing(58, 300, policy=Policy(hcq_tolerance=0.2)).outcome is Outcome.ALREADY_DONE


def test_above_6_5_mg_per_kg_is_critical() -> None:
    assert weighing(400 / 6.5, 400).indicator is Indicator.WARNING
    assert weighing(61, 400).indicator is Indicator.CRITICAL


def test_above_400_mg_warns_even_when_the_weight_allows_it() -> None:
    assert "above 400 mg/d" in str(weighing(130, 600, cm=210).says)
    assert weighing(80, 400).outcome is Outcome.ALREADY_DONE


def test_above_400_mg_warns_without_a_weight() -> None:
    found = dose(500, without=["weight"])
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.WARNING)


def test_without_a_weight_the_weight_is_asked_for_and_requested() -> None:
    found = dose(300, without=["weight"])
    assert found.outcome is Outcome.NEEDS_DATA
    assert "a recent body weight" in missing(found)
    assert drafted(found) == ["Body weight"]


def test_up_to_200_mg_without_a_weight_raises_no_ceiling_alert() -> None:
    found = dose(200, without=["weight"])
    assert found.outcome is Outcome.NEEDS_DATA
    ceiling = next(p for p in found.because.parts[2].parts if "above 5 mg/kg" in str(p.says))
    assert ceiling.state == "not-met"
    assert next(p for p in dose(201, without=["weight"]).because.parts[2].parts if p.says == ceiling.says).missing


@pytest.mark.parametrize(
    ("kg", "mg", "indicator"),
    [(66.7, 200, Indicator.WARNING), (66.6, 200, Indicator.INFO), (99.9, 300, Indicator.INFO), (74.9, 300, None)],
)
def test_under_dosing_warns_up_to_3_and_informs_up_to_4_mg_per_kg(
    kg: float, mg: float, indicator: Indicator | None
) -> None:
    found = weighing(kg, mg, cm=190)
    assert (found.indicator if found.outcome is Outcome.ADVISE else None) is indicator


def test_the_largest_schedule_that_fits_is_never_too_low() -> None:
    assert weighing(150, 400, cm=230).outcome is Outcome.ALREADY_DONE  # 2.7 mg/kg, but 400 mg is the most
    assert weighing(59, 200, cm=190).outcome is Outcome.ALREADY_DONE  # 3.4 mg/kg, but 300 mg would exceed 5 mg/kg


@pytest.mark.parametrize("concept", ["hcq-retinopathy", "macular-disease"])
def test_a_low_dose_for_the_sake_of_the_eyes_is_left_alone(concept: str) -> None:
    assert weighing(90, 200, diagnosis(concept, 10), cm=190).outcome is Outcome.ALREADY_DONE


def test_110_kg_with_an_egfr_of_25_may_take_300_mg_or_200_by_eular() -> None:
    seen = (weight(TODAY - 20, 110), height(0, 195), LOW_EGFR)
    quarter = guidance(DOSE, patient(on_hcq(400), *seen, without=["weight"]))
    assert "not reduced for an eGFR below 30" in str(quarter.says)
    assert quarter.drafts[-1].resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 300
    half = guidance(DOSE, patient(on_hcq(300), *seen, without=["weight"]), Policy(hcq_egfr30_reduction=0.5))
    assert half.drafts[-1].resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 200
    assert guidance(DOSE, patient(on_hcq(300), *seen, without=["weight"])).outcome is Outcome.ALREADY_DONE


def test_an_egfr_of_30_needs_no_reduction() -> None:
    at_30 = result(Analyte.EGFR, TODAY - 1, 30)
    under = result(Analyte.EGFR, TODAY - 1, 29.9)
    seen = (weight(TODAY - 20, 80), height(0, 175))
    without = ["weight", "creatinine"]
    assert guidance(DOSE, patient(on_hcq(400), *seen, at_30, without=without)).outcome is Outcome.ALREADY_DONE
    assert guidance(DOSE, patient(on_hcq(400), *seen, under, without=without)).outcome is Outcome.ADVISE


def test_an_unknown_egfr_matters_only_above_the_reduced_ceiling() -> None:
    seen = (weight(TODAY - 20, 80), height(0, 175))
    high = guidance(DOSE, patient(on_hcq(400), *seen, without=["weight", "creatinine"]))
    assert (high.outcome, drafted(high)) == (Outcome.NEEDS_DATA, ["Creatinine [Mass/volume] in Serum or Plasma"])
    low = guidance(DOSE, patient(on_hcq(300), weight(TODAY - 20, 73), height(0, 175), without=["weight", "creatinine"]))
    assert "not reduced" not in " ".join(map(str, [low.says]))
    censored = patient(on_hcq(400), *seen, result(Analyte.EGFR, TODAY - 1, above(60, Analyte.EGFR)),
                       without=["weight", "creatinine"])  # fmt: skip
    assert guidance(DOSE, censored).outcome is Outcome.ALREADY_DONE


def test_on_dialysis_a_specialist_is_asked() -> None:
    found = weighing(80, 400, diagnosis("dialysis-dependence", 10))
    assert found.outcome is Outcome.NEEDS_DATA
    assert any("specialist" in item for item in missing(found))


def test_obesity_from_a_bmi_of_30_asks_for_a_level() -> None:
    found = weighing(100, 400, cm=182.5)
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.INFO)
    assert any("blood level" in str(note) for note in found.notes)
    assert weighing(99.9, 400, cm=182.5).outcome is Outcome.ALREADY_DONE


def test_a_site_may_dose_obesity_by_ideal_weight() -> None:
    by_ideal = Policy(hcq_obese_weight="ideal")
    assert "obesity" in str(weighing(100, 400, cm=182).says)
    assert "above 5 mg/kg/d" in str(weighing(100, 400, cm=182, policy=by_ideal).says)
    assert weighing(80, 400, cm=185, policy=by_ideal).outcome is Outcome.ALREADY_DONE


def test_an_unreadable_dose_is_asked_for() -> None:
    found = dose(None)
    assert found.outcome is Outcome.NEEDS_DATA
    assert any("daily dose" in item for item in missing(found))


def test_two_active_orders_of_one_day_add_up_and_a_later_one_replaces() -> None:
    both = patient(on_hcq(200), on_hcq(200), weight(TODAY, 60), height(0, 170), without=["weight"])
    replaced = patient(on_hcq(200), on_hcq(300, 200), weight(TODAY, 60), height(0, 170), without=["weight"])
    assert guidance(DOSE, both).indicator is Indicator.CRITICAL
    assert guidance(DOSE, replaced).outcome is Outcome.ALREADY_DONE


def test_a_dose_is_judged_only_where_it_is_in_use() -> None:
    assert guidance(DOSE, patient()).outcome is Outcome.NOT_APPLICABLE
    assert guidance(DOSE, patient(not_searched=[Need.ORDERS])).outcome is Outcome.NEEDS_DATA


def test_in_pregnancy_an_overdose_is_told_without_a_draft() -> None:
    found = dose(400, diagnosis("pregnancy", TODAY - 60), weight(TODAY, 60), without=["weight", "pregnancy"])
    assert (found.outcome, found.drafts) == (Outcome.ADVISE, ())


# hcq-eye


def eye(*entries: Entry, policy: Policy | None = None, **changed: object) -> Guidance:
    return guidance(EYE, patient(*entries, **changed), policy)  # type: ignore[arg-type]


def examined(day: int) -> Entry:
    return procedure("eye-screening", day)


def test_in_the_first_year_the_baseline_is_announced_with_its_date() -> None:
    found = eye(on_hcq(300, TODAY - 365))
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.INFO)
    assert "due by 2025-02-18" in str(found.says)
    assert found.drafts[0].resource["resourceType"] == "ServiceRequest"


def test_after_the_first_year_without_any_examination_the_record_is_asked() -> None:
    found = eye(on_hcq(300, TODAY - 366))
    assert found.outcome is Outcome.NEEDS_DATA
    assert any("may be external" in item for item in missing(found))
    assert found.drafts[0].resource["resourceType"] == "ServiceRequest"


@pytest.mark.parametrize("need", [Need.PROCEDURES, Need.REPORTS])
def test_without_procedures_and_reports_the_baseline_cannot_be_missed(need: Need) -> None:
    assert eye(on_hcq(300, TODAY - 100), not_searched=[need]).outcome is Outcome.NEEDS_DATA


def test_a_baseline_examination_is_enough_until_the_fifth_year() -> None:
    assert eye(on_hcq(300, TODAY - 300), examined(TODAY - 290)).outcome is Outcome.ALREADY_DONE
    assert eye(on_hcq(300, -1425), examined(-1400)).outcome is Outcome.ALREADY_DONE  # a day short of 5 years
    assert eye(on_hcq(300, -1427), examined(-1400)).outcome is Outcome.ADVISE


def test_a_yearly_examination_is_due_after_365_days() -> None:
    assert eye(on_hcq(300, -2000), examined(TODAY - 365)).outcome is Outcome.ALREADY_DONE
    assert eye(on_hcq(300, -2000), examined(TODAY - 366)).outcome is Outcome.ADVISE


RISKS: dict[str, tuple[Entry, ...]] = {
    "eGFR below 60": (creatinine(TODAY - 1, 1.5),),
    "tamoxifen": (use("tamoxifen", 100, mg=20),),
    "macular disease": (diagnosis("macular-disease", 10),),
    "a dose above 5 mg/kg": (weight(TODAY, 55),),
}


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_makes_it_yearly_from_the_first_year(risk: str) -> None:
    seen = (on_hcq(300, TODAY - 700), examined(TODAY - 600))
    assert eye(*seen).outcome is Outcome.ALREADY_DONE
    assert eye(*seen, *RISKS[risk]).outcome is Outcome.ADVISE


def test_a_bmi_above_35_counts_where_the_site_wants_it() -> None:
    seen = (on_hcq(300, TODAY - 700), examined(TODAY - 600), weight(TODAY, 105))
    assert eye(*seen).outcome is Outcome.ALREADY_DONE
    assert eye(*seen, policy=Policy(hcq_screen_bmi35=True)).outcome is Outcome.ADVISE


def test_an_unknown_risk_between_the_first_and_fifth_year_is_asked_for() -> None:
    found = eye(on_hcq(300, TODAY - 700), examined(TODAY - 600), without=["creatinine"])
    assert found.outcome is Outcome.NEEDS_DATA


def test_known_retinopathy_in_use_warns_and_drafts_nothing() -> None:
    found = eye(on_hcq(300), diagnosis("hcq-retinopathy", 10))
    assert (found.outcome, found.indicator, found.drafts) == (Outcome.CONTRAINDICATED, Indicator.WARNING, ())


def test_without_a_start_date_only_a_recent_examination_settles_it() -> None:
    undated = replace(on_hcq(300), start=None)
    assert eye(undated).outcome is Outcome.NEEDS_DATA
    assert eye(undated, examined(TODAY - 100)).outcome is Outcome.ALREADY_DONE


def test_eyes_are_of_interest_only_in_use() -> None:
    assert eye().outcome is Outcome.NOT_APPLICABLE


def test_children_and_men_are_seen_too() -> None:
    child = eye(on_hcq(200, TODAY - 100), person=woman(date(2012, 1, 1)))
    assert (child.outcome, child.drafts) == (Outcome.ADVISE, ())
    assert any("children" in str(note) for note in child.notes)
    assert guidance(MISSING, patient(person=man(), without=["pregnancy"])).drafts != ()
