"""A report as a FHIR OperationOutcome, for machines that speak FHIR."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lnfhir.fhir.issue import Severity
from lnfhir.message import Message, say
from lnfhir.validation.tally import Found, Place, Tally

KIND_SYSTEM = "https://lnfhir.org/fhir/CodeSystem/fault-kind"

SCHEMA_VERSION = "1"
"""Of the JSON report; raised when a field changes its meaning or goes away."""

Lookup = Callable[[str], str]


_CHOICE = re.compile(
    r"\b(abatement|asNeeded|bounds|deceased|dose|effective|item|medication|multipleBirth|occurence|occurrence|onset"
    r"|performed|rate|reported|value)(Age|Boolean|CodeableConcept|Date|DateTime|Duration|Instant|Integer|Period"
    r"|Quantity|Range|Ratio|Reference|SampledData|String|Time|Timing)\b"
)
"""A member of a choice in JSON; in FHIRPath it is named without its type."""


def _fhirpath(path: str) -> str:
    return _CHOICE.sub(r"\1", path)


def outcome(tally: Tally, lookup: Lookup = str) -> dict[str, Any]:
    """One issue for each fault and document; FHIRPath expressions of the places remembered."""
    issues = [issue for found in tally.found() for issue in _issues(found, lookup)]
    if not issues:
        says = say("no fault was found in {documents} documents", documents=tally.documents)
        issues = [{"severity": "information", "code": "informational", "details": {"text": says.text(lookup)}}]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issues(found: Found, lookup: Lookup) -> list[dict[str, Any]]:
    by_document: dict[str, list[Place]] = {}
    for place in found.places:
        by_document.setdefault(place.document, []).append(place)
    more = found.count - len(found.places)
    issues = [_issue(found, document, places, lookup) for document, places in by_document.items()]
    if more > 0:
        says = say("and in {count} further places", count=more)
        issues.append({**_issue(found, "", [], lookup), "diagnostics": says.text(lookup)})
    return issues


def _issue(found: Found, document: str, places: list[Place], lookup: Lookup) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": found.severity.value,
        "code": found.code,
        "details": {"coding": [{"system": KIND_SYSTEM, "code": found.kind}], "text": _shown(found.says, lookup)},
    }
    named = dict.fromkeys(place.reference for place in places if place.reference and "?" not in place.reference)
    about = " ".join(part for part in (document, ", ".join(named)) if part)
    if about:
        issue["diagnostics"] = about
    expressions = list(dict.fromkeys(_fhirpath(place.path) for place in places if place.path))
    if expressions:
        issue["expression"] = expressions
    return issue


def _shown(says: Message, lookup: Lookup) -> str:
    return says.text(lookup)


def document(tally: Tally, version: str, language: str, lookup: Lookup = str) -> dict[str, Any]:
    """The whole report as JSON values: what `lnfhir validate --json` writes.

    Its shape is published as `lnfhir.profiles/schema/validation.json`.
    """
    return {
        "schemaVersion": SCHEMA_VERSION,
        "version": version,
        "language": language,
        "exitCode": tally.exit_code,
        "documents": tally.documents,
        "unreadable": tally.unreadable,
        "patients": tally.patients,
        "resources": dict(sorted(tally.resources.items())),
        "counts": {severity.value: tally.count(severity) for severity in Severity},
        "faults": [
            {
                "depth": found.depth.value,
                "severity": found.severity.value,
                "code": found.code,
                "kind": found.kind,
                "text": _shown(found.says, lookup),
                "count": found.count,
                "places": [
                    {
                        name: value
                        for name, value in (("document", p.document), ("path", p.path), ("reference", p.reference))
                        if value
                    }
                    for p in found.places
                ],
            }
            for found in tally.found()
        ],
        "needs": {
            need.value: {
                "patientsWithData": counted.patients,
                "data": counted.held,
                "coverage": {coverage.value: number for coverage, number in counted.coverage.items()},
            }
            for need, counted in tally.needs.items()
        },
        "rules": [
            {
                "rule": _shown(name, lookup),
                "states": dict(sorted(counted.states.items())),
                "missing": [
                    {"text": _shown(item, lookup), "patients": number} for item, number in counted.missing.most_common()
                ],
            }
            for name, counted in tally.rules.items()
        ],
    }
