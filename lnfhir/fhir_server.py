"""One patient's record from a FHIR server as a Bundle, or all pages of one address.

The token is given or had by SMART Backend Services; it goes to that server alone and is in no message.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import to_bytes

from cds_hooks.addresses import address
from cds_hooks.config import Settings
from cds_hooks.fetch import SAYS, all_pages
from cds_hooks.fhir_client import FetchError, GuardedClient, new_session
from cds_hooks.prefetch import PATIENT_ID, template
from lnfhir.chart.coverage import Need
from lnfhir.errors import KnowledgeError
from lnfhir.message import Message, say

SECONDS = 300.0
MOST_PAGES = 200
MOST_BYTES = 100 * 1024 * 1024
TOKEN_BYTES = 64 * 1024
ASSERTION_SECONDS = 240
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHM = {"RSA": "RS384", "EC": "ES384"}

Json = dict[str, Any]


class CannotFetchError(Exception):
    """Nothing came; `says` why, without a word of the server's."""

    def __init__(self, says: Message) -> None:
        super().__init__(str(says))
        self.says = says


def fetch_address(url: str, token: str = "") -> bytes:
    """All pages of one address, as one Bundle. CannotFetchError when nothing comes."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    if address(base) is None:
        raise CannotFetchError(say("not an absolute http or https address"))

    async def read() -> bytes:
        async with new_session() as session:
            return await all_pages(_client(base, token, session), url, MOST_PAGES)

    try:
        return asyncio.run(read())
    except FetchError as error:
        raise CannotFetchError(SAYS[error.refusal]) from None


def _client(server: str, token: str, session: aiohttp.ClientSession) -> GuardedClient:
    deadline = asyncio.get_running_loop().time() + SECONDS
    return GuardedClient(server, token, session, deadline=deadline, max_bytes=MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Access:
    """How the server is asked: with a token, as a client of SMART Backend Services, or as anyone."""

    token: str = field(default="", repr=False)
    client_id: str = ""
    key: RSAKey | ECKey | None = field(default=None, repr=False)
    scope: str = ""


def fetch_patient(server: str, patient: str, access: Access) -> tuple[bytes, dict[Need, Message]]:
    """What the rules read of one patient as a Bundle, and why a need could not be had. CannotFetchError for nothing."""
    return asyncio.run(_fetched(server, patient, access))


async def _fetched(server: str, patient: str, access: Access) -> tuple[bytes, dict[Need, Message]]:
    async with new_session() as session:
        token = access.token
        if access.key is not None:
            token = await backend_token(server, access.client_id, access.key, access.scope, session)
        client = _client(server, token, session)
        found = await asyncio.gather(*(_answer(client, need, patient) for need in Need))
    entries: list[Any] = []
    failed: dict[Need, Message] = {}
    for need, (raw, why) in zip(Need, found, strict=True):
        if why is not None:
            failed[need] = why
            entries.append(_outcome(need))
        elif raw is not None:
            entries.extend(_entries(raw))
    if Need.PATIENT in failed:
        raise CannotFetchError(failed[Need.PATIENT])
    return msgspec.json.encode({"resourceType": "Bundle", "type": "collection", "entry": entries}), failed


async def _answer(client: GuardedClient, need: Need, patient: str) -> tuple[bytes | None, Message | None]:
    path = quote(template(need).replace(PATIENT_ID, patient), safe="/?=&,:")
    try:
        return await all_pages(client, path, MOST_PAGES), None
    except FetchError as error:
        return None, SAYS[error.refusal]


def _outcome(need: Need) -> Json:
    """A failed search stays visible in the Bundle: readers then know that it is not complete."""
    says = f"the search for {need.value} failed"
    issue = {"severity": "error", "code": "incomplete", "details": {"text": says}}
    return {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}


def _entries(raw: bytes) -> list[Any]:
    """The entries of a searchset, or one for a resource; a page that was not had is told by an OperationOutcome."""
    try:
        answered = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise CannotFetchError(say("the server's answer is not JSON")) from None
    if not isinstance(answered, dict) or answered.get("resourceType") != "Bundle":
        return [{"resource": answered}]
    entries = list(answered.get("entry") or ())
    if any(isinstance(link, dict) and link.get("relation") == "next" for link in answered.get("link") or ()):
        issue = {"severity": "warning", "code": "incomplete", "details": {"text": "further pages were not read"}}
        entries.append(
            {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}
        )
    return entries


def token_in(path: Path) -> str:
    """The token a file holds. KnowledgeError when there is none."""
    try:
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not token or len(token) > TOKEN_BYTES or any(not 32 < ord(c) < 127 for c in token):
        raise KnowledgeError("the token file cannot be read or holds no token")
    return token


def key_in(path: Path) -> RSAKey | ECKey:
    """The private key of a JWK or PEM file. KnowledgeError when there is none."""
    try:
        raw = path.read_bytes()
        read = msgspec.json.decode(raw) if raw.lstrip().startswith(b"{") else None
        document: Any = read["keys"][0] if isinstance(read, dict) and "keys" in read else (read or to_bytes(raw))
        kinds: tuple[type[RSAKey] | type[ECKey], ...] = (RSAKey, ECKey)
        if isinstance(document, dict):
            kinds = (ECKey,) if document.get("kty") == "EC" else (RSAKey,)
        for kind in kinds:
            try:
                key = kind.import_key(document)
            except (JoseError, ValueError, TypeError):
                continue
            if key.is_private and not (isinstance(key, ECKey) and key.curve_name != "P-384"):
                return key
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, LookupError):
        pass
    raise KnowledgeError("the key file holds no private RSA or P-384 key")


async def backend_token(
    server: str, client_id: str, key: RSAKey | ECKey, scope: str, session: aiohttp.ClientSession
) -> str:
    """An access token by SMART Backend Services (hl7.org/fhir/smart-app-launch/backend-services.html)."""
    configured = await _json(session, "GET", f"{server}/.well-known/smart-configuration", {})
    endpoint = configured.get("token_endpoint")
    base, wanted = address(server), address(endpoint) if isinstance(endpoint, str) else None
    if base is None or wanted is None or not isinstance(endpoint, str):
        raise CannotFetchError(say("the server does not say where to have a token"))
    if server.startswith("https:") and not endpoint.startswith("https:"):
        raise CannotFetchError(say("the server names a token address without https"))
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": endpoint, "exp": now + ASSERTION_SECONDS, "iat": now,
              "jti": secrets.token_urlsafe(24)}  # fmt: skip
    algorithm = _ALGORITHM[key.key_type]
    header = {"alg": algorithm, "typ": "JWT", "kid": key.kid or key.thumbprint()}
    assertion = jwt.encode(header, claims, key, algorithms=[algorithm])
    form = {"grant_type": "client_credentials", "scope": scope, "client_assertion_type": _ASSERTION,
            "client_assertion": assertion}  # fmt: skip
    answered = await _json(session, "POST", endpoint, form)
    token = answered.get("access_token")
    if not isinstance(token, str) or not token:
        raise CannotFetchError(say("the server gave no access token"))
    return token


async def _json(session: aiohttp.ClientSession, method: str, url: str, form: Mapping[str, str]) -> Json:
    """One small JSON answer; no redirect is followed, and nothing of a refusal is repeated."""
    refused = CannotFetchError(say("the server gave no access token"))
    try:
        async with (
            asyncio.timeout(Settings().fetch_seconds * 50),
            session.request(
                method, url, data=form or None, allow_redirects=False, headers={"accept": "application/json"}
            ) as answered,
        ):
            raw = await answered.content.read(TOKEN_BYTES)
            if answered.status not in (200, 201):
                raise refused
            document = msgspec.json.decode(raw)
    except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError, UnicodeDecodeError):
        raise refused from None
    if not isinstance(document, dict):
        raise refused
    return document
