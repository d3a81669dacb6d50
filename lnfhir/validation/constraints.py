"""The constraints that our profiles add to those of FHIR, written as their FHIRPath says; a test compares the two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lnfhir.message import Message, say
from lnfhir.units import spell

Json = dict[str, Any]

Check = Callable[[Any, Json, str], bool]
"""Whether an element of a resource keeps the constraint, whose expression is given."""

_DAY = 10
"""Letters of a date that is known to the day."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """What one constraint asks.

    Nothing is said where one of `told_by` is broken too, or where every member of the name `about` is missing and the
    cardinality asks for one: that says it already.
    """

    says: Message
    holds: Check
    told_by: frozenset[str] = frozenset()
    about: str = ""


def _member(holder: Any, *path: str) -> Iterator[Any]:
    """Every value at this path, through lists."""
    if not path:
        yield holder
    elif isinstance(holder, list):
        for item in holder:
            yield from _member(item, *path)
    elif isinstance(holder, dict) and holder.get(path[0]) is not None:
        inner = holder[path[0]]
        for item in inner if isinstance(inner, list) else (inner,):
            yield from _member(item, *path[1:])


def _any(holder: Json, *paths: str) -> bool:
    return any(True for path in paths for _ in _member(holder, *path.split(".")))


def _to_the_day(holder: Json, *paths: str) -> bool:
    return any(len(str(value)) >= _DAY for path in paths for value in _member(holder, *path.split(".")))


_TIMES = ("effectiveDateTime", "effectivePeriod.end", "effectivePeriod.start")
_DRUG = (
    "medicationCodeableConcept.coding.code",
    "medicationCodeableConcept.text",
    "medicationCodeableConcept.coding.display",
    "medicationReference.reference",
    "medicationReference.display",
)
_STARTS = ("authoredOn", "dosageInstruction.timing.repeat.boundsPeriod.start", "dispenseRequest.validityPeriod.start")


def _unit(value: Any, resource: Json, expression: str) -> bool:
    return not isinstance(value, dict) or bool(value.get("code") or value.get("unit")) or not _is_quantity(value)


def _is_quantity(value: Json) -> bool:
    """A concept has a coding or a text, and a range its limits; what has none of them is meant as a quantity."""
    return not {"coding", "text", "low", "high"} & value.keys()


_QUOTED = re.compile(r"'([^']*)'")


def _unit_listed(value: Any, resource: Json, expression: str) -> bool:
    if not isinstance(value, dict):
        return True
    listed = set(_QUOTED.findall(expression.partition(" in (")[2]))
    return any(spell(text) in listed for text in (value.get("code"), value.get("unit")) if isinstance(text, str))


def _dosed(resource: Json, _: Json, expression: str) -> bool:
    dosages = [each for each in _member(resource, "dosageInstruction") if isinstance(each, dict)]
    return any(bool(d.get("text")) or (_has_dose(d) and bool(d.get("timing"))) for d in dosages)


def _has_dose(dosage: Json) -> bool:
    return _any(dosage, "doseAndRate.doseQuantity", "doseAndRate.doseRange")


def _index(resource: Json, _: Json, expression: str) -> bool:
    chronic = "nih-ci" in set(_member(resource, "code", "coding", "code"))
    numbers = [
        number
        for number in (*_member(resource, "valueQuantity", "value"), *_member(resource, "valueInteger"))
        if isinstance(number, int | float)
    ]
    return all(0 <= number <= (12 if chronic else 24) for number in numbers)


CONSTRAINTS: Mapping[str, Constraint] = {
    "ln-obs-1": Constraint(
        say("a time known to the day, as effectiveDateTime, effectiveInstant or effectivePeriod"),
        lambda element, _, __: _to_the_day(element, *_TIMES, "effectiveInstant"),
        about="effective",
    ),
    "ln-unit": Constraint(say("a unit, as a UCUM code or as text of the unit list"), _unit),
    "ln-unit-list": Constraint(say("a unit that is converted"), _unit_listed, frozenset(("ln-unit",))),
    "ln-number": Constraint(
        say("a number"), lambda element, _, __: not isinstance(element, dict) or element.get("value") is not None
    ),
    "ln-nih-1": Constraint(say("an activity index of 0 to 24, a chronicity index of 0 to 12"), _index),
    "ln-report-1": Constraint(
        say("a time known to the day, as effectiveDateTime, effectivePeriod, or at least issued"),
        lambda element, _, __: _to_the_day(element, *_TIMES, "issued"),
    ),
    "ln-report-2": Constraint(
        say("the class as a result or a coded conclusion, or at least the text of the report"),
        lambda element, _, __: _any(element, "result", "conclusionCode", "conclusion", "presentedForm"),
    ),
    "ln-condition-1": Constraint(
        say("the onset or the day of recording"),
        lambda element, _, __: any(name.startswith("onset") for name in element) or _any(element, "recordedDate"),
    ),
    "ln-dispense-1": Constraint(
        say("the day of handing over, or at least of preparation"),
        lambda element, _, __: _to_the_day(element, "whenHandedOver", "whenPrepared"),
    ),
    "ln-dispense-2": Constraint(
        say("the supply in days, or the quantity and the dosage"),
        lambda element, _, __: (
            _any(element, "daysSupply") or (_any(element, "quantity") and _any(element, "dosageInstruction"))
        ),
    ),
    "ln-order-1": Constraint(
        say("the drug as a code, a text, or a reference to a Medication"), lambda element, _, __: _any(element, *_DRUG)
    ),
    "ln-order-2": Constraint(
        say("a start known to the day, as authoredOn, the bounds of the timing, or the validity of the dispense"),
        lambda element, _, __: _to_the_day(element, *_STARTS),
    ),
    "ln-order-3": Constraint(say("a dose with its timing, or the dosage as text"), _dosed),
}
"""By key."""
