"""Panels, ratios worked out here, and race-specific eGFR."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lnfhir.quantity import Analyte
from tests.unit.chart.records import (
    chart_of,
    coded,
    creatinine,
    noted,
    observation,
    only_result,
    quantity,
    without,
)

Json = dict[str, Any]


# -- Panels


def test_blood_pressure_is_read_from_components() -> None:
    parts = [
        {"code": coded("8480-6"), "valueQuantity": quantity(128, "mm[Hg]")},
        {"code": coded("8462-4"), "valueQuantity": quantity(76, "mm[Hg]")},
    ]
    found = chart_of(observation(coded("85354-9"), component=parts)).results
    assert {(r.analyte, r.amount.low if r.amount else None) for r in found} == {
        (Analyte.SYSTOLIC, 128),
        (Analyte.DIASTOLIC, 76),
    }


def test_a_broken_component_costs_itself_and_names_its_place() -> None:
    parts = [
        {"code": coded("8480-6"), "valueQuantity": quantity(128, "parsec")},
        {"code": coded("8462-4"), "valueQuantity": quantity(76, "mm[Hg]")},
    ]
    chart = chart_of(observation(coded("85354-9"), component=parts))
    assert [r.analyte for r in chart.results] == [Analyte.DIASTOLIC]
    assert chart.issues[0].path == "Bundle.entry[1].resource.component[0].valueQuantity"


def test_an_egfr_above_the_reportable_range_in_a_component() -> None:
    part = {"code": coded("62238-1"), "valueQuantity": quantity(90, "mL/min", comparator=">")}
    result = only_result(observation(coded("panel", "urn:ch"), component=[part]))
    assert result.amount is not None
    assert (result.amount.low, result.amount.low_open, result.amount.exact) == (90, True, False)


def test_a_component_with_a_modifier_is_not_used() -> None:
    part = {"code": coded("8480-6"), "valueQuantity": quantity(128, "mm[Hg]"), "modifierExtension": [{"url": "urn:x"}]}
    assert chart_of(observation(coded("85354-9"), component=[part])).results == ()


def test_members_of_a_panel_are_read_once_by_themselves() -> None:
    panel = observation(coded("24357-6"), "panel", hasMember=[{"reference": "Observation/o"}])
    assert len(chart_of(panel, creatinine(), creatinine()).results) == 1


def test_a_result_contained_in_a_panel_takes_its_time() -> None:
    inner = without({**creatinine(1.4, name="inner")}, "effectiveDateTime", "subject")
    panel = observation(coded("24357-6"), "panel", contained=[inner], hasMember=[{"reference": "#inner"}])
    result = only_result(panel)
    assert (result.reference, result.day) == ("Observation/panel#inner", date(2025, 3, 1))


def test_a_value_and_components_are_both_read() -> None:
    parts = [{"code": coded("8462-4"), "valueQuantity": quantity(76, "mm[Hg]")}]
    both = observation(coded("8480-6"), valueQuantity=quantity(128, "mm[Hg]"), component=parts)
    assert {r.analyte for r in chart_of(both).results} == {Analyte.SYSTOLIC, Analyte.DIASTOLIC}


# -- Ratios worked out here, and race-specific eGFR


def urine(protein: float, creatinine_: float, **second: Any) -> list[Json]:
    return [
        observation(coded("2888-6"), "protein", valueQuantity=quantity(protein, "mg/dL")),
        observation(coded("2161-8"), "crea", valueQuantity=quantity(creatinine_, "mg/dL"), **second),
    ]


def test_protein_and_creatinine_of_one_day_give_a_ratio_stated_as_computed() -> None:
    (ratio,) = chart_of(*urine(150, 100)).results_of(Analyte.UPCR)
    assert ratio.amount is not None
    assert ratio.amount.low == pytest.approx(1.5)
    assert ratio.computed_from == ("Observation/protein", "Observation/crea")
    assert ratio.evidence.label == "UPCR (computed)"


def test_a_reported_ratio_of_the_day_is_preferred() -> None:
    reported = observation(coded("2890-2"), "ratio", valueQuantity=quantity(1.4, "g/g"))
    (ratio,) = chart_of(*urine(150, 100), reported).results_of(Analyte.UPCR)
    assert ratio.reference == "Observation/ratio"


def test_protein_and_creatinine_of_different_days_give_no_ratio() -> None:
    assert chart_of(*urine(150, 100, day="2025-03-02")).results_of(Analyte.UPCR) == ()


def test_two_proteins_and_one_creatinine_of_a_day_give_no_ratio() -> None:
    more = observation(coded("2888-6"), "more", valueQuantity=quantity(90, "mg/dL"))
    assert chart_of(*urine(150, 100), more).results_of(Analyte.UPCR) == ()


def test_an_implausible_ratio_is_not_computed() -> None:
    assert chart_of(*urine(2000, 1)).results_of(Analyte.UPCR) == ()


def race_egfr(code: str, number: float) -> Json:
    return observation(coded(code), code, valueQuantity=quantity(number, "mL/min/{1.73_m2}"))


def test_a_race_specific_pair_is_not_used() -> None:
    chart = chart_of(race_egfr("48642-3", 60), race_egfr("48643-1", 72))
    assert chart.results == ()
    assert noted(chart) == ["2 race-specific eGFR results are not used"]


def test_race_specific_values_give_way_to_creatinine_or_any_other_egfr() -> None:
    assert [r.analyte for r in chart_of(race_egfr("48642-3", 60), creatinine()).results] == [Analyte.CREATININE]
    other = race_egfr("98979-8", 66)
    assert [r.code for r in chart_of(race_egfr("48642-3", 60), other).results] == ["98979-8"]


def test_a_single_race_specific_value_that_is_all_there_is_stays() -> None:
    assert len(chart_of(race_egfr("48642-3", 60)).results) == 1
