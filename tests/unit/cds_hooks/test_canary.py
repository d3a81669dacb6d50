"""A canary in every place of a request, good and bad: it is found in no log, no figure, no error and no stored file."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.hook_calls import INSTANCE, bundle, call, patient
from tests.unit.cds_hooks.signing import ISSUER, claims, ec_jwk, header, token
from tests.unit.cds_hooks.test_server_limits import started

CANARY = "cAnAry7"
VIEW = "/cds-services/ln-patient-view"
Json = dict[str, Any]


def marked(kind: str) -> str:
    """A canary that names its place, in the characters of a FHIR id."""
    return f"{CANARY}-{kind}"


def person(**changes: Any) -> Json:
    """A patient whose every text is a canary."""
    return patient(
        marked("patient"),
        name=[{"family": marked("family"), "given": [marked("given")]}],
        identifier=[{"system": "urn:mrn", "value": marked("mrn")}],
        text={"status": "generated", "div": f"<div>{marked('narrative')}</div>"},
        **changes,
    )


def condition(**changes: Any) -> Json:
    """A condition whose every text is a canary."""
    return {
        "resourceType": "Condition",
        "id": marked("condition"),
        "subject": {"reference": f"Patient/{marked('patient')}", "display": marked("display")},
        "code": {"text": marked("text"), "coding": [{"system": "urn:local", "code": marked("code")}]},
        "note": [{"text": marked("note")}],
        **changes,
    }


def observation(**changes: Any) -> Json:
    """A result that cannot be used, whose every text is a canary."""
    return {
        "resourceType": "Observation",
        "id": marked("observation"),
        "status": "final",
        "subject": {"reference": f"Patient/{marked('patient')}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "2890-2", "display": marked("display")}]},
        "valueQuantity": {"value": 1, "unit": marked("unit"), "code": marked("unit"), "system": "urn:x"},
        "effectiveDateTime": marked("date"),
        **changes,
    }


def full(**changes: Any) -> Json:
    """A good call with canaries wherever a client may write."""
    content = call(
        context={
            "userId": f"Practitioner/{marked('user')}",
            "patientId": marked("patient"),
            "encounterId": marked("encounter"),
            "extra": marked("context"),
        },
        fhirServer=f"http://127.0.0.1:9/{marked('server')}",
        fhirAuthorization={
            "access_token": marked("access-token"),
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": marked("scope"),
            "subject": marked("subject"),
        },
        prefetch={
            "patient": person(),
            "conditions": bundle(condition()),
            "proteinuria": bundle(observation()),
            marked("key"): {"resourceType": marked("type")},
        },
        extension={marked("extension"): marked("value")},
    )
    return {name: value for name, value in {**content, **changes}.items() if value is not ...}


def orders(hook: str) -> Json:
    """A call of an order hook with a canary in the order."""
    order = {
        "resourceType": "MedicationRequest",
        "id": marked("order"),
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": {"text": f"mycophenolate mofetil {marked('drug')}"},
        "dosageInstruction": [{"text": marked("dosage")}],
    }
    content = full(hook=hook)
    content["context"] |= {
        "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order}]},
        "selections": [f"MedicationRequest/{marked('order')}"],
    }
    return content


def calls() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Path, body and headers of good and bad calls."""
    good = json.dumps(full()).encode()
    yield VIEW, good, {}
    yield f"{VIEW}?{marked('query')}=1", good, {"x-request-id": marked("header"), "user-agent": marked("agent")}
    yield "/cds-services/ln-order-select", json.dumps(orders("order-select")).encode(), {}
    yield "/cds-services/ln-order-sign", json.dumps(orders("order-sign")).encode(), {}
    yield "/cds-services/ln-encounter-start", json.dumps(full(hook="encounter-start")).encode(), {}
    yield f"/cds-services/{marked('service')}", good, {}
    yield f"/{marked('path')}", good, {}
    yield VIEW, good[:-30], {}
    yield VIEW, marked("body").encode(), {}
    yield VIEW, good, {"content-type": marked("media")}
    yield VIEW, good, {"content-encoding": marked("encoding")}
    yield VIEW, good, {"accept-language": marked("language")}
    yield VIEW, good, {"host": f"{marked('host')}:80"}
    yield VIEW, b'{"%s":1,"%s":2}' % ((marked("twice").encode(),) * 2), {}
    bad: tuple[Json, ...] = (
        full(hook=marked("hook")),
        full(hookInstance=marked("instance")),
        full(hookInstance=...),
        full(fhirServer=marked("address")),
        full(context=marked("context")),
        full(context={"userId": marked("user"), "patientId": f"{marked('patient')}/.."}),
        full(prefetch=marked("prefetch")),
        full(prefetch={"patient": {**person(), "id": marked("other")}}),
        full(prefetch={"patient": marked("text")}),
        full(
            prefetch={
                "patient": {"resourceType": "OperationOutcome", "issue": [{"diagnostics": marked("diagnostics")}]}
            }
        ),
        full(prefetch={}),
        full(fhirAuthorization={"access_token": marked("access-token"), "patient": marked("another")}),
    )
    for content in bad:
        yield VIEW, json.dumps(content).encode(), {}
    item = {
        "card": INSTANCE,
        "outcome": "overridden",
        "overrideReason": {"reason": {"code": marked("reason"), "system": "urn:x"}, "userComment": marked("comment")},
        "outcomeTimestamp": "2024-07-16T12:00:00Z",
    }
    yield f"{VIEW}/feedback", json.dumps({"feedback": [item]}).encode(), {}
    yield f"{VIEW}/feedback", json.dumps({"feedback": [{**item, "outcome": marked("outcome")}]}).encode(), {}
    yield f"{VIEW}/feedback", json.dumps({"feedback": marked("feedback")}).encode(), {}


def credentials(signed: bool, path: str, number: int) -> str:
    """A token whose every free text is a canary: of a known client, or of nobody."""
    now = time.time()
    known: Json = {"exp": now + 300, "iat": now, "jti": f"{marked('jti')}-{number}", "sub": marked("subject")}
    known["aud"] = f"http://127.0.0.1{path.partition('?')[0]}"
    if not signed:
        known["iss"] = f"https://{marked('issuer')}"
    head = header() if signed else header(kid=marked("kid"))
    return f"Bearer {token(head, claims(**known))}"


@pytest.mark.parametrize("with_clients", [False, True])
def test_no_output_repeats_what_a_client_sent(tmp_path: Path, with_clients: bool) -> None:
    store = tmp_path / "store"
    settings = 'fetch_seconds = 0.2\nfhir_servers = ["http://127.0.0.1:9"]\nburst = 1000\n'
    if with_clients:
        keys = tmp_path / "keys.json"
        keys.write_text(json.dumps({"keys": [ec_jwk()]}))
        settings += f'base_url = "http://127.0.0.1"\n[[service.clients]]\nissuer = "{ISSUER}"\njwks_file = "{keys}"\n'
        settings += 'fhir_servers = ["http://127.0.0.1:9"]\n'
    settings += f'[service.store]\ndirectory = "{store}"\n'
    statuses: list[int] = []
    with started(tmp_path, settings) as (port, process):
        for signed in (True, False):
            for number, (path, content, headers) in enumerate(calls()):
                connection = HTTPConnection("127.0.0.1", port, timeout=20)
                usual = {"content-type": "application/json"}
                if with_clients:
                    usual["authorization"] = credentials(signed, path, number)
                connection.request("POST", path, content, {**usual, **headers})
                answered = connection.getresponse()
                said = answered.read().decode()
                statuses.append(answered.status)
                if answered.status >= 400:
                    assert CANARY.lower() not in said.lower(), (path, said)
                    assert CANARY.lower() not in str(answered.headers).lower(), path
                connection.close()
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/metrics")
        figures = connection.getresponse().read().decode()
        connection.close()
        process.send_signal(signal.SIGTERM)
        written, _ = process.communicate(timeout=30)
    assert {200, 400, 404, 412, 415} <= set(statuses)
    assert 500 not in statuses
    assert (401 in statuses) is with_clients
    assert "lnfhir_calls_total" in figures
    assert '"event": "call"' in written
    assert CANARY.lower() not in figures.lower()
    assert [line for line in written.splitlines() if CANARY.lower() in line.lower()] == []
    kept = {path.name: path.read_bytes().lower() for path in store.rglob("*") if path.is_file()}
    assert kept
    stored = [word for content in kept.values() for word in kinds_in(content)]
    assert set(stored) <= {"reason"}


def kinds_in(content: bytes) -> list[str]:
    """The places whose canaries are in a file. A client's code for a reason is kept: it is what the report counts."""
    return [found.decode() for found in re.findall(rb"%s-([a-z-]*[a-z])" % CANARY.lower().encode(), content)]
