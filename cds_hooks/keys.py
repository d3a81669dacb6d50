"""The public keys of the clients that are trusted, from a file or from the one address agreed with each.

A key set that cannot be refreshed is kept for a day: an outage of the issuer must not silence the service, and a
stranger's key id must not make it knock at the issuer's door more than now and then.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import aiohttp
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode

from lnfhir.errors import KnowledgeError

log = structlog.get_logger()

Key = RSAKey | ECKey
KeysState = Literal["fresh", "stale", "none"]

MOST_KEYS = 50
MOST_BYTES = 256 * 1024
FETCH_SECONDS = 3.0
USUAL_SECONDS = 3600.0
SHORTEST_SECONDS = 60.0
LONGEST_SECONDS = 86400.0
REFETCH_SECONDS = 30.0
SHORTEST_RSA_BITS = 2048
SMALLEST_RSA_EXPONENT = 65537

_PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth"))
_CURVES = ("P-256", "P-384", "P-521")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})", re.IGNORECASE)


def usable_keys(document: bytes) -> dict[str, Key]:
    """The keys that may verify a signature, by their id. Raises ValueError when it is no key set or too large a one.

    Left out are keys for encryption, weak ones, and those without an id of their own. Private parts are dropped.
    """
    if len(document) > MOST_BYTES:
        raise ValueError("the key set is too large")
    try:
        listed = msgspec.json.decode(document, type=dict[str, Any])["keys"]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, KeyError):
        raise ValueError("this is no key set") from None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise ValueError("this is no key set, or one of too many keys")
    found: dict[str, Key] = {}
    repeated: set[str] = set()
    for entry in listed:
        key = _usable(entry)
        if key is not None:
            if entry["kid"] in found:
                repeated.add(entry["kid"])
            found[entry["kid"]] = key
    return {identity: key for identity, key in found.items() if identity not in repeated}


def _usable(entry: Any) -> Key | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or not entry["kid"]:
        return None
    operations = entry.get("key_ops", ["verify"])
    if entry.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return None
    names = _PUBLIC.get(str(entry.get("kty")))
    if names is None or any(not isinstance(entry.get(name), str) for name in names):
        return None
    public: dict[str, str | list[str]] = {name: entry[name] for name in names}
    try:
        if entry["kty"] == "EC":
            return ECKey.import_key(public) if entry["crv"] in _CURVES else None
        modulus, exponent = (int.from_bytes(urlsafe_b64decode(entry[name].encode())) for name in ("n", "e"))
        if modulus.bit_length() < SHORTEST_RSA_BITS or exponent < SMALLEST_RSA_EXPONENT:
            return None
        return RSAKey.import_key(public)
    except (JoseError, ValueError, TypeError):
        return None


def warn_of_private_keys(document: bytes) -> None:
    """Log the keys of a key set that show their private part: whoever read the set can sign as its owner."""
    for entry in msgspec.json.decode(document, type=dict[str, Any])["keys"]:
        if isinstance(entry, dict) and _PRIVATE.intersection(entry):
            log.warning("key-set-shows-a-private-key", kid=str(entry.get("kid"))[:80])


def keys_in_file(path: str) -> dict[str, Key]:
    """The usable keys of a file. KnowledgeError when there are none."""
    try:
        found = usable_keys(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise KnowledgeError(f"key set {path}: {error}") from error
    if not found:
        raise KnowledgeError(f"key set {path}: it has no usable key")
    return found


class Keys:
    """The keys of one client. `clock` is monotonic, in seconds."""

    def __init__(self, url: str, known: dict[str, Key], clock: Callable[[], float]) -> None:
        self._url = url
        self._known = known
        self._clock = clock
        self._fetched: float | None = None
        self._tried: float | None = None
        self._trouble = ""
        self._fresh_seconds = USUAL_SECONDS
        self._turn = asyncio.Lock()

    async def find(self, identity: str, session: aiohttp.ClientSession | None) -> Key | None:
        """The key with this id, fetching the set when it is old or does not hold it."""
        if self._url and session is not None:
            async with self._turn:
                if self._due(identity):
                    await self._refresh(session)
            if self._fetched is None or self._clock() - self._fetched > LONGEST_SECONDS:
                return None
        return self._known.get(identity)

    @property
    def any(self) -> bool:
        """Whether a key is known that may be used now."""
        fresh = not self._url or (self._fetched is not None and self._clock() - self._fetched <= LONGEST_SECONDS)
        return bool(self._known) and fresh

    @property
    def state(self) -> KeysState:
        """`stale`: there are keys, and the last attempt to renew them failed."""
        if not self.any:
            return "none"
        return "stale" if self._trouble else "fresh"

    async def warm(self, session: aiohttp.ClientSession) -> None:
        """Fetch the set before the first token asks for it."""
        if self._url and not self.any:
            async with self._turn:
                if not self.any and self._due(""):
                    await self._refresh(session)

    def _due(self, identity: str) -> bool:
        now = self._clock()
        if self._tried is not None and now - self._tried < REFETCH_SECONDS:
            return False
        old = self._fetched is None or now - self._fetched >= self._fresh_seconds
        return old or identity not in self._known

    async def _refresh(self, session: aiohttp.ClientSession) -> None:
        self._trouble = await self._fetch(session)
        if self._trouble:
            log.warning("keys-not-fetched", url=self._url, why=self._trouble, have=self.state)

    async def _fetch(self, session: aiohttp.ClientSession) -> str:
        """Fetch the set and take it over; why not, in a word, or nothing."""
        self._tried = self._clock()
        try:
            async with (
                asyncio.timeout(FETCH_SECONDS),
                session.get(self._url, allow_redirects=False, headers={"accept": "application/json"}) as answered,
            ):
                if answered.status != 200:
                    return f"status-{answered.status}"
                raw = bytearray()
                async for chunk in answered.content.iter_chunked(1 << 14):
                    raw += chunk
                    if len(raw) > MOST_BYTES:
                        return "too-large"
                found = usable_keys(bytes(raw))
                warn_of_private_keys(bytes(raw))
                lifetime = _MAX_AGE.search(answered.headers.get("cache-control", ""))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return type(error).__name__
        if not found:
            return "no-usable-key"
        self._known = found
        self._fetched = self._clock()
        seconds = float(lifetime[1]) if lifetime else USUAL_SECONDS
        self._fresh_seconds = min(max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS)
        return ""
