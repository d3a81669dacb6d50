"""C3 under the other profiles, and what overrides it, by the rulings quoted in the names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import below, creatinine, diagnosis, given, procedure, result, upcr, use
from tests.unit.guideline.patients import Entry, clean_urine, induction, kidney, patient, supply, verdicts


def c3(*groups: Sequence[Entry], as_of: int, profile: str = "ding2025", policy: Policy | None = None) -> str:
    """The state of C3 under a profile."""
    return verdicts(patient(*groups, as_of=as_of), policy)[profile].c3.state


TWO_COURSES: list[Entry] = [
    use("prednisone", 0, 40, mg=60), use("prednisone", 41, mg=5),
    use("mycophenolate-mofetil", 0, 199, mg=2000, active=False), *supply(0, 199),
    *(given("cyclophosphamide", 200 + 14 * i, 500) for i in range(6)),
    use("mycophenolate-mofetil", 285, mg=1000), *supply(285, 420),
    *kidney((0, 4.2, 0.9), (183, 3.6, 0.9), (383, 3.4, 0.9)),
]  # fmt: skip


def test_acr_2024_counts_two_failed_courses() -> None:
    """R35."""
    found = verdicts(patient(TWO_COURSES, as_of=390))
    assert (found["acr2024"].c3.state, found["arora2022"].c3.state) == ("met", "met")


def test_an_earlier_failure_outlives_the_wait_of_the_next_course() -> None:
    """R2: course 2 is pending at day 250."""
    found = verdicts(patient(TWO_COURSES, as_of=250))["ding2025"]
    assert found.c3.state == "met"
    assert [str(note) for note in found.notes] == [
        "an earlier course of this flare failed; course 2 is not decided yet"
    ]


def test_a_site_that_asks_for_two_failures_waits() -> None:
    policy = Policy(min_failed_courses=2)
    assert c3(TWO_COURSES, as_of=250, policy=policy) == "pending"
    assert c3(TWO_COURSES, as_of=390, policy=policy) == "met"


def test_response_of_the_next_course_undoes_the_verdict() -> None:
    """R2: was refractory, now responding."""
    better = [e for e in TWO_COURSES if not (isinstance(e, type(upcr(0, 1))) and e.amount and e.amount.low == 3.4)]
    found = verdicts(patient(better, kidney((383, 0.4, 0.9)), as_of=390))["ding2025"]
    assert (found.c3.state, found.state) == ("not-met", "was-refractory-now-responding")


def test_kdigo_counts_a_late_response() -> None:
    """R34: neither by 12 months, partial response at 15 months."""
    rows = ((0, 4.2, 0.9), (183, 3.6, 0.9), (365, 3.1, 0.9), (457, 1.9, 0.9))
    assert c3(kidney(*rows[:3]), induction(), as_of=365, profile="kdigo2024") == "met"
    found = verdicts(patient(kidney(*rows), induction(), as_of=457))["kdigo2024"]
    assert (found.c3.state, found.state) == ("not-met", "late-response")


def test_late_evidence_shows_that_response_was_absent() -> None:
    """B4: nothing in the 6-month window, no response at day 260."""
    assert c3(kidney((0, 4.2, 0.9), (260, 3.6, 0.9)), induction(), as_of=260) == "met"


def test_late_response_is_not_dated_back() -> None:
    """R24: the 6-month window is empty; a later partial response leaves the 12-month rule to decide."""
    rows = ((0, 4.2, 0.9), (260, 1.9, 0.9))
    assert c3(kidney(*rows), induction(), as_of=260) == "pending"
    assert c3(kidney(*rows), induction(), as_of=260, policy=Policy(latch_6mo="until_CRR")) == "unknown"


@pytest.mark.parametrize(("day", "state"), [(182, "pending"), (183, "unknown"), (228, "unknown"), (229, "unknown")])
def test_an_empty_window_is_unknown_from_the_day_it_is_due(day: int, state: str) -> None:
    """R20, R22."""
    found = verdicts(patient(kidney((0, 4.2, 0.9)), induction(), as_of=day))["ding2025"].c3
    assert found.state == state
    if day == 228:
        assert "window open until" in " ".join(str(n) for n in (*found.notes, *found.parts[0].notes))


@pytest.mark.parametrize(("day", "state"), [(27, "pending"), (28, "not-met")])
def test_results_before_day_28_never_count(day: int, state: str) -> None:
    """R23."""
    assert c3(kidney((0, 4.2, 0.9), (day, 0.2, 0.9)), induction(), as_of=day) == state


def test_proteinuria_below_half_a_gram_at_baseline_cannot_be_judged() -> None:
    """R13."""
    assert c3(kidney((0, 0.4, 0.9), (183, 0.2, 0.9)), induction(), as_of=183) == "unknown"


def test_without_a_baseline_3_g_still_fails() -> None:
    """R13: a ratio of 3.0 or more is no partial response whatever it was before."""
    assert c3([creatinine(0, 0.9)], kidney((183, 3.2, 0.9)), induction(), as_of=183) == "met"
    assert c3([creatinine(0, 0.9)], kidney((183, 2.2, 0.9)), induction(), as_of=183) == "unknown"


def test_a_censored_result_decides_when_its_bound_does() -> None:
    low = [upcr(0, 4.2), creatinine(0, 0.9), upcr(183, below(0.1, Analyte.UPCR)), creatinine(183, 0.9)]
    assert c3(low, induction(), as_of=183) == "not-met"


def test_creatinine_31_days_away_makes_no_assessment() -> None:
    entries = [upcr(0, 4.2), creatinine(0, 0.9), upcr(183, 1.9)]
    assert c3([*entries, creatinine(183 + 30, 0.9)], induction(), as_of=213) == "pending"
    assert c3([*entries, creatinine(183 + 31, 0.9)], induction(), as_of=214) == "unknown"


def test_eular_12_month_success_releases_a_6_month_miss() -> None:
    """R36."""
    rows = ((0, 2.6, 0.9), (183, 1.5, 0.9), (365, 0.6, 0.9))
    assert c3(kidney(*rows[:2]), induction(), as_of=183, profile="eular2019") == "met"
    assert c3(kidney(*rows), induction(), as_of=365, profile="eular2019") == "not-met"


@pytest.mark.parametrize(("start", "state"), [(2.9, "met"), (3.0, "pending")])
def test_eular_gives_nephrotic_patients_until_18_months(start: float, state: str) -> None:
    """R36."""
    rows = ((0, start, 0.9), (183, 1.2, 0.9), (365, 0.9, 0.9))
    assert c3(kidney(*rows), induction(), as_of=365, profile="eular2025") == state


@pytest.mark.parametrize(("value", "state"), [(6.3, "met"), (6.2, "pending")])
def test_acr_2012_calls_worsening_at_3_months(value: float, state: str) -> None:
    """R37: proteinuria up by half from 4.2 is 6.3."""
    assert c3(kidney((0, 4.2, 0.9), (91, value, 0.9)), induction(), as_of=91, profile="acr2012_seed") == state


def test_acr_2012_needs_two_tests_for_a_creatinine_rise() -> None:
    once = kidney((0, 4.2, 0.9), (91, 3.9, 1.2))
    assert c3(once, induction(), as_of=91, profile="acr2012_seed") == "pending"
    assert c3(once, kidney((105, 3.9, 1.2)), induction(), as_of=105, profile="acr2012_seed") == "met"


def test_roccatello_calls_no_improvement_at_3_months() -> None:
    assert c3(kidney((0, 4.2, 0.9), (100, 4.2, 0.9)), induction(), as_of=100, profile="roccatello2023") == "met"
    assert c3(kidney((0, 4.2, 0.9), (100, 4.1, 0.9)), induction(), as_of=100, profile="roccatello2023") == "pending"


def test_roccatello_allows_two_years_for_a_complete_response() -> None:
    rows = ((0, 4.2, 0.9), (183, 1.9, 0.9), (365, 1.2, 0.9), (548, 1.1, 0.9), (730, 1.0, 0.9))
    assert c3(kidney(*rows[:4]), induction(), as_of=548, profile="roccatello2023") == "pending"
    assert c3(kidney(*rows), induction(), as_of=730, profile="roccatello2023") == "met"


def test_acute_dialysis_hides_kidney_function() -> None:
    """R30: criterion 3 is open whatever the proteinuria."""
    sessions = [procedure("dialysis", day) for day in (160, 170, 180)]
    assert c3(kidney((0, 4.2, 0.9), (183, 3.6, 4.0)), induction(), sessions, as_of=183) == "unknown"


def test_chronic_dialysis_is_kidney_failure() -> None:
    dependent = [diagnosis("dialysis-dependence", 60)]
    found = verdicts(patient(kidney((0, 4.2, 2.9)), induction(), dependent, as_of=183))["ding2025"]
    assert (found.c3.state, found.state, found.rule) == ("met", "kidney-failure", "chronic dialysis")


def test_a_transplanted_kidney_is_another_disease() -> None:
    graft = [procedure("kidney-transplantation", 20)]
    found = verdicts(patient(kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), induction(), graft, as_of=183))
    assert found["ding2025"].overall.state == "unknown"
    assert "transplant" in str(found["ding2025"].overall.missing[0])


@pytest.mark.parametrize(("begun", "state"), [(42, "unknown"), (44, "met")])
def test_late_pregnancy_hides_the_response(begun: int, state: str) -> None:
    """From 20 weeks: day 183 is 141 or 139 days after the onset."""
    pregnant = [diagnosis("pregnancy", begun)]
    assert c3(kidney((0, 4.2, 0.9), (183, 3.6, 0.9)), induction(), pregnant, as_of=183) == state


def test_improving_is_revoked_when_proteinuria_rises_again() -> None:
    """R27: still improving at 12 months, then below a partial response at 15."""
    rows = ((0, 4.0, 0.9), (183, 1.9, 0.9), (365, 1.3, 0.9), (457, 2.5, 0.9))
    assert c3(kidney(*rows[:3]), induction(), as_of=365) == "pending"
    assert c3(kidney(*rows), induction(), as_of=457) == "met"


def test_a_new_active_sediment_is_not_improvement() -> None:
    rows = ((0, 4.0, 0.9), (183, 1.9, 0.9), (365, 1.0, 0.9))
    casts = [result(Analyte.RBC_CASTS, 0, 0), result(Analyte.URINE_RBC, 0, 2), result(Analyte.RBC_CASTS, 365, 2)]
    assert c3(kidney(*rows), casts, induction(), clean_urine(365), as_of=365) == "met"


def test_a_sustained_partial_response_that_is_lost_is_a_relapse() -> None:
    """R45: two partial responses 92 days apart, then a doubling."""
    rows = ((0, 4.0, 0.9), (183, 1.9, 0.9), (275, 1.5, 0.9), (330, 3.2, 0.9))
    found = verdicts(patient(kidney(*rows), induction(), as_of=330))["ding2025"]
    assert (found.c3.state, found.state) == ("not-met", "relapse")
