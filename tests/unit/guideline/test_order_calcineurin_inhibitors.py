"""Order safety: voclosporin, tacrolimus, ciclosporin; both sides of every limit."""

from __future__ import annotations

import pytest

from lnfhir.guideline.recommendation import Indicator, Outcome
from tests.builders import creatinine, diagnosis, given, use
from tests.unit.guideline.care import TODAY, allergy, drafted, pressure
from tests.unit.guideline.ordering import (
    ADVICE,
    CRITICAL,
    FINE,
    SILENT,
    WARNING,
    checked,
    egfr,
    order,
    potassium,
    result_of,
)

# voc-gate, cni-gate


VOCLOSPORIN = order("voclosporin", 47.4)
TACROLIMUS = order("tacrolimus", 4)


@pytest.mark.parametrize(("value", "expected"), [(45.1, FINE), (45, CRITICAL), (30, CRITICAL)])
def test_voclosporin_needs_an_egfr_above_45(value: float, expected: tuple[Outcome, Indicator]) -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, egfr(value), without=["creatinine"])) == expected


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"), [(165, 105, FINE), (166, 80, CRITICAL), (120, 106, CRITICAL)]
)
def test_voclosporin_needs_a_pressure_up_to_165_105(
    systolic: float, diastolic: float, expected: tuple[Outcome, Indicator]
) -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, *pressure(TODAY, systolic, diastolic))) == expected


def test_voclosporin_without_a_recent_egfr_or_pressure_is_a_critical_question() -> None:
    for kind, text in (("creatinine", "Creatinine"), ("pressure", "Blood pressure")):
        found = checked("voc-gate", VOCLOSPORIN, without=[kind])
        assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.CRITICAL)
        assert drafted(found)[0].startswith(text)
    assert result_of(checked("voc-gate", VOCLOSPORIN, creatinine(TODAY - 30, 0.8), without=["creatinine"])) == FINE
    old = checked("voc-gate", VOCLOSPORIN, creatinine(TODAY - 31, 0.8), without=["creatinine"])
    assert old.outcome is Outcome.NEEDS_DATA


@pytest.mark.parametrize("partner", ["clarithromycin", "rifampicin", "cyclophosphamide"])
def test_voclosporin_and_its_harmful_partners_whichever_is_ordered(partner: str) -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, use(partner, 380, mg=500))) == CRITICAL
    assert result_of(checked("voc-gate", order(partner, 500), use("voclosporin", 300, mg=47.4))) == CRITICAL
    assert result_of(checked("voc-gate", order(partner, 500))) == SILENT


def test_cyclophosphamide_of_the_last_month_meets_voclosporin() -> None:
    assert result_of(checked("voc-gate", VOCLOSPORIN, given("cyclophosphamide", TODAY - 31, 500))) == CRITICAL
    assert result_of(checked("voc-gate", VOCLOSPORIN, given("cyclophosphamide", TODAY - 32, 500))) == FINE


def test_liver_disease_and_moderate_inhibitors_are_told_with_voclosporin() -> None:
    found = checked("voc-gate", VOCLOSPORIN, use("clarithromycin", 380, mg=500), diagnosis("liver-disease", 0))
    assert any("Child-Pugh" in str(note) for note in found.notes)
    assert "Child-Pugh" in " ".join(map(str, found.missing))
    found = checked("voc-gate", VOCLOSPORIN, use("diltiazem", 10, mg=120))
    assert any("15.8 mg" in str(note) for note in found.notes)
    assert result_of(checked("voc-gate", VOCLOSPORIN, allergies=(allergy("voclosporin"),))) == CRITICAL


@pytest.mark.parametrize(("value", "expected"), [(45.1, FINE), (45, WARNING)])
def test_tacrolimus_needs_an_egfr_above_45(value: float, expected: tuple[Outcome, Indicator]) -> None:
    assert result_of(checked("cni-gate", TACROLIMUS, egfr(value), without=["creatinine"])) == expected


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"), [(159, 99, FINE), (160, 80, WARNING), (120, 100, WARNING)]
)
def test_tacrolimus_needs_a_controlled_pressure(
    systolic: float, diastolic: float, expected: tuple[Outcome, Indicator]
) -> None:
    assert result_of(checked("cni-gate", TACROLIMUS, *pressure(TODAY, systolic, diastolic))) == expected


def test_tacrolimus_needs_a_known_potassium_that_is_not_high() -> None:
    assert result_of(checked("cni-gate", TACROLIMUS, potassium(5.0))) == FINE
    assert result_of(checked("cni-gate", TACROLIMUS, potassium(5.1))) == WARNING
    found = checked("cni-gate", TACROLIMUS, without=["potassium"])
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.WARNING)


@pytest.mark.parametrize("partner", ["itraconazole", "carbamazepine"])
def test_strong_inhibitors_and_inducers_warn_with_tacrolimus(partner: str) -> None:
    assert result_of(checked("cni-gate", order(partner, 200), use("tacrolimus", 100, mg=4))) == ADVICE
    assert result_of(checked("cni-gate", order("ciclosporin", 200), use(partner, 100, mg=200))) == ADVICE
    assert result_of(checked("cni-gate", order(partner, 200))) == SILENT
