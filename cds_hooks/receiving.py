"""Taking a request in: its media type, its body within size and time, and whether somebody still waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from cds_hooks.config import Settings
from cds_hooks.problems import Response
from cds_hooks.refusals import refused

T = TypeVar("T")


def media_type_refused(request: Request) -> bool:
    """Whether the body is not declared as plain JSON in UTF-8."""
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    encoding = request.headers.get("content-encoding", "identity")
    return media.strip().lower() != "application/json" or charset not in ("", "utf-8") or encoding != "identity"


async def received(request: Request, settings: Settings) -> bytes | Response:
    """The body, or why it was not taken: too large by its announcement or in fact, or too slow."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > settings.max_body_bytes:
        return refused(413)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > settings.max_body_bytes:
                    return refused(413, ("connection", "close"))
                chunks.append(chunk)
    except TimeoutError:
        return refused(408, ("connection", "close"))
    return b"".join(chunks)


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; when the client leaves before, the work is cancelled: nobody waits for it any more."""
    task = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        task.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
