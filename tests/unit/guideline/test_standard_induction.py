"""C2 for every regimen, on both sides of each number."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.policy import Policy
from tests.builders import chart, creatinine, diagnosis, given, height, upcr, use, weight
from tests.unit.guideline.patients import (
    Entry,
    active_biopsy,
    clean_urine,
    induction,
    kidney,
    patient,
    supply,
    verdicts,
)

STEROID: list[Entry] = [use("prednisone", 0, 40, mg=60), use("prednisone", 41, mg=5)]


def c2(entries: list[Entry], as_of: int = 183, kg: float | None = 60, policy: Policy | None = None) -> str:
    """The state of C2 in the framework."""
    return verdicts(patient(entries, kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), as_of=as_of, kg=kg), policy)[
        "ding2025"
    ].c2.state


def low_dose(count: int) -> list[Entry]:
    """Cyclophosphamide 500 mg every two weeks."""
    return [given("cyclophosphamide", 14 * i, 500) for i in range(count)]


@pytest.mark.parametrize(("doses", "state"), [(6, "met"), (5, "unknown"), (4, "not-met")])
def test_six_doses_of_500_mg_in_16_weeks(doses: int, state: str) -> None:
    infused = [*STEROID, *low_dose(doses), use("mycophenolate-mofetil", 100, mg=1000), *supply(100, 190)]
    found = verdicts(patient(infused, kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), as_of=183))["ding2025"].c2
    adequacy = found.parts[1]
    assert adequacy.state == state


def test_low_dose_course_still_running_is_pending() -> None:
    found = verdicts(patient([*STEROID, *low_dose(3)], kidney((0, 4.2, 0.9)), as_of=60))["ding2025"].c2
    assert found.parts[1].state == "pending"


@pytest.mark.parametrize(("doses", "state"), [(3, "met"), (2, "not-met")])
def test_high_dose_needs_three_months(doses: int, state: str) -> None:
    """Body surface of 60 kg and 165 cm is 1.66 m2: 0.5 g/m2 is 829 mg."""
    infused = [given("cyclophosphamide", 30 * i, 900) for i in range(doses)]
    entries = [*STEROID, *infused, height(0, 165), weight(30, 60), weight(60, 60)]
    found = verdicts(patient(entries, kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), as_of=183))["ding2025"].c2
    assert found.parts[1].state == state


def test_high_dose_without_a_height_cannot_be_judged() -> None:
    infused = [given("cyclophosphamide", 30 * i, 900) for i in range(6)]
    found = verdicts(patient(STEROID, infused, kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), as_of=183))["ding2025"].c2
    assert found.parts[1].state == "unknown"
    assert "height" in str(found.parts[1].missing)


@pytest.mark.parametrize(("until", "state"), [(62, "met"), (40, "not-met")])
def test_oral_cyclophosphamide_for_two_months(until: int, state: str) -> None:
    entries = [*STEROID, use("cyclophosphamide", 0, until, mg=75, active=False)]
    found = verdicts(patient(entries, kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), as_of=183))["ding2025"].c2
    assert found.parts[1].state == state


@pytest.mark.parametrize(("mg", "floor", "state"), [(2000, 2.0, "met"), (1500, 2.0, "not-met"), (1500, 1.5, "met")])
def test_mycophenolate_floor_is_the_sites_choice(mg: float, floor: float, state: str) -> None:
    assert c2(induction(mmf=mg), policy=Policy(mmf_min=floor)) == state


def test_mycophenolic_acid_1440_mg_equals_2_g() -> None:
    entries = [*STEROID, use("mycophenolic-acid", 0, mg=1440), *supply(0, 190)]
    assert c2(entries) == "met"


def test_a_low_egfr_may_be_why_the_dose_is_low() -> None:
    entries = [*induction(mmf=1000), *kidney((120, 4.0, 2.6))]
    found = verdicts(patient(entries, kidney((0, 4.2, 2.4), (183, 3.6, 2.5)), as_of=183))["ding2025"].c2
    assert "reason for the reduced mycophenolate dose" in str(found.parts[1].missing)


def test_dose_titrated_late_may_still_reach_80_percent() -> None:
    entries = [*STEROID, use("mycophenolate-mofetil", 0, 59, mg=1000), use("mycophenolate-mofetil", 60, mg=2000)]
    found = verdicts(patient(entries, supply(0, 190), kidney((0, 4.2, 0.9)), as_of=70))["ding2025"].c2
    assert found.parts[1].state == "pending"


def test_steroid_that_was_never_recorded_may_be_external() -> None:
    """R16."""
    entries = [use("mycophenolate-mofetil", 0, mg=2000), *supply(0, 190)]
    found = verdicts(patient(entries, kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), as_of=183))["ding2025"].c2
    assert "glucocorticoid orders (may be external)" in [str(m) for m in found.missing]


@pytest.mark.parametrize(("mg", "state"), [(30, "not-met"), (40, "unknown")])
def test_peak_of_30_mg_settles_the_strict_reading_without_a_weight(mg: float, state: str) -> None:
    assert c2(induction(mg=mg), kg=None) == state


@pytest.mark.parametrize(("cap", "state"), [(60, "met"), (80, "unknown")])
def test_capped_dose_counts_only_where_the_site_says_so(cap: int, state: str) -> None:
    assert c2(induction(mg=60), kg=None, policy=Policy(cap_counts_as_1mgkg=True, gc_cap_mg=cap)) == state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mg", "pulse", "state"), [(18, True, "met"), (17, True, "not-met"), (30, False, "met"), (29, False, "not-met")]
)
def test_guideline_reading_asks_for_0_3_after_a_pulse_and_0_5_without(mg: float, pulse: bool, state: str) -> None:
    assert c2(induction(mg=mg, pulse=pulse), policy=Policy(gc_mode="guideline")) == state


def test_a_weight_90_days_away_is_the_last_that_counts() -> None:
    for day, state in ((90, "met"), (91, "unknown")):
        entries = [weight(day, 60), *induction()]
        assert c2(entries, kg=None) == state


@pytest.mark.parametrize(("gaps", "state"), [(0, "met"), (4, "not-met")])
def test_covered_days_below_80_percent_are_non_adherence(gaps: int, state: str) -> None:
    entries = [e for e in induction() if getattr(e, "days_supply", None) is None]
    assert c2([*entries, *supply(0, 190 - 30 * gaps)]) == state


def test_coded_non_adherence_speaks_against_it() -> None:
    assert c2([*induction(), diagnosis("non-adherence", 60)]) == "not-met"


def test_a_site_may_assume_adherence() -> None:
    entries = [e for e in induction() if getattr(e, "days_supply", None) is None]
    assert c2(entries, policy=Policy(adherence_unknown="assume_met")) == "met"


def test_no_induction_is_known_only_from_a_complete_record() -> None:
    """R9."""
    entries = [active_biopsy(), *clean_urine(0, 100), upcr(0, 4.2), creatinine(0, 0.9)]
    complete = verdicts(chart(*entries))["ding2025"].c2
    partial = verdicts(chart(*entries, searched=[n for n in Need if n is not Need.ORDERS]))["ding2025"].c2
    assert (complete.state, partial.state) == ("not-met", "unknown")
