"""From Observations to results: statuses, times, values, components."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lnfhir.chart.answers import flag_of, positive_concept, positive_text
from lnfhir.chart.coverage import NEED_OF
from lnfhir.chart.entries import Result
from lnfhir.chart.record import Placed, Record
from lnfhir.chart.reference_range import upper_limit
from lnfhir.fhir.resource import CodeableConcept, Component, Quantity, Resource
from lnfhir.instants import Instant
from lnfhir.message import Message, say
from lnfhir.quantity import Amount, Analyte, amount
from lnfhir.terminology.observations import ObservationMeaning, meaning_of_observation

USED = frozenset(("final", "amended", "corrected"))
_WITHDRAWN = frozenset(("entered-in-error", "cancelled"))

QUALITATIVE = frozenset(
    (
        Analyte.HCG,
        Analyte.APL_LUPUS_ANTICOAGULANT,
        Analyte.APL_CARDIOLIPIN,
        Analyte.ANTI_DSDNA,
        Analyte.RBC_CASTS,
        Analyte.GRANULAR_CASTS,
        Analyte.SCHISTOCYTES,
        Analyte.HBSAG,
        Analyte.ANTI_HBC,
        Analyte.ANTI_HBS,
        Analyte.HBV_DNA,
        Analyte.ANTI_HCV,
        Analyte.NEW_ACTIVITY,
    )
)
"""The tests that may be answered by "positive" or "negative"; of others that is not a value."""
FLAGGED = frozenset((Analyte.LDH, Analyte.HAPTOGLOBIN))
"""The tests whose limits are only those of the laboratory: it says whether they are high or low."""
LIMITED = frozenset((Analyte.ALT,))
"""The tests that a rule compares with a multiple of the laboratory's upper limit of normal."""


def read_observation(
    record: Record, placed: Placed, meaning: ObservationMeaning | None, panel: Placed | None = None
) -> Iterator[Result]:
    """The results of one Observation, whose code has this meaning, and of its components.

    `panel` lends its time to an Observation contained in it.
    """
    resource = placed.resource
    found: list[tuple[ObservationMeaning, Resource | Component, str]] = []
    if meaning is not None:
        found.append((meaning, resource, ""))
    for index, component in enumerate(resource.component):
        part = meaning_of_observation(component.code, record.codes) if component.code is not None else None
        if part is not None and part.analyte is not Analyte.ISN_RPS_CLASS:
            found.append((part, component, f"component[{index}]."))
    if not found or not usable(record, placed):
        return
    if len(found) > 1 and found[0][1] is resource and _value_is_missing(resource):
        del found[0]  # a panel's own code without a value: its components are the results
    when = time_of(record, placed, panel)
    if when is None:
        _doubt(record, [item[0] for item in found])
        return
    if record.is_ahead(when, placed):
        return
    for part, holder, member in found:
        result = _result(record, placed, part, holder, member, when)
        if result is not None:
            yield result


def usable(record: Record, placed: Placed) -> bool:
    """The status allows use (Observation, DiagnosticReport); a preliminary one is noted."""
    status = (placed.resource.status or "").strip()
    if status in USED or status == "appended":
        return True
    if status in ("preliminary", "partial"):
        record.note("informational", say("preliminary: shown here, not used"), placed, "status")
    elif status not in _WITHDRAWN:
        record.note("business-rule", say("the status is not final: not used"), placed, "status")
    return False


def time_of(record: Record, placed: Placed, panel: Placed | None = None) -> Instant | None:
    """When it was true of the patient: the end of a period (a 24-h collection ends the day it counts for).

    None, with an issue, when it is not known to the day; the caller knows which need that leaves in doubt.
    """
    resource = placed.resource
    member, text = _time_text(resource)
    if text is None and panel is not None:
        member, text = _time_text(panel.resource)
    if text is None:
        record.warn("incomplete", say("no time is given: this is not used"), placed)
        return None
    when = record.instant(text)
    if when is None:
        record.warn("value", say("this is not a date or time: the resource is not used"), placed, member)
        return None
    if when.day is None:
        record.warn("value", say("the day is not known: this is not used"), placed, member)
        return None
    if member == "issued" and when.first <= record.as_of:
        record.note("incomplete", say("no time of measurement; the time of issue is used"), placed, member)
    return when


def _time_text(resource: Resource) -> tuple[str, str | None]:
    if resource.effectiveDateTime is not None:
        return "effectiveDateTime", resource.effectiveDateTime
    if resource.effectiveInstant is not None:
        return "effectiveInstant", resource.effectiveInstant
    period = resource.effectivePeriod
    if period is not None and (period.end or period.start):
        return "effectivePeriod", period.end or period.start
    return "issued", resource.issued


def _doubt(record: Record, meanings: Iterable[ObservationMeaning]) -> None:
    record.doubtful |= {NEED_OF[meaning.analyte] for meaning in meanings if meaning.analyte is not None}


def _value_is_missing(holder: Resource | Component) -> bool:
    values = (
        holder.valueQuantity, holder.valueString, holder.valueInteger, holder.valueBoolean,
        holder.valueCodeableConcept, holder.valueRange,
    )  # fmt: skip
    return all(value is None for value in values) or (
        holder.valueQuantity is not None and holder.valueQuantity.value is None
    )


def _result(
    record: Record,
    placed: Placed,
    meaning: ObservationMeaning,
    holder: Resource | Component,
    member: str,
    when: Instant,
) -> Result | None:
    analyte = meaning.analyte
    if meaning.refused is not None or analyte is None:
        if meaning.refused is not None:
            record.warn("code-invalid", meaning.refused, placed, f"{member}code")
        return None
    if isinstance(holder, Component) and holder.modifierExtension:
        says = say("`{member}` may change the meaning: this value is not used", member="modifierExtension")
        _lose(record, placed, analyte, "extension", says, f"{member}modifierExtension")
        return None
    positive, value, path = _value(holder, analyte)
    if positive is None and not isinstance(value, Quantity):
        if holder.dataAbsentReason is not None or isinstance(value, _Nothing):
            record.note("incomplete", say("no value was given"), placed, f"{member}dataAbsentReason".rstrip("."))
            return None
        _lose(record, placed, analyte, "value", value, member + path)
        return None
    measured: Amount | None = None
    sent_value = sent_unit = ""
    if isinstance(value, Quantity):
        read = _amount(value, meaning, analyte)
        if isinstance(read, Message):
            _lose(record, placed, analyte, "value", read, member + path)
            return None
        measured = read
        sent_value, sent_unit = (
            f"{value.comparator or ''}{_as_sent(value.value)}",
            value.code or value.unit or meaning.unit,
        )
    assert when.day is not None
    return Result(
        analyte, when.day, when.order, placed.reference, measured, positive, sent_value, sent_unit,
        meaning.collection, meaning.code, flag=flag_of(_notes(holder)) if analyte in FLAGGED else "",
        upper_limit=_upper_limit(placed.resource, value, meaning) if analyte in LIMITED else None,
    )  # fmt: skip


def _upper_limit(resource: Resource, value: Quantity | Message, meaning: ObservationMeaning) -> float | None:
    """The laboratory's limit in the canonical unit, when it is a plain number."""
    sent = upper_limit(resource.referenceRange, value) if isinstance(value, Quantity) else None
    if sent is None or meaning.analyte is None:
        return None
    read = _amount(sent, meaning, meaning.analyte)
    return read.low if isinstance(read, Amount) and read.exact else None


def _amount(value: Quantity, meaning: ObservationMeaning, analyte: Analyte) -> Amount | Message:
    unit = value.unit if value.unit or value.code else meaning.unit or value.unit
    sent = (value.value, value.comparator, unit, value.code, value.system)
    return amount(*sent, analyte, indexed=meaning.indexed)


def _as_sent(value: float | str | None) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else f"{value:.12g}"


def _lose(record: Record, placed: Placed, analyte: Analyte, code: str, says: Message, member: str) -> None:
    record.lose(code, says, placed, member, NEED_OF[analyte])


class _Nothing(Message, frozen=True):
    """There is no value at all."""


def _value(holder: Resource | Component, analyte: Analyte) -> tuple[bool | None, Quantity | Message, str]:
    """A qualitative answer, or a quantity, or why there is neither; and the member it stands in."""
    qualitative = analyte in QUALITATIVE
    if holder.valueQuantity is not None and holder.valueQuantity.value is not None:
        return _interpreted(holder) if qualitative else None, holder.valueQuantity, "valueQuantity"
    if holder.valueInteger is not None:
        return None, Quantity(float(holder.valueInteger)), "valueInteger"
    if holder.valueString is not None:
        positive = positive_text(holder.valueString) if qualitative else None
        return positive, _NO_NUMBER if positive is not None else Quantity(holder.valueString), "valueString"
    if holder.valueCodeableConcept is not None:
        return *_coded(holder.valueCodeableConcept, qualitative), "valueCodeableConcept"
    if holder.valueBoolean is not None and qualitative:
        return holder.valueBoolean, _NO_NUMBER, "valueBoolean"
    span = holder.valueRange
    if span is not None and span.low is not None and span.high is not None and span.low.unit == span.high.unit:
        low, high = _as_sent(span.low.value), _as_sent(span.high.value)
        if low and high:
            sent = Quantity(f"{low}-{high}", None, span.low.unit, span.low.system, span.low.code)
            return None, sent, "valueRange"
    positive = _interpreted(holder) if qualitative else None
    return positive, _NO_NUMBER if positive is not None else _Nothing("no value was given"), "value"


def _interpreted(holder: Resource | Component) -> bool | None:
    said = {positive_concept(note) for note in _notes(holder)} - {None}
    return said.pop() if len(said) == 1 else None


def _notes(holder: Resource | Component) -> tuple[CodeableConcept, ...]:
    return holder.interpretation if isinstance(holder.interpretation, tuple) else (holder.interpretation,)


_NO_NUMBER = say("not a number")


def _coded(concept: CodeableConcept, qualitative: bool) -> tuple[bool | None, Quantity | Message]:
    positive = positive_concept(concept) if qualitative else None
    if positive is not None:
        return positive, _NO_NUMBER
    if concept.text and not concept.coding:
        return None, Quantity(concept.text)
    return None, say("neither a number nor a clear positive or negative")
