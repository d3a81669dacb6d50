"""Hook calls built by hand, for tests of the web door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema

Json = dict[str, Any]

INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
PATIENT = "p1"


def call(**changes: Any) -> Json:
    """A valid patient-view call without prefetch; `...` removes a member."""
    body = {
        "hook": "patient-view",
        "hookInstance": INSTANCE,
        "context": {"userId": "Practitioner/dr", "patientId": PATIENT},
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


def with_context(**changes: Any) -> Json:
    """A valid call with a changed context."""
    context = {"userId": "Practitioner/dr", "patientId": PATIENT, **changes}
    return call(context={name: value for name, value in context.items() if value is not ...})


def authorized(**changes: Any) -> Json:
    """A valid call with access to a FHIR server."""
    given = {
        "access_token": "canary-token",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "user/Patient.read",
        "subject": "lnfhir",
        **changes,
    }
    authorization = {name: value for name, value in given.items() if value is not ...}
    return call(fhirServer="https://ehr.example/fhir", fhirAuthorization=authorization)


def body(content: Any) -> bytes:
    """A body as a client sends it."""
    return json.dumps(content).encode()


def patient(identity: str = PATIENT, **members: Any) -> Json:
    """A Patient."""
    return {"resourceType": "Patient", "id": identity, "gender": "female", "birthDate": "1990-05-01", **members}


def bundle(*resources: Json, **members: Any) -> Json:
    """A searchset."""
    entries = [{"fullUrl": f"https://ehr.example/fhir/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    content = {"resourceType": "Bundle", "type": "searchset", "total": len(resources), **members}
    return {**content, "entry": entries} if entries else content


OUTCOME: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """The validator of a published schema, such as `response`."""
    schema = json.loads((files("lnfhir.profiles") / "schema" / f"cds-hooks-{name}.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def schema_faults(name: str, content: Any) -> list[str]:
    """Where a document departs from a published schema."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(name).iter_errors(content)]


def empties(content: Any, path: str = "$") -> Iterator[str]:
    """Where a document has null, "", [] or {}, which CDS Hooks forbids except for `cards` and `services`."""
    if content in (None, "", [], {}) and content is not False and path not in ("$.cards", "$.services"):
        yield path
    elif isinstance(content, dict):
        for name, member in content.items():
            yield from empties(member, f"{path}.{name}")
    elif isinstance(content, list):
        for number, member in enumerate(content):
            yield from empties(member, f"{path}[{number}]")


def broken_invariants(response: Json) -> list[str]:
    """The invariants of CDS Hooks 3.0's response model that a response breaks."""
    broken = []
    for card in response["cards"]:
        suggestions = card.get("suggestions", [])
        recommended = [s for s in suggestions if s.get("isRecommended")]
        if card.get("selectionBehavior") == "at-most-one" and len(recommended) > 1:
            broken.append("cds-resp-1")
        actions = [action for s in suggestions for action in s.get("actions", [])]
        if any(a["type"] == "delete" and ("resource" in a or "resourceId" not in a) for a in actions):
            broken.append("cds-resp-2")
        if any(link["type"] != "smart" and "appContext" in link for link in card.get("links", [])):
            broken.append("cds-resp-3")
        if any("display" not in reason for reason in card.get("overrideReasons", [])):
            broken.append("cds-resp-4")
        if any("description" not in action for action in actions):
            broken.append("cds-resp-5")
        if suggestions and "selectionBehavior" not in card:
            broken.append("cds-resp-6")
        if any(s.get("actionSelectionBehavior", "all") not in ("all", "any", "at-most-one") for s in suggestions):
            broken.append("cds-resp-7")
    return broken


def response_faults(content: Json) -> list[str]:
    """Everything that is wrong with a response, by schema, emptiness and invariants."""
    return (
        schema_faults("response", content)
        + [f"empty: {path}" for path in empties(content)]
        + broken_invariants(content)
    )
