"""An assessment: proteinuria and kidney function close enough in time to be judged together."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.logic import Evidence
from lnfhir.measures.dialysis import DialysisPeriod, dialysis_periods
from lnfhir.measures.kidney import KidneyFunction, kidney_function_series
from lnfhir.measures.urine_protein import Proteinuria, proteinuria_series
from lnfhir.policy import Policy


@dataclass(frozen=True, slots=True)
class Assessment:
    """`day` is the day of the proteinuria; `function` is the nearest one within the policy's gap, if any."""

    day: date
    proteinuria: Proteinuria
    function: KidneyFunction | None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Both data."""
        return (self.proteinuria.evidence, *((self.function.evidence,) if self.function else ()))


def assessments(
    chart: Chart,
    policy: Policy,
    proteinuria: tuple[Proteinuria, ...] | None = None,
    functions: tuple[KidneyFunction, ...] | None = None,
) -> tuple[Assessment, ...]:
    """One assessment per day of proteinuria, oldest first; of two equally near functions the earlier is taken.

    Proteinuria of a day on dialysis, or of the 14 days after, has no function, and no function is taken from across
    a period of dialysis (R30). Series that were computed before can be passed on.
    """
    proteinuria = proteinuria_series(chart, policy) if proteinuria is None else proteinuria
    functions = kidney_function_series(chart, policy) if functions is None else functions
    days = [function.day for function in functions]
    periods = dialysis_periods(chart)
    return tuple(
        Assessment(value.day, value, _nearest(value.day, functions, days, periods, policy.assessment_gap_days))
        for value in proteinuria
    )


def _nearest(
    day: date,
    functions: tuple[KidneyFunction, ...],
    days: list[date],
    periods: tuple[DialysisPeriod, ...],
    gap_days: int,
) -> KidneyFunction | None:
    if any(period.hides_function_on(day) for period in periods):
        return None
    at = bisect_left(days, day)
    around = functions[max(at - 1, 0) : at + 1]
    allowed = [
        function
        for function in around
        if abs((function.day - day).days) <= gap_days and not _between(periods, function.day, day)
    ]
    return min(allowed, key=lambda function: abs((function.day - day).days), default=None)


def _between(periods: tuple[DialysisPeriod, ...], one: date, other: date) -> bool:
    first, last = min(one, other), max(one, other)
    return any(p.first is not None and p.last is not None and first < p.first and p.last < last for p in periods)
