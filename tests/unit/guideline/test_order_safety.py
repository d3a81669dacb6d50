"""Order safety: which rules speak, teratogens, hydroxychloroquine, renin-angiotensin blockers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline.order_safety import ORDER_RULES, order_guidance
from lnfhir.guideline.recommendation import Indicator, Outcome
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import answered, d, diagnosis, man, use
from tests.unit.guideline.care import TODAY, allergy, drafted, patient, situation
from tests.unit.guideline.ordering import (
    ADVICE,
    CRITICAL,
    FINE,
    INFORMATION,
    SILENT,
    WARNING,
    checked,
    order,
    potassium,
    result_of,
)

# Which rules speak


def test_an_order_that_no_rule_concerns_gives_nothing() -> None:
    assert order_guidance(situation(patient()), (order("metformin", 1000),)) == ()
    assert order_guidance(situation(patient()), ()) == ()


def test_rules_speak_in_a_fixed_order_and_are_named_once() -> None:
    names = [rule.rule for rule in ORDER_RULES]
    assert len(set(names)) == len(names)
    spoken = [g.rule for g in order_guidance(situation(patient()), (order("voclosporin"), order("rituximab")))]
    assert spoken == [name for name in names if name in spoken]
    assert spoken[0] == "teratogen-pregnancy"


def test_without_lupus_no_rule_applies_but_an_unknown_problem_list_does_not_silence() -> None:
    both = (order("azathioprine", 100), order("mycophenolate-mofetil", 2000))
    assert result_of(checked("azathioprine-safety", both, without=["lupus"])) == SILENT
    found = checked("azathioprine-safety", both, without=["lupus"], not_searched=[Need.CONDITIONS])
    assert result_of(found) == CRITICAL


# teratogen-pregnancy


TERATOGENS = [
    "mycophenolate-mofetil", "cyclophosphamide", "leflunomide", "methotrexate", "losartan", "ramipril", "sacubitril",
    "aliskiren", "dapagliflozin", "voclosporin",
]  # fmt: skip


@pytest.mark.parametrize("drug", TERATOGENS)
def test_a_teratogen_in_pregnancy_is_critical(drug: str) -> None:
    found = checked("teratogen-pregnancy", order(drug), diagnosis("pregnancy", TODAY - 60), without=["pregnancy"])
    assert result_of(found) == CRITICAL


@pytest.mark.parametrize("drug", TERATOGENS)
def test_a_teratogen_in_unknown_pregnancy_is_critical_too(drug: str) -> None:
    found = checked("teratogen-pregnancy", order(drug), without=["pregnancy"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.CRITICAL)
    assert drafted(found) == ["hCG pregnancy test, urine"]


def test_a_negative_test_of_14_days_or_a_man_clears_it() -> None:
    mmf = order("mycophenolate-mofetil", 2000)
    recent, old = answered(Analyte.HCG, TODAY - 14, False), answered(Analyte.HCG, TODAY - 15, False)
    assert result_of(checked("teratogen-pregnancy", mmf, recent, without=["pregnancy"])) == FINE
    assert checked("teratogen-pregnancy", mmf, old, without=["pregnancy"]).outcome is Outcome.NEEDS_DATA
    found = checked("teratogen-pregnancy", mmf, person=man(), without=["pregnancy"])
    assert result_of(found) == FINE
    assert any("90 days" in str(note) for note in found.notes)


@pytest.mark.parametrize("drug", ["hydroxychloroquine", "azathioprine", "tacrolimus"])
def test_what_is_compatible_with_pregnancy_is_no_teratogen(drug: str) -> None:
    rules = [g.rule for g in order_guidance(situation(patient()), (order(drug, 1),))]
    assert "teratogen-pregnancy" not in rules


# hcq-dose, hcq-safety


def test_the_dose_ordered_is_judged_in_place_of_the_one_in_use() -> None:
    in_use = use("hydroxychloroquine", 100, mg=400)
    assert result_of(checked("hcq-dose", order("hydroxychloroquine", 300), in_use)) == FINE
    assert (
        result_of(checked("hcq-dose", order("hydroxychloroquine", 400), use("hydroxychloroquine", 100, mg=300)))
        == ADVICE
    )


def test_an_order_above_6_5_mg_per_kg_is_critical() -> None:
    found = checked("hcq-dose", order("hydroxychloroquine", 456))
    assert result_of(found) == (Outcome.ADVISE, Indicator.CRITICAL)
    assert result_of(checked("hcq-dose", order("hydroxychloroquine", 455))) == ADVICE


def test_an_order_without_a_readable_dose_asks_for_it() -> None:
    assert checked("hcq-dose", order("hydroxychloroquine")).outcome is Outcome.NEEDS_DATA


def test_contraindications_of_hydroxychloroquine() -> None:
    hcq = order("hydroxychloroquine", 300)
    assert result_of(checked("hcq-safety", hcq)) == FINE
    assert result_of(checked("hcq-safety", hcq, diagnosis("hcq-retinopathy", 3))) == WARNING
    assert result_of(checked("hcq-safety", hcq, allergies=(allergy("hydroxychloroquine"),))) == WARNING
    assert result_of(checked("hcq-safety", hcq, diagnosis("long-qt", 3))) == INFORMATION
    assert checked("hcq-safety", hcq, not_searched=[Need.ALLERGIES]).outcome is Outcome.NEEDS_DATA


# ras-conflict, ras-potassium


def test_an_arb_ordered_beside_an_ace_inhibitor_is_critical() -> None:
    assert result_of(checked("ras-conflict", order("losartan", 50), use("ramipril", 10, mg=5))) == CRITICAL
    assert result_of(checked("ras-conflict", [order("losartan", 50), order("ramipril", 5)])) == CRITICAL
    assert result_of(checked("ras-conflict", order("losartan", 50), use("ramipril", 10, 100, mg=5))) == FINE


def test_an_order_signed_again_is_not_counted_beside_itself() -> None:
    existing = use("losartan", 10, mg=50)
    again = replace(existing, active=False)
    assert result_of(checked("ras-conflict", again, existing)) == FINE


@pytest.mark.parametrize(("limit", "fine", "high"), [(5.0, 5.0, 5.1), (5.5, 5.4, 5.5)])
def test_potassium_before_a_first_blocker(limit: float, fine: float, high: float) -> None:
    policy = Policy(k_no_start=limit)
    assert result_of(checked("ras-potassium", order("losartan", 50), potassium(fine), policy=policy)) == FINE
    assert result_of(checked("ras-potassium", order("losartan", 50), potassium(high), policy=policy)) == WARNING


def test_an_order_without_an_id_replaces_nothing() -> None:
    nameless = replace(order("losartan", 50), reference="MedicationRequest/?")
    beside = replace(use("ramipril", 10, mg=5), reference="MedicationRequest/?")
    assert result_of(checked("ras-conflict", nameless, beside)) == CRITICAL


def test_an_order_for_later_is_checked_as_of_today() -> None:
    later = replace(order("losartan", 50), start=d(TODAY + 30))
    assert result_of(checked("ras-conflict", later, use("ramipril", 10, mg=5))) == CRITICAL


def test_potassium_before_a_renewal_has_the_limit_for_stopping() -> None:
    in_use = use("losartan", 10, mg=50)
    assert result_of(checked("ras-potassium", order("losartan", 100), in_use, potassium(5.9))) == FINE
    assert result_of(checked("ras-potassium", order("losartan", 100), in_use, potassium(6.0))) == WARNING


def test_without_potassium_a_start_needs_it() -> None:
    found = checked("ras-potassium", order("losartan", 50), without=["potassium"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.WARNING)
    assert drafted(found) == ["Potassium [Moles/volume] in Serum or Plasma"]


def test_trimethoprim_beside_a_blocker_informs() -> None:
    trimethoprim = order("trimethoprim-sulfamethoxazole", 480)
    assert result_of(checked("ras-potassium", trimethoprim, use("losartan", 10, mg=50))) == INFORMATION
    assert result_of(checked("ras-potassium", trimethoprim)) == FINE
