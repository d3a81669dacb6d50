"""Hydroxychloroquine: its dose; both sides of every limit."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.guideline.hydroxychloroquine_dose import DOSE
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import (
    above,
    creatinine,
    diagnosis,
    height,
    result,
    use,
    weight,
)
from tests.unit.guideline.care import TODAY, Entry, drafted, guidance, missing, patient

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
