"""The routes: methods, content types, sizes, cross-origin calls, and what a bug looks like from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient

from cds_hooks import door
from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from tests.hook_calls import INSTANCE, authorized, body, bundle, call, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.fhir_server import FhirServer, posted, running, says

VIEW = "/cds-services/ln-patient-view"
JSON = {"content-type": "application/json"}
GOOD = body(call(prefetch={"patient": patient()}))
SETTINGS = Settings(as_of=AS_OF, max_body_bytes=20_000, body_seconds=0.2)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(SETTINGS)) as opened:
        yield opened


def refusal(response: Any) -> tuple[int, str]:
    """The status and the FHIR code of a refusal."""
    assert response.headers["content-type"] == "application/json"
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return response.status_code, outcome["issue"][0]["code"]


def test_a_good_call_is_answered(client: TestClient) -> None:
    answered = client.post(VIEW, content=GOOD, headers=JSON)
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "application/json"
    assert answered.json()["extension"]["org.lnfhir.assessment"]["asOf"] == AS_OF.isoformat()


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "text/xml", "application/fhir+json", "application/json; charset=utf-16", "application/jsonx"],
)
def test_only_json_in_utf_8_is_read(client: TestClient, media: str) -> None:
    answered = client.post(VIEW, content=GOOD, headers={"content-type": media})
    assert refusal(answered) == (415, "not-supported")


@pytest.mark.parametrize("media", ["application/json;charset=UTF-8", 'Application/JSON; charset="utf-8"'])
def test_the_character_set_may_be_said(client: TestClient, media: str) -> None:
    assert client.post(VIEW, content=GOOD, headers={"content-type": media}).status_code == 200


def test_a_compressed_body_is_not_opened(client: TestClient) -> None:
    answered = client.post(VIEW, content=GOOD, headers={**JSON, "content-encoding": "gzip"})
    assert refusal(answered) == (415, "not-supported")


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("GET", VIEW, "POST"),
        ("PUT", VIEW, "POST"),
        ("POST", "/cds-services", "GET, HEAD"),
        ("OPTIONS", "/cds-services", "GET, HEAD"),
        ("DELETE", "/healthz", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(client: TestClient, method: str, address: str, allowed: str) -> None:
    answered = client.request(method, address)
    assert refusal(answered) == (405, "not-supported")
    assert ", ".join(sorted(answered.headers["allow"].split(", "))) == allowed


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/cds-services/",
        "/cds-services/canary",
        "/cds-services/..%2fcanary",
        "/cds-services/%00",
        VIEW + "/feedback",
    ],
)
def test_an_unknown_address_is_not_found_and_not_repeated(client: TestClient, address: str) -> None:
    answered = client.post(address, content=GOOD, headers=JSON)
    assert refusal(answered) == (404, "not-found")
    assert "canary" not in answered.text
    assert client.post("/cds-services/" + "x" * 5000, content=GOOD, headers=JSON).status_code == 404


def test_a_body_of_the_largest_size_passes_and_one_byte_more_does_not(client: TestClient) -> None:
    padded = GOOD + b" " * (SETTINGS.max_body_bytes - len(GOOD))
    assert client.post(VIEW, content=padded, headers=JSON).status_code == 200
    assert refusal(client.post(VIEW, content=padded + b" ", headers=JSON)) == (413, "too-long")


@pytest.mark.parametrize("limit", [32, 64, 256])
def test_how_deep_a_body_may_nest_is_a_setting_that_holds_for_feedback_too(limit: int, tmp_path: Path) -> None:
    def nested(depth: int) -> bytes:
        return GOOD.replace(b"{", b'{"x": ' + b"[" * depth + b"]" * depth + b", ", 1)

    settings = Settings(as_of=AS_OF, max_depth=limit, store=StoreSettings(directory=str(tmp_path)))
    with TestClient(service_app(settings, Store(settings.store))) as opened:
        assert opened.post(VIEW, content=nested(limit - 1), headers=JSON).status_code == 200
        for address in (VIEW, f"{VIEW}/feedback"):
            refused = opened.post(address, content=nested(limit), headers=JSON)
            assert refusal(refused) == (400, "structure")
            assert f"{limit} levels" in refused.text


def test_a_body_that_grows_past_the_limit_is_stopped(client: TestClient) -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(100):
            read.append(number)
            yield b" " * 1000

    assert refusal(client.post(VIEW, content=endless(), headers=JSON)) == (413, "too-long")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_health_and_version_are_open(client: TestClient, method: str) -> None:
    for address in ("/healthz", "/version", "/cds-services"):
        assert client.request(method, address).status_code == 200


def test_the_version_is_that_of_the_package(client: TestClient) -> None:
    assert client.get("/version").json() == {"name": "lnfhir", "version": "0.1.0", "cdsHooks": "2.0.1"}


ORIGIN = "https://sandbox.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}


def test_a_preflight_of_a_configured_origin_is_answered_without_authorization() -> None:
    with TestClient(service_app(Settings(cors_origins=(ORIGIN,)))) as opened:
        allowed = opened.options(VIEW, headers={"origin": ORIGIN, **PREFLIGHT})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == ORIGIN
        assert {"authorization", "content-type"} <= {
            name.strip().lower() for name in allowed.headers["access-control-allow-headers"].split(",")
        }
        assert "access-control-allow-credentials" not in allowed.headers
        failed = opened.post(VIEW, content=b"", headers={"origin": ORIGIN, **JSON})
        assert failed.status_code == 400
        assert failed.headers["access-control-allow-origin"] == ORIGIN
        assert "Retry-After" in failed.headers["access-control-expose-headers"]


@pytest.mark.parametrize(("configured", "status"), [((), 405), ((ORIGIN,), 400)])
def test_another_origin_gets_no_leave(configured: tuple[str, ...], status: int) -> None:
    with TestClient(service_app(Settings(cors_origins=configured))) as opened:
        refused = opened.options(VIEW, headers={"origin": "https://evil.example", **PREFLIGHT})
        assert refused.status_code == status
        assert "access-control-allow-origin" not in refused.headers


def test_a_bug_is_a_500_with_an_incident_and_never_an_empty_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary of a patient")

    monkeypatch.setattr(door, "answer", broken)
    with structlog.testing.capture_logs() as lines:
        answered = client.post(VIEW, content=GOOD, headers=JSON)
    assert refusal(answered) == (500, "exception")
    assert "canary" not in answered.text
    (line,) = [line for line in lines if line["event"] == "bug"]
    assert line["incident"] in answered.text
    assert line["kind"] == "RuntimeError"
    assert line["place"].startswith("broken:")
    assert "canary" not in repr(lines)


def test_a_call_is_logged_without_anything_of_the_patient(client: TestClient) -> None:
    with structlog.testing.capture_logs() as lines:
        client.post(VIEW, content=GOOD, headers=JSON)
        client.post("/cds-services/canary", content=GOOD, headers=JSON)
    assert [(line["event"], line["service"], line["status"]) for line in lines] == [
        ("call", "ln-patient-view", 200),
        ("call", "unknown", 404),
    ]
    words = {"event", "log_level", "service", "status", "milliseconds", "size"}
    assert [set(line) - words for line in lines] == [{"hook_instance"}, set()]
    assert lines[0]["hook_instance"] == INSTANCE


def called(server: FhirServer, allowed: bool) -> tuple[Any, list[Any]]:
    """A call without prefetch, with access to this server, and the log of it."""

    async def go() -> Any:
        async with running(server):
            bases = (server.base if allowed else "https://ehr.example/fhir",)
            application = service_app(Settings(as_of=AS_OF, fhir_servers=bases, fetch_seconds=5))
            return await posted(application, VIEW, body({**authorized(), "fhirServer": server.base}), JSON)

    with structlog.testing.capture_logs() as lines:
        return asyncio.run(go()), lines


def test_what_is_absent_is_fetched_from_the_clients_server() -> None:
    server = FhirServer({"Patient/p1": [says(patient())], "*": [says(bundle())]})
    answered, lines = called(server, allowed=True)
    assert answered.status_code == 200
    assert set(answered.json()["extension"]["org.lnfhir.assessment"]["coverage"].values()) == {"complete"}
    assert len(server.asked) == 18
    assert "canary" not in repr(lines)


def test_a_server_that_is_not_on_the_list_is_not_asked() -> None:
    server = FhirServer({"*": [says(patient())]})
    answered, lines = called(server, allowed=False)
    assert refusal(answered) == (412, "incomplete")
    assert server.asked == []
    assert [line["event"] for line in lines] == ["fhir-server-not-allowed", "call"]
    assert server.base not in repr(lines)


def test_another_patient_from_the_clients_server_is_refused() -> None:
    server = FhirServer({"Patient/p1": [says(patient("p2"))], "*": [says(bundle())]})
    assert refusal(called(server, allowed=True)[0]) == (400, "conflict")
