"""Numbers 101 to 103, 107: no request leaves for a server that is not one of the agreed ones, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import structlog
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from tests.faults.bad_inputs.case import CANARY, JSON, VIEW, Case, check, unsound
from tests.hook_calls import authorized, body, patient
from tests.reviews import AS_OF

AGREED = "https://ehr.example/fhir"


def to(number: int, server: str, status: int = 412) -> Case:
    """A call with access to this server and without prefetch."""
    return Case(number, server[:40], status, body({**authorized(), "fhirServer": server}))


CASES = (
    to(101, f"https://{CANARY}.example/fhir"),
    to(101, "https://ehr.example"),
    to(101, "http://ehr.example/fhir"),
    to(101, "https://ehr.example:8443/fhir"),
    to(102, "https://ehr.example.evil/fhir"),
    to(102, "https://evil-ehr.example/fhir"),
    to(102, "https://a.ehr.example/fhir"),
    to(102, "https://evil.example/https://ehr.example/fhir"),
    to(102, "https://ehr.example/fhir-evil"),
    to(102, "https://ehr.example/fhir/../admin"),
    to(102, f"https://evil.example/?{AGREED}", 400),
    to(102, "https://ehr.example@evil.example/fhir", 400),
    to(102, "https://ehr.example/fhir#x", 400),
    to(102, "https://ehr.example\\@evil.example/fhir", 400),
    to(103, "http://127.1/fhir"),
    to(103, "http://0/fhir"),
    to(103, "http://2130706433/fhir"),
    to(103, "http://[::ffff:127.0.0.1]/fhir"),
    to(103, "http://169.254.169.254/latest/meta-data"),
    to(103, "http://100.100.100.200/latest"),
    to(103, "http://metadata.google.internal/computeMetadata/v1"),
    to(103, "https://localhost/fhir"),
    to(107, "https://еhr.example/fhir"),
    to(107, "https://ehr.example./fhir"),
    to(107, "https://ehr.example/fhir/%2e%2e/admin"),
    to(107, "https://ehr.example/%66hir"),
    to(107, "https://ehr.example//fhir"),
    to(107, f"https://ehr.example/fhir/{'a' * 100_000}"),
)
SAME = (
    "https://EHR.example/fhir",
    "HTTPS://ehr.example/fhir",
    "https://ehr.example:443/fhir",
    "https://ehr.example/fhir/",
)


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are asked. Nothing leaves this machine."""
    asked: list[str] = []

    async def request(session: Any, method: str, address: Any, **_: Any) -> Any:
        del session
        asked.append(f"{method} {address}")
        raise aiohttp.ClientConnectionError

    monkeypatch.setattr(aiohttp.ClientSession, "_request", request)
    return asked


@pytest.fixture
def client(left: list[str]) -> Iterator[TestClient]:
    """A service that may ask one server."""
    del left
    settings = Settings(as_of=AS_OF, fhir_servers=(AGREED,), fetch_seconds=5)
    with TestClient(service_app(settings)) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_leaves_for_another_server(client: TestClient, left: list[str], case: Case) -> None:
    with structlog.testing.capture_logs() as lines:
        check(case, client.post(case.path, content=case.content, headers=JSON))
    assert left == []
    assert CANARY not in repr(lines)
    if case.status == 412:
        assert "fhir-server-not-allowed" in [line["event"] for line in lines]


@pytest.mark.parametrize("server", SAME)
def test_another_spelling_of_the_agreed_server_is_the_agreed_server(
    client: TestClient, left: list[str], server: str
) -> None:
    sent = body({**authorized(), "fhirServer": server, "prefetch": {"patient": patient()}})
    answered = client.post(VIEW, content=sent, headers=JSON)
    assert answered.status_code == 200
    assert unsound(answered) == []
    assert left
    assert all(address.lower().startswith(f"get {AGREED}/".lower()) or ":443/fhir/" in address for address in left)
