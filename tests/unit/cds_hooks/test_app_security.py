"""The gate before the routes: what is guarded, what is open, and what a stranger is told."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from tests.hook_calls import authorized, body, bundle, call, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.fhir_server import FhirServer, posted, running, says
from tests.unit.cds_hooks.signing import ISSUER, SERVICE, claims, ec_jwk, rsa_jwk, token

VIEW = "/cds-services/ln-patient-view"
GOOD = body(call(prefetch={"patient": patient()}))
ORIGIN = "https://sandbox.example"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The service with one known client."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [ec_jwk(), rsa_jwk()]}))
    trusted = Client(issuer=ISSUER, jwks_file=str(path), tenants=("ward",))
    settings = Settings(base_url=SERVICE, clients=(trusted,), as_of=AS_OF, cors_origins=(ORIGIN,))
    with TestClient(service_app(settings), base_url=SERVICE) as opened:
        yield opened


def bearer(path: str, jti: str = "one", tenant: str = "ward") -> dict[str, str]:
    """The header of a call of this path, made now."""
    now = time.time()
    signed = token(body=claims(path, exp=now + 300, iat=now, jti=jti, tenant=tenant))
    return {"authorization": f"Bearer {signed}", "content-type": "application/json"}


def test_a_known_client_discovers_and_calls(client: TestClient) -> None:
    assert client.get("/cds-services", headers=bearer("/cds-services")).status_code == 200
    assert client.post(VIEW, content=GOOD, headers=bearer(VIEW, "two")).status_code == 200


@pytest.mark.parametrize("path", ["/cds-services", VIEW, "/cds-services/unknown"])
def test_a_stranger_is_told_nothing(client: TestClient, path: str) -> None:
    with structlog.testing.capture_logs() as lines:
        refused = client.request("GET" if path == "/cds-services" else "POST", path, content=b"canary")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert [issue["code"] for issue in refused.json()["issue"]] == ["login"]
    assert [(line["event"], line["reason"]) for line in lines] == [("not-admitted", "no-token")]


def test_every_reason_looks_the_same(client: TestClient) -> None:
    now = time.time()
    expired = token(body=claims(VIEW, exp=now - 100, iat=now - 200))
    elsewhere = token(body=claims("/cds-services", exp=now + 300, iat=now))
    answers = {
        (refused.status_code, refused.content, tuple(sorted(refused.headers.items())))
        for text in ("x", expired, elsewhere, token())
        for refused in (client.post(VIEW, content=GOOD, headers={"authorization": f"Bearer {text}"}),)
    }
    assert len(answers) == 1


def test_a_client_of_another_tenant_is_forbidden(client: TestClient) -> None:
    refused = client.post(VIEW, content=GOOD, headers=bearer(VIEW, tenant="other"))
    assert refused.status_code == 403
    assert [issue["code"] for issue in refused.json()["issue"]] == ["forbidden"]
    assert "www-authenticate" not in refused.headers


def test_an_unknown_service_is_told_to_known_clients(client: TestClient) -> None:
    path = "/cds-services/unknown"
    assert client.post(path, content=GOOD, headers=bearer(path)).status_code == 404


def test_the_audience_is_not_that_of_the_host_and_a_foreign_host_is_refused(client: TestClient) -> None:
    assert client.post(VIEW, content=GOOD, headers={**bearer(VIEW), "host": "127.0.0.1:8080"}).status_code == 200
    assert client.post(VIEW, content=GOOD, headers={**bearer(VIEW, "two"), "host": "evil.example"}).status_code == 421


def test_health_is_open_and_a_preflight_needs_no_token(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    assert client.options(VIEW, headers=asked).status_code == 200


@pytest.mark.parametrize("own", [True, False])
def test_only_the_servers_of_the_client_are_asked_on_its_behalf(tmp_path: Path, own: bool) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [ec_jwk()]}))
    server = FhirServer({"Patient/p1": [says(patient())], "*": [says(bundle())]})

    async def go() -> int:
        async with running(server):
            elsewhere = ("https://ehr.example/fhir",)
            trusted = Client(issuer=ISSUER, jwks_file=str(path), fhir_servers=(server.base,) if own else elsewhere)
            settings = Settings(
                base_url="http://cds.example",
                hosts=("service",),
                clients=(trusted,),
                fhir_servers=elsewhere if own else (server.base,),
                fetch_seconds=5,
                as_of=AS_OF,
            )
            now = time.time()
            signed = token(body=claims(aud=f"http://cds.example{VIEW}", exp=now + 300, iat=now))
            headers = {"authorization": f"Bearer {signed}", "content-type": "application/json"}
            content = body({**authorized(), "fhirServer": server.base})
            return (await posted(service_app(settings), VIEW, content, headers)).status_code

    assert asyncio.run(go()) == (200 if own else 412)
    assert bool(server.asked) is own
