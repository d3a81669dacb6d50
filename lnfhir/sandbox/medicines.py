"""Orders, infusions, statements and dispenses, from shorthand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lnfhir.sandbox.clinical import dated
from lnfhir.sandbox.days import ShorthandError, Span
from lnfhir.sandbox.vocabulary import ATC, DOSE_UNITS, DRUGS, FREQUENCIES, ROUTES, RXNORM, SNOMED, Drug
from lnfhir.sandbox.writer import Json, Writer, at, concept, is_number, quantity, quoted, take

_STATUS_REASON = "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason"
_EVERY = re.compile(r"every (?P<n>\d+) (?P<unit>days|weeks)$")
_UNTIL = {"stopped for intolerance": "intolerance", "stopped for non-response": "non-response"}
_SUPPLY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an item of `treatments` says, its day aside."""

    medication: Json
    name: str
    route: str
    dose: Json | None
    rhythm: tuple[int, int, str] | None
    text: str
    as_needed: bool
    stopped_for: str
    reported: bool
    ordered: bool
    ended: bool


def write_treatment(writer: Writer, item: str) -> None:
    """`d3.. prednisone 60 mg daily`, `d0..d2 methylprednisolone IV 500 mg daily`, `d14.. mycophenolate "per protocol"`.

    Oral, subcutaneous and intramuscular drugs become orders, intravenous doses administrations (one for each day
    they were given), `reported` ones statements and `ordered` ones orders alone. Further words: `as needed`,
    `stopped for intolerance`, `stopped for non-response`, `ended` (an order completed on a day that is not stated).
    """
    span, words = dated(writer, item)
    treatment = read_treatment(words)
    if writer.future(span.start):
        return
    if treatment.reported:
        _write_statement(writer, span, treatment)
    elif treatment.route == "IV" and not treatment.ordered:
        for day in _given_on(writer, span, treatment):
            _write_administration(writer, day, treatment)
    else:
        _write_order(writer, span, treatment)


def read_treatment(item: str) -> Treatment:
    """A drug with its route, dose and rhythm. ShorthandError for an unknown word."""
    words, text = quoted(item)
    name, rest = take(words, DRUGS)
    if name is None and text is None:
        raise ShorthandError(f"unknown drug: {words!r}")
    known = DRUGS[name] if name else Drug("", None)
    stopped, rest = ending_of(rest, _UNTIL)
    reported, rest = ending_of(rest, ("reported",))
    ordered, rest = ending_of(rest, ("ordered",))
    ended, rest = ending_of(rest, ("ended",))
    as_needed, rest = ending_of(rest, ("as needed",))
    route, rest = take(rest, ROUTES)
    number, _, tail = rest.partition(" ")
    dose = None
    if is_number(number):
        unit, rest = take(tail, DOSE_UNITS)
        if unit is None:
            raise ShorthandError(f"unknown unit of dose: {tail!r}")
        dose = quantity(number, unit, DOSE_UNITS[unit])
    rhythm = None if not rest else FREQUENCIES.get(rest) or _every(rest)
    if name and text and not dose:
        instruction, label = text, None  # `mycophenolate "per protocol"`: the words are the dosage
    else:
        instruction, label = "", text
    codes = [(system, code) for system, code in ((RXNORM, known.rxnorm), (ATC, known.atc)) if code]
    medication = concept(codes, known.display, label or known.display)
    written = instruction or " ".join(part for part in (item,) if dose)
    return Treatment(
        medication,
        name or "medication",
        route or "oral",
        dose,
        rhythm,
        written.replace('"', ""),
        bool(as_needed),
        _UNTIL.get(stopped or "", ""),
        bool(reported),
        bool(ordered),
        bool(ended),
    )


def ending_of(text: str, endings: Any) -> tuple[str | None, str]:
    """The ending of the text that is one of these, and what stands before it."""
    for ending in endings:
        if text.endswith(ending):
            return ending, text[: -len(ending)].strip()
    return None, text


def _every(text: str) -> tuple[int, int, str]:
    match = _EVERY.match(text)
    if match is None:
        raise ShorthandError(f"unknown frequency: {text!r}")
    return 1, int(match["n"]), "d" if match["unit"] == "days" else "wk"


def _given_on(writer: Writer, span: Span, treatment: Treatment) -> Iterator[date]:
    """The days of an intravenous drug, up to `as_of`."""
    if treatment.rhythm is None and not span.single:
        raise ShorthandError(f"how often was {treatment.name} given?")
    frequency, period, unit = treatment.rhythm or (1, 1, "d")
    if frequency != 1 or unit == "mo":
        raise ShorthandError(f"an intravenous drug is given `daily` or `every N days`: {treatment.text!r}")
    step = timedelta(days=period * (7 if unit == "wk" else 1))
    day, last = span.start, min(span.end or writer.as_of, writer.as_of)
    while day <= last:
        yield day
        day += step


def _route(treatment: Treatment) -> Json:
    code, display = ROUTES[treatment.route]
    return concept([(SNOMED, code)], display)


def dosage_of(treatment: Treatment, bounds: Json | None) -> Json:
    """A Dosage, within a period where one is given."""
    timing: Json = {}
    if treatment.rhythm:
        frequency, period, unit = treatment.rhythm
        timing = {"frequency": frequency, "period": period, "periodUnit": unit}
    if bounds:
        timing["boundsPeriod"] = bounds
    dosage: Json = {"route": _route(treatment)}
    if treatment.text:
        dosage["text"] = treatment.text
    if timing:
        dosage["timing"] = {"repeat": timing}
    if treatment.as_needed:
        dosage["asNeededBoolean"] = True
    if treatment.dose:
        dosage["doseAndRate"] = [{"doseQuantity": treatment.dose}]
    return dosage


def _write_order(writer: Writer, span: Span, treatment: Treatment) -> None:
    over = span.end is not None and not writer.future(span.end)
    bounds = {"start": span.start.isoformat()}
    if span.end and over:
        bounds["end"] = span.end.isoformat()
    status, reason = "completed" if over or treatment.ended else "active", None
    if over and treatment.stopped_for:
        status = "stopped"
        codes = [(_STATUS_REASON, "sintol")] if treatment.stopped_for == "intolerance" else []
        reason = concept(codes, "Drug intolerance" if codes else "No response to treatment")
    writer.add(
        "MedicationRequest",
        treatment.name,
        span.start,
        status=status,
        statusReason=reason,
        intent="order",
        medicationCodeableConcept=treatment.medication,
        authoredOn=at(span.start, "09:00:00"),
        dosageInstruction=[dosage_of(treatment, bounds)],
    )


def _write_administration(writer: Writer, day: date, treatment: Treatment) -> None:
    dosage: Json = {"route": _route(treatment)}
    if treatment.text:
        dosage["text"] = treatment.text
    if treatment.dose:
        dosage["dose"] = treatment.dose
    writer.add(
        "MedicationAdministration",
        treatment.name,
        day,
        status="completed",
        medicationCodeableConcept=treatment.medication,
        effectiveDateTime=at(day, "10:00:00"),
        dosage=dosage,
    )


def _write_statement(writer: Writer, span: Span, treatment: Treatment) -> None:
    over = span.end is not None and not writer.future(span.end)
    period = {"start": span.start.isoformat()}
    if span.end and over:
        period["end"] = span.end.isoformat()
    writer.add(
        "MedicationStatement",
        treatment.name,
        span.start,
        status="completed" if over else "active",
        medicationCodeableConcept=treatment.medication,
        effectivePeriod=period,
        dateAsserted=at(span.start),
        dosage=[dosage_of(treatment, None)],
    )


def write_dispenses(writer: Writer, item: str) -> None:
    """`d14.. mycophenolate PDC 0.95`: supplies for 30 days, handed over so that this share of the days is covered."""
    span, words = dated(writer, item)
    name, rest = take(words, DRUGS)
    match = re.match(r"PDC (?P<covered>[01]\.\d+|1)$", rest)
    if name is None or match is None:
        raise ShorthandError(f"unknown dispense: {words!r} (write `d0.. mycophenolate PDC 0.95`)")
    covered = float(match["covered"])
    if not 0 < covered <= 1:
        raise ShorthandError(f"not a proportion of days: {rest!r}")
    drug = DRUGS[name]
    codes = [(system, code) for system, code in ((RXNORM, drug.rxnorm), (ATC, drug.atc)) if code]
    last = min(span.end or writer.as_of, writer.as_of)
    count = 0
    while (day := span.start + timedelta(days=round(count * _SUPPLY_DAYS / covered))) <= last:
        count += 1
        writer.add(
            "MedicationDispense",
            f"{name}-supply",
            day,
            status="completed",
            medicationCodeableConcept=concept(codes, drug.display),
            whenHandedOver=at(day, "16:00:00"),
            daysSupply=quantity(str(_SUPPLY_DAYS), "days", "d"),
        )
