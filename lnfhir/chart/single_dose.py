"""The single dose of a dosage in mg: masses, volumes, and tablets of a known strength."""

from __future__ import annotations

from dataclasses import dataclass

from lnfhir.fhir.resource import Dosage, Quantity, Range
from lnfhir.message import Message, say
from lnfhir.quantity import drug_mg, drug_ml, is_count_unit

LARGEST_BARE_COUNT = 4.0
"""A dose sent without any unit counts tablets up to here; above, it could be milligrams."""

LARGEST_DOSE = 1e6
"""No dose of these drugs has a larger number, in any unit; such a number is a slip."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Of the drug dispensed: mg in one tablet (or vial), mg in one mL; None when not known."""

    mg: float | None = None
    mg_per_ml: float | None = None


def single_dose(dosage: Dosage, strength: Strength) -> tuple[float | Message | None, float | None]:
    """The structured single dose in mg (or why not, or None when there is none), and a dose per kg."""
    sent: list[Quantity | Range] = [q for d in dosage.doseAndRate for q in (d.doseQuantity, d.doseRange) if q]
    sent += [q for q in (dosage.doseQuantity, dosage.dose, dosage.doseRange) if q is not None]
    if not sent:
        return None, None
    read = [_mg(quantity, strength) for quantity in sent]
    first = read[0]
    if any(other != first for other in read[1:]):
        return say("several doses that differ"), None
    return first


def _mg(sent: Quantity | Range, strength: Strength) -> tuple[float | Message | None, float | None]:
    if isinstance(sent, Range):
        low = _mg(sent.low, strength) if sent.low is not None else None
        high = _mg(sent.high, strength) if sent.high is not None else None
        if low is None or low != high:
            return say("the dose is a range"), None
        return low
    value = number_of(sent.value)
    if value is None or not 0 < value <= LARGEST_DOSE or sent.comparator is not None:
        return say("the dose is not a readable number"), None
    unit = (sent.code or sent.unit or "").replace(" ", "").casefold()
    if unit in ("mg/kg", "mg/kg/dose"):
        return None, value
    mg = drug_mg(value, sent.unit, sent.code)
    if mg is not None:
        return mg, None
    ml = drug_ml(value, sent.unit, sent.code)
    if ml is not None:
        known = strength.mg_per_ml
        return (ml * known, None) if known is not None else (say("a volume of unknown strength"), None)
    if not is_count_unit(sent.unit, sent.code):
        return say("the unit of the dose is not understood"), None
    if not (sent.unit or sent.code) and value > LARGEST_BARE_COUNT:
        return say("the dose has no unit"), None
    return (value * strength.mg, None) if strength.mg is not None else (say("tablets of unknown strength"), None)


def number_of(value: float | str | None) -> float | None:
    """A number sent as one or written in digits, None when it is neither."""
    if isinstance(value, str):
        text = value.strip()
        return float(text) if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdecimal() else None
    return value
