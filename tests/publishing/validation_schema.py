"""The JSON Schema of what `lnfhir validate --json` writes, with the words the code knows."""

from __future__ import annotations

from typing import Any

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.issue import Severity
from lnfhir.validation.fault import Depth
from lnfhir.validation.fitness import STATES
from lnfhir.validation.kinds import BY_ID
from lnfhir.validation.outcome import SCHEMA_VERSION
from lnfhir.validation.tally import EXIT_CODES, PLACES_KEPT

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
COUNT = {"type": "integer", "minimum": 0}


def _text(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": description}


def _words(words: list[str], description: str) -> Schema:
    return {"enum": words, "description": description}


def _whole(description: str, properties: Schema, *optional: str) -> Schema:
    """An object that has these members and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _some(description: str, keys: list[str]) -> Schema:
    """Counts by these keys, of which those that are zero may be absent."""
    return {
        "type": "object",
        "description": description,
        "properties": dict.fromkeys(keys, COUNT),
        "additionalProperties": False,
    }


def _fault() -> Schema:
    place = _whole(
        "Where it is; what is not known is absent.",
        {
            "document": _text("The file or address; for a line of a file with `:` and the number of the line."),
            "path": _text("The place in the document, by the names of its JSON members."),
            "reference": _text("`Type/id` of the resource it is about."),
        },
        "document",
        "path",
        "reference",
    )
    return _whole(
        "One fault, with how often and where it was found.",
        {
            "depth": _words([each.value for each in Depth], "How deep one has to look to see it."),
            "severity": _words([each.value for each in Severity], "As FHIR's issue-severity."),
            "code": _text("As FHIR's issue-type."),
            "kind": _words(sorted(BY_ID), "`lnfhir validate --explain KIND` says how to mend it."),
            "text": _text("The sentence, in `language`."),
            "count": {"type": "integer", "minimum": 1, "description": "How often it was found."},
            "places": {
                "type": "array",
                "description": "Where it was found first.",
                "minItems": 1,
                "maxItems": PLACES_KEPT,
                "items": place,
            },
        },
    )


def _need() -> Schema:
    return _whole(
        "Of one need of the rules, over all patients.",
        {
            "patientsWithData": {**COUNT, "description": "Patients with any datum that can be used for it."},
            "data": {**COUNT, "description": "Data that can be used for it."},
            "coverage": _some("Patients by how the record covers it.", [each.value for each in Coverage]),
        },
    )


def _rule() -> Schema:
    missing = _whole(
        "One datum that a rule misses.",
        {"text": _text("The datum, in `language`."), "patients": {"type": "integer", "minimum": 1}},
    )
    return _whole(
        "What became of one rule, over all patients.",
        {
            "rule": _text("Its name, in `language`."),
            "states": _some("Patients by the state of the rule.", list(STATES)),
            "missing": {"type": "array", "description": "The most frequent first.", "items": missing},
        },
    )


def validation() -> Schema:
    """The schema."""
    needs = [need.value for need in Need]
    members = {
        "schemaVersion": {"const": SCHEMA_VERSION, "description": "Raised when a field changes its meaning."},
        "version": _text("The version of lnfhir."),
        "language": _words(["en", "zh-CN"], "The language of the sentences (BCP 47)."),
        "exitCode": {"enum": list(EXIT_CODES), "description": "0 fit, 1 warnings, 2 errors, 3 something unreadable."},
        "documents": {**COUNT, "description": "Bundles and resources met, the unreadable ones too."},
        "unreadable": {**COUNT, "description": "Documents that could not be read as FHIR at all."},
        "patients": {**COUNT, "description": "Patients the rules were tried on."},
        "resources": {
            "type": "object",
            "description": "Resources by their type, as it is written in them.",
            "additionalProperties": {"type": "integer", "minimum": 1},
        },
        "counts": _whole("Faults by severity.", {each.value: COUNT for each in Severity}),
        "faults": {"type": "array", "description": "The worst first.", "items": {"$ref": "#/$defs/fault"}},
        "needs": _whole("What the rules need, by name.", {need: {"$ref": "#/$defs/need"} for need in needs}),
        "rules": {
            "type": "array",
            "description": "What became of each rule; empty without patients.",
            "items": {"$ref": "#/$defs/rule"},
        },
    }
    return {
        "$schema": DRAFT,
        "$id": f"urn:lnfhir:schema:validation:{SCHEMA_VERSION}",
        "title": "lnfhir validation",
        **_whole(
            "What `lnfhir validate --json` found. Sentences are for people and are in `language`; keys and kinds are "
            "the same in every language. null is never written.",
            members,
        ),
        "$defs": {"fault": _fault(), "need": _need(), "rule": _rule()},
    }
