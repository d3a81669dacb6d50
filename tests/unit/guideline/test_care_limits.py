"""Limits of general care that no other test stands on: both sides of each."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.guideline import bone
from lnfhir.guideline.hydroxychloroquine_dose import DOSE
from lnfhir.guideline.ras_blockade import START
from lnfhir.guideline.ras_follow_up import FOLLOW_UP
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.sglt2_safety import SAFETY
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import creatinine, height, procedure, result, use, weight, woman
from tests.unit.guideline.care import TODAY, Entry, drafted, guidance, patient
from tests.unit.guideline.ordering import checked, order

BONE = bone.RECOMMENDATIONS[0]
STEROID = use("prednisone", 0, mg=10)
LEVEL = ["25-hydroxyvitamin D in Serum or Plasma"]


def egfr(value: float, days_ago: int = 1) -> Entry:
    return result(Analyte.EGFR, TODAY - days_ago, value)


def weighing(kg: float, mg: float, *more: Entry, cm: float = 170, policy: Policy | None = None) -> Guidance:
    entries = (use("hydroxychloroquine", 100, mg=mg), weight(TODAY - 20, kg), height(0, cm), *more)
    without = ["weight", *(["creatinine"] if more else [])]
    return guidance(DOSE, patient(*entries, without=without), policy)


@pytest.mark.parametrize(("days", "outcome"), [(90, Outcome.CONTRAINDICATED), (91, Outcome.ALREADY_DONE)])
def test_a_dialysis_of_90_days_ago_still_counts(days: int, outcome: Outcome) -> None:
    seen = patient(use("dapagliflozin", 300, mg=10), procedure("dialysis", TODAY - days))
    assert guidance(SAFETY, seen).outcome is outcome


@pytest.mark.parametrize(("born", "state"), [(date(2010, 2, 19), "met"), (date(2010, 2, 18), "unknown")])
def test_contraception_is_asked_for_from_15_years(born: date, state: str) -> None:
    gates = guidance(START, patient(person=woman(born))).gates
    assert next(gate.state for gate in gates if "contraception" in str(gate.says)) == state


def test_four_mg_per_kg_itself_is_below_the_aim() -> None:
    found = weighing(62.5, 250)
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.INFO)
    assert weighing(62.4, 250).outcome is Outcome.ALREADY_DONE


def test_an_egfr_of_365_days_is_the_oldest_for_a_dose() -> None:
    assert weighing(80, 400, egfr(90, 365)).outcome is Outcome.ALREADY_DONE
    assert weighing(80, 400, egfr(90, 366)).outcome is Outcome.NEEDS_DATA


def test_ideal_weight_grows_by_2_3_kg_an_inch() -> None:
    by_ideal = Policy(hcq_obese_weight="ideal")  # 45.5 kg + 12 x 2.3 kg = 73.1 kg, times 5 mg = 365.5 mg
    assert "obesity" in str(weighing(102, 365, cm=182.88, policy=by_ideal).says)
    assert "above 5 mg/kg/d" in str(weighing(102, 366, cm=182.88, policy=by_ideal).says)


def test_calcium_is_drafted_as_1250_mg() -> None:
    calcium = guidance(BONE, patient(STEROID)).drafts[0].resource["dosageInstruction"][0]
    assert calcium["doseAndRate"][0]["doseQuantity"]["value"] == 1250


def test_below_an_egfr_of_30_no_supplement_is_drafted() -> None:
    assert len(guidance(BONE, patient(STEROID, egfr(30), without=["creatinine"])).drafts) == 3
    assert drafted(guidance(BONE, patient(STEROID, egfr(29.9), without=["creatinine"]))) == LEVEL


def test_an_egfr_of_365_days_is_the_oldest_for_a_supplement() -> None:
    assert len(guidance(BONE, patient(STEROID, egfr(90, 365), without=["creatinine"])).drafts) == 3
    assert drafted(guidance(BONE, patient(STEROID, egfr(90, 366), without=["creatinine"]))) == LEVEL


def started(days_ago: int, *more: Entry) -> Guidance:
    return guidance(FOLLOW_UP, patient(use("losartan", TODAY - days_ago, mg=50), *more, without=["creatinine"]))


@pytest.mark.parametrize(("days", "reviewed"), [(90, True), (91, False)])
def test_the_first_weeks_are_looked_at_for_90_days(days: int, reviewed: bool) -> None:
    found = started(days, creatinine(TODAY - days - 1, 1.0), creatinine(TODAY - days + 20, 1.4))
    assert (found.outcome is Outcome.ADVISE) is reviewed


@pytest.mark.parametrize(("before", "known"), [(90, True), (91, False)])
def test_a_creatinine_of_90_days_before_the_start_is_the_oldest_to_compare_with(before: int, known: bool) -> None:
    found = started(40, creatinine(TODAY - 40 - before, 1.0), creatinine(TODAY - 20, 1.0))
    assert (found.outcome is Outcome.ALREADY_DONE) is known


@pytest.mark.parametrize(("value", "by"), [(29.9, "2025-02-22"), (30, "2025-03-15")])
def test_the_first_check_comes_early_below_an_egfr_of_30(value: float, by: str) -> None:
    assert by in str(started(3, egfr(value)).says)


@pytest.mark.parametrize(("days", "outcome"), [(183, Outcome.ALREADY_DONE), (184, Outcome.NEEDS_DATA)])
def test_an_igg_of_half_a_year_is_the_oldest_for_belimumab(days: int, outcome: Outcome) -> None:
    igg = result(Analyte.IGG, TODAY - days, 9)
    assert checked("belimumab-gates", order("belimumab", route="sc"), igg).outcome is outcome


@pytest.mark.parametrize(("days", "outcome"), [(30, Outcome.ALREADY_DONE), (31, Outcome.NEEDS_DATA)])
def test_neutrophils_of_30_days_are_the_oldest_for_cyclophosphamide(days: int, outcome: Outcome) -> None:
    count = result(Analyte.NEUTROPHILS, TODAY - days, 3)
    cyc = order("cyclophosphamide", dose=500, route="iv")
    assert checked("cyc-cumulative", cyc, count, without=["neutrophils"]).outcome is outcome
