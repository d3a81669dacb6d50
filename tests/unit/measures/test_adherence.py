"""The proportion of days covered, and diagnoses of non-adherence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from lnfhir.chart.entries import DrugUse
from lnfhir.logic import Known, Missing
from lnfhir.measures.adherence import ADHERENCE_NEED, non_adherence, proportion_of_days_covered
from tests.builders import chart, d, diagnosis, dispensed, given, use

MMF, MPA, CYC = "mycophenolate-mofetil", "mycophenolic-acid", "cyclophosphamide"


def covered(*uses: DrugUse, first: int = 0, last: int = 99) -> float | None:
    found = proportion_of_days_covered(chart(*uses), d(first), d(last))
    return found.value if isinstance(found, Known) else None


def test_days_covered_are_counted_within_the_interval() -> None:
    assert covered(dispensed(MMF, 0, 30), dispensed(MMF, 50, 30)) == 0.60
    assert covered(dispensed(MMF, -10, 30)) == 0.20
    assert covered(dispensed(MMF, 90, 30)) == 0.10
    assert covered(dispensed(MMF, 99, 30)) == 0.01
    assert covered(given(CYC, 99, 500)) == 0.01
    assert covered(given(CYC, 100, 500)) is None
    assert covered(dispensed(MMF, 5, 30), first=5, last=5) == 1.0
    assert covered(dispensed(MMF, 5, 30), first=6, last=5) is None


def test_early_refills_are_carried_forward_and_not_counted_twice() -> None:
    assert covered(dispensed(MMF, 0, 30), dispensed(MMF, 20, 30)) == 0.60
    assert covered(dispensed(MMF, -30, 60), dispensed(MMF, 20, 30)) == 0.60


def test_the_two_mycophenolates_share_their_days() -> None:
    assert covered(dispensed(MMF, 0, 30), dispensed(MPA, 20, 30)) == 0.60


def test_mycophenolate_and_cyclophosphamide_of_the_same_days_count_once() -> None:
    assert covered(dispensed(MMF, 0, 30), dispensed(CYC, 0, 30)) == 0.30


def test_nothing_dispensed_asks_for_history_or_statement() -> None:
    assert proportion_of_days_covered(chart(use(MMF, 0, mg=2000)), d(0), d(99)) == Missing((ADHERENCE_NEED,))
    assert covered(dispensed("hydroxychloroquine", 0, 90)) is None
    assert covered(dispensed(MMF, 100, 30)) is None


def test_a_supply_used_up_before_the_interval_covers_nothing_of_it() -> None:
    assert covered(dispensed(MMF, -40, 30)) == 0.0


def test_recorded_infusions_count_as_adherent_for_at_most_31_days_each() -> None:
    assert covered(*(given(CYC, day, 500) for day in (0, 14, 28, 42, 56, 69))) == 1.0
    assert covered(given(CYC, 0, 900), given(CYC, 50, 900)) == 0.62


def test_ordered_infusions_are_no_evidence_of_adherence() -> None:
    assert covered(use(CYC, 0, 98, dose=500, every=14, route="iv", active=False)) is None


def test_lymphodepletion_is_no_treatment_followed() -> None:
    assert covered(given(CYC, 0, 900), given("fludarabine", 0, 50)) is None


def test_a_dispense_without_days_of_supply_leaves_it_open_unless_the_rest_is_enough() -> None:
    found = proportion_of_days_covered(chart(dispensed(MMF, 0, 60), dispensed(MMF, 60, None)), d(0), d(99))
    assert isinstance(found, Missing)
    assert "days of supply" in str(found.needs[0])
    earliest = chart(dispensed(MMF, 0, None), dispensed(MMF, 10, 30))
    assert isinstance(proportion_of_days_covered(earliest, d(0), d(99)), Missing)
    nothing_left = chart(dispensed(MMF, 0, 0), dispensed(MMF, 10, 30))
    assert isinstance(proportion_of_days_covered(nothing_left, d(0), d(99)), Missing)
    enough = proportion_of_days_covered(chart(dispensed(MMF, 0, 80), dispensed(MMF, 60, None)), d(0), d(99))
    assert isinstance(enough, Known)
    assert enough.value == 0.80
    assert enough.notes


@given_any(st.lists(st.tuples(st.integers(-40, 99), st.integers(1, 60)), min_size=1, max_size=8))
def test_carried_supplies_are_what_a_pill_box_would_give(supplies: list[tuple[int, int]]) -> None:
    box, taken = 0, 0
    for day in range(-40, 100):
        box += sum(days for handed, days in supplies if handed == day)
        if box:
            box -= 1
            taken += day >= 0
    assert covered(*(dispensed(MMF, day, days) for day, days in supplies)) == pytest.approx(taken / 100)


def test_the_evidence_is_what_was_dispensed_for_the_interval() -> None:
    old, new = dispensed(MMF, -40, 30), dispensed(MMF, 0, 30)
    found = proportion_of_days_covered(chart(old, new), d(0), d(99))
    assert isinstance(found, Known)
    assert [e.reference for e in found.evidence] == [new.reference]


@pytest.mark.parametrize(
    ("start", "end", "active", "counts"),
    [
        (10, None, True, True),
        (10, 20, False, True),
        (None, None, True, True),
        (None, None, False, False),
        (-50, -1, False, False),
        (-50, 0, False, True),
        (100, None, True, False),
        (-50, None, False, False),
        (10, None, False, True),
        (99, None, True, True),
        (0, None, False, True),
    ],
)
def test_a_diagnosis_of_non_adherence_counts_where_it_touches_the_interval(
    start: int | None, end: int | None, active: bool, counts: bool
) -> None:
    patient = chart(diagnosis("non-adherence", start, end, active=active))
    assert bool(non_adherence(patient, d(0), d(0) + timedelta(days=99))) is counts


def test_an_unconfirmed_non_adherence_does_not_count() -> None:
    assert non_adherence(chart(diagnosis("non-adherence", 10, certainty="unconfirmed")), d(0), d(99)) == ()
