"""Blood pressure and glucocorticoid targets; both sides of every limit."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline import blood_pressure, glucocorticoids
from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.verdict import ResponseState, ResponseVerdict
from lnfhir.logic import met, not_met, unknown
from lnfhir.message import say
from lnfhir.policy import Policy
from tests.builders import d, diagnosis, given, procedure, use, woman
from tests.unit.guideline.care import TODAY, Entry, course, guidance, missing, patient, pressure

(BP,) = blood_pressure.RECOMMENDATIONS
TAPER, WITHDRAW = glucocorticoids.RECOMMENDATIONS


# bp-target


def bp(*more: Entry, policy: Policy | None = None, **changed: object) -> Guidance:
    return guidance(BP, patient(*more, **changed, without=["pressure"]), policy)  # type: ignore[arg-type]


def twice(systolic: float, diastolic: float) -> tuple[Entry, ...]:
    return (*pressure(TODAY - 40, systolic, diastolic), *pressure(TODAY - 2, systolic, diastolic))


@pytest.mark.parametrize(("systolic", "diastolic", "at_target"), [(129, 79, True), (130, 79, False), (129, 80, False)])
def test_the_lupus_target_is_below_130_80(systolic: float, diastolic: float, at_target: bool) -> None:
    found = bp(*twice(systolic, diastolic))
    assert found.outcome is (Outcome.ALREADY_DONE if at_target else Outcome.ADVISE)


@pytest.mark.parametrize(("systolic", "diastolic", "at_target"), [(119, 85, True), (120, 70, False)])
def test_the_kdigo_target_is_a_systolic_below_120(systolic: float, diastolic: float, at_target: bool) -> None:
    found = bp(*twice(systolic, diastolic), policy=Policy(bp_target_systolic=120))
    assert found.outcome is (Outcome.ALREADY_DONE if at_target else Outcome.ADVISE)


def test_the_mean_of_the_readings_counts() -> None:
    assert bp(*pressure(TODAY - 40, 139, 70), *pressure(TODAY - 2, 119, 70)).outcome is Outcome.ALREADY_DONE
    assert bp(*pressure(TODAY - 40, 141, 70), *pressure(TODAY - 2, 119, 70)).outcome is Outcome.ADVISE


def test_two_readings_in_three_months_are_needed() -> None:
    assert bp(*pressure(TODAY - 90, 120, 70), *pressure(TODAY - 2, 120, 70)).outcome is Outcome.ALREADY_DONE
    single = bp(*pressure(TODAY - 91, 120, 70), *pressure(TODAY - 2, 120, 70))
    assert missing(single) == ["blood pressure: at least 2 readings in 3 months"]
    assert single.drafts[0].resource["code"]["coding"][0]["code"] == "85354-9"
    assert missing(bp(*pressure(TODAY - 184, 120, 70))) == ["a blood pressure of the last 183 days"]


def test_a_pressure_above_165_105_on_voclosporin_warns() -> None:
    voclosporin = use("voclosporin", 300, mg=47.4)
    for high in ((166, 80), (120, 106)):
        assert bp(*twice(*high), voclosporin).indicator is Indicator.WARNING
    assert bp(*twice(165, 105), voclosporin).indicator is Indicator.INFO
    assert bp(*twice(166, 80)).indicator is Indicator.INFO


def test_a_calcineurin_inhibitor_is_mentioned() -> None:
    assert any("calcineurin" in str(note) for note in bp(*twice(140, 80), use("tacrolimus", 300, mg=4)).notes)
    assert not any("calcineurin" in str(note) for note in bp(*twice(140, 80)).notes)


def test_the_targets_are_for_adults_who_are_not_pregnant() -> None:
    assert bp(*twice(140, 90), person=woman(date(2007, 2, 19))).outcome is Outcome.NOT_APPLICABLE
    assert bp(*twice(140, 90), person=woman(date(2007, 2, 18))).outcome is Outcome.ADVISE
    assert bp(*twice(140, 90), diagnosis("pregnancy", TODAY - 60)).outcome is Outcome.ADVISE  # a negative test since
    seen = patient(*twice(140, 90), diagnosis("pregnancy", TODAY - 60), without=["pressure", "pregnancy"])
    assert guidance(BP, seen).outcome is Outcome.NOT_APPLICABLE


# gc-taper


def taper(
    mg: float | None,
    *more: Entry,
    t0: int | None = 0,
    policy: Policy | None = None,
    courses: tuple[Course, ...] | None = None,
) -> Guidance:
    seen = patient(use("prednisone", 100, mg=mg), *more)
    return guidance(TAPER, seen, policy, (course(t0),) if courses is None else courses)


def test_above_5_mg_after_six_months_warns_and_5_mg_passes() -> None:
    assert taper(5.0).outcome is Outcome.ALREADY_DONE
    found = taper(5.1)
    assert (found.outcome, found.indicator, found.drafts) == (Outcome.ADVISE, Indicator.WARNING, ())
    assert any("never stopped at once" in str(note) for note in found.notes)


@pytest.mark.parametrize(("mg", "indicator"), [(7.6, Indicator.WARNING), (7.5, Indicator.INFO), (5.1, Indicator.INFO)])
def test_by_eular_2019_up_to_7_5_mg_only_informs(mg: float, indicator: Indicator) -> None:
    found = taper(mg, policy=Policy(gc_target="eular2019"))
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, indicator)


def test_before_day_183_there_is_no_target_yet() -> None:
    assert taper(20, t0=TODAY - 183).outcome is Outcome.ADVISE
    assert taper(20, t0=TODAY - 182).outcome is Outcome.NOT_APPLICABLE


def test_equivalents_are_judged() -> None:
    seen = patient(use("methylprednisolone", 100, mg=4))
    assert guidance(TAPER, seen, None, (course(0),)).outcome is Outcome.ALREADY_DONE
    seen = patient(use("methylprednisolone", 100, mg=8))
    assert guidance(TAPER, seen, None, (course(0),)).outcome is Outcome.ADVISE


def test_an_unknown_start_or_dose_is_asked_for() -> None:
    assert missing(taper(10, t0=None)) == ["start of induction"]
    assert taper(None).outcome is Outcome.NEEDS_DATA


def test_without_a_course_or_steroid_or_after_cell_therapy_it_is_silent() -> None:
    assert taper(10, courses=()).outcome is Outcome.NOT_APPLICABLE
    assert guidance(TAPER, patient(), None, (course(0),)).outcome is Outcome.NOT_APPLICABLE
    for entry in (given("car-t", 380, 1), procedure("car-t-infusion", 380)):
        found = taper(20, entry)
        assert found.outcome is Outcome.NOT_APPLICABLE
        assert "cell therapy" in str(found.says)


def test_without_orders_it_is_not_known_what_is_taken() -> None:
    found = guidance(TAPER, patient(not_searched=[Need.ORDERS]), None, (course(0),))
    assert found.outcome is Outcome.NEEDS_DATA


# gc-withdraw


def judged(days_ago: int, state: ResponseState, at: str = "today") -> ResponseVerdict:
    says = say("complete response")
    finding = {
        ResponseState.COMPLETE: met(says),
        ResponseState.UNKNOWN: unknown(says, say("an eGFR")),
    }.get(state, not_met(says))
    return ResponseVerdict("kdigo2024", at, d(TODAY - days_ago), state, finding, not_met(says))


COMPLETE = ResponseState.COMPLETE


def withdraw(
    mg: float, *responses: ResponseVerdict, more: tuple[Entry, ...] = (), policy: Policy | None = None
) -> Guidance:
    return guidance(WITHDRAW, patient(use("prednisone", 0, mg=mg), *more), policy, (course(-400),), responses)


LASTING = (judged(5, COMPLETE), judged(200, COMPLETE, "12mo"), judged(365, COMPLETE, "6mo"))


@pytest.mark.parametrize(("mg", "raised"), [(2.4, False), (2.5, True), (5.0, True), (5.1, False)])
def test_withdrawal_is_raised_from_2_5_to_5_mg(mg: float, raised: bool) -> None:
    found = withdraw(mg, *LASTING)
    assert found.outcome is (Outcome.ADVISE if raised else Outcome.NOT_APPLICABLE)
    assert found.indicator is Indicator.INFO


def test_twelve_months_of_complete_response_are_needed() -> None:
    assert withdraw(5, judged(5, COMPLETE), judged(364, COMPLETE, "6mo")).outcome is Outcome.ALREADY_DONE
    assert withdraw(5, judged(5, COMPLETE)).outcome is Outcome.ALREADY_DONE


def test_a_response_lost_in_between_starts_anew() -> None:
    lost = (judged(5, COMPLETE), judged(200, ResponseState.PARTIAL, "12mo"), judged(365, COMPLETE, "6mo"))
    assert withdraw(5, *lost).outcome is Outcome.ALREADY_DONE


def test_an_unknown_or_old_response_is_asked_for() -> None:
    unclear = (judged(5, COMPLETE), judged(200, ResponseState.UNKNOWN, "12mo"), judged(365, COMPLETE, "6mo"))
    assert missing(withdraw(5, *unclear)) == ["an eGFR"]
    assert withdraw(5, judged(184, COMPLETE), judged(400, COMPLETE, "6mo")).outcome is Outcome.NEEDS_DATA
    assert withdraw(5, judged(183, COMPLETE), judged(400, COMPLETE, "6mo")).outcome is Outcome.ADVISE
    assert withdraw(5).outcome is Outcome.NEEDS_DATA


def test_only_the_definition_of_the_site_counts() -> None:
    assert withdraw(5, *LASTING, policy=Policy(response_profile="acr2024")).outcome is Outcome.NEEDS_DATA


def test_after_cell_therapy_withdrawal_is_not_raised() -> None:
    found = withdraw(5, *LASTING, more=(given("car-t", 380, 1),))
    assert found.outcome is Outcome.NOT_APPLICABLE
