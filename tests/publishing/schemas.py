"""The JSON Schemas that follow the code: the report of a validation, and the two files a site writes (TOML)."""

from __future__ import annotations

from typing import Any

import msgspec

from cds_hooks.config import Settings
from lnfhir.analytes import Analyte
from lnfhir.terminology import concepts, drug_groups
from lnfhir.terminology.code_map import Entries
from tests.publishing.validation_schema import validation

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def _defined(kind: type, title: str) -> tuple[Schema, dict[str, Schema]]:
    """The schema of a struct, and the definitions it refers to by `#/$defs/`."""
    [schema], definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    found = definitions.pop(schema["$ref"].rsplit("/", 1)[1])
    return {**found, "title": title}, definitions


def _told(schema: Any) -> Any:
    """The same with docstrings as running text."""
    if isinstance(schema, dict):
        told = {key: _told(value) for key, value in schema.items()}
        if isinstance(told.get("description"), str):
            told["description"] = " ".join(told["description"].split())
        return told
    return [_told(item) for item in schema] if isinstance(schema, list) else schema


def config() -> Schema:
    """`lnfhir.toml`: what `cds_hooks.config.settings_from` accepts."""
    service, definitions = _defined(Settings, "The web service")
    del service["properties"]["policy"], service["properties"]["codes"], definitions["Policy"]
    path = {"type": "string", "description": "The file of the site's code map."}
    codemap = {"type": "object", "properties": {"path": path}, "required": ["path"], "additionalProperties": False}
    return {
        "$schema": DRAFT,
        "$id": "urn:lnfhir:schema:config",
        "title": "lnfhir.toml",
        "description": "The settings of lnfhir. A key that is absent has its default; an unknown key is refused.",
        "type": "object",
        "properties": {"service": service, "policy": {"$ref": "urn:lnfhir:schema:policy"}, "codemap": codemap},
        "additionalProperties": False,
        "$defs": definitions,
    }


def code_map() -> Schema:
    """A site's code map: what `lnfhir.terminology.code_map` accepts, with the words it knows."""
    whole, definitions = _defined(Entries, "Code map")
    ideas = sorted(value for name, value in vars(concepts).items() if name.isupper() and isinstance(value, str))
    ingredients = sorted(drug_groups.INGREDIENTS)
    definitions["LabEntry"]["properties"]["analyte"] = {"enum": [analyte.value for analyte in Analyte]}
    definitions["ConditionEntry"]["properties"]["concept"] = {"enum": ideas}
    definitions["DrugEntry"]["properties"]["ingredient"] = {
        "anyOf": [
            {"enum": ingredients},
            {"type": "array", "items": {"enum": ingredients}, "minItems": 1},
        ]
    }
    return {
        "$schema": DRAFT,
        "$id": "urn:lnfhir:schema:code-map",
        **whole,
        "description": "A site's own codes and drug texts, and what they mean.",
        "$defs": definitions,
    }


def schemas() -> dict[str, Schema]:
    """File name to schema, of those that follow the code."""
    found = {"config.json": config(), "code-map.json": code_map(), "validation.json": validation()}
    return {name: _told(schema) for name, schema in found.items()}
