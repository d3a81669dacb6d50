"""What is refused before anything of a request is used, and how much is taken at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings, check_reach, settings_from
from cds_hooks.limits import Limits, host_names
from cds_hooks.rate import Buckets
from cds_hooks.receiving import while_connected
from lnfhir.errors import KnowledgeError
from tests.hook_calls import body, call, patient
from tests.reviews import AS_OF

HOST = (b"host", b"cds.example")
SITE = Settings(base_url="https://cds.example", max_headers=5, max_header_bytes=200)


async def answered(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that says 204."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def asked(*headers: tuple[bytes, bytes], path: str = "/cds-services", settings: Settings = SITE) -> dict[str, Any]:
    """The start of the response to a request with these headers."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    scope = {"type": "http", "path": path, "headers": list(headers)}
    asyncio.run(Limits(answered, settings)(scope, receive, send))
    started: dict[str, Any] = messages[0]
    return started


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((HOST,), 204),
        (((b"host", b"CDS.example:8443"),), 204),
        (((b"host", b"127.0.0.1:8080"),), 204),
        (((b"host", b"[::1]:8080"),), 204),
        (((b"host", b"evil.example"),), 421),
        (((b"host", b"cds.example.evil"),), 421),
        (((b"host", b"cds.example@evil"),), 400),
        (((b"host", b""),), 400),
        ((), 400),
        ((HOST, HOST), 400),
        ((HOST, (b"content-length", b"1"), (b"content-length", b"1")), 400),
        ((HOST, (b"content-length", b"1"), (b"Transfer-Encoding", b"chunked")), 400),
        ((HOST, (b"transfer-encoding", b"chunked")), 204),
        ((HOST, *((b"x", b"") for _ in range(4))), 204),
        ((HOST, *((b"x", b"") for _ in range(5))), 431),
        ((HOST, (b"x", b"y" * 176)), 204),
        ((HOST, (b"x", b"y" * 177)), 431),
    ],
)
def test_unsound_or_strange_headers_are_refused(headers: tuple[tuple[bytes, bytes], ...], status: int) -> None:
    assert asked(*headers)["status"] == status


def test_a_probe_may_use_any_name_but_only_one() -> None:
    assert asked((b"host", b"10.0.0.7"), path="/healthz")["status"] == 204
    assert asked(path="/healthz")["status"] == 400


def test_the_names_of_the_service_are_those_of_the_settings_or_of_its_address() -> None:
    assert host_names(Settings()) == frozenset()
    assert host_names(SITE) == {"cds.example", "localhost", "127.0.0.1", "[::1]"}
    assert host_names(Settings(base_url="http://[fd00::1]:8080")) >= {"[fd00::1]"}
    assert host_names(Settings(base_url="https://a", hosts=("B.example",))) == {"b.example"}


def test_more_than_are_taken_at_once_are_told_to_come_back_and_probes_are_not() -> None:
    async def go() -> list[Any]:
        waiting, started = asyncio.Event(), asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] == "/healthz":
                return await answered(scope, receive, send)
            started.set()
            await waiting.wait()
            return await answered(scope, receive, send)

        limits = Limits(slow, Settings(max_concurrent=1))

        async def one(path: str) -> Any:
            messages: list[Any] = []

            async def send(message: Any) -> None:
                messages.append(message)

            async def receive() -> Any:
                raise AssertionError("nothing is read")

            await limits({"type": "http", "path": path, "headers": [HOST]}, receive, send)
            return messages[0]

        first = asyncio.create_task(one("/a"))
        await started.wait()
        busy, probe = await one("/a"), await one("/healthz")
        waiting.set()
        found = [(await first)["status"], busy, probe["status"]]
        assert limits.under_way == 0
        return [*found, (await one("/a"))["status"]]

    first, busy, probe, after = asyncio.run(go())
    assert (first, probe, after) == (204, 204, 204)
    assert busy["status"] == 503
    assert (b"retry-after", b"1") in busy["headers"]


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    now = [0.0]
    buckets = Buckets(2.0, 3, lambda: now[0])
    assert [buckets.seconds_to_wait("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.seconds_to_wait("b") == 0
    now[0] = 0.5
    assert [buckets.seconds_to_wait("a") for _ in range(2)] == [0, 0.5]
    now[0] = 1000.0
    assert [buckets.seconds_to_wait("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_client_that_calls_too_often_is_told_when_to_come_back() -> None:
    good = body(call(prefetch={"patient": patient()}))
    headers = {"content-type": "application/json"}
    with TestClient(service_app(Settings(as_of=AS_OF, burst=2, calls_per_second=0.001))) as opened:
        found = [opened.post("/cds-services/ln-patient-view", content=good, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in found] == [200, 200, 429]
    assert 900 < int(found[2].headers["retry-after"]) <= 1000  # less by what the calls themselves took
    assert found[2].json()["issue"][0]["code"] == "throttled"


class Leaving:
    """A request whose client leaves after a while, or never."""

    def __init__(self, after: float | None) -> None:
        self._after = after

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(3600 if self._after is None else self._after)
        return {"type": "http.disconnect"}


def test_work_is_cancelled_when_the_client_leaves() -> None:
    ended: list[str] = []

    async def work() -> int:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return 1

    async def go() -> None:
        with pytest.raises(ClientDisconnect):
            await while_connected(Leaving(0.01), work())  # type: ignore[arg-type]
        await asyncio.sleep(0)
        # Looked at here: the end of the loop would cancel it anyhow.
        assert ended == ["cancelled"]

    asyncio.run(go())


def test_work_that_ends_first_gives_its_result_or_its_error() -> None:
    async def work(number: int) -> int:
        return 10 // number

    assert asyncio.run(while_connected(Leaving(None), work(2))) == 5  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        asyncio.run(while_connected(Leaving(None), work(0)))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_a_service_that_asks_nobody_listens_on_this_machine(host: str) -> None:
    check_reach(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "cds.example", "localhost.evil.example", ""])
def test_a_service_that_asks_nobody_is_not_opened_to_others(host: str) -> None:
    with pytest.raises(KnowledgeError, match=r"service\.host"):
        check_reach(Settings(host=host))
    client = Client(issuer="https://a", jwks_url="https://a/keys")
    check_reach(Settings(host=host, base_url="https://cds.example", clients=(client,)))


def test_a_service_in_use_knows_its_callers_or_says_who_does() -> None:
    with pytest.raises(KnowledgeError, match=r"service\.clients"):
        check_reach(Settings(base_url="https://cds.example"))
    check_reach(Settings(base_url="https://cds.example", authentication="proxy"))
    check_reach(Settings(base_url="http://127.0.0.1:8080"))
    with pytest.raises(KnowledgeError, match=r"service\.host"):
        check_reach(Settings(base_url="https://cds.example", authentication="proxy", host="::"))


@pytest.mark.parametrize("name", ["max_concurrent", "calls_per_second", "burst", "max_headers", "max_header_bytes"])
def test_a_limit_is_positive(name: str) -> None:
    with pytest.raises(KnowledgeError, match=name):
        settings_from({"service": {name: 0}})
