"""Renin-angiotensin blockade in use: conflict and follow-up; both sides of every limit."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline.ras_conflict import CONFLICT
from lnfhir.guideline.ras_follow_up import FOLLOW_UP
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import creatinine, diagnosis, result, use
from tests.unit.guideline.care import TODAY, Entry, drafted, guidance, missing, patient, pressure


def potassium(day: int, value: float) -> Entry:
    return result(Analyte.POTASSIUM, day, value)


# ras-conflict


def conflict(*more: Entry, **changed: object) -> Guidance:
    return guidance(CONFLICT, patient(*more, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("arb", ["losartan", "sacubitril", "sparsentan"])
def test_ace_inhibitor_with_arb_is_critical(arb: str) -> None:
    found = conflict(use("ramipril", 10, mg=5), use(arb, 10, mg=50))
    assert (found.outcome, found.indicator) == (Outcome.CONTRAINDICATED, Indicator.CRITICAL)


def test_a_stopped_ace_inhibitor_is_no_conflict() -> None:
    assert conflict(use("ramipril", 10, 100, mg=5), use("losartan", 101, mg=50)).outcome is Outcome.ALREADY_DONE


@pytest.mark.parametrize("drug", ["losartan", "aliskiren"])
def test_a_blocker_in_pregnancy_is_critical_and_in_unknown_pregnancy_a_question(drug: str) -> None:
    in_use = use(drug, 10, mg=50)
    found = conflict(in_use, diagnosis("pregnancy", TODAY - 60), without=["pregnancy"])
    assert (found.outcome, found.indicator) == (Outcome.CONTRAINDICATED, Indicator.CRITICAL)
    unknown = conflict(in_use, without=["pregnancy"])
    assert (unknown.outcome, drafted(unknown)) == (Outcome.NEEDS_DATA, ["hCG pregnancy test, urine"])


def test_an_ace_inhibitor_after_angioedema_warns_an_arb_does_not() -> None:
    found = conflict(use("ramipril", 10, mg=5), diagnosis("angioedema", 3))
    assert (found.outcome, found.indicator) == (Outcome.CONTRAINDICATED, Indicator.WARNING)
    assert conflict(use("losartan", 10, mg=50), diagnosis("angioedema", 3)).outcome is Outcome.ALREADY_DONE


def test_aliskiren_beside_a_blocker_in_diabetes_warns() -> None:
    both = (use("losartan", 10, mg=50), use("aliskiren", 10, mg=150))
    assert conflict(*both).outcome is Outcome.ALREADY_DONE
    assert conflict(*both, diagnosis("type-2-diabetes", 3)).indicator is Indicator.WARNING


def test_without_a_blocker_there_is_no_conflict_if_orders_were_searched() -> None:
    assert conflict().outcome is Outcome.NOT_APPLICABLE
    assert conflict(not_searched=[Need.ORDERS]).outcome is Outcome.NEEDS_DATA
    assert conflict(without=["lupus"]).outcome is Outcome.NOT_APPLICABLE


# ras-followup


def follow_up(*more: Entry, policy: Policy | None = None, **changed: object) -> Guidance:
    return guidance(FOLLOW_UP, patient(*more, **changed), policy)  # type: ignore[arg-type]


LONG_SINCE = use("losartan", 10, mg=50)


def test_a_settled_treatment_goes_on() -> None:
    found = follow_up(LONG_SINCE)
    assert found.outcome is Outcome.ALREADY_DONE
    assert any("below 30 is no reason to stop" in str(note) for note in found.notes)


def test_potassium_from_6_stops_it() -> None:
    assert follow_up(LONG_SINCE, potassium(TODAY - 1, 5.9)).outcome is Outcome.ALREADY_DONE
    found = follow_up(LONG_SINCE, potassium(TODAY - 1, 6.0))
    assert (found.outcome, found.indicator) == (Outcome.CONTRAINDICATED, Indicator.WARNING)
    assert follow_up(LONG_SINCE, potassium(TODAY - 1, 6.0), policy=Policy(k_stop=6.5)).outcome is Outcome.ALREADY_DONE


def test_a_potassium_older_than_half_a_year_is_asked_for() -> None:
    assert follow_up(LONG_SINCE, potassium(TODAY - 183, 4), without=["potassium"]).outcome is Outcome.ALREADY_DONE
    assert follow_up(LONG_SINCE, potassium(TODAY - 184, 4), without=["potassium"]).outcome is Outcome.NEEDS_DATA


def started(days_ago: int, *more: Entry, also_without: str = "") -> Guidance:
    return follow_up(use("losartan", TODAY - days_ago, mg=50), *more, without=["creatinine", also_without])


def test_a_rise_of_creatinine_above_30_percent_within_28_days_is_reviewed() -> None:
    before = creatinine(TODAY - 42, 1.0)
    found = started(40, before, creatinine(TODAY - 12, 1.31))
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.WARNING)
    assert "Creatinine rose" in str(found.says)
    assert started(40, before, creatinine(TODAY - 12, 1.3)).outcome is Outcome.ALREADY_DONE
    late = started(40, before, creatinine(TODAY - 11, 1.31))  # day 29
    assert "Creatinine rose" not in str(late.says)


def test_a_creatinine_from_before_the_start_is_needed() -> None:
    found = started(40, creatinine(TODAY - 131, 1.0), creatinine(TODAY - 12, 1.31))
    assert any("before the start" in item for item in missing(found))


def test_the_first_check_is_due_by_4_weeks() -> None:
    before = creatinine(TODAY - 42, 1.0)
    on_time = started(3, before)
    assert (on_time.outcome, on_time.indicator) == (Outcome.ADVISE, Indicator.INFO)
    assert "by 2025-03-15" in str(on_time.says)
    assert len(on_time.drafts) == 2
    late = started(29, before, potassium(TODAY - 60, 4.2), also_without="potassium")
    assert late.indicator is Indicator.WARNING


def test_the_first_check_comes_within_a_week_at_an_egfr_below_30_or_potassium_above_4_5() -> None:
    for more in ((creatinine(TODAY - 42, 2.6),), (creatinine(TODAY - 42, 1.0), potassium(TODAY - 4, 4.6))):
        assert "by 2025-02-22" in str(started(3, *more).says)
    assert "by 2025-03-15" in str(started(3, creatinine(TODAY - 42, 1.0), potassium(TODAY - 4, 4.5)).says)


def test_a_low_pressure_is_reviewed() -> None:
    assert follow_up(LONG_SINCE, *pressure(TODAY - 1, 100, 60)).outcome is Outcome.ALREADY_DONE
    assert "review the dose" in str(follow_up(LONG_SINCE, *pressure(TODAY - 1, 99, 60)).says)


def test_an_undated_start_is_asked_for() -> None:
    assert any("start date" in item for item in missing(follow_up(use("losartan", None, mg=50))))


def test_without_a_blocker_there_is_nothing_to_follow() -> None:
    assert follow_up().outcome is Outcome.NOT_APPLICABLE
