"""From orders, administrations, dispenses and statements to drug uses: what counts, and over which days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from lnfhir.chart.dosage import Dose, doses
from lnfhir.chart.entries import DrugUse
from lnfhir.chart.entries import Record as Source
from lnfhir.chart.medication import drug_of, route_of
from lnfhir.chart.record import Placed, Record
from lnfhir.chart.single_dose import LARGEST_DOSE, Strength
from lnfhir.chart.stopping import stopped_for
from lnfhir.chart.timing import DAYS, LONGEST_DURATION, days_later
from lnfhir.fhir.resource import Dosage, Quantity, Resource
from lnfhir.instants import Instant
from lnfhir.message import say
from lnfhir.quantity import is_count_unit
from lnfhir.terminology.drugs import DrugMeaning

_TAKING = frozenset(("active", "on-hold", "completed", "stopped", "ended"))
_OVER = frozenset(("completed", "stopped", "ended", "cancelled"))
_NOT_TAKEN = frozenset(("cancelled", "draft", "entered-in-error", "intended", "not-taken", "not-done", "declined"))
_PLANS = frozenset(("plan", "proposal", "option"))


def read_drug(record: Record, placed: Placed) -> Iterator[DrugUse]:
    """The uses of our drugs that one resource records."""
    reader = _READERS[placed.resource.resourceType]
    if (placed.resource.status or "").strip() in _NOT_TAKEN or placed.resource.doNotPerform:
        return
    found = drug_of(record, placed)
    if found is not None:
        meaning, strength = found
        yield from reader(record, placed, meaning, strength)


def _usable(record: Record, placed: Placed, used: frozenset[str]) -> bool:
    """The status says that the drug was taken or ordered; one that says nothing loses the record."""
    status = (placed.resource.status or "").strip()
    if status in used:
        return True
    if status in ("", "unknown"):
        record.lose("business-rule", say("the status is not known: this is not used"), placed, "status")
    return False


def _day(record: Record, placed: Placed, text: str | None, member: str) -> Instant | None:
    return record.moment(text, placed, member) if text is not None else None


def _uses(
    meaning: DrugMeaning, source: Source, placed: Placed, dose: Dose, route: str, **also: object
) -> Iterator[DrugUse]:
    """One use for each ingredient; the dose is that of the first."""
    use = DrugUse(
        drug="",
        record=source,
        start=dose.start,
        end=dose.end,
        reference=placed.reference,
        mg_per_day=dose.mg_per_day,
        mg_per_dose=dose.mg,
        interval_days=dose.interval_days,
        mg_per_kg_per_day=dose.mg_per_kg_per_day,
        dose_problem=dose.problem,
        dose_from_text=dose.from_text,
        route=route,
        as_needed=dose.as_needed,
        display=meaning.label,
    )
    use = replace(use, **also)  # type: ignore[arg-type]  # each caller passes fields of DrugUse
    for index, drug in enumerate(meaning.ingredients):
        if index == 0:
            yield replace(use, drug=drug)
        else:
            other = say("the dose is that of another ingredient")
            yield replace(use, drug=drug, mg_per_day=None, mg_per_dose=None, mg_per_kg_per_day=None, dose_problem=other)


def _dosages(resource: Resource) -> tuple[Dosage, ...]:
    dosage = resource.dosage if isinstance(resource.dosage, tuple) else (resource.dosage,)
    return resource.dosageInstruction or dosage


def _order(record: Record, placed: Placed, meaning: DrugMeaning, strength: Strength) -> Iterator[DrugUse]:
    resource = placed.resource
    reported = resource.reportedBoolean is True or resource.reported is True
    if resource.intent in _PLANS and not (reported and resource.intent == "plan"):
        return
    if not _usable(record, placed, _TAKING):
        return
    authored = _day(record, placed, resource.authoredOn, "authoredOn")
    if authored is not None and authored.first > record.as_of:
        return
    first = authored.day if authored is not None else None
    if first is None and resource.dispenseRequest is not None and resource.dispenseRequest.validityPeriod is not None:
        valid = _day(
            record, placed, resource.dispenseRequest.validityPeriod.start, "dispenseRequest.validityPeriod.start"
        )
        first = valid.day if valid is not None else None
    changed = _day(record, placed, resource.statusChanged, "statusChanged")
    supply = resource.dispenseRequest.expectedSupplyDuration if resource.dispenseRequest is not None else None
    route = route_of(_dosages(resource), meaning)
    source = Source.STATEMENT if reported else Source.ORDER
    for dose in doses(_dosages(resource), strength, first, route == "iv"):
        yield from _spanned(
            record, placed, meaning, source, dose, route, changed.day if changed else None,
            days_supply=_supply_days(supply), stopped_for=stopped_for(resource),
        )  # fmt: skip


def _spanned(
    record: Record, placed: Placed, meaning: DrugMeaning, source: Source, dose: Dose, route: str, changed: date | None,
    **also: object,
) -> Iterator[DrugUse]:  # fmt: skip
    """Settle the last day and whether it is going on; a use that lies in the future is left out."""
    today, status = record.as_of, (placed.resource.status or "").strip()
    if dose.start is not None and dose.start > today:
        return
    if dose.start is None:
        record.note("incomplete", say("the day on which this began is not known"), placed)
    if status in _OVER:
        ends = [day for day in (dose.end, changed) if day is not None and day <= today]
        end = min(ends) if ends else None
        if end is None:
            record.note("incomplete", say("this has ended, on a day that is not known"), placed, "status")
        active = False
    else:
        end = dose.end
        active = status != "on-hold" and (end is None or end >= today)
    held = status == "on-hold"
    yield from _uses(meaning, source, placed, replace(dose, end=end), route, active=active, on_hold=held, **also)


def _supply_days(sent: Quantity | None) -> float | None:
    """A duration in days; a number without unit is days."""
    if sent is None or not isinstance(sent.value, float | int) or sent.value <= 0:
        return None
    unit = sent.code or sent.unit
    scale = 1.0 if not unit else DAYS.get(unit.casefold())
    days = sent.value * scale if scale is not None else None
    return days if days is not None and days <= LONGEST_DURATION else None


def _administration(record: Record, placed: Placed, meaning: DrugMeaning, strength: Strength) -> Iterator[DrugUse]:
    """What was really given: a single dose on its day."""
    resource = placed.resource
    if not _usable(record, placed, frozenset(("completed", "in-progress", "stopped"))):
        return
    period = resource.effectivePeriod
    text = resource.effectiveDateTime or resource.occurenceDateTime or (period.start or period.end if period else None)
    when = _day(record, placed, text, "effectiveDateTime")
    if when is None or when.day is None:
        if text is None or when is not None:
            record.lose("incomplete", say("the day is not known: this is not used"), placed)
        return
    if when.day > record.as_of:
        return
    dosages = _dosages(resource)
    dose = doses(dosages, strength, when.day, infusion=True)[0]
    until = _day(record, placed, period.end, "effectivePeriod.end") if period is not None and period.end else None
    end = until.day if until is not None and until.day is not None and until.day > when.day else when.day
    per_day, problem = dose.mg, None if dose.mg is not None else dose.problem
    if (end - when.day).days > 1:
        per_day, problem = None, say("given over several days")
    elif resource.status == "stopped":
        per_day, problem = None, say("the administration was stopped")
    given = replace(
        dose, start=when.day, end=when.day if (end - when.day).days <= 1 else end, as_needed=False,
        mg=dose.mg if problem is None else None, mg_per_day=per_day, interval_days=None, problem=problem,
    )  # fmt: skip
    yield from _uses(meaning, Source.ADMINISTRATION, placed, given, route_of(dosages, meaning))


def _dispense(record: Record, placed: Placed, meaning: DrugMeaning, strength: Strength) -> Iterator[DrugUse]:
    """What was handed over, for as many days as it is meant to last."""
    resource = placed.resource
    if not _usable(record, placed, frozenset(("completed",))):
        return
    text = resource.whenHandedOver or resource.whenPrepared
    when = _day(record, placed, text, "whenHandedOver")
    if when is None or when.day is None:
        if text is None or when is not None:
            record.lose("incomplete", say("the day is not known: this is not used"), placed)
        return
    if when.day > record.as_of:
        return
    days = _supply_days(resource.daysSupply)
    end = days_later(when.day, max(0, round(days) - 1)) if days is not None else None
    route = route_of(_dosages(resource), meaning)
    for dose in doses(_dosages(resource), strength, when.day, route == "iv"):
        dated = replace(dose, start=dose.start or when.day, end=dose.end if dose.bounded else end)
        if not _dosages(resource):
            dated = _by_supply(resource, strength, dated, days)
        active = end is not None and when.day <= record.as_of <= end
        yield from _uses(meaning, Source.DISPENSE, placed, dated, route, active=active, days_supply=days)


def _by_supply(resource: Resource, strength: Strength, dose: Dose, days: float | None) -> Dose:
    """Without a dosage: the tablets handed over, spread over the days they are meant to last."""
    sent = resource.quantity
    if sent is None or days is None or strength.mg is None or not isinstance(sent.value, float | int):
        return dose
    if not (sent.unit or sent.code) or not is_count_unit(sent.unit, sent.code):
        return dose
    per_day = sent.value * strength.mg / days
    return replace(dose, mg_per_day=per_day, problem=None) if 0 < sent.value <= LARGEST_DOSE else dose


def _statement(record: Record, placed: Placed, meaning: DrugMeaning, strength: Strength) -> Iterator[DrugUse]:
    """What someone says is taken."""
    resource = placed.resource
    if not _usable(record, placed, _TAKING | {"recorded"}):
        return
    period = resource.effectivePeriod
    asserted = _day(record, placed, resource.dateAsserted, "dateAsserted")
    if asserted is not None and asserted.first > record.as_of:
        return
    text = resource.effectiveDateTime or (period.start if period is not None else None)
    start = _day(record, placed, text, "effectivePeriod.start")
    end = _day(record, placed, period.end if period is not None else None, "effectivePeriod.end")
    route = route_of(_dosages(resource), meaning)
    for dose in doses(_dosages(resource), strength, start.day if start else None, route == "iv"):
        last = min((day for day in (dose.end, end.last if end else None) if day is not None), default=None)
        yield from _spanned(
            record, placed, meaning, Source.STATEMENT, replace(dose, end=last), route, None,
            stopped_for=stopped_for(resource),
        )  # fmt: skip


_Reader = Callable[[Record, Placed, DrugMeaning, Strength], Iterator[DrugUse]]
_READERS: dict[str, _Reader] = {
    "MedicationRequest": _order,
    "MedicationAdministration": _administration,
    "MedicationDispense": _dispense,
    "MedicationStatement": _statement,
}
DRUG_TYPES = tuple(_READERS)
"""The resource types that record drug uses."""
