"""Blood pressure as the rules on kidney protection need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Result
from lnfhir.citation import Parameter
from lnfhir.logic import Known, Missing, missing
from lnfhir.measures.body import measured
from lnfhir.measures.sources import ENGINEERING, LNFHIR
from lnfhir.message import say
from lnfhir.quantity import Analyte

PRESSURE_WITHIN = Parameter(
    "time over which blood pressure readings are averaged", 90, "days",
    LNFHIR.at("blood pressure, mean of at least 2 readings in 3 months", ENGINEERING),
)  # fmt: skip
PRESSURE_READINGS = Parameter(
    "fewest blood pressure readings for a mean", 2, "readings",
    LNFHIR.at("blood pressure, mean of at least 2 readings in 3 months", ENGINEERING),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """Systolic and diastolic in mmHg; `readings` went into them; `latest` is the day of the last one."""

    systolic: float
    diastolic: float
    readings: int
    latest: date


def blood_pressure(chart: Chart, day: date | None = None) -> Known[BloodPressure] | Missing:
    """The mean of the readings in the 90 days up to a day (`as_of`); Missing unless there are at least 2."""
    day = chart.as_of if day is None else day
    pairs = _readings(chart, day, PRESSURE_WITHIN.value)
    if len(pairs) < PRESSURE_READINGS.value:
        return missing(say("blood pressure: at least 2 readings in 3 months"))
    systolic = sum(high for high, _, _ in pairs) / len(pairs)
    diastolic = sum(low for _, low, _ in pairs) / len(pairs)
    evidence = tuple(item for _, _, results in pairs for item in (r.evidence for r in results))
    return Known(BloodPressure(systolic, diastolic, len(pairs), pairs[-1][2][0].day), evidence)


def latest_blood_pressure(chart: Chart, within_days: float) -> Known[BloodPressure] | Missing:
    """The last reading no older than `within_days`, alone."""
    pairs = _readings(chart, chart.as_of, within_days)
    if not pairs:
        return missing(say("blood pressure"))
    high, low, results = pairs[-1]
    return Known(BloodPressure(high, low, 1, results[0].day), tuple(r.evidence for r in results))


def _readings(chart: Chart, day: date, within_days: float) -> list[tuple[float, float, tuple[Result, Result]]]:
    """Systolic and diastolic of one reading: the same resource, else the same moment."""
    since = day - timedelta(days=int(within_days))
    diastolic: dict[object, tuple[float, Result]] = {}
    for value, result in measured(chart, Analyte.DIASTOLIC):
        diastolic[result.reference] = diastolic[result.order] = (value, result)
    pairs = []
    for value, result in measured(chart, Analyte.SYSTOLIC):
        partner = diastolic.get(result.reference) or diastolic.get(result.order)
        if since <= result.day <= day and partner is not None:
            pairs.append((value, partner[0], (result, partner[1])))
    return pairs
