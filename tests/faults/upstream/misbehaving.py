"""What a FHIR server can do wrong, one at a time, while it answers everything else with "nothing found"."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.hook_calls import OUTCOME, bundle
from tests.unit.cds_hooks.fhir_server import FhirServer, Reply, breaks_off, drips, hangs, says

Json = dict[str, Any]
Fault = Callable[[FhirServer], Reply]


def nephritis(identity: str = "c1", patient: str = "p1") -> Json:
    """A Condition that matters."""
    return {
        "resourceType": "Condition",
        "id": identity,
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "68815009"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "recordedDate": "2024-01-01",
        "meta": {"versionId": "1"},
    }


def page(following: str, *resources: Json, **members: Any) -> Json:
    """A page with a link to the next; without one where `following` is empty."""
    link = [{"relation": "next", "url": following}] if following else []
    return bundle(*resources, **({"link": link} if link else {}), **members)


def always(reply: Reply) -> Fault:
    """A fault that needs no address."""
    return lambda server: reply


def linked(make: Callable[[FhirServer, int], Json]) -> Fault:
    """A page made from the server and the number of pages that were asked for before."""

    def fault(server: FhirServer) -> Reply:
        async def reply(request: web.Request) -> web.StreamResponse:
            return await says(make(server, len(asked(server, "Condition"))))(request)

        return reply

    return fault


def asked(server: FhirServer, kind: str) -> list[str]:
    """The searches of a type, and the further pages of them."""
    return [name for name, _ in server.asked if name.startswith(kind)]


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """`reply` answers the search for conditions. It may be asked `most` times.

    `coverage` is what the answer must admit, `says` a word of the reason it gives a reader.
    """

    number: int
    name: str
    reply: Fault
    coverage: str = "failed"
    says: str = "the search failed"
    most: int = 1
    slow: bool = False

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"F{self.number}-{self.name}"


def headers(**given: str) -> Mapping[str, str]:
    """Headers by Python names."""
    return {name.replace("_", "-"): value for name, value in given.items()}


GOOD = b'{"resourceType": "Bundle", "type": "searchset", "total": 0}'
UTF_16 = GOOD.decode().encode("utf-16")
PARTLY = "only in part"

MISBEHAVIOURS = (
    Misbehaviour(3, "silence", always(hangs()), slow=True),
    Misbehaviour(4, "a byte at a time", always(drips(GOOD)), slow=True),
    Misbehaviour(5, "401", always(says(OUTCOME, 401, headers(www_authenticate="Bearer")))),
    Misbehaviour(6, "403", always(says(OUTCOME, 403))),
    Misbehaviour(7, "404", always(says(OUTCOME, 404))),
    Misbehaviour(7, "410", always(says(OUTCOME, 410))),
    *(
        Misbehaviour(8, f"429 {after[:12]}", always(says(OUTCOME, 429, headers(retry_after=after))))
        for after in ("3600", "Wed, 21 Oct 2099 07:28:00 GMT", "junk", "-5", "9" * 40, "1e0", "0x1", "")
    ),
    Misbehaviour(8, "429 and a second", always(says(OUTCOME, 429, headers(retry_after="1"))), most=2),
    *(Misbehaviour(9, str(status), always(says(OUTCOME, status)), most=2) for status in (500, 502, 503, 504)),
    Misbehaviour(9, "503 with a time", always(says(OUTCOME, 503, headers(retry_after="3600"))), most=2),
    Misbehaviour(10, "a page to log in", always(says(b"<html><form>", 200, headers(content_type="text/html")))),
    Misbehaviour(10, "an outcome", always(says(OUTCOME))),
    Misbehaviour(10, "nothing", always(says(b""))),
    Misbehaviour(10, "204", always(says(b"", 204))),
    Misbehaviour(10, "206", always(says(GOOD, 206))),
    Misbehaviour(11, "JSON cut off", always(says(GOOD[:-9]))),
    Misbehaviour(11, "more announced than sent", always(breaks_off(GOOD)), most=2),
    Misbehaviour(11, "gzip that is none", always(says(GOOD, 200, headers(content_encoding="gzip"))), most=2),
    Misbehaviour(11, "brotli that is none", always(says(GOOD, 200, headers(content_encoding="br"))), most=2),
    Misbehaviour(11, "another character set", always(says(UTF_16))),
    Misbehaviour(11, "invalid UTF-8", always(says(GOOD.replace(b"searchset", b"\xff")))),
    Misbehaviour(11, "deep", always(says(b'{"resourceType": "Bundle", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"))),
    Misbehaviour(11, "too large", always(says(b" " * 300_000 + GOOD))),
    Misbehaviour(
        12, "pages in a circle",
        linked(lambda server, turn: page(f"{server.base}/Condition?page={turn % 2}", nephritis(), total=9)),
        "partial", PARTLY, 3,
    ),
    Misbehaviour(
        13, "the same page again",
        linked(lambda server, turn: page(f"{server.base}/Condition?page=1", nephritis(), total=9)),
        "partial", PARTLY, 2,
    ),
    Misbehaviour(
        14, "pages without end",
        linked(lambda server, turn: page(f"{server.base}/Condition?page={turn}", nephritis(f"c{turn}"))),
        "partial", PARTLY, 10,
    ),
    Misbehaviour(
        15, "empty pages",
        linked(lambda server, turn: page(f"{server.base}/Condition?page={turn}")),
        "partial", PARTLY, 10,
    ),
    Misbehaviour(16, "more counted than sent", always(says(page("", nephritis(), total=500))), "partial", PARTLY),
)  # fmt: skip


@asynccontextmanager
async def raw_server(sent: bytes, *, close: bool = False) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that takes connections, sends these bytes and then hangs or closes. Gives its base and its calls."""
    taken: list[int] = []
    hanging: set[asyncio.Task[Any] | None] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(1)
        hanging.add(asyncio.current_task())
        try:
            writer.write(sent)
            await writer.drain()
            if not close:
                await asyncio.sleep(30)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            del reader
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/fhir", taken
    finally:
        for task in hanging:
            if task is not None:
                task.cancel()
        server.close()


Work = Callable[[], Awaitable[Any]]
