"""The worked examples of the framework, as charts; figures and expectations are those of the clinical reference."""

from __future__ import annotations

import pytest

from lnfhir.policy import Policy
from tests.builders import diagnosis, use
from tests.unit.guideline.patients import Entry, induction, kidney, patient, states, supply, verdicts

V1 = [*kidney((0, 4.2, 0.90), (91, 3.4, 0.95), (183, 2.6, 1.00)), *induction()]
V4 = [
    *kidney((0, 8.0, 1.10), (91, 5.6, 1.05), (183, 3.6, 1.00), (275, 2.0, 0.95), (365, 1.1, 0.90), (457, 0.62, 0.90),
            (548, 0.45, 0.90)),
    *induction(),
]  # fmt: skip


def test_no_partial_response_by_6_months_is_refractory_by_the_framework() -> None:
    found = verdicts(patient(V1, as_of=183))
    assert states(found["ding2025"]) == "met met met met met"
    assert found["ding2025"].rule == "no partial response by 6 months"


def test_kdigo_waits_until_12_months() -> None:
    found = verdicts(patient(V1, as_of=183))
    assert states(found["kdigo2024"]) == "met met pending met pending"
    assert found["kdigo2024"].state == "no-response-so-far"
    assert found["kdigo2024"].c3.pending_until is not None
    assert found["kdigo2024"].c3.pending_until.isoformat() == "2025-01-14"


def test_one_failed_course_is_never_refractory_by_acr_2024() -> None:
    assert states(verdicts(patient(V1, as_of=183))["acr2024"]) == "met met not-met met not-met"


def test_eular_misses_the_6_month_target() -> None:
    assert verdicts(patient(V1, as_of=183))["eular2019"].overall.state == "met"


def test_at_3_months_every_profile_but_acr_waits() -> None:
    found = verdicts(patient(V1, as_of=91))
    assert [found[key].overall.state for key in ("ding2025", "kdigo2024", "eular2019", "acr2012_seed")] == [
        "pending"
    ] * 4


def test_without_dispenses_adherence_is_missing() -> None:
    entries = [e for e in V1 if getattr(e, "days_supply", None) is None]
    found = verdicts(patient(entries, as_of=183))["ding2025"]
    assert states(found) == "met unknown met met unknown"
    assert [str(m) for m in found.overall.missing] == ["dispense history or adherence statement"]


def test_without_a_weight_the_strict_reading_is_unknown() -> None:
    found = verdicts(patient(V1, as_of=183, kg=None))["ding2025"]
    assert found.c2.state == "unknown"
    assert "weight" in str(found.c2.missing[0])


def test_61_kg_is_just_below_1_mg_per_kg() -> None:
    assert verdicts(patient(V1, as_of=183, kg=61))["ding2025"].c2.state == "not-met"


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (((0, 4.0, 0.80), (183, 2.0, 0.85)), "pending"),
        (((0, 6.0, 0.80), (183, 3.0, 0.85)), "met"),
        (((0, 2.8, 0.80), (183, 1.45, 0.85)), "met"),
        (((0, 2.8, 0.80), (183, 1.45, 0.85), (365, 0.60, 0.85)), "pending"),
    ],
)
def test_partial_response_needs_a_fall_of_half_to_below_3(
    rows: tuple[tuple[int, float, float], ...], state: str
) -> None:
    found = verdicts(patient(kidney(*rows), induction(), as_of=rows[-1][0]))["ding2025"]
    assert found.c3.state == state


@pytest.mark.parametrize(("setting", "value"), [("latch_6mo", "until_CRR"), ("crr_extension_months", 0)])
def test_a_site_may_choose_not_to_release_a_6_month_failure(setting: str, value: object) -> None:
    entries = [*kidney((0, 2.8, 0.80), (183, 1.45, 0.85), (365, 0.60, 0.85)), *induction()]
    policy = Policy(**{setting: value})  # type: ignore[arg-type]  # one field at a time
    assert verdicts(patient(entries, as_of=365), policy)["ding2025"].c3.state == "met"


@pytest.mark.parametrize(
    ("day", "ding", "kdigo"),
    [(183, "met", "pending"), (275, "pending", "not-met"), (365, "pending", "not-met"), (548, "not-met", "not-met")],
)
def test_slow_improvement_from_nephrotic_proteinuria(day: int, ding: str, kdigo: str) -> None:
    found = verdicts(patient(V4, as_of=day))
    assert (found["ding2025"].c3.state, found["kdigo2024"].c3.state) == (ding, kdigo)


def test_the_6_month_test_may_be_deferred_for_nephrotic_patients() -> None:
    assert verdicts(patient(V4, as_of=183), Policy(extend_prr=True))["ding2025"].c3.state == "pending"


def test_without_the_extension_12_months_decide() -> None:
    assert verdicts(patient(V4, as_of=365), Policy(crr_extension_months=0))["ding2025"].c3.state == "met"


def test_modern_steroid_doses_never_meet_the_literal_reading() -> None:
    low = [*kidney((0, 3.5, 0.80), (183, 2.4, 0.90)), *induction(mg=35, mmf=3000)]
    found = verdicts(patient(low, as_of=183, kg=70))["ding2025"]
    assert (found.c2.state, found.overall.state) == ("not-met", "not-met")
    for mode in ("pulse_or_mgkg", "guideline"):
        relaxed = verdicts(patient(low, as_of=183, kg=70), Policy(gc_mode=mode))["ding2025"]
        assert (relaxed.c2.state, relaxed.overall.state) == ("met", "met")


def test_under_treatment_is_not_refractory() -> None:
    weak = [*kidney((0, 3.0, 0.70), (183, 2.2, 0.75)), *induction(mg=50, mmf=1000, pulse=False)]
    found = verdicts(patient(weak, as_of=183, kg=50))["ding2025"]
    assert (found.c2.state, found.c3.state, found.overall.state) == ("not-met", "met", "not-met")


V7 = [*kidney((0, 2.6, 0.80), (183, 1.2, 0.85)), *induction()]


@pytest.mark.parametrize(("scr", "eular"), [(0.95, "not-met"), (0.97, "not-met")])
def test_a_falling_gfr_is_failure_despite_good_urine(scr: float, eular: str) -> None:
    found = verdicts(patient(V7, kidney((365, 0.40, scr)), as_of=365))
    assert found["ding2025"].c3.state == "met"
    assert (found["kdigo2024"].c3.state, found["kdigo2024"].state) == ("not-met", "response-lost")
    assert found["eular2025"].c3.state == eular


def test_a_new_haemodynamic_drug_leaves_a_fall_of_gfr_open() -> None:
    drugs: list[Entry] = [use("losartan", 330, mg=50), use("dapagliflozin", 330, mg=10)]
    found = verdicts(patient(V7, drugs, kidney((365, 0.40, 0.95)), as_of=365))["ding2025"]
    assert found.c3.state == "unknown"
    assert "8 weeks" in str(found.c3.missing[0])


def test_relapse_after_complete_response_is_not_refractory() -> None:
    rows = ((0, 3.1, 0.80), (183, 1.2, 0.80), (275, 0.30, 0.75), (365, 0.25, 0.75), (608, 2.4, 1.10))
    found = verdicts(patient(kidney(*rows), induction(), as_of=608))["ding2025"]
    assert (found.c3.state, found.state, found.overall.state) == ("not-met", "relapse", "not-met")
    assert "moderate" in str(found.c3.notes[0])


def test_without_lupus_or_treatment_nothing_is_claimed() -> None:
    found = verdicts(patient(kidney((0, 0.1, 0.8)), as_of=183))["ding2025"]
    assert (found.c2.state, found.c3.state, found.overall.state) == ("not-met", "unknown", "not-met")


@pytest.mark.parametrize(("day", "state"), [(100, "not-met"), (-30, "met")])
def test_microangiopathy_counts_unless_a_later_biopsy_shows_none(day: int, state: str) -> None:
    found = verdicts(patient(V1, diagnosis("thrombotic-microangiopathy", day), as_of=183))["ding2025"]
    assert found.c4.state == state


def test_a_course_begun_before_the_record_has_no_start() -> None:
    entries = [use("mycophenolate-mofetil", 0, mg=2000), *supply(0, 200), *kidney((100, 2.0, 0.8))]
    found = verdicts(patient(entries, as_of=183, kg=None))
    assert found["ding2025"].c3.state == "unknown"
