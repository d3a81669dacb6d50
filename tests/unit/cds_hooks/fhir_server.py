"""A FHIR server on loopback that does exactly what a test tells it, and remembers who asked with which token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec
from aiohttp import web
from starlette.applications import Starlette

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Reply with JSON, or with bytes as they are."""
    sent = {"content-type": "application/fhir+json", **(headers or {})}
    raw = content if isinstance(content, bytes) else msgspec.json.encode(content)

    async def reply(request: web.Request) -> web.StreamResponse:
        del request
        return web.Response(body=raw, status=status, headers=sent)

    return reply


def hangs(seconds: float = 30) -> Reply:
    """Say nothing for a while."""

    async def reply(request: web.Request) -> web.StreamResponse:
        del request
        await asyncio.sleep(seconds)
        return web.Response(body=b"{}")

    return reply


def drips(content: bytes, pause: float = 0.05) -> Reply:
    """Send one byte at a time."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for byte in content:
            await response.write(bytes([byte]))
            await asyncio.sleep(pause)
        return response

    return reply


def breaks_off(content: bytes) -> Reply:
    """Promise more than is sent."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": str(len(content) + 100)})
        await response.prepare(request)
        await response.write(content)
        assert request.transport is not None
        request.transport.close()
        return response

    return reply


@dataclass
class FhirServer:
    """`replies` are by the path and query after the base, or `*`; a list is used up one by one, its last for ever."""

    replies: dict[str, Sequence[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    base: str = ""

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        name = request.path_qs.removeprefix("/fhir/")
        self.asked.append((name, request.headers.get("authorization", "")))
        kind = name.partition("?")[0]
        key = next((key for key in (name, kind, "*") if key in self.replies), None)
        if key is None:
            return await says({"resourceType": "OperationOutcome", "issue": []}, 404)(request)
        turn = sum(1 for asked, _ in self.asked if key in (asked, asked.partition("?")[0], "*")) - 1
        replies = self.replies[key]
        return await replies[min(turn, len(replies) - 1)](request)


@asynccontextmanager
async def running(server: FhirServer) -> AsyncIterator[FhirServer]:
    """Serve until the block ends."""
    application = web.Application()
    application.router.add_route("*", "/{any:.*}", server._reply)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (address,) = runner.addresses
    server.base = f"http://127.0.0.1:{address[1]}/fhir"
    try:
        yield server
    finally:
        await runner.cleanup()


async def posted(application: Starlette, path: str, content: bytes, headers: Mapping[str, str]) -> httpx2.Response:
    """One call through our application, in the event loop of the fake server."""
    transport = httpx2.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://service") as caller,
    ):
        return await caller.post(path, content=content, headers=dict(headers))
