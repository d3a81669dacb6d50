"""Where a course began: proteinuria P0 and kidney function G0 around T0, and the change from them.

A change between two methods of measuring proteinuria, or between two equations of eGFR, is not a percentage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.logic import Known, Missing, missing
from lnfhir.measures.body import age_on
from lnfhir.measures.kidney import CKD_EPI_AGE, Equation, KidneyFunction, kidney_function_series
from lnfhir.measures.pregnancy import in_pregnancy, is_hidden_by_pregnancy
from lnfhir.measures.sources import ENGINEERING, LNFHIR, by_default
from lnfhir.measures.urine_protein import TRUST, Proteinuria, proteinuria_series
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.quantity import Amount

BEFORE_T0 = Parameter(
    "how long before the start of treatment a value can be its baseline", 90, "days",
    LNFHIR.at("baseline proteinuria", ENGINEERING),
)  # fmt: skip
AFTER_T0 = Parameter(
    "how long after the start of treatment a value can be its baseline", 14, "days",
    LNFHIR.at("baseline proteinuria", ENGINEERING),
)  # fmt: skip
CLOSE_TO_T0 = Parameter(
    "distance from the start of treatment within which baseline values compete", 14, "days",
    LNFHIR.at("ruling R12", ENGINEERING),
)  # fmt: skip
BEST_PRIOR = Parameter(
    "how far back the best function before treatment is sought", 365, "days",
    LNFHIR.at("baseline function, best of the prior 12 months", ENGINEERING),
)  # fmt: skip
PRE_FLARE = Parameter(
    "how far back function before the flare is sought; the 90 days before treatment belong to the flare", 730, "days",
    by_default("baseline function, pre-flare"),
)  # fmt: skip
MIXED_METHOD = Parameter(
    "relative difference two methods of measuring proteinuria may have", 0.30, "fraction",
    LNFHIR.at("mixed modality", ENGINEERING),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BaselineProteinuria:
    """`chosen` by R12; `lowest` and `highest` of the same modality within 14 days of T0 (`chosen` among them)."""

    chosen: Proteinuria
    lowest: Proteinuria
    highest: Proteinuria


def baseline_proteinuria(
    chart: Chart, t0: date, policy: Policy, series: tuple[Proteinuria, ...] | None = None
) -> Known[BaselineProteinuria] | Missing:
    """P0 in [T0-90 d, T0+14 d] by R12: on or before T0, then within 14 days, then the better method, then closest."""
    series = proteinuria_series(chart, policy) if series is None else series
    near = [value for value in series if _in_window(value.day, t0)]
    candidates = [value for value in near if not is_hidden_by_pregnancy(chart, value.day)]
    if not candidates:
        need = say("urine protein/creatinine ratio near the start of treatment on {day}", day=t0)
        return missing(_not_of_pregnancy(need) if near else need)
    chosen = min(
        candidates,
        key=lambda v: (v.day > t0, not _is_close(v.day, t0), TRUST[v.modality], abs((v.day - t0).days)),
    )
    rivals = [v for v in candidates if v is chosen or (_is_close(v.day, t0) and v.modality is chosen.modality)]
    lowest = min(rivals, key=lambda v: v.amount.low)
    highest = max(rivals, key=lambda v: v.amount.high)
    evidence = tuple(dict.fromkeys(v.evidence for v in (chosen, lowest, highest)))
    notes = (*chosen.notes, *_pregnancy_notes(chart, chosen.day))
    if lowest is not highest:
        notes += (
            say("baseline values within {days} days of the start range from {low} to {high} g/g",
                days=CLOSE_TO_T0.value, low=str(lowest.amount), high=str(highest.amount)),
        )  # fmt: skip
    return Known(BaselineProteinuria(chosen, lowest, highest), evidence, notes)


def baseline_function(
    chart: Chart, t0: date, policy: Policy, series: tuple[KidneyFunction, ...] | None = None
) -> Known[KidneyFunction] | Missing:
    """G0: by policy the function around T0 (as P0), the last before the flare, or the best of the prior 12 months.

    A function whose eGFR is not known is taken only when no other is there; its `needs` say what it lacks.
    """
    every = kidney_function_series(chart, policy) if series is None else series
    series = tuple(function for function in every if not is_hidden_by_pregnancy(chart, function.day))
    found: KidneyFunction | None
    if policy.baseline_function == "T0":
        around = [f for f in series if _in_window(f.day, t0)]
        found = min(
            around,
            key=lambda f: (f.egfr is None, f.day > t0, abs((f.day - t0).days)),
            default=None,
        )
        need = say("serum creatinine near the start of treatment on {day}", day=t0)
    elif policy.baseline_function == "pre_flare":
        prior = [f for f in series if _days(BEFORE_T0) < t0 - f.day <= _days(PRE_FLARE)]
        found = max(prior, key=lambda f: (f.egfr is not None, f.day), default=None)
        need = say("serum creatinine before the flare that began treatment on {day}", day=t0)
    else:
        found = _best([f for f in series if timedelta(0) <= t0 - f.day <= _days(BEST_PRIOR)])
        need = say("serum creatinine in the 12 months before {day}", day=t0)
    if found is None:
        return missing(_not_of_pregnancy(need) if len(series) < len(every) else need)
    return Known(found, (found.evidence,), (*found.notes, *_pregnancy_notes(chart, found.day)))


def _not_of_pregnancy(need: Message) -> Message:
    """Values of late pregnancy are on record and are no baseline: physiology, or pre-eclampsia, changes both."""
    return say("{value}, not of late pregnancy or the 12 weeks after it", value=need)


def _pregnancy_notes(chart: Chart, day: date) -> tuple[Message, ...]:
    if not in_pregnancy(chart, day):
        return ()
    return (say("the baseline of {day} was measured in pregnancy, which changes proteinuria and eGFR", day=day),)


def _best(functions: list[KidneyFunction]) -> KidneyFunction | None:
    """The highest eGFR of the most recent equation; without any eGFR the lowest creatinine."""
    estimated = [f for f in functions if f.egfr is not None]
    if estimated:
        now = estimated[-1]
        same = [f for f in estimated if (f.equation, f.equation_code) == (now.equation, now.equation_code)]
        return max(same, key=lambda f: (f.egfr.low if f.egfr is not None else 0.0, f.day))
    return min(functions, key=lambda f: f.creatinine.high if f.creatinine is not None else float("inf"), default=None)


def _days(parameter: Parameter) -> timedelta:
    return timedelta(days=int(parameter.value))


def _in_window(day: date, t0: date) -> bool:
    return t0 - _days(BEFORE_T0) <= day <= t0 + _days(AFTER_T0)


def _is_close(day: date, t0: date) -> bool:
    return abs((day - t0).days) <= CLOSE_TO_T0.value


def ratio(before: Amount, after: Amount) -> Amount | None:
    """`after / before` as an interval; exact values are divided as the decimals they were written as.

    1.2 for 0.96 after 0.80, whatever binary fractions say. None when `before` may be zero.
    """
    if before.low <= 0:
        return None
    if before.exact and after.exact:
        value = float(_quotient(after.low, before.low))
        return Amount(value, value, "1")
    low = 0.0 if before.high == float("inf") else after.low / before.high
    return Amount(
        low, after.high / before.low, "1",
        low_open=after.low_open or before.high_open, high_open=after.high_open or before.low_open,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _quotient(dividend: float, divisor: float) -> Fraction:
    """The quotient of two numbers as the decimals they were written as."""
    return Fraction(repr(dividend)) / Fraction(repr(divisor))


def remaining(before: Proteinuria, after: Proteinuria) -> Amount | None:
    """What is left of proteinuria as a fraction of `before`; None between two methods (R33)."""
    return ratio(before.amount, after.amount) if before.modality is after.modality else None


def remaining_by_mixed_methods(before: Proteinuria, after: Proteinuria) -> Amount | None:
    """What is left of proteinuria between two methods: an interval 30 % to either side, never exact."""
    between = ratio(before.amount, after.amount)
    if between is None:
        return None
    return Amount(between.low * (1 - MIXED_METHOD.value), between.high * (1 + MIXED_METHOD.value), "1")


def fall(before: Proteinuria, after: Proteinuria) -> float | None:
    """The fraction by which proteinuria fell: 0.5 from 4.0 to 2.0; negative for a rise. None unless both are exact
    and measured by the same method."""
    left = remaining(before, after)
    return None if left is None or not left.exact else _minus_one(before.amount, after.amount, -1)


def comparable_egfr(before: KidneyFunction, after: KidneyFunction) -> tuple[Amount, Amount] | None:
    """The two eGFRs by the best equation that both days have; None when they share none."""
    later = {(e.equation, e.code): e.egfr for e in after.estimates}
    for estimate in before.estimates:
        if (estimate.equation, estimate.code) in later:
            return estimate.egfr, later[estimate.equation, estimate.code]
    return None


def egfr_ratio(before: KidneyFunction, after: KidneyFunction) -> Amount | None:
    """`after / before` of eGFR by one equation, an interval when one is censored."""
    both = comparable_egfr(before, after)
    return None if both is None else ratio(*both)


def egfr_ratio_at_one_age(chart: Chart, before: KidneyFunction, after: KidneyFunction) -> Amount | None:
    """`egfr_ratio` as if no birthday lay between the two days: each takes 0.6 % off an adult's eGFR (R46).

    None when CKD-EPI is not the equation both days share, or the age is not known.
    """
    ages = age_on(chart, before.day), age_on(chart, after.day)
    plain = egfr_ratio(before, after)
    if plain is None or ages[0] is None or ages[1] is None or before.equation is not Equation.CKD_EPI_2021:
        return None
    if after.equation is not before.equation:
        return None
    aged = CKD_EPI_AGE.value ** (ages[1] - ages[0])
    return Amount(plain.low / aged, plain.high / aged, plain.unit, plain.low_open, plain.high_open)


def creatinine_ratio(before: KidneyFunction, after: KidneyFunction) -> Amount | None:
    """`after / before` of creatinine."""
    if before.creatinine is None or after.creatinine is None:
        return None
    return ratio(before.creatinine, after.creatinine)


def egfr_change(before: KidneyFunction, after: KidneyFunction) -> float | None:
    """Relative change of eGFR: -0.2 when a fifth is lost; None unless both are exact and of one equation."""
    both = comparable_egfr(before, after)
    return None if both is None else _minus_one(*both, 1)


def creatinine_change(before: KidneyFunction, after: KidneyFunction) -> float | None:
    """Relative change of creatinine: +0.2 from 0.80 to 0.96, exactly; None unless both are exact."""
    if before.creatinine is None or after.creatinine is None:
        return None
    return _minus_one(before.creatinine, after.creatinine, 1)


def _minus_one(before: Amount, after: Amount, sign: int) -> float | None:
    if not (before.exact and after.exact) or before.low <= 0:
        return None
    return float(sign * (_quotient(after.low, before.low) - 1))
