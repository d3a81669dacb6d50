"""Answers of FHIR servers, written by hand."""

from __future__ import annotations

import json
from typing import Any

from lnfhir.fhir.answer import Answer
from lnfhir.fhir.bundle import read_answer

Json = dict[str, Any]


def read(value: object, place: str = "Bundle") -> Answer:
    return read_answer(json.dumps(value).encode(), place)


def bundle(*resources: object, **members: object) -> Json:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in resources], **members}


def observation(name: str = "o1", **members: object) -> Json:
    return {"resourceType": "Observation", "id": name, "status": "final", **members}


def outcome(*issues: tuple[str, str]) -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": s, "code": c} for s, c in issues]}


def names(answer: Answer) -> list[str]:
    return [resource.local_reference for _, resource in answer.resources]


def complaints(answer: Answer) -> list[tuple[str, str]]:
    return [(issue.code, issue.path) for issue in answer.issues]
