"""The implementation guide that lists everything, and the manifest of the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lnfhir import __version__
from lnfhir.fhir_package import resources
from tests.publishing.shelf import BASE, NOTICES, SHELF, Resource, copyright_of, head, indented

PACKAGE = "org.lnfhir.ln"
TITLE = "Lupus nephritis decision support"
DESCRIPTION = (
    "What the rules of lnfhir read and say: profiles of the data, value sets of each clinical idea, concept maps of "
    "local codes, one PlanDefinition for each recommendation, and an example of an assessment. Not a medical device."
)
GUIDE = "ImplementationGuide"


def _listed() -> list[dict[str, Any]]:
    return [
        {
            "reference": {"reference": f"{each.kind}/{each.content['id']}"},
            "name": each.content.get("title", each.content["id"]),
            "exampleBoolean": each.example,
            "groupingId": each.kind,
        }
        for each in resources()
        if each.kind != GUIDE
    ]


def implementation_guide() -> Resource:
    """Every resource of the package, grouped by type."""
    listed = _listed()
    groups = [{"id": kind, "name": kind} for kind in sorted({each["groupingId"] for each in listed})]
    return head(
        GUIDE,
        PACKAGE,
        TITLE,
        description=DESCRIPTION,
        copyright=copyright_of(*NOTICES),
        packageId=PACKAGE,
        license="Apache-2.0",
        fhirVersion=["4.0.1"],
        definition={"grouping": groups, "resource": listed},
    ) | {"name": "LnfhirLupusNephritis"}


def manifest() -> dict[str, Any]:
    """`package.json` of a FHIR package."""
    return {
        "name": PACKAGE,
        "version": __version__,
        "type": "fhir.ig",
        "title": TITLE,
        "description": DESCRIPTION,
        "canonical": BASE,
        "url": BASE,
        "author": "lnfhir",
        "license": "Apache-2.0",
        "fhirVersions": ["4.0.1"],
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
        "directories": {"lib": "package", "example": "example"},
    }


def files() -> dict[Path, str]:
    """Each file and what it should hold, once everything else is written."""
    return {
        SHELF / GUIDE / f"{PACKAGE}.json": indented(implementation_guide()),
        SHELF / "package.json": indented(manifest()),
    }
