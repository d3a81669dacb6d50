"""A daily dose over time: a step function that knows which of its steps are only a lower bound."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import Struct, structs

from lnfhir.logic import Evidence, Known, Missing, missing
from lnfhir.message import Message
from lnfhir.quantity import CLOSE

DAY = timedelta(days=1)


class DoseSpan(Struct, frozen=True):
    """One dose from `first` to `last`, both included. When not `exact`, it is at least `at_least` and `needs` say why.

    `first` is `date.min` where the start is not stated. `in_use` is False on days on which the drug may or may not have
    been taken: after an order without an end, before an active order without a start, and as needed.
    """

    first: date
    last: date
    at_least: float
    exact: bool
    evidence: tuple[Evidence, ...]
    needs: tuple[Message, ...] = ()
    in_use: bool = True

    @property
    def dose(self) -> float | None:
        """The dose, when it is known."""
        return self.at_least if self.exact else None

    def reaches(self, threshold: float) -> bool:
        """At least the threshold for certain, up to float noise."""
        return self.at_least >= threshold * (1 - CLOSE)


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days: `certain` for sure, at most `possible`, of `total` in the interval asked for."""

    certain: int
    possible: int
    total: int


@dataclass(frozen=True, slots=True)
class DailyDose:
    """`spans` in order and without overlap. A day in no span had none if `complete`, else it is unknown (`need`)."""

    spans: tuple[DoseSpan, ...]
    complete: bool
    need: Message

    def span_on(self, day: date) -> DoseSpan | None:
        """The step a day lies on; None when nothing is recorded for it."""
        at = bisect_right(self.spans, day, key=lambda span: span.first) - 1
        return self.spans[at] if at >= 0 and day <= self.spans[at].last else None

    def on(self, day: date) -> Known[float] | Missing:
        """The dose on a day; 0 where nothing is recorded and the record was completely searched."""
        span = self.span_on(day)
        if span is None:
            return Known(0.0) if self.complete else missing(self.need)
        return Known(span.at_least, span.evidence) if span.exact else missing(*(span.needs or (self.need,)))

    def between(self, first: date, last: date) -> tuple[DoseSpan, ...]:
        """The recorded steps that touch an interval, cut to it."""
        return tuple(
            structs.replace(s, first=max(s.first, first), last=min(s.last, last))
            for s in self.spans
            if s.first <= last and s.last >= first
        )

    def steps(self, first: date, last: date) -> tuple[DoseSpan, ...]:
        """The interval from `first` to `last` without a hole: also the days for which nothing is recorded."""
        steps: list[DoseSpan] = []
        day = first
        needs = () if self.complete else (self.need,)
        for span in self.between(first, last):
            if day < span.first:
                steps.append(DoseSpan(day, span.first - DAY, 0.0, self.complete, (), needs))
            steps.append(span)
            day = span.last + DAY
        if day <= last:
            steps.append(DoseSpan(day, last, 0.0, self.complete, (), needs))
        return tuple(steps)

    def days_at_least(self, threshold: float, first: date, last: date) -> Days:
        """The days of an interval on which the dose reached a threshold."""
        certain = possible = total = 0
        for step in self.steps(first, last):
            length = (step.last - step.first).days + 1
            total += length
            certain += length if step.reaches(threshold) else 0
            possible += length if step.reaches(threshold) or not step.exact else 0
        return Days(certain, possible, total)

    def longest_run(self, threshold: float, first: date, last: date) -> Days:
        """The longest unbroken run of days of an interval on which the dose reached a threshold."""
        certain = possible = total = 0
        run_certain = run_possible = 0
        for step in self.steps(first, last):
            length = (step.last - step.first).days + 1
            total += length
            run_certain = run_certain + length if step.reaches(threshold) else 0
            run_possible = run_possible + length if step.reaches(threshold) or not step.exact else 0
            certain, possible = max(certain, run_certain), max(possible, run_possible)
        return Days(certain, possible, total)

    def peak(self, first: date, last: date) -> Known[float] | Missing:
        """The highest dose of an interval; Missing when some step of it is unknown."""
        steps = self.steps(first, last)
        unknown = tuple(dict.fromkeys(need for step in steps if not step.exact for need in step.needs or (self.need,)))
        if unknown:
            return Missing(unknown)
        if not steps:
            return Known(0.0)
        highest = max(steps, key=lambda step: step.at_least)
        return Known(highest.at_least, highest.evidence)

    def mean(self, first: date, last: date) -> Known[float] | Missing:
        """The mean dose over the days of an interval; Missing when some step of it is unknown."""
        steps = self.steps(first, last)
        unknown = tuple(dict.fromkeys(need for step in steps if not step.exact for need in step.needs or (self.need,)))
        if unknown:
            return Missing(unknown)
        days = sum((step.last - step.first).days + 1 for step in steps)
        if not days:
            return Known(0.0)
        given = sum(step.at_least * ((step.last - step.first).days + 1) for step in steps)
        return Known(given / days, tuple(dict.fromkeys(e for step in steps for e in step.evidence)))


def added(*several: Iterable[DoseSpan]) -> tuple[DoseSpan, ...]:
    """The sum of step functions: exact only where every one of them is."""
    filled = [tuple(spans) for spans in several if spans]
    filled = [spans for spans in filled if spans]
    if len(filled) <= 1:
        return filled[0] if filled else ()
    every = sorted((span for spans in filled for span in spans), key=lambda span: span.first)
    total: list[DoseSpan] = []
    for first, last, here in sweep(every, [(span.first, span.last) for span in every]):
        total.append(
            DoseSpan(
                first,
                last,
                sum(span.at_least for span in here),
                all(span.exact for span in here),
                tuple(dict.fromkeys(e for span in here for e in span.evidence)),
                tuple(dict.fromkeys(need for span in here for need in span.needs)),
                any(span.in_use for span in here),
            )
        )
    return joined(total)


def sweep(items: list[DoseSpan], extents: list[tuple[date, date]]) -> Iterable[tuple[date, date, list[DoseSpan]]]:
    """Cut overlapping spans, sorted by their first day, into stretches covered by the same ones."""
    edges = sorted({edge for first, last in extents for edge in (first, last + DAY)})
    current: list[DoseSpan] = []
    at = 0
    for i in range(len(edges) - 1):
        first, last = edges[i], edges[i + 1] - DAY
        current = [item for item in current if item.last >= first]
        while at < len(items) and items[at].first <= first:
            current.append(items[at])
            at += 1
        if current:
            yield first, last, current


def joined(spans: Iterable[DoseSpan]) -> tuple[DoseSpan, ...]:
    """Join neighbours that say the same."""
    result: list[DoseSpan] = []
    for span in spans:
        before = result[-1] if result else None
        if (
            before is not None
            and before.last + DAY == span.first
            and structs.replace(before, first=span.first, last=span.last) == span
        ):
            result[-1] = structs.replace(before, last=span.last)
        else:
            result.append(span)
    return tuple(result)
