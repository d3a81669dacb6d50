"""From medication resources to drug uses, one quirk of real senders at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Record
from tests.unit.chart.records import (
    PATIENT,
    RXNORM,
    chart_of,
    coded,
    noted,
    only_use,
    order,
    quantity,
    said,
    without,
)

Json = dict[str, Any]

DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
SIXTY = {"doseAndRate": [{"doseQuantity": quantity(60, "mg")}], "timing": DAILY}


def during(start: str | None = None, end: str | None = None) -> Json:
    period = {key: day for key, day in (("start", start), ("end", end)) if day}
    return {**SIXTY, "timing": {"repeat": {**DAILY["repeat"], "boundsPeriod": period}}}


# -- Orders: what counts


def test_an_active_order_is_open_and_going_on() -> None:
    use = only_use(order(dosageInstruction=[SIXTY]))
    assert (use.drug, use.record, use.mg_per_day) == ("prednisone", Record.ORDER, 60)
    assert (use.start, use.end, use.active, use.route) == (date(2025, 1, 1), None, True, "oral")
    assert use.reference == "MedicationRequest/m"


@pytest.mark.parametrize("status", ["entered-in-error", "entered-in-error ", "draft", "cancelled"])
def test_an_order_that_never_held_is_left_out(status: str) -> None:
    chart = chart_of(order(status=status))
    assert (chart.drugs, chart.issues) == ((), ())


@pytest.mark.parametrize("intent", ["plan", "proposal", "option"])
def test_a_plan_is_no_order(intent: str) -> None:
    assert chart_of(order(intent=intent)).drugs == ()


@pytest.mark.parametrize("intent", ["order", "original-order", "reflex-order", "filler-order", "instance-order"])
def test_every_kind_of_order_counts(intent: str) -> None:
    assert only_use(order(intent=intent)).active


def test_an_order_not_to_give_it_is_left_out() -> None:
    assert chart_of(order(doNotPerform=True)).drugs == ()


def test_a_reported_order_is_a_statement_even_as_a_plan() -> None:
    assert only_use(order(reportedBoolean=True, intent="plan")).record is Record.STATEMENT


@pytest.mark.parametrize("order_", [order(status="unknown"), without(order(), "status")])
def test_an_order_of_unknown_status_is_not_used_and_leaves_orders_in_doubt(order_: Json) -> None:
    chart = chart_of(order_)
    assert chart.drugs == ()
    assert said(chart) == ["the status is not known: this is not used"]
    assert chart.coverage[Need.ORDERS] is Coverage.PARTIAL
    assert chart.coverage[Need.DISPENSES] is Coverage.COMPLETE


def test_another_drug_leaves_no_trace() -> None:
    chart = chart_of(order("amoxicillin 500 mg capsule", authoredOn="no date", status="unknown"))
    assert (chart.drugs, chart.issues) == ((), ())
    assert chart.searched(Need.ORDERS)


def test_a_code_and_a_text_that_name_different_drugs_are_not_used() -> None:
    chart = chart_of(order(coded("313988", RXNORM, "furosemide 40 MG Oral Tablet", text="mycophenolate")))
    assert chart.drugs == ()
    assert said(chart) == ["the code and the text name different drugs"]
    assert not chart.searched(Need.ORDERS)


def test_a_drug_known_by_code_alone_is_used() -> None:
    assert only_use(order(coded("5521", RXNORM))).drug == "hydroxychloroquine"


# -- Orders: days


@pytest.mark.parametrize("status", ["completed", "stopped", "ended"])
def test_an_order_that_ended_on_an_unknown_day_is_not_going_on(status: str) -> None:
    use = only_use(order(status=status, dosageInstruction=[SIXTY]))
    assert (use.end, use.active) == (None, False)
    assert noted(chart_of(order(status=status))) == ["this has ended, on a day that is not known"]


def test_an_order_that_ended_with_its_period() -> None:
    use = only_use(order(status="completed", dosageInstruction=[during("2025-01-01", "2025-03-31")]))
    assert (use.start, use.end, use.active) == (date(2025, 1, 1), date(2025, 3, 31), False)


def test_an_order_stopped_before_its_period_ended_has_an_unknown_end() -> None:
    use = only_use(order(status="stopped", dosageInstruction=[during("2025-01-01", "2026-03-31")]))
    assert (use.end, use.active) == (None, False)


def test_r5_tells_the_day_of_the_change() -> None:
    use = only_use(order(status="stopped", statusChanged="2025-05-06", dosageInstruction=[SIXTY]))
    assert (use.end, use.active) == (date(2025, 5, 6), False)


def test_an_active_order_whose_period_is_over_is_not_going_on() -> None:
    use = only_use(order(dosageInstruction=[during("2025-01-01", "2025-03-31")]))
    assert (use.end, use.active) == (date(2025, 3, 31), False)


def test_an_order_is_going_on_up_to_its_last_day() -> None:
    bounded = order(dosageInstruction=[during("2025-01-01", "2025-03-31")])
    assert only_use(bounded, as_of=date(2025, 3, 31)).active
    assert not only_use(bounded, as_of=date(2025, 4, 1)).active


def test_an_order_on_hold_is_not_going_on() -> None:
    assert not only_use(order(status="on-hold")).active


def test_an_order_of_the_future_is_left_out() -> None:
    assert chart_of(order(authoredOn="2026-02-01")).drugs == ()
    assert chart_of(order(dosageInstruction=[during("2026-02-01")])).drugs == ()


def test_an_order_of_years_ago_is_still_going_on() -> None:
    use = only_use(order(authoredOn="2012-01-01"))
    assert (use.start, use.active) == (date(2012, 1, 1), True)


@pytest.mark.parametrize("authored", [None, "2025"])
def test_an_order_without_a_day_has_no_start(authored: str | None) -> None:
    undated = without(order(), "authoredOn") if authored is None else order(authoredOn=authored)
    use = only_use(undated)
    assert (use.start, use.active) == (None, True)
    assert noted(chart_of(undated)) == ["the day on which this began is not known"]


def test_the_validity_of_the_prescription_gives_the_start_where_nothing_else_does() -> None:
    use = only_use({**without(order(), "authoredOn"), "dispenseRequest": {"validityPeriod": {"start": "2025-02-03"}}})
    assert use.start == date(2025, 2, 3)


def test_a_taper_gives_one_use_for_each_step() -> None:
    steps = [during("2025-01-01", "2025-01-14"), during("2025-01-15", "2025-01-28"), during("2025-01-29")]
    uses = chart_of(order(dosageInstruction=steps)).drugs
    assert [(u.start, u.end, u.active) for u in uses] == [
        (date(2025, 1, 1), date(2025, 1, 14), False),
        (date(2025, 1, 15), date(2025, 1, 28), False),
        (date(2025, 1, 29), None, True),
    ]


def test_the_dead_take_nothing() -> None:
    chart = chart_of(order(), patient={**PATIENT, "deceasedDateTime": "2025-06-01"})
    assert [use.active for use in chart.drugs] == [False]
    assert noted(chart) == ["the patient has died: what is still recorded as active is not"]


# -- Orders: doses


def test_tablets_take_their_strength_from_the_name() -> None:
    counted = {"doseAndRate": [{"doseQuantity": {"value": 6, "unit": "TAB"}}], "timing": DAILY}
    assert only_use(order("prednisone 10 MG Oral Tablet", dosageInstruction=[counted])).mg_per_day == 60


def test_a_dose_that_is_not_known_says_why() -> None:
    use = only_use(order())
    assert use.mg_per_day is None
    assert str(use.dose_problem) == "no dosage is given"


def test_as_needed_is_marked_and_never_a_daily_dose() -> None:
    use = only_use(order(dosageInstruction=[{**SIXTY, "asNeededBoolean": True}]))
    assert (use.as_needed, use.mg_per_day) == (True, None)


def test_a_combination_gives_one_use_for_each_ingredient_and_doses_the_first() -> None:
    uses = chart_of(
        order("sacubitril 24 MG / valsartan 26 MG Oral Tablet", dosageInstruction=[{"text": "1 tablet bid"}])
    ).drugs
    assert {u.drug: u.mg_per_day for u in uses} == {"sacubitril": 48, "valsartan": None}


def test_the_route_of_the_dosage_wins_over_the_form() -> None:
    intravenous = {**SIXTY, "route": {"text": "Intravenous"}}
    assert only_use(order("methylprednisolone 500 MG Injection", dosageInstruction=[intravenous])).route == "iv"
    topical = {**SIXTY, "route": {"coding": [{"code": "6064005"}]}}
    assert only_use(order("hydrocortisone", dosageInstruction=[topical])).route == "other"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (coded("sintol", "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason"), "intolerance"),
        ({"text": "Nausea - adverse effect"}, "intolerance"),
        ({"text": "No response to treatment"}, "non-response"),
        ({"text": "疗效不佳"}, "non-response"),
        ({"text": "不耐受"}, "intolerance"),
        ({"text": "Patient moved"}, ""),
        ({"text": "ineffective and not tolerated"}, ""),
    ],
)
def test_why_it_was_stopped(reason: Json, expected: str) -> None:
    assert only_use(order(status="stopped", statusReason=reason)).stopped_for == expected
