"""The audit: refusals have their record, and where a site wants it there is no answer without one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
import time_machine
from fhir.resources.R4B.auditevent import AuditEvent
from starlette.testclient import TestClient

from cds_hooks import audit, door
from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from tests.hook_calls import authorized, body, bundle, call, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.fhir_server import FhirServer, running, says
from tests.unit.cds_hooks.signing import ISSUER, NOW, SERVICE, claims, ec_jwk, header, token
from tests.unit.store.test_service import FEEDBACK, JSON, UNKNOWN, VIEW, configured, feedback, run

GOOD = body(call(prefetch={"patient": patient(), "conditions": bundle()}))
Row = tuple[str, str, int, str]


@contextmanager
def service(folder: Path, policy: str = "fail-open", **changes: Any) -> Iterator[TestClient]:
    """A service whose store is in this folder."""
    kept = StoreSettings(directory=str(folder / "state"), audit=policy)  # type: ignore[arg-type]
    settings = Settings(as_of=AS_OF, store=kept, **changes)
    with TestClient(service_app(settings, Store(kept)), base_url=changes.get("base_url", "http://testserver")) as made:
        ready(made, 20)
        yield made


def ready(client: TestClient, times: int) -> None:
    """Wait until the store is in order, or no longer."""
    for _ in range(times):
        if client.get("/readyz").json()["checks"]["store"] == "ok":
            return
        time.sleep(0.05)


def events(folder: Path) -> list[dict[str, Any]]:
    """The audit, as it is exported."""
    code, lines = run("audit", "export", "--config", str(configured(folder)))
    assert code == 0
    found = [json.loads(line) for line in lines.splitlines()]
    for event in found:
        AuditEvent.model_validate(event)
        assert "canary" not in repr(event)
        assert "p1" not in repr(event)
    return found


def rows(folder: Path) -> list[Row]:
    """Kind, service, status and reason of each record."""
    found = []
    for event in events(folder):
        about = event["entity"][-1]
        detail = {item["type"]: item["valueString"] for item in about["detail"]}
        kind = event["subtype"][0]["code"]
        found.append((kind, about["what"]["display"], int(detail["status"]), detail.get("reason", "")))
    return found


def test_every_refusal_has_a_record_without_a_word_of_the_call(tmp_path: Path) -> None:
    limits: dict[str, Any] = {"max_body_bytes": 20_000, "max_headers": 20, "burst": 7, "calls_per_second": 0.001}
    with service(tmp_path, **limits) as client:
        assert client.post(VIEW, content=GOOD, headers={"content-type": "text/canary"}).status_code == 415
        assert client.post(VIEW, content=b" " * 20_001, headers=JSON).status_code == 413
        assert client.post(VIEW, content=b"canary", headers=JSON).status_code == 400
        assert client.post(VIEW, content=body(call()), headers=JSON).status_code == 412
        assert client.post("/cds-services/canary", content=GOOD, headers=JSON).status_code == 404
        assert client.post("/cds-services/canary/feedback", content=b"{}", headers=JSON).status_code == 404
        other = body(call(prefetch={"patient": patient("p2")}))
        assert client.post(VIEW, content=other, headers=JSON).status_code == 400
        assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 429
        assert client.post(FEEDBACK, content=GOOD, headers=JSON).status_code == 429
        many = {f"x-{number}": "canary" for number in range(30)}
        assert client.post(VIEW, content=GOOD, headers={**JSON, **many}).status_code == 431
        assert client.get("/rules/canary").status_code == 404
    assert rows(tmp_path) == [
        ("call", "ln-patient-view", 415, ""),
        ("call", "ln-patient-view", 413, ""),
        ("call", "ln-patient-view", 400, ""),
        ("call", "ln-patient-view", 412, ""),
        ("call", "unknown", 404, ""),
        ("feedback", "unknown", 404, ""),
        ("call", "ln-patient-view", 400, "other-patient"),
        ("call", "ln-patient-view", 429, "rate"),
        ("feedback", "ln-patient-view", 429, "rate"),
        ("call", "ln-patient-view", 431, "headers"),
    ]


def test_what_should_alert_somebody_is_in_the_record_too(tmp_path: Path) -> None:
    with service(tmp_path, fhir_servers=("https://agreed.example/fhir",)) as client:
        mixed = call(prefetch={"patient": patient("p2")}, context={"userId": "Practitioner/dr", "patientId": "p2"})
        for sent in (authorized(), mixed):
            client.post(VIEW, content=body(sent), headers=JSON)
    assert rows(tmp_path) == [
        ("call", "ln-patient-view", 412, "fhir-server-not-allowed"),
        ("call", "ln-patient-view", 200, "hook-instance-of-another-patient"),
    ]


def test_who_is_not_let_in_is_recorded_and_named_only_where_a_signature_proves_it(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [ec_jwk()]}))
    trusted = Client(issuer=ISSUER, jwks_file=str(keys), tenants=("ward",))
    address = f"{SERVICE}{VIEW}"

    def bearer(**changes: Any) -> dict[str, str]:
        return {**JSON, "authorization": f"Bearer {token(header(), claims(aud=address, **changes))}"}

    with (
        time_machine.travel(NOW, tick=False),
        service(tmp_path, clients=(trusted,), base_url=SERVICE) as client,
    ):
        assert client.get("/cds-services").status_code == 401
        forged = {**JSON, "authorization": f"Bearer {token(header(), claims(aud=address))[:-8]}AAAAAAAA"}
        assert client.post(VIEW, content=GOOD, headers=forged).status_code == 401
        assert client.post(VIEW, content=GOOD, headers=bearer(jti="1", tenant="canary")).status_code == 403
        good = bearer(jti="2", tenant="ward")
        assert client.post(VIEW, content=GOOD, headers=good).status_code == 200
        assert client.post(VIEW, content=GOOD, headers=good).status_code == 401
    found = events(tmp_path)
    assert rows(tmp_path) == [
        ("discovery", "discovery", 401, "no-token"),
        ("call", "ln-patient-view", 401, "signature"),
        ("call", "ln-patient-view", 403, "tenant"),
        ("call", "ln-patient-view", 200, ""),
        ("call", "ln-patient-view", 401, "replay"),
    ]
    who = [event["agent"][-1]["who"]["identifier"]["system"] for event in found]
    assert who == ["urn:lnfhir:unknown-caller", "urn:lnfhir:unknown-caller", ISSUER, ISSUER, ISSUER]


def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "REFUSALS_AT_ONCE", 3)
    monkeypatch.setattr(audit, "REFUSALS_A_SECOND", 0.001)
    with service(tmp_path) as client:
        for _ in range(10):
            assert client.post(VIEW, content=GOOD, headers={"content-type": "text/plain"}).status_code == 415
        assert "lnfhir_audit_omitted_total 7.0" in client.get("/metrics").text
        assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 200
    assert [status for _, _, status, _ in rows(tmp_path)] == [415, 415, 415, 200]


def test_a_defect_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(door, "opened", broken)
    with service(tmp_path) as client:
        assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 500
    assert rows(tmp_path) == [("call", "ln-patient-view", 500, "bug")]


def test_where_the_audit_may_fail_cards_are_served_without_a_store(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with service(tmp_path) as client:
        assert client.post(VIEW, content=GOOD, headers=JSON).json()["cards"]
        assert client.get("/readyz").status_code == 200


def test_where_the_audit_must_not_fail_nothing_is_said_or_fetched_without_it(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    asked_for = FhirServer({"*": [says(bundle())]})

    async def go() -> list[Any]:
        async with running(asked_for):
            kept = StoreSettings(directory=str(tmp_path / "state"), audit="fail-closed")
            settings = Settings(as_of=AS_OF, store=kept, fhir_servers=(asked_for.base,), fetch_seconds=5)
            application = service_app(settings, Store(kept))
            transport = httpx2.ASGITransport(application)
            async with (
                application.router.lifespan_context(application),
                httpx2.AsyncClient(transport=transport, base_url="http://service") as caller,
            ):
                sent = body({**authorized(), "fhirServer": asked_for.base, "prefetch": {"patient": patient()}})
                answers = [await caller.post(VIEW, content=sent, headers=JSON) for _ in range(3)]
                answers.append(await caller.post(FEEDBACK, content=feedback(UNKNOWN), headers=JSON))
                return [*answers, await caller.get("/readyz"), await caller.get("/metrics")]

    *refused, ready, figures = asyncio.run(go())
    assert [answered.status_code for answered in refused] == [503] * 4
    assert all(answered.headers["retry-after"] for answered in refused)
    assert all(answered.json()["resourceType"] == "OperationOutcome" for answered in refused)
    assert all("cards" not in answered.text for answered in refused)
    assert asked_for.asked == []
    assert ready.status_code == 503
    assert 'lnfhir_refused_total{reason="audit"} 4.0' in figures.text


def test_where_the_audit_must_not_fail_a_call_that_breaks_it_is_refused_and_the_next_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store looked well when the call came; the disk is full when its record is to be written."""
    from cds_hooks.store import rows as statements

    real = statements.write_audit
    failing = [True]

    def full(connection: Any, row: Any) -> None:
        if failing:
            failing.pop()
            raise OSError("no space left")
        real(connection, row)

    monkeypatch.setattr(statements, "write_audit", full)
    with structlog.testing.capture_logs() as lines, service(tmp_path, "fail-closed") as client:
        refused = client.post(VIEW, content=GOOD, headers=JSON)
        assert refused.status_code == 503
        assert "cards" not in refused.text
        ready(client, 100)
        answered = client.post(VIEW, content=GOOD, headers=JSON)
        assert answered.status_code == 200
        assert answered.json()["cards"]
    assert "audit-not-written" in [line["event"] for line in lines]
    assert sorted(rows(tmp_path)) == [("call", "ln-patient-view", 200, ""), ("call", "ln-patient-view", 503, "audit")]


def test_what_was_refused_for_want_of_its_record_has_one_once_the_store_is_back(tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("no folder")
    with service(tmp_path, "fail-closed") as client:
        assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 503
        assert client.post(FEEDBACK, content=feedback(UNKNOWN), headers=JSON).status_code == 503
        blocked.unlink()
        ready(client, 100)
        assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 200
    assert sorted(rows(tmp_path)) == [
        ("call", "ln-patient-view", 200, ""),
        ("call", "ln-patient-view", 503, "audit"),
        ("feedback", "ln-patient-view", 503, "audit"),
    ]


def test_an_answer_that_waited_for_its_record_finds_it_on_disk(tmp_path: Path) -> None:
    with service(tmp_path, "fail-closed") as client:
        assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 200
        assert rows(tmp_path) == [("call", "ln-patient-view", 200, "")]
        assert client.post(FEEDBACK, content=feedback(UNKNOWN), headers=JSON).status_code == 200
        assert rows(tmp_path)[-1] == ("feedback", "ln-patient-view", 200, "")
