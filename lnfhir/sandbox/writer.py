"""Where the resources of one record are written: ids, references, codes, quantities and times of day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lnfhir.sandbox.days import Calendar, ShorthandError
from lnfhir.sandbox.vocabulary import UCUM

Json = dict[str, Any]

_COMPARED = re.compile(r"(?P<comparator><=|>=|<|>)?(?P<number>\d+(?:\.\d+)?)$")
_QUOTED = re.compile(r'"([^"]+)"')


@dataclass(slots=True)
class Writer:
    """Collects the resources of one record. Resources after `as_of` are not written."""

    calendar: Calendar
    as_of: date
    patient_id: str
    resources: list[Json] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, name: str, day: date | None, **fields: Any) -> Json:
        """Write one resource about the patient; `name` and `day` make its id. Fields that are None are left out."""
        stem = "-".join(part for part in (self.patient_id, _slug(name), day.strftime("%Y%m%d") if day else "") if part)
        count = self._ids[kind + stem] = self._ids.get(kind + stem, 0) + 1
        about = "patient" if kind == "AllergyIntolerance" else "subject"
        resource = {
            "resourceType": kind,
            "id": stem[:60] if count == 1 else f"{stem[:56]}-{count}",
            about: {"reference": f"Patient/{self.patient_id}"},
            **{key: value for key, value in fields.items() if value is not None},
        }
        self.resources.append(resource)
        return resource

    def future(self, day: date) -> bool:
        """Has not happened yet on the evening of `as_of`."""
        return day > self.as_of


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def reference(resource: Json) -> Json:
    """A relative reference to a resource of the record."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def concept(codes: Iterable[tuple[str, str]], display: str, text: str | None = None) -> Json:
    """A CodeableConcept; without codes only its text remains."""
    codings = [{"system": system, "code": code, "display": display} for system, code in codes]
    return {**({"coding": codings} if codings else {}), "text": text or display}


def coded(system: str, code: str, display: str | None = None) -> Json:
    """A CodeableConcept of one code without text."""
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def quantity(number: str, unit: str, code: str) -> Json:
    """A UCUM quantity of `0.9`, `<0.1` or `>=60`."""
    match = _COMPARED.match(number)
    if match is None:
        raise ShorthandError(f"not a number: {number!r}")
    value = float(match["number"])
    written: Json = {"value": int(value) if value.is_integer() else value}
    if match["comparator"]:
        written["comparator"] = match["comparator"]
    return {**written, "unit": unit, "system": UCUM, "code": code}


def is_number(text: str) -> bool:
    """A number, with or without comparator."""
    return _COMPARED.match(text) is not None


def at(day: date, clock: str = "08:30:00") -> str:
    """A FHIR dateTime on that day."""
    return f"{day.isoformat()}T{clock}+00:00"


def quoted(text: str) -> tuple[str, str | None]:
    """Take the words in double quotes out of an item."""
    found = _QUOTED.search(text)
    if found is None:
        return text.strip(), None
    return " ".join((text[: found.start()] + text[found.end() :]).split()), found[1]


def take(text: str, words: Iterable[str]) -> tuple[str | None, str]:
    """The longest of the words that begins the text (whatever its case), and the rest."""
    lowered = text.lower() + " "
    for word in sorted(words, key=len, reverse=True):
        if lowered.startswith(word.lower() + " "):
            return word, text[len(word) :].strip()
    return None, text
