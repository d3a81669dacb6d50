"""What the rulings on courses and failure ask for at their edges: each test names its ruling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.chart.entries import DrugUse
from lnfhir.logic import Finding
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import creatinine, d, diagnosis, given, procedure, result, upcr, use
from tests.unit.guideline.patients import Entry, clean_urine, induction, kidney, patient, supply, verdicts
from tests.unit.guideline.test_courses import STEROID, cyc

MMF = "mycophenolate-mofetil"


TWO_FAILED: list[Entry] = [
    *STEROID, use(MMF, 0, 199, mg=2000, active=False, stopped_for="non-response"), *supply(0, 199),
    *cyc(*range(200, 271, 14)), use(MMF, 285, mg=2000), *supply(285, 800),
    *kidney((0, 4.2, 0.9), (183, 3.6, 0.9), (383, 3.4, 0.9)),
]  # fmt: skip


def notes_within(finding: Finding) -> list[str]:
    """Every note of a finding and of its parts."""
    return [str(n) for n in finding.notes] + [n for part in finding.parts for n in notes_within(part)]


# Deadlines of courses that are over


def test_a_course_is_closed_twenty_months_after_its_start() -> None:
    """R11: a flare four years later says nothing of the induction whose result was never recorded."""
    entries = [*induction(), *kidney((0, 4.2, 0.9), (1400, 3.9, 0.9))]
    found = verdicts(patient(entries, as_of=1400))
    assert [found[p].c3.state for p in ("ding2025", "kdigo2024", "eular2019", "roccatello2023")] == ["unknown"] * 4
    entries = [*induction(), *kidney((0, 4.2, 0.9), (610, 3.9, 0.9))]
    assert verdicts(patient(entries, as_of=610))["ding2025"].c3.state == "met"


def test_a_course_ended_by_cell_therapy_is_not_pending() -> None:
    """Time alone no longer settles a course that ended before its deadline."""
    entries = [*induction(until=110), *kidney((0, 4.2, 0.9), (91, 3.9, 0.9)), given("car-t", 120, 1)]
    found = verdicts(patient(entries, as_of=400))
    assert [v.c3.state for v in found.values() if v.c3.pending] == []
    assert found["ding2025"].c3.state == "unknown"
    assert found["ding2025"].overall.pending_until is None


def test_response_to_cell_therapy_undoes_the_verdict() -> None:
    """R2, R10: refractory until the infusion; a response since, with the infusion as reference, undoes it."""
    failed = [*induction(), *kidney((0, 4.2, 0.9), (183, 3.9, 0.9), (295, 4.0, 0.9)), given("car-t", 300, 1)]
    assert verdicts(patient(failed, as_of=390))["ding2025"].c3.state == "met"
    found = verdicts(patient(failed, kidney((390, 0.3, 0.9)), as_of=390))["ding2025"]
    assert (found.c3.state, found.state) == ("not-met", "was-refractory-now-responding")


@pytest.mark.parametrize(("last", "state"), [(250, "unknown"), (280, "met")])
def test_immunosuppression_stopped_long_before_cannot_have_failed(last: int, state: str) -> None:
    """B2: a pause of more than 90 days ends the course; month 12 is day 365."""
    rows = kidney((0, 4.2, 0.9), (183, 1.9, 0.9), (365, 2.0, 0.9))
    treatment = [*STEROID, use(MMF, 0, last, mg=2000), *supply(0, last - 30)]
    found = verdicts(patient(rows, treatment, as_of=365))
    assert found["ding2025"].c3.state == state


# R2 and R35: which courses count


def test_a_relapse_of_the_next_course_is_called_a_relapse() -> None:
    rows = kidney((400, 0.3, 0.9), (480, 3.0, 0.9))
    kept = [e for e in TWO_FAILED if getattr(e, "day", None) != d(383)]
    found = verdicts(patient(kept, rows, as_of=480))["ding2025"]
    assert (found.c3.state, found.state) == ("not-met", "relapse")


def test_a_single_response_that_was_lost_is_not_now_responding() -> None:
    """R2, R20: the 12-month rule decides; nothing is claimed until then."""
    kept = [e for e in TWO_FAILED if getattr(e, "day", None) != d(383)]
    found = verdicts(patient(kept, kidney((300, 1.7, 0.9), (383, 3.9, 0.9)), as_of=390))["ding2025"]
    assert (found.c3.state, found.state) == ("pending", "response-lost")


def test_an_under_treated_second_course_does_not_undo_the_first_failure() -> None:
    """R2: once reached, only a response undoes the verdict."""
    kept = [e for e in TWO_FAILED if getattr(e, "drug", "") != "cyclophosphamide"]
    few = [*(e for e in kept if getattr(e, "start", None) != d(285)), *cyc(200, 214)]
    found = verdicts(patient(few, as_of=390))["ding2025"]
    assert (found.c2.state, found.c3.state, found.overall.state) == ("met", "met", "met")


def test_an_under_treated_failure_does_not_decide_while_the_next_course_is_pending() -> None:
    """R1, R2: no verdict had been reached; the second course is standard treatment and not due."""
    under: list[Entry] = [
        replace(e, mg_per_day=1000) if isinstance(e, DrugUse) and e.drug == MMF and e.end == d(199) else e
        for e in TWO_FAILED
    ]
    found = verdicts(patient(under, as_of=250))["ding2025"]
    assert (found.c3.state, found.overall.state) == ("pending", "pending")


def test_an_under_treated_course_is_not_one_of_two_failures() -> None:
    """R35: ACR 2024 asks for two standard courses; the first was given at 1 g a day."""
    under: list[Entry] = [
        replace(e, mg_per_day=1000) if isinstance(e, DrugUse) and e.drug == MMF and e.end == d(199) else e
        for e in TWO_FAILED
    ]
    assert verdicts(patient(TWO_FAILED, as_of=390))["acr2024"].c3.state == "met"
    found = verdicts(patient(under, as_of=390))
    assert [found[p].c3.state for p in ("acr2024", "arora2022")] == ["not-met", "not-met"]
    two = Policy(min_failed_courses=2)
    assert verdicts(patient(under, as_of=390), two)["ding2025"].c3.state == "not-met"


def test_response_to_a_third_course_ends_what_two_failures_began() -> None:
    """R2, R35."""
    third = [given("methylprednisolone", 450, 500), use("prednisone", 451, 500, mg=60), *kidney((600, 0.3, 0.9))]
    found = verdicts(patient(TWO_FAILED, third, as_of=600))
    for profile in ("acr2024", "arora2022"):
        assert (found[profile].c3.state, found[profile].state) == ("not-met", "was-refractory-now-responding")


# R13, R36, R37: the other profiles


def test_low_baseline_proteinuria_leaves_every_profile_open() -> None:
    """R13: EULAR's target and the worsening of ACR 2012 are read from proteinuria as well."""
    rows = kidney((0, 0.4, 0.9), (100, 0.7, 0.9), (183, 0.9, 0.9), (365, 0.9, 0.9))
    found = verdicts(patient(rows, induction(), as_of=370))
    one_course = ("ding2025", "kdigo2024", "eular2019", "eular2025", "acr2012_seed", "roccatello2023")
    assert {p: found[p].c3.state for p in one_course} == dict.fromkeys(one_course, "unknown")


def test_eular_target_met_late_or_lost_again_is_said_so() -> None:
    late = kidney((0, 2.6, 0.9), (183, 1.5, 0.9), (365, 1.2, 0.9), (500, 0.3, 0.9))
    found = verdicts(patient(late, induction(), as_of=500))["eular2025"]
    assert (found.c3.state, found.state) == ("not-met", "late-response")
    lost = kidney((0, 2.6, 0.9), (183, 0.6, 0.9), (365, 2.6, 0.9))
    found = verdicts(patient(lost, induction(), as_of=365))["eular2025"]
    assert (found.c3.state, found.state) == ("not-met", "response-lost")


def test_acr_2012_worsening_ends_with_a_response() -> None:
    rows = kidney((0, 4.2, 0.9), (91, 6.5, 0.9), (183, 0.4, 0.9))
    found = verdicts(patient(rows, induction(), as_of=183))["acr2012_seed"]
    assert (found.c3.state, found.state) == ("not-met", "responding")


def test_one_creatinine_is_one_test() -> None:
    """R37: two urine samples paired with the same creatinine are not two tests of it."""
    rows = [*kidney((0, 4.2, 0.9)), upcr(91, 3.9), upcr(98, 3.9), creatinine(95, 1.2)]
    assert verdicts(patient(rows, induction(), as_of=98))["acr2012_seed"].c3.state == "pending"


def test_kdigo_says_that_a_complete_response_may_take_longer() -> None:
    """B4: partial response after 12 months is no failure."""
    rows = kidney((0, 4.2, 0.9), (183, 1.9, 0.9), (365, 1.2, 0.9))
    found = verdicts(patient(rows, induction(), as_of=426))["kdigo2024"]
    assert found.c3.state == "not-met"
    assert any("may take longer" in str(note) for note in found.notes)


def test_an_unknown_month_6_keeps_the_strict_latch_open() -> None:
    """R24: improving at 12 months does not settle what until_CRR asks about month 6."""
    rows = kidney((0, 4.0, 0.9), (100, 3.6, 0.9), (240, 1.9, 0.9), (365, 1.0, 0.9))
    assert verdicts(patient(rows, induction(), as_of=365))["ding2025"].c3.state == "pending"
    found = verdicts(patient(rows, induction(), as_of=365), Policy(latch_6mo="until_CRR"))["ding2025"]
    assert found.c3.state == "unknown"


def test_a_creatinine_that_rose_with_a_new_drug_is_no_relapse() -> None:
    """B4: up to 8 weeks after an SGLT2 inhibitor a fall of eGFR of up to 30 % may be its effect."""
    rows = kidney((0, 3.1, 0.8), (183, 0.3, 0.8), (400, 0.3, 1.0))
    assert verdicts(patient(rows, induction(), as_of=400))["ding2025"].state == "relapse"
    started = [use("dapagliflozin", 370, mg=10)]
    assert verdicts(patient(rows, induction(), started, as_of=400))["ding2025"].state == "responding"


def test_a_birthday_that_decides_is_noted() -> None:
    """R46: eGFR falls by 14.6 % and, with the birthday of September, by 15.1 %."""
    rows = kidney((0, 2.6, 0.80), (183, 1.2, 0.80), (365, 0.40, 0.9122))
    found = verdicts(patient(rows, induction(), as_of=365))["ding2025"].c3
    assert found.state == "met"
    assert any("birthday" in note for note in notes_within(found))
    rows = kidney((0, 2.6, 0.80), (183, 1.2, 0.80), (365, 0.40, 0.96))
    found = verdicts(patient(rows, induction(), as_of=365))["ding2025"].c3
    assert found.state == "met"
    assert not any("birthday" in note for note in notes_within(found))


# R27 to R29: improvement


def test_sediment_is_new_only_against_a_known_start() -> None:
    rows = kidney((0, 4.0, 0.9), (183, 1.9, 0.9), (365, 1.0, 0.9))
    casts = [result(Analyte.RBC_CASTS, 365, 2)]
    found = verdicts(patient(rows, casts, induction(), clean_urine(365), as_of=365))["ding2025"].c3
    assert found.state == "unknown"
    assert any("sediment" in str(need) for need in found.missing)


def test_baseline_is_an_earlier_value_of_improvement() -> None:
    """R28: 8.0 on day 0 is the value 3 to 7 months before day 183."""
    policy = Policy(extend_prr=True)
    rows = [(0, 8.0, 1.1), (183, 3.6, 1.0)]
    assert verdicts(patient(kidney(*rows), induction(), as_of=183), policy)["ding2025"].c3.state == "pending"
    rows = [(0, 8.0, 1.1), (150, 3.7, 1.0), (183, 3.6, 1.0)]
    assert verdicts(patient(kidney(*rows), induction(), as_of=183), policy)["ding2025"].c3.state == "pending"
    early = [upcr(-60, 8.0), creatinine(0, 1.1), *kidney((183, 3.6, 1.0))]
    found = verdicts(patient(early, induction(), as_of=183), policy)["ding2025"].c3
    assert (found.state, found.pending) == ("unknown", False)


def test_the_trial_endpoint_is_noted_only_where_it_is_met() -> None:
    """R29: UPCR 0.40, but eGFR has fallen to a third."""
    rows = kidney((0, 2.6, 0.8), (183, 1.2, 0.85), (365, 0.40, 2.4))
    found = verdicts(patient(rows, induction(), as_of=365))["ding2025"]
    assert found.c3.state == "met"
    assert not any("PERR" in str(note) for note in found.notes)


# R30 and pregnancy


def test_urine_of_late_pregnancy_is_never_a_failure_afterwards() -> None:
    """The 12-month value was taken at 28 weeks."""
    pregnant = [diagnosis("pregnancy", 169, 440)]
    rows = kidney((0, 4.2, 0.9), (150, 1.9, 0.9), (365, 3.9, 0.9))
    found = verdicts(patient(rows, induction(), pregnant, as_of=540))
    assert found["ding2025"].c3.state == "unknown"
    assert found["kdigo2024"].c3.state == "not-met"


def test_dialysis_today_opens_the_failure_of_an_earlier_course() -> None:
    """R30: course 2 is pending, course 1 failed, and the patient is on acute dialysis today."""
    sessions = [procedure("dialysis", day) for day in (235, 240, 249)]
    assert verdicts(patient(TWO_FAILED, as_of=250))["ding2025"].c3.state == "met"
    assert verdicts(patient(TWO_FAILED, sessions, as_of=250))["ding2025"].c3.state == "unknown"


def test_dialysis_recorded_by_its_sessions_can_be_chronic() -> None:
    sessions = [procedure("dialysis", day) for day in range(60, 184, 3)]
    found = verdicts(patient(kidney((0, 4.2, 2.9)), induction(), sessions, as_of=183))["ding2025"]
    assert (found.c3.state, found.state) == ("met", "kidney-failure")
