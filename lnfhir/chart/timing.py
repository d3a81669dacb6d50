"""How often: FHIR Timing as doses a day."""

from __future__ import annotations

from datetime import date, timedelta

from lnfhir.chart.sig import read_sig
from lnfhir.fhir.resource import CodeableConcept, Repeat, Timing
from lnfhir.message import Message, say

DAYS: dict[str, float] = {
    "s": 1 / 86400,
    "min": 1 / 1440,
    "h": 1 / 24,
    "d": 1.0,
    "wk": 7.0,
    "mo": 30.0,
    "a": 365.0,
    "hour": 1 / 24,
    "hours": 1 / 24,
    "day": 1.0,
    "days": 1.0,
    "week": 7.0,
    "weeks": 7.0,
    "month": 30.0,
    "months": 30.0,
}
"""UCUM units of time (and the words sent for them) in days; a month counts as 30."""

MOST_DOSES_A_DAY = 96.0
LONGEST_INTERVAL = 400.0
LONGEST_DURATION = 36_500.0
"""Beyond these (a dose every quarter of an hour, one in 400 days, 100 years) a number is a slip, not a dosage."""

_CODES: dict[str, float] = {
    "QD": 1.0, "BID": 2.0, "TID": 3.0, "QID": 4.0, "AM": 1.0, "PM": 1.0, "BED": 1.0, "QOD": 0.5, "WK": 1 / 7,
    "MO": 1 / 30, "Q1H": 24.0, "Q2H": 12.0, "Q3H": 8.0, "Q4H": 6.0, "Q6H": 4.0, "Q8H": 3.0, "Q12H": 2.0, "Q24H": 1.0,
    "229797004": 1.0, "229799001": 2.0, "229798009": 3.0, "307439001": 4.0, "225752000": 0.5,
}  # fmt: skip
"""HL7 GTSAbbreviation, and SNOMED CT's once, twice, three and four times daily and alternate days."""

_MEALS = frozenset(("C", "AC", "PC"))


def days_later(day: date, days: float) -> date:
    """The day this many days later (or earlier), within the days a calendar has."""
    try:
        return day + timedelta(days=round(days))
    except OverflowError:
        return date.max if days > 0 else date.min


def same_rate(one: float, other: float) -> bool:
    """Equal up to the rounding of thirds."""
    return abs(one - other) <= 1e-6 * max(one, other)


def doses_per_day(timing: Timing | None) -> float | Message | None:
    """Doses a day; None when the timing says nothing, a Message when it is ambiguous or contradicts itself."""
    if timing is None:
        return None
    coded = _coded(timing.code)
    repeated = _repeated(timing.repeat) if timing.repeat is not None else None
    if isinstance(coded, float) and isinstance(repeated, float) and not same_rate(coded, repeated):
        return say("the frequency and its code contradict each other")
    return repeated if repeated is not None else coded


def _coded(code: CodeableConcept | None) -> float | Message | None:
    if code is None:
        return None
    found = {_CODES[coding.code.upper()] for coding in code.coding if coding.code and coding.code.upper() in _CODES}
    if not found:
        texts = [text for text in (code.text, *(coding.display for coding in code.coding)) if text]
        found = {rate for text in texts if (rate := read_sig(text).per_day) is not None}
    if len(found) > 1:
        return say("the codes of the frequency contradict each other")
    return found.pop() if found else None


def _repeated(repeat: Repeat) -> float | Message | None:
    if repeat.frequencyMax not in (None, repeat.frequency) or repeat.periodMax not in (None, repeat.period):
        return say("the frequency is a range")
    at_times = len(repeat.timeOfDay) or sum(moment not in _MEALS for moment in repeat.when) or 3 * len(repeat.when)
    week_days = len(set(repeat.dayOfWeek))
    rate = _plain(repeat)
    if rate is None or isinstance(rate, Message):
        if rate is None and (at_times or week_days):
            return (at_times or 1) * (week_days or 7) / 7
        return rate
    if at_times and not _agrees(repeat, rate, at_times):
        return say("the frequency and the times of day contradict each other")
    if not week_days or week_days == 7:
        return rate
    if same_rate(rate, week_days / 7):
        return rate  # three times a week, and on which days
    return rate * week_days / 7 if rate >= 1 else say("the frequency and the days of the week contradict each other")


def _plain(repeat: Repeat) -> float | Message | None:
    """`frequency` per `period`; a period without frequency means once."""
    if repeat.period is None and repeat.periodUnit is None:
        return None if repeat.frequency is None else say("how often is given without a period")
    days = DAYS.get(repeat.periodUnit or "")
    period = repeat.period if repeat.period is not None else 1.0
    frequency = repeat.frequency if repeat.frequency is not None else 1.0
    if days is None or period <= 0 or frequency <= 0:
        return say("the period of the frequency is not readable")
    every = period * days
    if not 1 / MOST_DOSES_A_DAY <= every / frequency <= LONGEST_INTERVAL:
        return say("the period of the frequency is not readable")
    return frequency / every


def _agrees(repeat: Repeat, rate: float, at_times: int) -> bool:
    """`once a day in the morning` and `twice a day, morning and evening` agree; `twice a day at bedtime` does not."""
    if repeat.frequency in (None, 1) and repeat.periodUnit in ("d", "day", "days") and repeat.period in (None, 1):
        return at_times == 1 or repeat.frequency is None
    return same_rate(rate, at_times) or rate < 1
