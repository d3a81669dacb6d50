"""A FHIR client that can be given a bearer token.

fhirpy's own client sends the token to any address that contains the server's somewhere, follows redirects, has no
deadline and no size limit, and puts the server's words into its errors. Here both of its hooks are replaced.
"""

from __future__ import annotations

import asyncio
import random
from enum import Enum
from typing import Any

import aiohttp
from fhirpy import AsyncFHIRClient
from yarl import URL

from cds_hooks.addresses import address

CONNECTIONS = 32
"""To one server at once; a call makes up to 17 searches side by side."""

PAUSE_SECONDS = 0.05
"""The longest pause before the one retry; jittered, so that clients do not knock in step."""


_FRESH = {"Cache-Control": "no-cache"}
"""Ask for what is known now: HAPI FHIR else repeats its answer to an equal search for a minute, without newer data."""


class Refusal(Enum):
    """Why a request gave nothing."""

    ELSEWHERE = "elsewhere"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    GONE = "gone"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    TOO_LARGE = "too-large"
    TOO_LATE = "too-late"
    CERTIFICATE = "certificate"
    RESTING = "resting"


_BY_STATUS = {
    401: Refusal.UNAUTHORIZED,
    403: Refusal.FORBIDDEN,
    404: Refusal.NOT_FOUND,
    410: Refusal.GONE,
}
_SILENCE = frozenset({Refusal.UNAVAILABLE, Refusal.TOO_LATE, Refusal.CERTIFICATE, Refusal.ELSEWHERE})
"""The refusals in which a server had no part, or none but to fail."""


_CERTIFICATE = {
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "unknown-authority",
    21: "unknown-authority",
    23: "revoked",
    62: "other-host",
    64: "other-host",
}
"""OpenSSL's verification results (x509_vfy.h) in our words."""


class FetchError(Exception):
    """A request gave nothing. It holds the kind of refusal, a word of ours about it, and no word of the server's.

    `after` are the seconds after which the server would be asked again, None where it should not be.
    """

    def __init__(self, refusal: Refusal, about: str = "", after: float | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.about = about
        self.after = after


def _seconds(retry_after: str) -> float | None:
    """The seconds of a Retry-After header; a date or anything else is longer than a call waits."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 6 else None


def _about_certificate(error: Exception) -> str:
    return _CERTIFICATE.get(getattr(error, "verify_code", 0), "not-trusted")


class GuardedClient(AsyncFHIRClient):
    """Reads from one FHIR server within one deadline, at most `max_bytes` an answer and `max_total` in all.

    `deadline` is a time of the running event loop, `session` that of the process. The token goes to addresses at or
    below `url` and nowhere else; without a token none is sent. Answers are bytes: the reading room decodes them.
    `heard` tells whether the server has answered anything yet, `refusals` the kinds met, each with a word of ours.
    """

    def __init__(
        self,
        url: str,
        token: str,
        session: aiohttp.ClientSession,
        *,
        deadline: float,
        max_bytes: int,
        max_total: int | None = None,
    ) -> None:
        super().__init__(url.rstrip("/"), f"Bearer {token}" if token else None, dict(_FRESH))
        self._session = session
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._left = max_total
        self.heard = False
        self.refusals: dict[Refusal, str] = {}

    async def read(self, path: str) -> bytes:
        """GET a path of this server, or an absolute address of it. Raises FetchError."""
        try:
            answered: bytes = await self.execute(path, "get")
        except FetchError as error:
            self.refusals[error.refusal] = error.about
            self.heard = self.heard or error.refusal not in _SILENCE
            raise
        self.heard = True
        return answered

    def _build_request_url(self, path: str, params: Any = None) -> str:
        del params
        base = address(self.url)
        absolute = path if "://" in path.partition("?")[0] else f"{self.url}/{path.lstrip('/')}"
        wanted = address(absolute)
        if base is None or wanted is None or not wanted.within(base):
            raise FetchError(Refusal.ELSEWHERE)
        return absolute

    async def _do_request(self, method: str, path: str, *_: Any, **__: Any) -> Any:
        if method != "get":
            raise FetchError(Refusal.REFUSED)
        url = URL(self._build_request_url(path), encoded=True)
        try:
            async with asyncio.timeout_at(self._deadline):
                try:
                    return await self._attempt(url)
                except FetchError as error:
                    left = self._deadline - asyncio.get_running_loop().time()
                    if error.after is None or error.after >= left:
                        raise
                    pause = error.after
                await asyncio.sleep(pause + random.uniform(0, PAUSE_SECONDS))  # noqa: S311 - a pause, not a secret
                return await self._attempt(url)
        except TimeoutError:
            raise FetchError(Refusal.TOO_LATE) from None

    async def _attempt(self, url: URL) -> bytes:
        try:
            async with self._session.get(url, headers=self._build_request_headers(), allow_redirects=False) as answered:
                if answered.status == 429:
                    raise FetchError(Refusal.THROTTLED, after=_seconds(answered.headers.get("retry-after", "")))
                if answered.status >= 500:
                    raise FetchError(Refusal.UNAVAILABLE, after=0.0)
                if answered.status != 200:
                    raise FetchError(_BY_STATUS.get(answered.status, Refusal.REFUSED))
                return await self._body(answered)
        except aiohttp.ClientConnectorCertificateError as error:
            raise FetchError(Refusal.CERTIFICATE, _about_certificate(error.certificate_error)) from None
        except aiohttp.ClientError:
            raise FetchError(Refusal.UNAVAILABLE, after=0.0) from None

    async def _body(self, answered: aiohttp.ClientResponse) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in answered.content.iter_chunked(1 << 16):
            size += len(chunk)
            if self._left is not None:
                self._left -= len(chunk)
            if size > self._max_bytes or (self._left is not None and self._left < 0):
                raise FetchError(Refusal.TOO_LARGE)
            chunks.append(chunk)
        return b"".join(chunks)


def new_session() -> aiohttp.ClientSession:
    """The process's one session: no cookies, no proxy from the environment, no timeout of its own."""
    return aiohttp.ClientSession(
        # Of each server so many, of all together any: one that hangs must not use up what the others need.
        connector=aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        read_bufsize=1 << 20,
        trust_env=False,
    )
