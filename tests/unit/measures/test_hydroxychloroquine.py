"""The present dose of hydroxychloroquine."""

from __future__ import annotations

import pytest

from lnfhir.chart.entries import DrugUse, Result
from lnfhir.logic import Known, Missing
from lnfhir.measures.hydroxychloroquine import (
    hydroxychloroquine_dose,
    hydroxychloroquine_per_kg,
    hydroxychloroquine_since,
)
from tests.builders import chart, d, use, weight

HCQ = "hydroxychloroquine"


def dose(*uses: DrugUse | Result) -> float | None:
    found = hydroxychloroquine_dose(chart(*uses))
    return found.value if isinstance(found, Known) else None


def per_kg(*uses: DrugUse | Result) -> float | None:
    found = hydroxychloroquine_per_kg(chart(*uses))
    return found.value if isinstance(found, Known) else None


def test_two_active_orders_of_one_day_add_up() -> None:
    assert dose(use(HCQ, 0, mg=200), use(HCQ, 0, mg=100)) == 300


def test_a_later_order_replaces_the_earlier_one() -> None:
    assert dose(use(HCQ, 0, mg=400), use(HCQ, 90, mg=200)) == 200


def test_an_ended_order_is_no_present_dose() -> None:
    assert dose(use(HCQ, 0, 100, mg=400)) == 0.0


def test_the_dose_per_kg_is_by_actual_weight_and_5_is_exactly_5() -> None:
    assert per_kg(use(HCQ, 0, mg=300), weight(150, 60)) == 5.0
    assert per_kg(use(HCQ, 0, mg=400), weight(150, 79.9)) == pytest.approx(5.00626, abs=1e-5)
    assert per_kg(use(HCQ, 0, 100, mg=400)) == 0.0


def test_without_a_weight_the_dose_per_kg_names_it() -> None:
    found = hydroxychloroquine_per_kg(chart(use(HCQ, 0, mg=300)))
    assert isinstance(found, Missing)
    assert str(found.needs[0]) == "a recent body weight"


def test_without_orders_searched_the_dose_is_unknown() -> None:
    assert isinstance(hydroxychloroquine_dose(chart(searched=[])), Missing)


def test_the_start_is_the_first_day_on_record() -> None:
    found = hydroxychloroquine_since(chart(use(HCQ, -900, -800, mg=400), use(HCQ, 0, mg=300)))
    assert isinstance(found, Known)
    assert found.value == d(-900)
    assert isinstance(hydroxychloroquine_since(chart(use(HCQ, None, mg=300), use(HCQ, 0, mg=300))), Missing)
    assert isinstance(hydroxychloroquine_since(chart(use(HCQ, 183, mg=300))), Known)
    assert isinstance(hydroxychloroquine_since(chart(use(HCQ, 184, mg=300))), Missing)
    assert isinstance(hydroxychloroquine_since(chart()), Missing)
