"""Numbers 109 to 112: hostile text of a record reaches no card as markup, and no log or figure at all."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from tests.faults.bad_inputs.case import CANARY, JSON, VIEW, unsound
from tests.hook_calls import authorized, body, bundle, call, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.test_server_limits import started

HOSTILE = (
    f"<img src=x onerror=alert('{CANARY}')>",
    f"[x](javascript:alert('{CANARY}'))",
    f"![](http://{CANARY}.example/p.png)",
    f"`{CANARY}` | | \n\n# {CANARY}\n| a | b |",
    f"</td></table><script>{CANARY}</script>",
    f"\r\n\x1b[31m{CANARY}\u2028\u2029\u0085",
    f"http://{CANARY}.example www.{CANARY}.example {CANARY}@evil.example",
)


def hostile_call(text: str) -> bytes:
    """A call whose record has this text wherever a person can write."""
    drug = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1", "display": text},
        "medicationCodeableConcept": {"text": f"mycophenolate mofetil 500 mg {text}"},
        "authoredOn": "2024-01-01",
        "dosageInstruction": [{"text": text}],
    }
    biopsy = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "code": {"text": f"kidney biopsy {text}"},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2024-01-01",
        "conclusion": f"lupus nephritis class IV {text}",
    }
    nephritis = {
        "resourceType": "Condition",
        "id": "c1",
        "code": {
            "text": f"Lupus nephritis {text}",
            "coding": [{"system": "http://snomed.info/sct", "code": "68815009"}],
        },
        "subject": {"reference": "Patient/p1"},
        "recordedDate": "2024-01-01",
    }
    result = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": text, "coding": [{"system": "http://loinc.org", "code": "2160-0", "display": text}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2024-06-01",
        "valueQuantity": {"value": 1.2, "unit": text, "comparator": text},
    }
    prefetch = {
        "patient": patient(name=[{"text": text, "family": text}]),
        "conditions": bundle(nephritis),
        "medicationRequests": bundle(drug),
        "diagnosticReports": bundle(biopsy),
        "kidneyFunction": bundle(result),
    }
    return body(call(prefetch=prefetch, fhirServer="https://ehr.example/fhir"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(Settings(as_of=AS_OF, calls_per_second=10_000, burst=10_000))) as opened:
        yield opened


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_people_wrote_is_no_markup_in_a_card(client: TestClient, text: str, language: str) -> None:
    """Numbers 109 and 110."""
    answered = client.post(VIEW, content=hostile_call(text), headers={**JSON, "accept-language": language})
    assert answered.status_code == 200
    assert [fault for fault in unsound(answered) if fault != "it repeats what was sent"] == []
    assert answered.json()["cards"]
    parser = MarkdownIt("gfm-like", {"linkify": False}).disable("linkify")
    for card in answered.json()["cards"]:
        assert len(card["summary"]) <= 139
        assert not re.search(r"[\x00-\x1f\x7f\u0085\u2028\u2029]", card["summary"])
        html = parser.render(card.get("detail", ""))
        for tag in re.findall(r"<[^>]*>", html):
            assert not re.match(r"<(?:script|img|iframe|/?a\b)", tag), tag
            assert CANARY not in tag


def test_no_log_and_no_figure_repeats_a_word_of_a_call(tmp_path: Path) -> None:
    """Numbers 111 and 112: good calls, refused calls and odd ones, in the log as an operator gets it."""
    with started(tmp_path) as (port, process):

        def sent(path: str, content: bytes, **headers: str) -> bytes:
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("POST" if content else "GET", path, content or None, {**JSON, **headers})
            answered = connection.getresponse().read()
            connection.close()
            return answered

        for text in HOSTILE:
            sent(VIEW, hostile_call(text))
            sent(VIEW, text.encode())
            sent(f"/cds-services/{CANARY}", text.encode())
            sent(VIEW, body(call(context={"patientId": text, "userId": text})))
            sent("/cds-services", b"", authorization=f"Bearer {CANARY}", referer=CANARY)
        sent(VIEW, body(authorized(access_token=CANARY, patient=CANARY)))
        figures = sent("/metrics", b"").decode()
        process.send_signal(signal.SIGTERM)
        written, _ = process.communicate(timeout=20)
    events = [json.loads(line)["event"] for line in written.splitlines()]
    assert events.count("call") == 4 * len(HOSTILE) + 1
    for output in (written, figures):
        assert CANARY not in output
        assert "Practitioner" not in output
        assert '"p1"' not in output
