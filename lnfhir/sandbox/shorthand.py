"""A clinician's shorthand for a patient's record, turned into real FHIR R4 resources.

A record is a mapping (usually read from YAML) of the keys in `SECTIONS`, for example::

    day_0: 2024-01-15
    patient: female, born 1996-07-02, 60 kg
    conditions: [2022-04-01 lupus nephritis]
    results: [d0 24h UPCR 4.2 g/g, d0 creatinine 0.9 mg/dL, d91 UPCR <0.1 g/g, d90 BP 128/76, d5 hCG negative]
    treatments: [d0..d2 methylprednisolone IV 500 mg daily, d14.. mycophenolate 1 g twice daily]
    dispenses: [d14.. mycophenolate PDC 0.95]
    biopsies: [d-5 class IV, AI 8, CI 2, no TMA]
    procedures: none
    allergies: not provided
    excluded: all

`none` says that the record was searched and holds nothing, and so does an absent section; `not provided` says that
the EHR did not send it. `not_provided` lists single prefetch keys. A word in double quotes is the text of the code:
after a known word it accompanies the code, alone it stands without any code. An unknown word is an error that
names it. Only what lies on or before `as_of` gets into the record: it is the record as it stood that evening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lnfhir.sandbox import clinical, exclusions, medicines, people
from lnfhir.sandbox.days import Calendar, ShorthandError
from lnfhir.sandbox.writer import Json, Writer

__all__ = ["SECTIONS", "Record", "ShorthandError", "read_record"]

SECTIONS = frozenset(
    {
        "name",
        "id",
        "as_of",
        "day_0",
        "patient",
        "conditions",
        "results",
        "treatments",
        "dispenses",
        "biopsies",
        "procedures",
        "allergies",
        "orders",
        "excluded",
        "not_provided",
    }
)

# Which prefetch keys a section fills, and so which are missing when it is `not provided`.
KEYS_OF: dict[str, tuple[str, ...]] = {
    "conditions": ("conditions",),
    "results": (
        "proteinuria",
        "kidneyFunction",
        "bodySize",
        "bloodPressure",
        "chemistry",
        "serology",
        "urineSediment",
    ),
    "treatments": ("medicationRequests", "medicationAdministrations", "medicationStatements"),
    "dispenses": ("medicationDispenses",),
    "biopsies": ("diagnosticReports", "biopsyFindings"),
    "procedures": ("procedures",),
    "allergies": ("allergies",),
    "orders": ("serviceRequests",),
}


_WRITERS: dict[str, Callable[[Writer, str], None]] = {
    "conditions": clinical.write_condition,
    "results": clinical.write_result,
    "treatments": medicines.write_treatment,
    "dispenses": medicines.write_dispenses,
    "biopsies": clinical.write_biopsy,
    "procedures": clinical.write_procedure,
    "allergies": people.write_allergy,
    "orders": clinical.write_service_order,
    "excluded": exclusions.write_exclusions,  # last: it looks at the biopsies
}


@dataclass(frozen=True, slots=True)
class Record:
    """One patient's record as of a day: FHIR R4 resources as JSON, and the prefetch keys the EHR does not send."""

    patient_id: str
    as_of: date
    resources: tuple[Json, ...]
    not_provided: frozenset[str] = field(default_factory=frozenset)

    def bundle(self) -> Json:
        """The whole record as one Bundle of type `collection`."""
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"fullUrl": f"urn:example:{r['resourceType']}/{r['id']}", "resource": r} for r in self.resources],
        }

    def transaction(self) -> Json:
        """The whole record as a transaction Bundle that puts each resource under its own id."""
        return {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
                for r in self.resources
            ],
        }


def read_record(document: Mapping[str, Any], today: date | None = None) -> Record:
    """Turn shorthand into a record. ShorthandError names the unknown key, word, day or amount."""
    for key in document:
        if key not in SECTIONS:
            raise ShorthandError(f"unknown key {key!r}")
    as_of_text = document.get("as_of", "today" if today else None)
    if as_of_text is None:
        raise ShorthandError("`as_of` is missing")
    day_0_text = document.get("day_0")
    calendar = Calendar(Calendar(today=today).day(day_0_text) if day_0_text is not None else None, today)
    as_of = calendar.day(as_of_text)
    writer = Writer(calendar, as_of, patient_id=str(document.get("id", "patient")))
    people.write_patient(writer, document)
    for section, write in _WRITERS.items():
        items = _items(document, section)
        for item in _joined(items, calendar) if section == "biopsies" else items:
            write(writer, item)
    return Record(writer.patient_id, as_of, tuple(writer.resources), _not_provided(document))


def _items(document: Mapping[str, Any], section: str) -> tuple[str, ...]:
    written = document.get(section, "none")
    if written in ("none", "not provided"):
        return ()
    if isinstance(written, str) and section == "excluded":
        return (written,)
    if not isinstance(written, list):
        raise ShorthandError(f"`{section}` is a list, `none` or `not provided`, not {written!r}")
    return tuple(str(item).strip() for item in written)


def _joined(items: tuple[str, ...], calendar: Calendar) -> Iterator[str]:
    """Inside `[...]` YAML splits at commas: what does not begin with a day belongs to the item before it."""
    whole: list[str] = []
    for item in items:
        if whole and not calendar.is_when(item.split(" ", 1)[0]):
            whole[-1] += ", " + item
        else:
            whole.append(item)
    yield from whole


def _not_provided(document: Mapping[str, Any]) -> frozenset[str]:
    known = {key for keys in KEYS_OF.values() for key in keys}
    keys = {key for section, keys in KEYS_OF.items() if document.get(section) == "not provided" for key in keys}
    for key in document.get("not_provided", ()):
        if key not in known:
            raise ShorthandError(f"`not_provided` names an unknown prefetch key: {key!r}")
        keys.add(key)
    return frozenset(keys)
