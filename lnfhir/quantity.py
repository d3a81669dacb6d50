"""Amounts of the things this field measures, in one canonical unit each.

An unknown unit is an issue, never a guess; a comparator makes an interval; a value outside the window in
which a human could live is not used.
"""

from __future__ import annotations

import math
import re
import unicodedata

from msgspec import Struct

from lnfhir.analytes import CANONICAL_UNIT, Analyte
from lnfhir.drug_units import drug_mg, drug_ml, is_count_unit
from lnfhir.logic import Truth, truth_of
from lnfhir.message import Message, say
from lnfhir.plausibility import WINDOW
from lnfhir.units import CREATININE_G_PER_MOL, Conversion, conversion

__all__ = [
    "CANONICAL_UNIT",
    "CLOSE",
    "Amount",
    "Analyte",
    "amount",
    "drug_mg",
    "drug_ml",
    "exactly",
    "is_count_unit",
    "molar_ratio",
    "small_enough",
]

CLOSE = 1e-9
"""Relative tolerance of comparisons: 0.96/0.80 is +20.0 %, whatever the float says."""


class Amount(Struct, frozen=True):
    """An interval of values in a canonical unit; exact when `low == high` and neither end is open."""

    low: float
    high: float
    unit: str
    low_open: bool = False
    high_open: bool = False

    @property
    def exact(self) -> bool:
        """One known value."""
        return self.low == self.high

    def below(self, limit: float) -> Truth:
        """Strictly less than the limit."""
        if self.high < limit * (1 - CLOSE) or (self.high_open and self.high <= limit * (1 + CLOSE)):
            return Truth.MET
        return Truth.NOT_MET if self.low >= limit * (1 - CLOSE) else Truth.UNKNOWN

    def at_most(self, limit: float) -> Truth:
        """Less than or equal to the limit."""
        if self.high <= limit * (1 + CLOSE):
            return Truth.MET
        if self.low > limit * (1 + CLOSE) or (self.low_open and self.low >= limit * (1 - CLOSE)):
            return Truth.NOT_MET
        return Truth.UNKNOWN

    def at_least(self, limit: float) -> Truth:
        """Greater than or equal to the limit."""
        return ~self.below(limit)

    def above(self, limit: float) -> Truth:
        """Strictly greater than the limit."""
        return ~self.at_most(limit)

    def __str__(self) -> str:
        if self.exact:
            return f"{_shown(self.low)}"
        if self.low <= 0:
            return f"{'<' if self.high_open else '<='}{_shown(self.high)}"
        if self.high == float("inf"):
            return f"{'>' if self.low_open else '>='}{_shown(self.low)}"
        return f"{_shown(self.low)}-{_shown(self.high)}"


def _shown(value: float) -> str:
    """Four significant digits, never an exponent for a large number."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def exactly(value: float, analyte: Analyte) -> Amount:
    """One known value in the analyte's canonical unit."""
    return Amount(value, value, analyte.unit)


def small_enough(value: float, limit: float) -> bool:
    """`value <= limit` up to float noise."""
    return truth_of(value <= limit + CLOSE * max(1.0, abs(limit))) is Truth.MET


_NUMBER = r"\d{1,12}(?:\.\d{1,12})?(?:[eE][+-]?\d{1,3})?"
_WRITTEN = re.compile(
    rf"(?P<comparator><=|>=|<|>|≤|≥)?\s*(?P<low>{_NUMBER})(?:\s*[-–]\s*(?P<high>{_NUMBER}))?\s*(?P<unit>[^\d\s<>,.:;].{{0,63}})?",
)
_COMPARATOR = {"<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">="}
_LONGEST_TEXT = 100


def amount(
    value: float | str | None,
    comparator: str | None,
    unit: str | None,
    code: str | None,
    system: str | None,
    analyte: Analyte,
    *,
    indexed: bool = False,
) -> Amount | Message:
    """Read a FHIR quantity (or a number written as text) as an amount of the analyte, in its canonical unit.

    `indexed` says that the code already means "per 1.73 m²", so that a bare `mL/min` is that. A Message says
    why the value cannot be used: no value, a unit or comparator we do not know, or a value nobody has.
    """
    low, high, written_comparator, written_unit = _numbers(value)
    if low is None or high is None:
        return say("no readable value")
    if written_comparator and comparator and written_comparator != comparator:
        return say("two comparators that disagree")
    sign = written_comparator or comparator
    if sign is not None and sign not in _COMPARATOR:
        return say("the comparator is not one of <, <=, >= and >")
    if sign is not None and low != high:
        return say("a comparator on a range")
    if written_unit and not unit and not code:
        unit = written_unit
    elif written_unit and conversion(written_unit, None, None, analyte, indexed) != conversion(
        unit, code, system, analyte, indexed
    ):
        return say("the value is written with another unit than the one sent with it")
    to_canonical = conversion(unit, code, system, analyte, indexed)
    if isinstance(to_canonical, Message):
        return to_canonical
    return _in_window(low, high, sign, to_canonical, analyte)


def _numbers(value: float | str | None) -> tuple[float | None, float | None, str | None, str | None]:
    if value is None or isinstance(value, bool):
        return None, None, None, None
    if not isinstance(value, str):
        return (value, value, None, None) if math.isfinite(value) else (None, None, None, None)
    written = unicodedata.normalize("NFKC", value).strip() if len(value) <= _LONGEST_TEXT else ""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        return None, None, None, None
    low = float(match["low"])
    high = float(match["high"]) if match["high"] else low
    if not math.isfinite(low) or not math.isfinite(high) or high < low:
        return None, None, None, None
    sign = _COMPARATOR[match["comparator"]] if match["comparator"] else None
    return low, high, sign, match["unit"]


def _in_window(low: float, high: float, sign: str | None, to: Conversion, analyte: Analyte) -> Amount | Message:
    low, high = to.of(low), to.of(high)
    window = WINDOW[analyte]
    if not (window.holds(low) and window.holds(high)):
        return say(
            "{value} {unit} is not a plausible {analyte}; the unit may be wrong",
            value=f"{low:.6g}",
            unit=analyte.unit,
            analyte=analyte.value,
        )
    match _COMPARATOR.get(sign or ""):
        case "<":
            return Amount(0.0, high, analyte.unit, high_open=True)
        case "<=":
            return Amount(0.0, high, analyte.unit)
        case ">":
            return Amount(low, math.inf, analyte.unit, low_open=True)
        case ">=":
            return Amount(low, math.inf, analyte.unit)
    return Amount(low, high, analyte.unit)


def molar_ratio(value: float | str | None, unit: str | None, code: str | None) -> float | None:
    """A protein/creatinine ratio in mg/mmol when it was sent per mole of creatinine, None when it was not."""
    number = _numbers(value)[0]
    sent = conversion(unit, code, None, Analyte.UPCR, False)
    if number is None or not isinstance(sent, Conversion) or not sent.per_mole:
        return None
    return sent.of(number) * CREATININE_G_PER_MOL
