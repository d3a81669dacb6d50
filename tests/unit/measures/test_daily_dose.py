"""Step functions of a daily dose, against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lnfhir.logic import Evidence, Known, Missing
from lnfhir.measures.daily_dose import DailyDose, DoseSpan, added
from lnfhir.message import say
from tests.builders import d

NEED = say("orders")


def span(first: int, last: int, mg: float | None) -> DoseSpan:
    needs = () if mg is not None else (say("a dose"),)
    return DoseSpan(d(first), d(last), mg or 0.0, mg is not None, (Evidence(f"x/{first}", "x"),), needs)


@st.composite
def step_functions(draw: st.DrawFn) -> tuple[DoseSpan, ...]:
    spans = []
    day = draw(st.integers(0, 5))
    for _ in range(draw(st.integers(0, 5))):
        last = day + draw(st.integers(0, 6))
        spans.append(span(day, last, draw(st.sampled_from([None, 5.0, 10.0, 20.0, 60.0]))))
        day = last + 1 + draw(st.integers(0, 4))
    return tuple(spans)


def by_day(spans: tuple[DoseSpan, ...], day: date) -> tuple[float, bool]:
    here = [s for s in spans if s.first <= day <= s.last]
    return (here[0].at_least, here[0].exact) if here else (0.0, True)


@given(step_functions(), step_functions())
def test_a_sum_of_two_is_the_sum_of_every_day(one: tuple[DoseSpan, ...], other: tuple[DoseSpan, ...]) -> None:
    both = added(one, other)
    for n in range(60):
        (a, exact_a), (b, exact_b), total = by_day(one, d(n)), by_day(other, d(n)), by_day(both, d(n))
        assert total == (a + b, exact_a and exact_b)
    assert all(before.last < after.first for before, after in pairwise(both))


@given(step_functions(), st.booleans(), st.integers(0, 20), st.integers(0, 40), st.sampled_from([1.0, 10.0, 20.0]))
def test_days_and_runs_are_what_counting_day_by_day_gives(
    spans: tuple[DoseSpan, ...], complete: bool, first: int, length: int, threshold: float
) -> None:
    dose = DailyDose(spans, complete, NEED)
    days = [d(first) + timedelta(days=i) for i in range(length)]
    certain, possible = [], []
    for day in days:
        covered = any(s.first <= day <= s.last for s in spans)
        mg, exact = by_day(spans, day)
        exact = exact and (covered or complete)
        certain.append(mg >= threshold)
        possible.append(mg >= threshold or not exact)
    counted = dose.days_at_least(threshold, d(first), d(first + length - 1))
    assert (counted.certain, counted.possible, counted.total) == (sum(certain), sum(possible), length)
    run = dose.longest_run(threshold, d(first), d(first + length - 1))
    assert (run.certain, run.possible) == (longest(certain), longest(possible))


def longest(flags: list[bool]) -> int:
    best = now = 0
    for flag in flags:
        now = now + 1 if flag else 0
        best = max(best, now)
    return best


@given(step_functions(), st.integers(0, 40))
def test_the_dose_of_a_day_is_its_step_or_nothing(spans: tuple[DoseSpan, ...], n: int) -> None:
    found = DailyDose(spans, True, NEED).on(d(n))
    mg, exact = by_day(spans, d(n))
    assert isinstance(found, Known) is exact
    if isinstance(found, Known):
        assert found.value == mg


def test_a_day_without_record_is_unknown_unless_orders_were_searched() -> None:
    assert DailyDose((), False, NEED).on(d(0)) == Missing((NEED,))
    assert DailyDose((), True, NEED).on(d(0)) == Known(0.0)


def test_mean_and_peak_need_every_day_known() -> None:
    dose = DailyDose((span(0, 9, 60.0), span(10, 19, 20.0)), True, NEED)
    mean, peak = dose.mean(d(0), d(39)), dose.peak(d(0), d(39))
    assert isinstance(mean, Known)
    assert isinstance(peak, Known)
    assert (mean.value, peak.value) == (20.0, 60.0)
    unknown = DailyDose((span(0, 9, 60.0), span(10, 19, None)), True, NEED)
    assert unknown.mean(d(0), d(39)) == unknown.peak(d(0), d(39)) == Missing((say("a dose"),))
    assert isinstance(unknown.peak(d(0), d(9)), Known)


def test_float_noise_does_not_lose_a_threshold() -> None:
    assert span(0, 6, 0.1 * 3).reaches(0.3)
    assert span(0, 6, 60.0).reaches(1.0 * 60.00000000001)
    assert not span(0, 6, 60.0).reaches(60.001)
