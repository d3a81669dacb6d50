"""Every fault of a request is found, named by its path, and never repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cds_hooks.members import DEPTH
from cds_hooks.problems import Problem, outcome
from cds_hooks.request import Request, read_request
from cds_hooks.services import SERVICES
from tests.hook_calls import INSTANCE, PATIENT, authorized, body, call, patient, with_context

VIEW = SERVICES[0]
CANARY = "canary"


def faults(sent: bytes, *, https_only: bool = False) -> list[tuple[str, str]]:
    """(path, code) of each fault; nothing for a good request."""
    read = read_request(sent, VIEW, https_only=https_only)
    if isinstance(read, Request):
        return []
    assert read.status == 400
    assert CANARY.encode() not in outcome(read).body
    return [(issue.path, issue.code) for issue in read.issues]


def accepted(content: Any, *, https_only: bool = False) -> Request:
    """The request, which must be good."""
    read = read_request(body(content), VIEW, https_only=https_only)
    assert isinstance(read, Request), [str(issue.says) for issue in read.issues]
    return read


GOOD = body(call(prefetch={"patient": patient()}))

NOT_JSON: dict[str, bytes] = {
    "empty": b"",
    "white space": b" \n",
    "truncated": GOOD[:-3],
    "array": b"[1]",
    "string": b'"canary"',
    "number": b"12",
    "null": b"null",
    "NaN": GOOD.replace(b'"p1"', b"NaN"),
    "Infinity": GOOD.replace(b'"p1"', b"-Infinity"),
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without mark": GOOD.decode().encode("utf-16-le"),
    "invalid UTF-8": GOOD.replace(b"female", b"\xff\xfe"),
    "overlong UTF-8": GOOD.replace(b"female", b"\xc0\xaf"),
    "surrogate as UTF-8": GOOD.replace(b"female", b"\xed\xa0\x80"),
    "lone surrogate": GOOD.replace(b"female", b"\\ud800"),
    "bare NUL": GOOD.replace(b"female", b"\x00"),
    "line feed in a string": GOOD.replace(b"female", b"\n"),
    "trailing text": GOOD + b" canary",
    "two documents": GOOD + GOOD,
    "comment": b"/* canary */" + GOOD,
    "trailing comma": GOOD.replace(b"}}}", b"},}}"),
    "single quotes": b"{'hook':'patient-view'}",
    "leading zero": GOOD.replace(b'"p1"', b"01"),
    "nested 100 000 deep": b'{"extension":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "never closed": b"[" * 100_000,
    "nested one level too deep": body(call(extension=None)).replace(b"null", b"[" * DEPTH + b"]" * DEPTH),
    "repeated name": GOOD.replace(b'{"hook"', b'{"hook":"canary","hook"', 1),
    "repeated name, escaped": GOOD.replace(b'{"hook"', b'{"\\u0068ook":"canary","hook"', 1),
}


@pytest.mark.parametrize("kind", NOT_JSON)
def test_what_is_not_one_json_object_is_refused(kind: str) -> None:
    found = faults(NOT_JSON[kind])
    assert [path for path, _ in found] == [""]
    assert found[0][1] == "structure"


def test_the_deepest_body_that_is_allowed_passes() -> None:
    deep = body(call(extension=None)).replace(b"null", b"[" * (DEPTH - 1) + b"]" * (DEPTH - 1))
    assert faults(deep) == []


FAULTS: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("nothing", {}, [("hook", "required"), ("hookInstance", "required"), ("context", "required")]),
    ("hook absent", call(hook=...), [("hook", "required")]),
    ("hook null", call(hook=None), [("hook", "required")]),
    ("hook empty", call(hook=""), [("hook", "value")]),
    ("hook number", call(hook=1), [("hook", "value")]),
    ("hook of another service", call(hook="order-sign"), [("hook", "value")]),
    ("hook in other case", call(hook="Patient-View"), [("hook", "value")]),
    ("instance absent", call(hookInstance=...), [("hookInstance", "required")]),
    ("instance no UUID", call(hookInstance=CANARY), [("hookInstance", "value")]),
    ("instance with braces", call(hookInstance="{" + INSTANCE + "}"), [("hookInstance", "value")]),
    ("instance without hyphens", call(hookInstance=INSTANCE.replace("-", "")), [("hookInstance", "value")]),
    ("instance and a line feed", call(hookInstance=INSTANCE + "\n"), [("hookInstance", "value")]),
    ("context absent", call(context=...), [("context", "required")]),
    ("context null", call(context=None), [("context", "required")]),
    ("context array", call(context=[]), [("context", "structure")]),
    ("context empty", call(context={}), [("context.userId", "required"), ("context.patientId", "required")]),
    ("patient absent", with_context(patientId=...), [("context.patientId", "required")]),
    ("patient null", with_context(patientId=None), [("context.patientId", "required")]),
    ("patient empty", with_context(patientId=""), [("context.patientId", "value")]),
    ("patient number", with_context(patientId=7), [("context.patientId", "value")]),
    ("patient with type", with_context(patientId="Patient/canary"), [("context.patientId", "value")]),
    ("patient with query", with_context(patientId="1?_id=canary"), [("context.patientId", "value")]),
    ("patient with dots and slash", with_context(patientId="../canary"), [("context.patientId", "value")]),
    ("patient with line feed", with_context(patientId="1\n"), [("context.patientId", "value")]),
    ("patient too long", with_context(patientId="1" * 65), [("context.patientId", "value")]),
    ("patient not ASCII", with_context(patientId="１"), [("context.patientId", "value")]),
    ("user absent", with_context(userId=...), [("context.userId", "required")]),
    ("user without type", with_context(userId="dr"), [("context.userId", "value")]),
    ("user of unknown type", with_context(userId="Device/1"), [("context.userId", "value")]),
    ("encounter with type", with_context(encounterId="Encounter/1"), [("context.encounterId", "value")]),
    ("server relative", call(fhirServer="/fhir"), [("fhirServer", "value")]),
    ("server of another scheme", call(fhirServer="file:///canary"), [("fhirServer", "value")]),
    ("server with user", call(fhirServer="https://ehr.example@canary/fhir"), [("fhirServer", "value")]),
    ("server with query", call(fhirServer="https://ehr.example/fhir?canary"), [("fhirServer", "value")]),
    ("server number", call(fhirServer=1), [("fhirServer", "value")]),
    ("prefetch array", call(prefetch=[]), [("prefetch", "structure")]),
    ("prefetch string", call(prefetch=CANARY), [("prefetch", "structure")]),
    ("authorization string", call(fhirAuthorization=CANARY), [("fhirAuthorization", "structure")]),
    ("authorization without token", authorized(access_token=...), [("fhirAuthorization.access_token", "required")]),
    ("authorization of another patient", authorized(patient=CANARY), [("fhirAuthorization.patient", "conflict")]),
    (
        "authorization without server",
        {name: member for name, member in authorized().items() if name != "fhirServer"},
        [("fhirServer", "required")],
    ),
    (
        "everything at once",
        {
            "hook": CANARY,
            "hookInstance": CANARY,
            "context": {"userId": CANARY, "patientId": "canary/"},
            "fhirServer": CANARY,
            "fhirAuthorization": [],
            "prefetch": 1,
        },
        [
            ("hook", "value"),
            ("hookInstance", "value"),
            ("fhirServer", "value"),
            ("context.userId", "value"),
            ("context.patientId", "value"),
            ("fhirAuthorization", "structure"),
            ("prefetch", "structure"),
        ],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_every_fault_is_named_by_its_path(content: Any, expected: list[tuple[str, str]]) -> None:
    assert faults(body(content)) == expected


@pytest.mark.parametrize("place", ["context", "fhirAuthorization", "prefetch"])
def test_a_repeated_name_below_the_top_is_refused(place: str) -> None:
    sent = body({**authorized(), "prefetch": {}})
    repeated = sent.replace(f'"{place}": {{'.encode(), f'"{place}": {{"x": 1, "x": "canary"'.encode())
    if place != "prefetch":
        repeated = repeated.replace(b'"x": "canary"', b'"x": "canary", ')
    assert faults(repeated) == [(place, "structure")]


def test_a_good_request_is_read() -> None:
    content = {**authorized(patient=PATIENT), "prefetch": {"patient": patient(), "conditions": None}}
    content["context"]["encounterId"] = "e1"
    read = accepted(content)
    assert (read.hook_instance, read.patient_id, read.user_id, read.encounter_id) == (
        INSTANCE,
        PATIENT,
        "Practitioner/dr",
        "e1",
    )
    assert read.fhir_server == "https://ehr.example/fhir"
    assert read.authorization is not None
    assert read.authorization.access_token == "canary-token"
    assert {key: json.loads(bytes(raw)) for key, raw in read.prefetch.items()} == content["prefetch"]


def test_a_token_is_never_shown() -> None:
    assert CANARY not in repr(accepted(authorized()))


def test_what_cds_hooks_does_not_name_is_ignored() -> None:
    odd = call(extension=[1], __proto__={"hook": CANARY}, constructor=1, __class__=None, prefetch={"unheard": {}})
    assert accepted(odd).patient_id == PATIENT


def test_optional_members_may_be_null() -> None:
    read = accepted({**with_context(encounterId=None), "fhirServer": None, "fhirAuthorization": None, "prefetch": None})
    assert (read.encounter_id, read.fhir_server, read.authorization, dict(read.prefetch)) == ("", "", None, {})


@pytest.mark.parametrize(
    "unusable",
    [
        {"token_type": "MAC"},
        {"token_type": ...},
        {"expires_in": 0},
        {"expires_in": -5},
        {"expires_in": "300"},
        {"expires_in": ...},
    ],
)
def test_an_authorization_that_cannot_be_used_leaves_the_prefetch(unusable: dict[str, Any]) -> None:
    assert accepted(authorized(**unusable)).authorization is None


def test_the_patient_of_an_authorization_may_carry_its_type() -> None:
    assert accepted(authorized(patient=f"Patient/{PATIENT}")).authorization is not None


def test_a_uuid_in_capitals_is_a_uuid() -> None:
    assert accepted(call(hookInstance=INSTANCE.upper())).hook_instance == INSTANCE.upper()


def test_production_refuses_a_fhir_server_without_tls() -> None:
    plain = body(call(fhirServer="http://localhost:9080/fhir"))
    assert faults(plain) == []
    assert faults(plain, https_only=True) == [("fhirServer", "security")]
    assert accepted(call(fhirServer="HTTPS://ehr.example"), https_only=True).fhir_server


def test_a_problem_is_an_operation_outcome_with_every_fault() -> None:
    read = read_request(body(call(hook=CANARY, context={})), VIEW)
    assert isinstance(read, Problem)
    shown = outcome(read)
    assert shown.status == 400
    document = json.loads(shown.body)
    assert document["resourceType"] == "OperationOutcome"
    assert [issue["expression"] for issue in document["issue"]] == [["hook"], ["context.userId"], ["context.patientId"]]
    assert {issue["severity"] for issue in document["issue"]} == {"error"}
