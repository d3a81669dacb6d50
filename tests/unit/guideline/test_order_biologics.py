"""Order safety: anti-CD20 antibodies and belimumab; both sides of every limit."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline.recommendation import Indicator, Outcome
from lnfhir.quantity import Analyte
from tests.builders import answered, diagnosis, given, result, use
from tests.unit.guideline.care import TODAY, Entry, allergy
from tests.unit.guideline.ordering import ADVICE, CRITICAL, FINE, INFORMATION, WARNING, checked, order, result_of

# hbv-before-cd20, anti-cd20-safety, belimumab


def hepatitis_b(surface: bool | None, core: bool | None, day: int = TODAY - 10) -> tuple[Entry, ...]:
    tests = ((Analyte.HBSAG, surface), (Analyte.ANTI_HBC, core))
    return tuple(answered(analyte, day, positive) for analyte, positive in tests if positive is not None)


RITUXIMAB = order("rituximab", dose=1000, route="iv")


@pytest.mark.parametrize(("surface", "core"), [(True, False), (False, True), (True, None)])
def test_hepatitis_b_before_anti_cd20_is_critical(surface: bool, core: bool | None) -> None:
    assert result_of(checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(surface, core))) == CRITICAL


@pytest.mark.parametrize(("surface", "core"), [(None, None), (False, None), (None, False)])
def test_untested_hepatitis_b_is_critical_too(surface: bool | None, core: bool | None) -> None:
    found = checked("hbv-before-cd20", order("obinutuzumab"), *hepatitis_b(surface, core))
    assert result_of(found) == (Outcome.NEEDS_DATA, Indicator.CRITICAL)
    assert [d.resource["code"]["coding"][0]["code"] for d in found.drafts] == ["5196-1", "13952-7"]


def test_both_tests_negative_within_a_year_clear_it() -> None:
    assert result_of(checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(False, False, TODAY - 365))) == FINE
    old = checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(False, False, TODAY - 366))
    assert old.outcome is Outcome.NEEDS_DATA
    ever = (*hepatitis_b(True, None, TODAY - 900), *hepatitis_b(False, False))
    assert result_of(checked("hbv-before-cd20", RITUXIMAB, *ever)) == CRITICAL
    coded = checked("hbv-before-cd20", RITUXIMAB, *hepatitis_b(False, False), diagnosis("hepatitis-b", 0))
    assert result_of(coded) == CRITICAL


def test_two_anti_cd20_antibodies_are_critical() -> None:
    assert result_of(checked("anti-cd20-safety", [RITUXIMAB, order("obinutuzumab")])) == CRITICAL
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, given("obinutuzumab", TODAY - 183, 1000))) == CRITICAL
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, given("obinutuzumab", TODAY - 184, 1000))) == FINE
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, given("rituximab", TODAY - 14, 1000))) == FINE


def test_pml_or_an_infection_speaks_against_anti_cd20() -> None:
    pml = diagnosis("progressive-multifocal-leukoencephalopathy", 3)
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, pml)) == CRITICAL
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, diagnosis("sepsis", TODAY - 3))) == WARNING
    assert result_of(checked("anti-cd20-safety", RITUXIMAB, diagnosis("sepsis", 3, 20))) == FINE
    assert checked("anti-cd20-safety", RITUXIMAB, not_searched=[Need.ADMINISTRATIONS]).outcome is Outcome.NEEDS_DATA


def test_belimumab_with_an_anti_cd20_antibody_warns_whichever_is_ordered() -> None:
    belimumab = order("belimumab", route="sc")
    assert result_of(checked("belimumab-anti-cd20", belimumab, given("rituximab", TODAY - 100, 1000))) == ADVICE
    assert result_of(checked("belimumab-anti-cd20", RITUXIMAB, use("belimumab", 100, route="sc"))) == ADVICE
    assert result_of(checked("belimumab-anti-cd20", belimumab)) == FINE
    assert checked("belimumab-anti-cd20", belimumab, not_searched=[Need.ORDERS]).outcome is Outcome.NEEDS_DATA


IGG = result(Analyte.IGG, TODAY - 10, 9)


def test_the_gates_of_belimumab() -> None:
    belimumab = order("belimumab", route="sc")
    assert result_of(checked("belimumab-gates", belimumab, IGG)) == FINE
    reaction = checked("belimumab-gates", belimumab, IGG, allergies=(allergy("belimumab"),))
    assert result_of(reaction) == CRITICAL
    for concept in ("hepatitis-b", "hepatitis-c", "hiv", "kidney-transplant"):
        assert result_of(checked("belimumab-gates", belimumab, IGG, diagnosis(concept, 0))) == WARNING
    assert result_of(checked("belimumab-gates", belimumab, IGG, diagnosis("cns-lupus", 0))) == ADVICE
    assert result_of(checked("belimumab-gates", belimumab, IGG, diagnosis("depression", 0))) == INFORMATION
    assert result_of(checked("belimumab-gates", belimumab, result(Analyte.IGG, TODAY, 4))) == FINE
    assert result_of(checked("belimumab-gates", belimumab, result(Analyte.IGG, TODAY, 3.9))) == WARNING
    assert checked("belimumab-gates", belimumab).outcome is Outcome.NEEDS_DATA
