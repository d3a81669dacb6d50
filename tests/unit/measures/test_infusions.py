"""Infusions: each counted once, on its day."""

from __future__ import annotations

from dataclasses import replace

from lnfhir.chart.entries import DrugUse, Record
from lnfhir.measures.exposure import single_doses
from tests.builders import chart, d, given, use


def infusions(*uses: DrugUse) -> list[tuple[int, float | None, bool]]:
    return [((dose.day - d(0)).days, dose.mg, dose.ordered_only) for dose in single_doses(chart(*uses), uses)]


def test_infusions_given_win_over_their_order() -> None:
    order = use("methylprednisolone", 0, 2, mg=500, dose=500, every=1, route="iv", active=False)
    assert infusions(order) == [(0, 500, True), (1, 500, True), (2, 500, True)]
    two = [given("methylprednisolone", 0, 500), given("methylprednisolone", 1, 250)]
    assert infusions(order, *two) == [(0, 500, False), (1, 250, False)]


def test_an_administration_far_from_an_order_leaves_it_standing() -> None:
    order = use("methylprednisolone", 0, 2, mg=500, dose=500, every=1, route="iv", active=False)
    assert infusions(order, given("methylprednisolone", 10, 500)) == [
        (0, 500, True),
        (1, 500, True),
        (2, 500, True),
        (10, 500, False),
    ]


def test_an_order_every_14_days_is_a_dose_every_14_days() -> None:
    order = use("cyclophosphamide", 0, 70, dose=500, every=14, route="iv", active=False)
    assert [day for day, _, _ in infusions(order)] == [0, 14, 28, 42, 56, 70]


def test_an_ended_order_without_end_or_interval_is_one_dose() -> None:
    assert infusions(use("cyclophosphamide", 0, dose=500, route="iv", active=False)) == [(0, 500, True)]
    assert infusions(use("cyclophosphamide", 0, dose=500, every=14, route="iv", active=False)) == [(0, 500, True)]


def test_an_open_order_with_an_interval_goes_on_to_the_day_of_the_chart() -> None:
    order = use("cyclophosphamide", 0, dose=500, every=90, route="iv")
    assert [day for day, _, _ in infusions(order)] == [0, 90, 180]


def test_doses_twice_a_day_count_together() -> None:
    order = use("methylprednisolone", 0, 1, mg=80, dose=40, every=0.5, route="iv", active=False)
    assert infusions(order) == [(0, 80, True), (1, 80, True)]


def test_a_day_with_an_unreadable_infusion_has_an_unknown_dose() -> None:
    both = [given("methylprednisolone", 0, 500), given("methylprednisolone", 0, None)]
    assert infusions(*both) == [(0, None, False)]


def test_an_open_order_is_confirmed_by_what_was_given_under_it_later() -> None:
    order = use("cyclophosphamide", 0, dose=500, every=14, route="iv")
    assert infusions(order, given("cyclophosphamide", 60, 500)) == [(60, 500, False)]
    ended = use("cyclophosphamide", 0, 42, dose=500, every=14, route="iv", active=False)
    assert infusions(ended, given("cyclophosphamide", 49, 500)) == [(49, 500, False)]
    assert len(infusions(ended, given("cyclophosphamide", 50, 500))) == 5
    once = use("cyclophosphamide", 0, dose=500, route="iv", active=False)
    assert len(infusions(once, given("cyclophosphamide", 60, 500))) == 2


def test_stated_infusions_count_only_where_none_is_ordered() -> None:
    stated = use("cyclophosphamide", 0, dose=750, route="iv", record=Record.STATEMENT)
    assert infusions(stated) == [(0, 750, True)]
    assert infusions(use("cyclophosphamide", 0, dose=500, route="iv"), stated) == [(0, 500, True)]


def test_two_active_orders_of_one_day_are_both_infused_and_a_replaced_one_is_not() -> None:
    first, second = (use("cyclophosphamide", 0, dose=mg, route="iv") for mg in (500, 250))
    assert infusions(first, second) == [(0, 750, True)]
    assert infusions(replace(first, active=False), second) == [(0, 250, True)]


def test_a_dose_over_a_period_without_an_interval_is_daily_only_if_it_says_so() -> None:
    assert len(infusions(use("methylprednisolone", 0, 2, dose=500, route="iv"))) == 1
    assert len(infusions(use("methylprednisolone", 0, 2, mg=500, route="iv"))) == 3


def test_an_infusion_as_needed_is_not_counted() -> None:
    assert infusions(use("methylprednisolone", 0, dose=500, route="iv", as_needed=True)) == []
