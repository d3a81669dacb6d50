"""A FHIR server that gives nothing is left alone for a while, and then tried by one call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from cds_hooks.app import service_app
from cds_hooks.breaker import Breaker, Breakers, State
from cds_hooks.config import Settings
from tests.faults.bad_inputs.case import JSON, VIEW, unsound
from tests.hook_calls import OUTCOME, authorized, body, bundle, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.fhir_server import FhirServer, Reply, hangs, posted, running, says


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    """The time of the breaker."""
    return Clock()


def failed(breaker: Breaker, times: int) -> None:
    """So many calls to which the server gives nothing."""
    for _ in range(times):
        assert breaker.take()
        breaker.failed()


def test_it_opens_after_so_many_failures_in_a_row(clock: Clock) -> None:
    breaker = Breaker(3, 10, clock)
    failed(breaker, 2)
    assert breaker.take()
    breaker.answered()
    failed(breaker, 2)
    assert breaker.state is State.CLOSED
    failed(breaker, 1)
    assert (breaker.state, breaker.take()) == (State.OPEN, False)


def test_after_its_rest_one_call_tries_and_decides(clock: Clock) -> None:
    breaker = Breaker(1, 10, clock)
    failed(breaker, 1)
    clock.time += 9.9
    assert not breaker.take()
    clock.time += 0.1
    assert [breaker.take(), breaker.take(), breaker.take()] == [True, False, False]
    assert breaker.state is State.HALF_OPEN
    breaker.failed()
    assert (breaker.state, breaker.take()) == (State.OPEN, False)
    clock.time += 10
    assert breaker.take()
    breaker.answered()
    assert [breaker.take(), breaker.take()] == [True, True]


def test_a_trial_that_was_given_up_leaves_it_to_the_next_call(clock: Clock) -> None:
    breaker = Breaker(1, 10, clock)
    failed(breaker, 1)
    clock.time += 10
    assert breaker.take()
    breaker.left()
    assert [breaker.take(), breaker.take()] == [True, False]


def test_calls_that_began_before_it_opened_do_not_shorten_the_rest(clock: Clock) -> None:
    breaker = Breaker(2, 10, clock)
    assert all(breaker.take() for _ in range(4))
    for _ in range(3):
        breaker.failed()
    breaker.left()
    assert (breaker.state, breaker.take()) == (State.OPEN, False)


def test_with_no_number_it_never_opens(clock: Clock) -> None:
    breaker = Breaker(0, 10, clock)
    failed(breaker, 100)
    assert breaker.state is State.CLOSED


def test_each_server_has_its_own(clock: Clock) -> None:
    breakers = Breakers(1, 10, clock)
    failed(breakers.of("https://a.example/fhir"), 1)
    assert breakers.of("https://b.example/fhir").take()
    assert breakers.of("https://a.example/fhir") is breakers.of("https://a.example/fhir")
    assert breakers.states == {State.CLOSED: 1, State.OPEN: 1, State.HALF_OPEN: 0}


def story(server: FhirServer, turns: Callable[[Any, FhirServer], Any], **settings: Any) -> Any:
    """What a story gives that calls one application with access to this server."""

    async def go() -> Any:
        async with running(server):
            limits: dict[str, Any] = {"fetch_seconds": 5.0, "fetch_failures": 3, "fetch_rest_seconds": 0.2, **settings}
            application = service_app(Settings(as_of=AS_OF, fhir_servers=(server.base,), **limits))

            async def call(**sent: Any) -> Any:
                usual = {"fhirServer": server.base, "prefetch": {"patient": patient()}}
                return await posted(application, VIEW, body({**authorized(), **usual, **sent}), JSON)

            return await turns(Turns(application, call), server)

    return asyncio.run(go())


class Turns:
    """An application with the one call a story makes."""

    def __init__(self, application: Starlette, call: Any) -> None:
        self.application = application
        self.call = call


RESTING = "the FHIR server was not asked: it did not answer the last calls"


def coverage(answered: Any) -> dict[str, str]:
    """How far each need was searched."""
    found: dict[str, str] = answered.json()["extension"]["org.lnfhir.assessment"]["coverage"]
    return found


@pytest.mark.parametrize("reply", [says(OUTCOME, 503), hangs()], ids=["503", "silence"])
def test_a_server_that_is_down_is_left_alone_and_the_answer_says_so(reply: Reply) -> None:
    """F1: the answer never is that there is no advice."""

    async def turns(on: Turns, server: FhirServer) -> tuple[Any, ...]:
        failing = [await on.call() for _ in range(3)]
        asked = len(server.asked)
        resting = await on.call()
        alone = await on.call(prefetch={})
        return failing, asked, resting, alone, len(server.asked)

    server = FhirServer({"*": [reply]})
    failing, asked, resting, alone, after = story(server, turns, fetch_seconds=0.3, fetch_rest_seconds=60.0)
    assert asked > 0
    assert after == asked
    assert [answered.status_code for answered in (*failing, resting, alone)] == [200, 200, 200, 200, 412]
    for answered in (*failing, resting):
        assert unsound(answered) == []
        assert {found for need, found in coverage(answered).items() if need != "patient"} == {"failed"}
        assert answered.json()["cards"]
    told = "\n".join(card.get("detail", "") for card in resting.json()["cards"])
    assert RESTING in told
    assert "conditions: the search failed" in told
    assert unsound(alone) == []


def test_a_server_that_comes_back_is_asked_again() -> None:
    async def turns(on: Turns, server: FhirServer) -> tuple[Any, ...]:
        for _ in range(3):
            await on.call()
        server.replies = {"*": [says(bundle())]}
        resting = await on.call()
        await asyncio.sleep(0.25)
        return coverage(resting), coverage(await on.call()), coverage(await on.call())

    resting, tried, well = story(FhirServer({"*": [says(OUTCOME, 503)]}), turns)
    assert set(resting.values()) == {"complete", "failed"}
    assert set(tried.values()) == set(well.values()) == {"complete"}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_server_that_refuses_is_there(status: int) -> None:
    """One client's token must not take the server from the others."""

    async def turns(on: Turns, server: FhirServer) -> int:
        for _ in range(5):
            before = len(server.asked)
            await on.call()
        return len(server.asked) - before

    assert story(FhirServer({"*": [says(OUTCOME, status)]}), turns) > 0


def test_one_search_that_fails_does_not_take_the_others() -> None:
    async def turns(on: Turns, server: FhirServer) -> dict[str, str]:
        del server
        for _ in range(4):
            answered = await on.call()
        return coverage(answered)

    found = story(FhirServer({"Condition": [says(OUTCOME, 500)], "*": [says(bundle())]}), turns)
    assert {need for need, state in found.items() if state == "failed"} == {"conditions"}


def test_the_breakers_and_the_refusals_are_figures_that_name_no_server() -> None:
    async def turns(on: Turns, server: FhirServer) -> str:
        for _ in range(4):
            await on.call()
        return str((await figures(on.application)).text)

    text = story(FhirServer({"*": [says(OUTCOME, 503)]}), turns, fetch_rest_seconds=60.0)
    assert 'lnfhir_fhir_servers{breaker="open"} 1.0' in text
    assert 'lnfhir_fhir_servers{breaker="closed"} 0.0' in text
    assert 'lnfhir_fetch_refusals_total{reason="unavailable"} 3.0' in text
    assert 'lnfhir_fetch_refusals_total{reason="resting"} 1.0' in text
    assert "127.0.0.1" not in text


async def figures(application: Starlette) -> Any:
    """`/metrics`."""
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as caller:
        return await caller.get("/metrics")
