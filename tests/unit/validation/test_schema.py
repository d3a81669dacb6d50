"""What `lnfhir validate --json` writes follows its published schema, and the schema refuses what it never writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.chart.records import PATIENT, Json, coded, creatinine, observation, order, quantity
from tests.unit.command_line import bundle, patient, run

SCHEMA = json.loads((Path(__file__).parents[3] / "profiles" / "schema" / "validation.json").read_text("utf-8"))
BAD = creatinine(1, "furlong", status="done", comparator="~", id="a_b")
LOCAL = observation(coded("KREA", "urn:oid:1.2.3", "Kreatinin i.S."), valueQuantity=quantity(1, "mg/dL"))


def faults(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def report(tmp_path: Path, *texts: str, language: str = "en") -> Any:
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.json").write_text(text, "utf-8")
    return json.loads(run("validate", "--json", "--as-of", "2025-12-31", "--lang", language, str(tmp_path)).out)


def objects(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for child in node.values():
            yield from objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from objects(child)


def test_the_schema_is_a_schema_closed_and_explained() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    found = list(objects(SCHEMA))
    assert len(found) > 8
    assert [each for each in found if not each.get("description")] == []
    assert [each["description"] for each in found if each["additionalProperties"] is not False] == [
        "Resources by their type, as it is written in them."
    ]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("{",),
        ('{"resourceType": "Nope"}', "[]"),
        (bundle(PATIENT, creatinine()),),
        (bundle(PATIENT, patient("bob"), BAD, LOCAL, order("prednisone"), order("Hydroxycloroquin 200", "b")), "{"),
        (json.dumps(creatinine(1, "mg/dL")), json.dumps(PATIENT)),
    ],
    ids=["nothing", "broken", "not-fhir", "good", "bad", "alone"],
)
def test_a_report_follows_the_schema(tmp_path: Path, texts: tuple[str, ...], language: str) -> None:
    document = report(tmp_path, *texts, language=language)
    assert faults(document) == []
    assert (document["language"], document["documents"]) == (language, len(texts) or 1)


def test_the_schema_refuses_what_is_never_written(tmp_path: Path) -> None:
    good = report(tmp_path, bundle(PATIENT, BAD))
    changes: list[tuple[tuple[str | int, ...], Any]] = [
        (("schemaVersion",), 1),
        (("exitCode",), 4),
        (("note",), "x"),
        (("counts", "fatal"), 0),
        (("faults", 0, "kind"), "other"),
        (("faults", 0, "places"), []),
        (("faults", 0, "places", 0, "line"), 3),
        (("needs", "creatinine"), {}),
        (("rules", 0, "states", "unknown"), 1),
        (("resources", "Patient"), 0),
    ]
    for path, value in changes:
        changed = deepcopy(good)
        *inner, last = path
        node = changed
        for step in inner:
            node = node[step]
        node[last] = value
        assert len(faults(changed)) == 1, path
