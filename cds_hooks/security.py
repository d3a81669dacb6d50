"""Who calls: the signed token that CDS Hooks asks of clients, checked against what was agreed with each.

A token is refused without a reason: the client learns 401, the operator's log a word. Nothing of the token is taken on
its own say: the algorithm, the keys' address and the audience are those of the settings.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_args

import aiohttp
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, deserialize_compact
from joserfc.util import urlsafe_b64decode

from cds_hooks.config import Client, Settings
from cds_hooks.keys import REFETCH_SECONDS, Keys, KeysState, keys_in_file, warn_of_private_keys

T = TypeVar("T")

log = structlog.get_logger()

FirstUse = Callable[[str, str, float], Awaitable[bool | None]]
"""Asks a memory that other processes share whether a token (issuer, identifier) is used for the first time, and has it
remembered for so many seconds; None when that memory cannot say."""

FEEDBACK = "/feedback"
LONGEST_TENANT = 255
LONGEST_TOKEN = 16 * 1024
LEEWAY_SECONDS = 60.0
MOST_REMEMBERED = 100_000


class Refused(Enum):
    """Why a caller is not let in; for the log alone."""

    NO_TOKEN = "no-token"  # noqa: S105 - a reason, not a secret
    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown-issuer"
    HEADER = "header"
    UNKNOWN_KEY = "unknown-key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    AUDIENCE = "audience"
    TIME = "time"
    REPLAY = "replay"
    TENANT = "tenant"

    @property
    def status(self) -> int:
        """A known client that may not speak for a tenant is forbidden; everyone else is unknown."""
        return 403 if self is Refused.TENANT else 401


class _Header(msgspec.Struct):
    alg: str
    kid: str
    typ: str
    jku: str | None = None
    crit: Any = None
    b64: Any = None
    zip: Any = None


class _Issuer(msgspec.Struct):
    iss: str


class _Claims(msgspec.Struct):
    iss: str
    aud: str | list[str]
    exp: float
    iat: float
    jti: str
    nbf: float | None = None
    tenant: str | None = None


class _Registry(JWSRegistry):
    max_header_length = 2048
    max_payload_length = LONGEST_TOKEN


@dataclass(frozen=True, slots=True)
class _Trusted:
    client: Client
    keys: Keys


class Gate:
    """Lets known clients in. Without configured clients everyone is let in, as behind mutual TLS or on one machine.

    `now` is the time of day in seconds since 1970; `clock` is monotonic. Used tokens are remembered here, and by
    `first_use` where there is one.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        first_use: FirstUse | None = None,
    ) -> None:
        self._settings = settings
        self._first_use = first_use
        self._now = now
        self._seen: dict[tuple[str, str], float] = {}
        self._trusted = {client.issuer: _Trusted(client, _keys(client, clock)) for client in settings.clients}

    @property
    def open(self) -> bool:
        """No client is configured, so nobody is asked who they are."""
        return not self._trusted

    @property
    def has_keys(self) -> bool:
        """Whether a key of some client is known."""
        return any(trusted.keys.any for trusted in self._trusted.values())

    @property
    def keys_by_state(self) -> Mapping[KeysState, int]:
        """How many clients have keys that are fresh, could not be renewed, or are not there."""
        found = Counter(trusted.keys.state for trusted in self._trusted.values())
        return {state: found[state] for state in get_args(KeysState)}

    async def warm(self, session: aiohttp.ClientSession) -> None:
        """Fetch the key sets that are not known yet, again and again until all are."""
        while not all(trusted.keys.any for trusted in self._trusted.values()):
            await asyncio.gather(*(trusted.keys.warm(session) for trusted in self._trusted.values()))
            await asyncio.sleep(REFETCH_SECONDS)

    async def admit(
        self, authorization: Sequence[str], path: str, session: aiohttp.ClientSession | None
    ) -> Client | Refused:
        """The client that makes this call of `path`, from its Authorization headers.

        Its `tenants` are then the one it speaks for in this call, or none.
        """
        return (await self.admission(authorization, path, session))[0]

    async def admission(
        self, authorization: Sequence[str], path: str, session: aiohttp.ClientSession | None
    ) -> tuple[Client | Refused, str]:
        """As `admit`, with the issuer that signed the token; empty where no signature holds."""
        verified = await self._verified(authorization, session)
        if isinstance(verified, Refused):
            return verified, ""
        claims, client = verified
        return await self._judged(claims, client, path), client.issuer

    async def _verified(
        self, authorization: Sequence[str], session: aiohttp.ClientSession | None
    ) -> tuple[_Claims, Client] | Refused:
        """What a token says whose signature holds, and which client's it is."""
        if len(authorization) != 1:
            return Refused.NO_TOKEN
        scheme, _, token = authorization[0].partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return Refused.NO_TOKEN
        read = _read(token)
        if read is None:
            return Refused.MALFORMED
        header, issuer = read
        trusted = self._trusted.get(issuer)
        if trusted is None:
            return Refused.UNKNOWN_ISSUER
        if not _agreed(header, trusted.client):
            return Refused.HEADER
        key = await trusted.keys.find(header.kid, session)
        if key is None:
            return Refused.UNKNOWN_KEY
        try:
            registry = _Registry(algorithms=list(trusted.client.algorithms), strict_check_header=False)
            verified = deserialize_compact(token, key, registry=registry)
        except (JoseError, ValueError, RecursionError):
            return Refused.SIGNATURE
        claims = _decoded(verified.payload, _Claims)
        if claims is None or claims.iss != issuer or not 1 <= len(claims.jti) <= 256 or not _plain(claims.tenant):
            return Refused.CLAIMS
        return claims, trusted.client

    async def _judged(self, claims: _Claims, client: Client, path: str) -> Client | Refused:
        base = self._settings.base_url.rstrip("/")
        # The standard is silent on feedback's audience: its own address, or that of its service.
        audience = {f"{base}{path}", f"{base}{path.removesuffix(FEEDBACK)}", *client.audiences}
        if not audience & ({claims.aud} if isinstance(claims.aud, str) else set(claims.aud)):
            return Refused.AUDIENCE
        now = self._now()
        longest = self._settings.token_seconds
        timely = (
            claims.exp > now - LEEWAY_SECONDS
            and claims.iat <= now + LEEWAY_SECONDS
            and (claims.nbf is None or claims.nbf <= now + LEEWAY_SECONDS)
            and 0 < claims.exp - claims.iat <= longest
        )
        if not timely:
            return Refused.TIME
        if self._settings.replay != "off" and await self._replayed(claims, now):
            if self._settings.replay == "strict":
                return Refused.REPLAY
            log.warning("token-used-again")
        if client.tenants and claims.tenant not in client.tenants:
            return Refused.TENANT
        return msgspec.structs.replace(client, tenants=(claims.tenant,) if claims.tenant else ())

    async def _replayed(self, claims: _Claims, now: float) -> bool:
        """Whether this token was used before: here, or where the shared memory can say so, anywhere."""
        if self._remembered(claims, now):
            return True
        if self._first_use is None:
            return False
        return await self._first_use(claims.iss, claims.jti, claims.exp + LEEWAY_SECONDS - now) is False

    def _remembered(self, claims: _Claims, now: float) -> bool:
        """Whether this process has seen the token. It is remembered until it expires; the oldest go first."""
        name = (claims.iss, claims.jti)
        if self._seen.get(name, now) > now:
            return True
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen = {known: until for known, until in self._seen.items() if until > now}
        if len(self._seen) >= MOST_REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[name] = claims.exp + LEEWAY_SECONDS
        return False


def _keys(client: Client, clock: Callable[[], float]) -> Keys:
    if not client.jwks_file:
        return Keys(client.jwks_url, {}, clock)
    known = keys_in_file(client.jwks_file)
    warn_of_private_keys(Path(client.jwks_file).read_bytes())
    return Keys("", known, clock)


def _plain(tenant: str | None) -> bool:
    return tenant is None or (len(tenant) <= LONGEST_TENANT and tenant.isprintable())


def _agreed(header: _Header, client: Client) -> bool:
    """A plain JWT with an agreed algorithm; an address of keys only if it is the agreed one."""
    extended = header.crit is not None or header.b64 is not None or header.zip is not None
    address = header.jku is None or header.jku == client.jwks_url
    return header.typ == "JWT" and header.alg in client.algorithms and address and not extended


def _read(token: str) -> tuple[_Header, str] | None:
    """The header and the issuer a token claims, unverified."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3 or not token.isascii():
        return None
    try:
        raw = [urlsafe_b64decode(part.encode()) for part in parts[:2]]
    except ValueError:
        return None
    header = _decoded(raw[0], _Header)
    issuer = _decoded(raw[1], _Issuer)
    return None if header is None or issuer is None else (header, issuer.iss)


def _decoded(raw: bytes | None, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(raw or b"", type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
