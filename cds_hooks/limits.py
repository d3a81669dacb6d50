"""Limits on every request, before anything of it is used: its headers, its Host, how many are under way.

A server's own limits differ (granian takes two Hosts, and a length beside a transfer encoding), so none is relied on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from cds_hooks.config import Settings
from cds_hooks.problems import Response
from cds_hooks.refusals import refused

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Addresses that an orchestrator asks by a machine's number and that must answer when everything else is busy."""

RETRY_SECONDS = "1"
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?")

Headers = Sequence[tuple[bytes, bytes]]


def host_names(settings: Settings) -> frozenset[str]:
    """The names under which the service answers, in lower case; empty: any one."""
    if settings.hosts:
        return frozenset(name.lower() for name in settings.hosts)
    public = urlsplit(settings.base_url).hostname
    if public is None:
        return frozenset()
    return frozenset((f"[{public}]" if ":" in public else public, *LOOPBACK))


class Limits:
    """ASGI middleware that refuses what is out of bounds.

    `under_way` is told of each request that begins and ends, `on_refusal` the path and the status of each refusal.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        under_way: Callable[[int], object] | None = None,
        on_refusal: Callable[[str, int], object] | None = None,
    ) -> None:
        self._app = app
        self._refusal = on_refusal or (lambda path, status: None)
        self._tell = under_way or (lambda change: None)
        self._settings = settings
        self._hosts = host_names(settings)
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        probe = scope["path"] in PROBES
        response = self._unsound(scope["headers"], probe)
        if response is None and not probe and self.under_way >= self._settings.max_concurrent:
            response = refused(503, ("retry-after", RETRY_SECONDS))
        if response is not None:
            self._refusal(scope["path"], response.status)
            await sent(response, send)
            return
        self.under_way += 1
        self._tell(1)
        try:
            await self._app(scope, receive, send)
        finally:
            self.under_way -= 1
            self._tell(-1)

    def _unsound(self, headers: Headers, probe: bool) -> Response | None:
        """Why these headers are refused."""
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if len(headers) > self._settings.max_headers or size > self._settings.max_header_bytes:
            return refused(431, ("connection", "close"))
        names = [name.lower() for name, _ in headers]
        lengths = names.count(b"content-length")
        hosts = [value for name, value in headers if name.lower() == b"host"]
        if lengths > 1 or (lengths and b"transfer-encoding" in names) or len(hosts) != 1:
            return refused(400, ("connection", "close"))
        host = _HOST.fullmatch(hosts[0].decode("latin-1"))
        if host is None:
            return refused(400, ("connection", "close"))
        known = not self._hosts or host[1].lower() in self._hosts
        return None if known or probe else refused(421)


async def sent(response: Response, send: Send) -> None:
    """Send a response of ours without the framework."""
    headers = [(name.encode(), value.encode()) for name, value in response.headers]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
