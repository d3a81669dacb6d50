"""The service with its store over HTTP: feedback that survives a kill, cards without a store, advice that is quiet."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient
from typer.testing import CliRunner

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from lnfhir.cli import app
from tests.hook_calls import body, bundle, call, patient, response_faults
from tests.reviews import AS_OF
from tests.unit.cds_hooks.test_server import exchange, free_port

VIEW = "/cds-services/ln-patient-view"
FEEDBACK = f"{VIEW}/feedback"
JSON = {"content-type": "application/json"}
PREFETCH = {"patient": patient(), "conditions": bundle()}
CALL = body(call(prefetch=PREFETCH))
UNKNOWN = "0e3a8f1c-6a1f-4b7e-9a52-1f0f7e2c9b10"


def feedback(*cards: str, code: str = "will-do-later", **changes: Any) -> bytes:
    """Overrides of these cards."""
    coding = {"code": code, "system": "https://lnfhir.org/fhir/CodeSystem/override-reason"}
    usual = {
        "outcome": "overridden",
        "overrideReason": {"reason": coding, "userComment": "canary-comment"},
        "outcomeTimestamp": datetime.now(UTC).isoformat(),  # noqa: TID251 - the quiet is counted from today
        **changes,
    }
    return body({"feedback": [{"card": card, **usual} for card in cards]})


@contextmanager
def service(folder: Path, **changes: Any) -> Iterator[TestClient]:
    """The service with a store in this folder, called in process."""
    settings = Settings(as_of=AS_OF, store=StoreSettings(directory=str(folder)), **changes)
    with TestClient(service_app(settings, Store(settings.store, settings.quiet))) as client:
        yield client


def settled(client: TestClient) -> None:
    """Wait until what was noted before is written: feedback is written after it."""
    assert client.post(FEEDBACK, content=feedback(UNKNOWN), headers=JSON).status_code == 200


def cards_of(client: TestClient) -> list[dict[str, Any]]:
    """The cards of a call."""
    answered = client.post(VIEW, content=CALL, headers=JSON)
    assert answered.status_code == 200
    assert response_faults(answered.json()) == []
    return list(answered.json()["cards"])


def run(*arguments: str) -> tuple[int, str]:
    """A command's exit code and output."""
    ran = CliRunner().invoke(app, list(arguments))
    return ran.exit_code, ran.stdout


def configured(folder: Path, text: str = "") -> Path:
    """A settings file whose store is beside it."""
    settings = folder / "lnfhir.toml"
    settings.write_text(f"{text}[service.store]\ndirectory = {json.dumps(str(folder / 'state'))}\n")
    return settings


@contextmanager
def process(settings: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service as a process group of its own."""
    command = [sys.executable, "-m", "cds_hooks", str(settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as running:
        try:
            for _ in range(200):
                try:
                    if exchange(port, "GET", "/healthz")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.1)
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait(20)


def test_acknowledged_feedback_is_in_the_report_after_kill_9(tmp_path: Path) -> None:
    port = free_port()
    settings = configured(tmp_path, f"[service]\nport = {port}\nas_of = 2024-07-16\n")
    with process(settings, port) as running:
        status, answered = exchange(port, "POST", VIEW, CALL)
        assert status == 200
        [card, *_] = [card for card in answered["cards"] if card["source"]["topic"]["code"] == "data-needed"]
        for number in range(100):
            moment = f"2026-03-14T09:26:53.{number:06}Z"
            sent = feedback(card["uuid"], UNKNOWN, outcomeTimestamp=moment)
            assert exchange(port, "POST", FEEDBACK, sent)[0] == 200
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(20)
        assert running.stdout is not None
        written = running.stdout.read()
    assert b"canary" not in written
    code, report = run("feedback", "report", "--config", str(settings), "--json")
    assert code == 0
    found = json.loads(report)
    [line] = [line for line in found["lines"] if line["rule"] == "data-needed"]
    assert (line["shown"], line["overridden"]) == (1, 1)
    assert found["unknown_cards"] == 100
    assert run("store", "check", "--config", str(settings)) == (0, "the store is in order\n")


def test_a_stop_writes_what_still_waits(tmp_path: Path) -> None:
    port = free_port()
    settings = configured(tmp_path, f"[service]\nport = {port}\nas_of = 2024-07-16\n")
    with process(settings, port) as running:
        for _ in range(20):
            assert exchange(port, "POST", VIEW, CALL)[0] == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    code, lines = run("audit", "export", "--config", str(settings))
    assert code == 0
    events = [json.loads(line) for line in lines.splitlines()]
    assert len(events) == 20
    assert {event["subtype"][0]["code"] for event in events} == {"call"}


def test_what_is_put_off_is_quiet_and_one_line_says_so(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        first = cards_of(client)
        needed = next(card for card in first if card["source"]["topic"]["code"] == "data-needed")
        assert "will-do-later" in [reason["code"] for reason in needed["overrideReasons"]]
        settled(client)
        assert client.post(FEEDBACK, content=feedback(needed["uuid"]), headers=JSON).status_code == 200
        answered = client.post(VIEW, content=CALL, headers=JSON).json()
        assert response_faults(answered) == []
        topics = [card["source"]["topic"]["code"] for card in answered["cards"]]
        assert "data-needed" not in topics
        assert "1 advice quieted: Data needed until 20" in answered["cards"][-1]["detail"]
        assert list(answered["extension"]["org.lnfhir.assessment"]["quieted"]) == ["data-needed"]
        other = body(
            call(
                prefetch={**PREFETCH, "patient": patient("p2")},
                context={"userId": "Practitioner/dr", "patientId": "p2"},
            )
        )
        topics = [
            card["source"]["topic"]["code"] for card in client.post(VIEW, content=other, headers=JSON).json()["cards"]
        ]
        assert "data-needed" in topics


def test_feedback_is_refused_with_every_fault_and_unknown_services_are_not_found(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        sent = body({"feedback": [{"card": "canary"}]})
        refused = client.post(FEEDBACK, content=sent, headers=JSON)
        assert refused.status_code == 400
        assert [issue["expression"][0] for issue in refused.json()["issue"]] == [
            "feedback[0].card",
            "feedback[0].outcome",
            "feedback[0].outcomeTimestamp",
        ]
        assert "canary" not in refused.text
        assert client.post("/cds-services/other/feedback", content=feedback(UNKNOWN), headers=JSON).status_code == 404
        assert (
            client.post(FEEDBACK, content=feedback(UNKNOWN), headers={"content-type": "text/plain"}).status_code == 415
        )
        for name in ("ln-order-select", "ln-order-sign", "ln-encounter-start"):
            address = f"/cds-services/{name}/feedback"
            assert client.post(address, content=feedback(UNKNOWN), headers=JSON).status_code == 200


def test_without_a_store_cards_are_served_and_feedback_is_not_acknowledged(tmp_path: Path) -> None:
    blocked = tmp_path / "a file where a folder should be"
    blocked.write_text("")
    with structlog.testing.capture_logs() as lines, service(blocked / "state") as client:
        assert cards_of(client)
        refused = client.post(FEEDBACK, content=feedback(UNKNOWN), headers=JSON)
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert refused.json()["issue"][0]["code"] == "transient"
        assert client.get("/readyz").json()["checks"]["store"] == "failing"
        assert "lnfhir_store_up 0.0" in client.get("/metrics").text
    assert any(line["event"] == "store-unavailable" for line in lines)
    assert "canary" not in repr(lines)


def test_a_store_that_comes_late_takes_what_waited(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("")
    with service(folder) as client:
        card = cards_of(client)[0]["uuid"]
        assert client.post(FEEDBACK, content=feedback(card), headers=JSON).status_code == 503
        folder.unlink()
        for _ in range(100):
            if client.post(FEEDBACK, content=feedback(card), headers=JSON).status_code == 200:
                break
            time.sleep(0.05)
        else:
            pytest.fail("the store did not come back")
    settings = configured(tmp_path)
    found = json.loads(run("feedback", "report", "--config", str(settings), "--json")[1])
    assert sum(line["overridden"] for line in found["lines"]) == 1


def test_nothing_of_a_person_is_in_the_file(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        card = cards_of(client)[0]["uuid"]
        assert client.post(FEEDBACK, content=feedback(card), headers=JSON).status_code == 200
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("store"))
    assert card.encode() in kept
    for name in (b"canary", b"Practitioner/dr", b'"p1"', b"1990"):
        assert name not in kept
    assert (tmp_path / "site-key").stat().st_mode & 0o777 == 0o600


def test_the_operators_commands(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    given = ("--config", str(settings))
    assert run("store", "check", *given)[0] == 4
    assert run("store", "upgrade", *given) == (0, "the schema is at 0002\n")
    assert "CREATE TABLE card" in run("store", "upgrade", "--sql", *given)[1]
    with service(tmp_path / "state") as client:
        card = cards_of(client)[0]["uuid"]
        assert client.post(
            FEEDBACK, content=feedback(card, outcomeTimestamp="2999-01-01T00:00:00Z"), headers=JSON
        ).is_success
        copy = tmp_path / "copy"
        assert run("store", "backup", str(copy), *given)[0] == 0
        assert run("store", "backup", str(copy), *given)[0] == 2
    assert copy.stat().st_mode & 0o777 == 0o600
    code, report = run("feedback", "report", *given)
    assert code == 0
    assert "will-do-later" in report
    assert "1 reports were dated in the future" in report
    assert json.loads(run("feedback", "report", "--since", "2999-01-01", "--json", *given)[1])["lines"] == []
    assert run("feedback", "report", "--since", "soon", *given)[0] == 2
    (tmp_path / "state" / "store.sqlite3").write_bytes(copy.read_bytes()[:3000])
    code, found = run("store", "check", *given)
    assert code == 1
    assert "canary" not in found
    settings.write_text("[service.store]\nenabled = false\n")
    assert run("store", "check", *given)[0] == 2
