"""Conditions, allergies, procedures and service orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Allergy, Diagnosis, ProcedureDone, ServiceOrder
from lnfhir.chart.record import Placed, Record
from lnfhir.chart.results import time_of, usable
from lnfhir.fhir.resource import CodeableConcept, Resource
from lnfhir.instants import Instant
from lnfhir.message import say
from lnfhir.terminology.concepts import EYE_SCREENING
from lnfhir.terminology.conditions import Recognised, meaning_of_condition, meaning_of_procedure, meaning_of_report
from lnfhir.terminology.drugs import meaning_of_drug

_INACTIVE = frozenset(("inactive", "remission", "resolved"))
_ACTIVE = frozenset(("active", "recurrence", "relapse"))
_CERTAINTY = {
    "confirmed": "confirmed",
    "provisional": "unconfirmed",
    "differential": "unconfirmed",
    "unconfirmed": "unconfirmed",
    "refuted": "refuted",
}
_REASONS = frozenset(("sle", "lupus-nephritis"))
"""The diagnoses that may stand only in the reason of an order."""


def status_code(concept: CodeableConcept | None) -> str:
    """The first code of a status, or its text; `` when there is none. Which system it names is not asked."""
    if concept is None:
        return ""
    codes = (*(coding.code for coding in concept.coding), *(c.display for c in concept.coding), concept.text)
    return next((code.strip().casefold() for code in codes if code and code.strip()), "")


def _known(record: Record, placed: Placed, meaning: Recognised | None, member: str = "code") -> Recognised | None:
    """The meaning, unless it was recognised only to be refused."""
    if meaning is not None and meaning.refused is not None:
        record.lose("code-invalid", meaning.refused, placed, member)
        return None
    return meaning


def read_condition(record: Record, placed: Placed) -> Iterator[Diagnosis]:
    """The diagnosis a Condition stands for, if it is one of ours."""
    resource = placed.resource
    meaning = meaning_of_condition(resource.code, record.codes) if resource.code is not None else None
    verification = status_code(resource.verificationStatus)
    if meaning is None or verification == "entered-in-error":
        return
    if _known(record, placed, meaning) is None:
        return
    certainty = _CERTAINTY.get(verification, "unconfirmed") if verification else "confirmed"
    if verification and verification not in _CERTAINTY:
        record.note("code-invalid", say("the verification status is not understood"), placed, "verificationStatus")
    began, began_day = _began(record, placed)
    if began is not None and began.first > record.as_of:
        return
    over, end = _over(record, placed)
    clinical = status_code(resource.clinicalStatus)
    if clinical in _ACTIVE and over:
        record.note("conflict", say("active but abated: taken as over"), placed, "clinicalStatus")
    active = not over and clinical not in _INACTIVE
    yield Diagnosis(
        meaning.concepts, certainty, active, began_day, end, placed.reference, meaning.label, meaning.from_text
    )


def _began(record: Record, placed: Placed) -> tuple[Instant | None, date | None]:
    """The onset, or else the recording; and its day where it is known to the day."""
    resource = placed.resource
    period = resource.onsetPeriod
    onset = _instant(record, placed, resource.onsetDateTime or (period.start if period else None), "onsetDateTime")
    recorded = _instant(record, placed, resource.recordedDate, "recordedDate")
    if onset is not None:
        return onset, onset.day
    return recorded, recorded.day if recorded is not None else None


def _instant(record: Record, placed: Placed, text: str | None, member: str) -> Instant | None:
    """A time that only refines a diagnosis: an unreadable one is noted, the diagnosis stands."""
    found = record.instant(text) if text is not None else None
    if text is not None and found is None:
        record.note("value", say("this is not a date or time"), placed, member)
    return found


def _over(record: Record, placed: Placed) -> tuple[bool, date | None]:
    """Whether it has abated by `as_of`, and on which day."""
    resource = placed.resource
    period = resource.abatementPeriod
    text = resource.abatementDateTime or ((period.end or period.start) if period else None)
    abated = _instant(record, placed, text, "abatementDateTime")
    if abated is not None:
        return abated.first <= record.as_of, abated.day
    stated = resource.abatementString is not None or resource.abatementAge is not None
    return stated or resource.abatementBoolean is True, None


def read_reasons(record: Record, placed: Placed) -> Iterator[Diagnosis]:
    """Lupus named only as the reason of an order: a diagnosis nobody confirmed."""
    resource = placed.resource
    reasons = (*resource.reasonCode, *(reason.concept for reason in resource.reason if reason.concept is not None))
    for reason in reasons:
        meaning = meaning_of_condition(reason, record.codes)
        if meaning is None or meaning.refused is not None or not meaning.concepts & _REASONS:
            continue
        authored = record.instant(resource.authoredOn) if resource.authoredOn else None
        if authored is not None and authored.first > record.as_of:
            continue
        day = authored.day if authored is not None else None
        yield Diagnosis(
            meaning.concepts, "unconfirmed", True, day, None, placed.reference, meaning.label, meaning.from_text
        )


def read_allergy(record: Record, placed: Placed) -> Iterator[Allergy]:
    """An allergy or intolerance that is active and not refuted."""
    resource = placed.resource
    if status_code(resource.verificationStatus) in ("refuted", "entered-in-error"):
        return
    if status_code(resource.clinicalStatus) in ("inactive", "resolved"):
        return
    recorded = _instant(record, placed, resource.recordedDate, "recordedDate")
    if recorded is not None and recorded.first > record.as_of:
        return
    drugs: set[str] = set()
    concepts: set[str] = set()
    label = ""
    for concept in _allergens(resource):
        drug, condition = meaning_of_drug(concept, record.codes), meaning_of_condition(concept, record.codes)
        if drug is not None and drug.refused is None:
            drugs |= set(drug.ingredients)
            label = label or drug.label
        if condition is not None and condition.refused is None:
            concepts |= condition.concepts
            label = label or condition.label
    if drugs or concepts:
        yield Allergy(frozenset(drugs), frozenset(concepts), placed.reference, label)


def _allergens(resource: Resource) -> Iterator[CodeableConcept]:
    """The substance, and how it showed itself."""
    if resource.code is not None:
        yield resource.code
    for reaction in resource.reaction:
        if reaction.substance is not None:
            yield reaction.substance
        for sign in reaction.manifestation:
            yield sign.concept or CodeableConcept(sign.coding, sign.text)


def read_procedure(record: Record, placed: Placed) -> Iterator[ProcedureDone]:
    """A procedure that was done or is going on."""
    resource = placed.resource
    meaning = meaning_of_procedure(resource.code, record.codes) if resource.code is not None else None
    if meaning is None or not _done(record, placed) or _known(record, placed, meaning) is None:
        return
    period = resource.performedPeriod or resource.occurrencePeriod
    text = resource.performedDateTime or resource.occurrenceDateTime
    text = text or ((period.start or period.end) if period is not None else None)
    when = _instant(record, placed, text, "performedDateTime")
    if when is not None and when.first > record.as_of:
        return
    until = _instant(record, placed, period.end if period is not None else None, "performedPeriod.end")
    yield ProcedureDone(
        meaning.concepts,
        when.day if when is not None else None,
        placed.reference,
        meaning.label,
        until.day if until is not None and until.first <= record.as_of else None,
        ongoing=(resource.status or "").strip() == "in-progress" and until is None,
    )


def read_examination(record: Record, placed: Placed) -> Iterator[ProcedureDone]:
    """An eye examination of which there is a report; where it is a Procedure too, the two say the same."""
    resource = placed.resource
    meaning = meaning_of_report(resource.code, record.codes) if resource.code is not None else None
    if meaning is None or EYE_SCREENING not in meaning.concepts or not usable(record, placed):
        return
    when = time_of(record, placed)
    if when is None:
        record.doubtful.add(Need.REPORTS)
    elif not record.is_ahead(when, placed):
        yield ProcedureDone(meaning.concepts, when.day, placed.reference, meaning.label)


def _done(record: Record, placed: Placed) -> bool:
    status = (placed.resource.status or "").strip()
    if status in ("completed", "in-progress", "on-hold", "stopped"):
        return status in ("completed", "in-progress")
    if status in ("", "unknown"):
        record.lose("business-rule", say("the status is not known: this is not used"), placed, "status")
    return False


def read_service_order(record: Record, placed: Placed) -> Iterator[ServiceOrder]:
    """An order for a biopsy, an eye examination or the like."""
    resource = placed.resource
    meaning = meaning_of_procedure(resource.code, record.codes) if resource.code is not None else None
    status = (resource.status or "").strip()
    if meaning is None or meaning.refused is not None or resource.doNotPerform:
        return
    if status not in ("active", "on-hold", "completed") or resource.intent in ("proposal", "plan", "option"):
        return
    authored = _instant(record, placed, resource.authoredOn, "authoredOn")
    if authored is not None and authored.first > record.as_of:
        return
    day = authored.day if authored is not None else None
    yield ServiceOrder(meaning.concepts, day, placed.reference, meaning.label, status == "active")
