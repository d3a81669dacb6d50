"""The Patient resource."""

from __future__ import annotations

from dataclasses import replace

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Person
from lnfhir.chart.record import Placed, Record
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.fhir.resource import Resource
from lnfhir.instants import instant
from lnfhir.message import say


def read_person(record: Record) -> Person:
    """The patient asked for; other Patient resources are dropped, loudly."""
    person = Person(record.patient_id)
    for placed in record.of_type("Patient"):
        if placed.resource.id == record.patient_id:
            person = _person(record, placed)
        else:
            record.issues.append(
                Issue(
                    Severity.ERROR,
                    "conflict",
                    say("another patient in this patient's record: not used"),
                    placed.place,
                    placed.reference,
                )
            )
    return person


def _person(record: Record, placed: Placed) -> Person:
    resource = placed.resource
    person = Person(record.patient_id, name=_name(resource))
    if resource.gender in ("female", "male"):
        person = replace(person, sex=resource.gender)
    else:
        record.note("incomplete", say("the sex is not given as female or male"), placed, "gender")
    born = instant(resource.birthDate) if resource.birthDate else None
    if born is None or born.day is None:
        record.note("incomplete", say("the day of birth is not known"), placed, "birthDate")
    elif born.day > record.as_of:
        record.lose("value", say("born after the day of this review"), placed, "birthDate", Need.PATIENT)
    else:
        person = replace(person, birth=born.day)
    if any(link.type == "replaced-by" for link in resource.link):
        record.warn("informational", say("this record was merged into another one"), placed, "link")
    died = instant(resource.deceasedDateTime) if resource.deceasedDateTime else None
    dead = resource.deceasedBoolean is True or (
        resource.deceasedDateTime is not None and (died is None or died.first <= record.as_of)
    )
    return replace(person, deceased=dead)


def _name(resource: Resource) -> str:
    if isinstance(resource.name, str):
        return resource.name
    for name in resource.name:
        shown = name.text or " ".join((*name.given, name.family or "")).strip()
        if shown:
            return shown
    return ""
