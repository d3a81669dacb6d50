"""Strangers learn 401 and nothing else; the operator's log has one word for why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
import time_machine
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from cds_hooks.security import Gate, Refused
from tests.faults.bad_inputs.case import CANARY, GOOD, VIEW, unsound
from tests.faults.bad_inputs.token_cases import CASES, KEYS, TokenCase, good
from tests.reviews import AS_OF
from tests.unit.cds_hooks.signing import ISSUER, NOW, SERVICE, token


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A service with one known client."""
    path: Path = tmp_path_factory.mktemp("keys") / "keys.json"
    path.write_text(json.dumps(KEYS))
    trusted = Client(issuer=ISSUER, jwks_file=str(path), tenants=("ward",))
    return Settings(
        base_url=SERVICE,
        clients=(trusted,),
        as_of=AS_OF,
        max_header_bytes=64 * 1024,
        calls_per_second=10_000,
        burst=10_000,
    )


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(settings), base_url=SERVICE) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_token_has_its_answer(client: TestClient, case: TokenCase) -> None:
    headers = [
        (b"content-type", b"application/json"),
        *((b"authorization", text.encode()) for text in case.authorization),
    ]
    with time_machine.travel(NOW, tick=False), structlog.testing.capture_logs() as lines:
        answered = client.post(VIEW, content=GOOD, headers=headers)
    reasons = [line["reason"] for line in lines if line["event"] == "not-admitted"]
    assert (answered.status_code, reasons) == (case.status, [case.reason] if case.reason else [])
    assert unsound(answered) == []
    assert CANARY not in repr(lines)
    if case.status == 401:
        assert answered.headers["www-authenticate"] == "Bearer"
        assert answered.json()["issue"] == [
            {"severity": "error", "code": "login", "diagnostics": "This service answers known clients only"}
        ]


def test_a_token_is_good_once_and_of_two_at_once_one_wins(settings: Settings) -> None:
    """Number 50."""
    gate = Gate(settings, now=lambda: NOW)
    sent = f"Bearer {token(body=good(jti='once'))}"

    async def both() -> list[object]:
        return list(await asyncio.gather(*(gate.admit([sent], VIEW, None) for _ in range(2))))

    assert sorted(isinstance(result, Client) for result in asyncio.run(both())) == [False, True]
    assert asyncio.run(gate.admit([sent], VIEW, None)) is Refused.REPLAY


def test_a_name_that_a_proxy_claims_changes_no_audience(client: TestClient) -> None:
    """Number 19: what an untrusted peer says of the host, the protocol and the caller is not read."""
    claimed = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "x-forwarded-for": "127.0.0.1",
        "forwarded": "host=evil.example;proto=http",
        "content-type": "application/json",
    }
    elsewhere = token(body=good(aud=f"http://evil.example{VIEW}", jti="elsewhere"))
    here = token(body=good(jti="here"))
    with time_machine.travel(NOW, tick=False):
        refused = client.post(VIEW, content=GOOD, headers={**claimed, "authorization": f"Bearer {elsewhere}"})
        answered = client.post(VIEW, content=GOOD, headers={**claimed, "authorization": f"Bearer {here}"})
    assert (refused.status_code, answered.status_code) == (401, 200)


@pytest.mark.parametrize(("minutes", "status"), [(-10, 401), (-1, 200), (1, 200), (10, 401)])
def test_a_clock_may_be_a_minute_wrong_and_not_ten(client: TestClient, minutes: int, status: int) -> None:
    """Fault 25: a token of five minutes, judged by a clock that is ahead or behind."""
    sent = token(body=good(jti=f"skew {minutes}", iat=NOW, exp=NOW + 300))
    headers = {"content-type": "application/json", "authorization": f"Bearer {sent}"}
    with time_machine.travel(NOW + 60 * minutes, tick=False), structlog.testing.capture_logs() as lines:
        answered = client.post(VIEW, content=GOOD, headers=headers)
    assert answered.status_code == status
    assert [line["reason"] for line in lines if line["event"] == "not-admitted"] == ["time"] * (status == 401)
    figures = client.get("/metrics").text
    assert status == 200 or 'lnfhir_refused_total{reason="time"}' in figures
