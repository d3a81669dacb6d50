"""What every published resource has in common, and where it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lnfhir import __version__

SHELF = Path(__file__).parents[2] / "profiles"
BASE = "https://lnfhir.org/fhir"
TERM = f"{BASE}/CodeSystem/term"
SCORE = f"{BASE}/CodeSystem/score"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"

Resource = dict[str, Any]

NOTICES = {
    LOINC: "LOINC codes are copyright Regenstrief Institute, Inc. and the LOINC Committee, and available at no cost "
    "under the license at http://loinc.org/license.",
    SNOMED: "SNOMED CT codes are copyright SNOMED International; their use needs an affiliate license where no "
    "national license covers it.",
    RXNORM: "RxNorm is made available by the U.S. National Library of Medicine, National Institutes of Health.",
    ATC: "ATC codes are copyright WHO Collaborating Centre for Drug Statistics Methodology.",
    UCUM: "UCUM codes are copyright Regenstrief Institute, Inc. and available under the license at https://ucum.org.",
}
"""The licence notice that goes with each system's codes."""


def copyright_of(*systems: str) -> str:
    """The notices of the systems used."""
    return " ".join(notice for system, notice in NOTICES.items() if system in systems)


def canonical(kind: str, identity: str) -> str:
    """The canonical URL of one of ours."""
    return f"{BASE}/{kind}/{identity}"


def head(kind: str, identity: str, title: str, /, **more: Any) -> Resource:
    """The first members of a conformance resource."""
    return {
        "resourceType": kind,
        "id": identity,
        "url": canonical(kind, identity),
        "version": __version__,
        "name": "Lnfhir" + "".join(part.capitalize() for part in identity.replace("-", " ").split()),
        "title": title,
        "status": "draft",
        "experimental": False,
        "publisher": "lnfhir",
        **more,
    }


def published(kind: str) -> dict[str, Resource]:
    """What stands on the shelf, by id; value sets made for a binding included."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((SHELF / kind).rglob("*.json"))]
    return {resource["id"]: resource for resource in found}


def indented(document: Any) -> str:
    """JSON for people."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
