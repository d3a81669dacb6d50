"""F22 to F25: an issuer whose keys cannot be had, or change, and a clock that jumps, as clients meet them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import httpx2
import pytest
import structlog
import time_machine

from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from cds_hooks.security import Gate
from tests.faults.bad_inputs.case import GOOD, JSON, VIEW, unsound
from tests.hook_calls import authorized, body, bundle, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.fhir_server import FhirServer, Reply, posted, running, says
from tests.unit.cds_hooks.signing import ISSUER, NOW, claims, ec_jwk, header, rsa_jwk, token

HOURS = 3600.0
OLD = {"keys": [ec_jwk()]}
ROTATED = {"keys": [rsa_jwk()]}

Caller = Callable[[str], Awaitable[httpx2.Response]]
Story = Callable[[httpx2.AsyncClient, Caller, "Clock"], Awaitable[list[int]]]


class Clock:
    """A monotonic clock that a story moves."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def told(replies: Sequence[Reply], story: Story, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], int]:
    """The statuses of a story's calls, and how often the issuer was asked for its keys."""
    clock = Clock()
    monkeypatch.setattr("cds_hooks.app.Gate", partial(Gate, clock=clock))

    async def go() -> tuple[list[int], int]:
        server = FhirServer({"jwks": list(replies)})
        async with running(server):
            trusted = Client(issuer=ISSUER, jwks_url=f"{server.base}/jwks")
            settings = Settings(base_url="http://cds.example", clients=(trusted,), as_of=AS_OF, hosts=("service",))
            application = service_app(settings)
            number = 0

            async def call(algorithm: str) -> httpx2.Response:
                nonlocal number
                number += 1
                there = f"http://cds.example{VIEW}"
                sent = token(header(algorithm), claims(aud=there, jti=str(number)))
                answered = await caller.post(VIEW, content=GOOD, headers={**JSON, "authorization": f"Bearer {sent}"})
                assert unsound(answered) == []
                return answered

            transport = httpx2.ASGITransport(application)
            async with (
                application.router.lifespan_context(application),
                httpx2.AsyncClient(transport=transport, base_url="http://service") as caller,
            ):
                return await story(caller, call, clock), len(server.asked)

    with time_machine.travel(NOW, tick=False):
        return asyncio.run(go())


DOWN = says(b"", 503)


def test_known_keys_outlive_an_outage_of_a_day_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """F22."""

    async def story(caller: httpx2.AsyncClient, call: Caller, clock: Clock) -> list[int]:
        statuses = [(await call("ES384")).status_code]
        for hours in (2, 21, 2):
            clock.time += hours * HOURS
            statuses.append((await call("ES384")).status_code)
        statuses.append((await caller.get("/readyz")).status_code)
        return statuses

    with structlog.testing.capture_logs() as lines:
        assert told([says(OLD), DOWN], story, monkeypatch) == ([200, 200, 200, 401, 503], 4)
    alarms = [(line["why"], line["have"]) for line in lines if line["event"] == "keys-not-fetched"]
    assert alarms == [("status-503", "stale"), ("status-503", "stale"), ("status-503", "none")]


def test_keys_that_could_not_be_renewed_are_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """F22: the operator has a day."""
    seen: list[str] = []

    async def story(caller: httpx2.AsyncClient, call: Caller, clock: Clock) -> list[int]:
        for hours in (0, 2, 23):
            clock.time += hours * HOURS
            await call("ES384")
            text = (await caller.get("/metrics")).text
            seen.extend(re.findall(r'lnfhir_client_keys\{state="([a-z]+)"\} 1.0', text))
        return []

    told([says(OLD), DOWN], story, monkeypatch)
    assert seen == ["fresh", "stale", "none"]


def test_without_any_key_nobody_is_let_in_and_the_service_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """F23."""

    async def story(caller: httpx2.AsyncClient, call: Caller, clock: Clock) -> list[int]:
        statuses = [(await call("ES384")).status_code, (await caller.get("/readyz")).status_code]
        statuses += [(await call("ES384")).status_code for _ in range(20)]
        clock.time += 31
        return [*statuses, (await call("ES384")).status_code, (await caller.get("/readyz")).status_code]

    assert told([DOWN, says(OLD)], story, monkeypatch) == ([401, 503, *[401] * 20, 200, 200], 2)


def test_a_rotated_key_costs_one_question_and_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """F24."""

    async def story(caller: httpx2.AsyncClient, call: Caller, clock: Clock) -> list[int]:
        statuses = [(await call("ES384")).status_code]
        clock.time += 60
        return [*statuses, *[(await call("RS384")).status_code for _ in range(5)], (await call("ES384")).status_code]

    assert told([says(OLD), says(ROTATED)], story, monkeypatch) == ([200, *[200] * 5, 401], 2)


@pytest.mark.parametrize("jump", [-365 * 24 * HOURS, 365 * 24 * HOURS], ids=["back", "forth"])
def test_a_clock_that_jumps_ends_no_call(jump: float) -> None:
    """F25: deadlines run on the clock that never jumps."""
    with time_machine.travel(NOW, tick=True) as traveller:
        server = FhirServer({"Patient/p1": [says(patient())]})

        async def late(request: Any) -> Any:
            traveller.move_to(NOW + jump)
            await asyncio.sleep(0.05)
            return await says(bundle())(request)

        server.replies["*"] = [late]

        async def go() -> httpx2.Response:
            async with running(server):
                settings = Settings(as_of=AS_OF, fhir_servers=(server.base,), fetch_seconds=20)
                sent = body({**authorized(), "fhirServer": server.base})
                return await posted(service_app(settings), VIEW, sent, JSON)

        answered = asyncio.run(go())
    assert answered.status_code == 200
    found = answered.json()["extension"]["org.lnfhir.assessment"]["coverage"]
    assert set(found.values()) == {"complete"}
