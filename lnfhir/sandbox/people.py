"""The patient and the allergies, from shorthand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from lnfhir.sandbox.clinical import write_result
from lnfhir.sandbox.days import ShorthandError
from lnfhir.sandbox.vocabulary import ATC, DRUGS, RXNORM
from lnfhir.sandbox.writer import Writer, coded, concept, quoted, take

_AGE = re.compile(r"(\d+) years?(?: old)?$")
_BIRTHDAY = (11, 23)  # of patients whose age alone is given
_SIZE = re.compile(r"\d+(?:\.\d+)? (kg|cm)$")


def write_patient(writer: Writer, document: Mapping[str, Any]) -> None:
    """`female, born 1996-07-02, 60 kg, 165 cm`; an age (`28 years old`) and the sizes are those of day 0.

    Without day 0 they are those of `as_of`. `unknown sex` and a missing birth date are allowed.
    """
    written = document.get("patient")
    if written is None:
        raise ShorthandError("`patient` is missing")
    on = writer.calendar.day_0 or writer.as_of
    gender, birth, sizes = "unknown", None, []
    for word in (part.strip() for part in str(written).split(",")):
        age = _AGE.match(word)
        if word in ("female", "male"):
            gender = word
        elif word.startswith("born "):
            birth = writer.calendar.day(word[len("born ") :])
        elif age:
            had_birthday = (on.month, on.day) >= _BIRTHDAY
            birth = date(on.year - int(age[1]) - (not had_birthday), *_BIRTHDAY)
        elif _SIZE.match(word):
            sizes.append(word)
        elif word != "unknown sex":
            raise ShorthandError(f"unknown word in `patient`: {word!r}")
    family, given = _name(str(document.get("name", "")))
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "id": writer.patient_id,
        "gender": gender,
        **({"name": [{"text": document["name"], "family": family, "given": given}]} if given else {}),
        **({"birthDate": birth.isoformat()} if birth else {}),
    }
    writer.resources.insert(0, patient)
    for size in sizes:
        write_result(writer, f"{on.isoformat()} {'weight' if size.endswith('kg') else 'height'} {size}")


def _name(text: str) -> tuple[str, list[str]]:
    if not text:
        return "", []
    if not text.isascii() and " " not in text:
        return text[:1], [text[1:]]
    given, _, family = text.rpartition(" ")
    return family, given.split()


def write_allergy(writer: Writer, item: str) -> None:
    """`hydroxychloroquine`, `ramipril "angioedema"`: an active, confirmed allergy or intolerance to a drug."""
    words, text = quoted(item)
    name, rest = take(words, DRUGS)
    if name is None or rest:
        raise ShorthandError(f"unknown allergy: {rest if name else words!r}")
    drug = DRUGS[name]
    codes = [(ATC, drug.atc)] if drug.atc and not drug.rxnorm else [(RXNORM, drug.rxnorm)] if drug.rxnorm else []
    writer.add(
        "AllergyIntolerance",
        f"allergy-{name}",
        None,
        clinicalStatus=coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        verificationStatus=coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed"),
        category=["medication"],
        code=concept(codes, drug.display, name),
        reaction=[{"manifestation": [{"text": text}]}] if text else None,
    )
