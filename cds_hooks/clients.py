"""Clients as an operator adds and checks them: the TOML of one, and whether its keys and FHIR servers can be had."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from cds_hooks.config import Client
from cds_hooks.fhir_client import new_session
from cds_hooks.keys import MOST_BYTES, usable_keys
from lnfhir.errors import KnowledgeError

SECONDS = 10.0
MOST_METADATA_BYTES = 20 * 1024 * 1024

_NO_CLIENTS = re.compile(r"^clients\s*=\s*\[\s*\][^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and whether it is as it must be."""

    about: str
    sound: bool
    says: str


def as_toml(client: Client) -> str:
    """The client as a table of `lnfhir.toml`, without what is at its default."""
    usual = msgspec.structs.asdict(Client(issuer="-", jwks_url="https://a"))
    lines = ["[[service.clients]]"]
    for name, value in msgspec.structs.asdict(client).items():
        required = name in ("issuer", "jwks_url", "jwks_file") and value
        if required or (value != usual[name] and name not in ("jwks_url", "jwks_file")):
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A text, a truth or a list of texts as TOML, whose basic strings are written as JSON's are."""
    text = msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
    return text if isinstance(value, str | bool) else text.replace('","', '", "')


def with_client(document: str, client: Client) -> str:
    """The text of a settings file with one client more; an empty list of clients gives way to it."""
    return _NO_CLIENTS.sub("", document).rstrip("\n") + "\n\n" + as_toml(client)


async def checked(client: Client) -> tuple[Check, ...]:
    """Look at a client's keys and at the metadata of its FHIR servers, from this machine, without any token."""
    async with new_session() as session:
        keys = await _keys(client, session)
        servers = await asyncio.gather(*(_server(url, session) for url in client.fhir_servers))
    return (*keys, *servers)


async def _keys(client: Client, session: aiohttp.ClientSession) -> tuple[Check, ...]:
    place = client.jwks_url or client.jwks_file
    try:
        raw = await _read(client.jwks_url, session, MOST_BYTES) if client.jwks_url else _file(client.jwks_file)
        usable = usable_keys(raw)
    except (ValueError, KnowledgeError) as error:
        return (Check(place, False, str(error)),)
    listed = msgspec.json.decode(raw)["keys"]
    found = tuple(Check(place, sound, says) for sound, says in map(_about_key, listed))
    if not usable:
        return (*found, Check(place, False, "it has no usable key"))
    return (*found, Check(place, True, f"{len(usable)} usable keys"))


def _file(path: str) -> bytes:
    try:
        with open(path, "rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise KnowledgeError(f"it cannot be read: {error.strerror}") from error


def _about_key(entry: Any) -> tuple[bool, str]:
    """Whether one key of a set can be used, and which it is. A key for encryption beside it does no harm."""
    if not isinstance(entry, dict):
        return False, "an entry that is no key"
    kid = repr(str(entry.get("kid", "")))[:80]
    if any(name in entry for name in ("d", "k", "p", "q")):
        return False, f"key {kid} shows its private part: it must be replaced at once"
    if entry.get("use") == "enc":
        return True, f"key {kid} is for encryption and not used"
    if usable_keys(msgspec.json.encode({"keys": [entry]})):
        return True, f"key {kid} is usable ({entry['kty']})"
    return False, f"key {kid} is weak, has no id, or is of a kind that is not used"


async def _server(url: str, session: aiohttp.ClientSession) -> Check:
    try:
        raw = await _read(f"{url.rstrip('/')}/metadata", session, MOST_METADATA_BYTES)
        metadata = msgspec.json.decode(raw, type=dict[str, Any])
    except ValueError as error:
        said = str(error) if type(error) is ValueError else "it does not answer with JSON"
        return Check(url, False, f"metadata: {said}")
    if metadata.get("resourceType") != "CapabilityStatement":
        return Check(url, False, "metadata: it is no CapabilityStatement")
    version = str(metadata.get("fhirVersion"))
    if not version.startswith("4.0"):
        return Check(url, False, f"metadata: FHIR {version[:20]!r}, but only R4 (4.0) is read")
    return Check(url, True, f"metadata: FHIR {version}")


async def _read(url: str, session: aiohttp.ClientSession, most: int) -> bytes:
    """The body at an address; redirects are not followed. ValueError says why there is none."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            session.get(url, allow_redirects=False, headers={"accept": "application/json"}) as answered,
        ):
            if answered.status != 200:
                raise ValueError(f"it answers with status {answered.status}")
            body = await answered.content.read(most + 1)
            while not answered.content.at_eof() and len(body) <= most:
                body += await answered.content.read(most + 1 - len(body))
    except TimeoutError:
        raise ValueError(f"it does not answer within {SECONDS:g} seconds") from None
    except aiohttp.ClientConnectorCertificateError:
        raise ValueError("its certificate is not trusted") from None
    except aiohttp.ClientError as error:
        raise ValueError(f"it cannot be reached ({type(error).__name__})") from None
    if len(body) > most:
        raise ValueError("its answer is too large")
    return body


def shown(checks: tuple[Check, ...]) -> Iterator[str]:
    """One line each."""
    for check in checks:
        yield f"{'ok    ' if check.sound else 'FAULT '} {check.about}: {check.says}"
