"""What the prefetch did not bring is asked of the client's FHIR server: in parallel, under one deadline.

All pages of a search are put together and read as one Bundle, so that a page that could not be had leaves its link in
it and the answer stays partial. A refused search is a failed need, never an empty one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

import aiohttp
import msgspec

from cds_hooks.addresses import allowed
from cds_hooks.config import Settings
from cds_hooks.fhir_client import FetchError, GuardedClient, Refusal
from cds_hooks.prefetch import PATIENT_ID, template
from cds_hooks.request import Request
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.answer import Answer
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.message import Message, say

SAYS: dict[Refusal, Message] = {
    Refusal.ELSEWHERE: say("the FHIR server pointed to another address, which is not followed"),
    Refusal.UNAUTHORIZED: say("the FHIR server did not accept the access token"),
    Refusal.FORBIDDEN: say("the FHIR server does not allow this search"),
    Refusal.NOT_FOUND: say("the FHIR server did not find this"),
    Refusal.THROTTLED: say("the FHIR server asks to come back later"),
    Refusal.UNAVAILABLE: say("the FHIR server did not answer"),
    Refusal.REFUSED: say("the FHIR server refused this search"),
    Refusal.TOO_LARGE: say("the answer of the FHIR server is too large"),
    Refusal.TOO_LATE: say("the FHIR server did not answer in time"),
}


class _Page(msgspec.Struct, omit_defaults=True):
    """A page of a search, its entries undecoded."""

    resource_type: str = msgspec.field(name="resourceType")
    entry: list[msgspec.Raw] = []
    link: list[msgspec.Raw] = []
    total: int | None = None


class _Link(msgspec.Struct):
    relation: str = ""
    url: str = ""


def may_fetch(request: Request, servers: tuple[str, ...]) -> bool:
    """Whether the call brings access to a FHIR server that this service is allowed to ask."""
    return request.authorization is not None and allowed(request.fhir_server, servers)


def incomplete(found: Mapping[Need, Answer]) -> tuple[Need, ...]:
    """The needs that the prefetch did not answer in full."""
    return tuple(need for need, answer in found.items() if answer.coverage is not Coverage.COMPLETE)


async def completed(
    request: Request, found: Mapping[Need, Answer], settings: Settings, session: aiohttp.ClientSession
) -> dict[Need, Answer]:
    """The answers, with what the FHIR server adds. What it cannot add stays as the prefetch left it."""
    assert request.authorization is not None
    deadline = asyncio.get_running_loop().time() + settings.fetch_seconds
    client = GuardedClient(
        request.fhir_server,
        request.authorization.access_token,
        session,
        deadline=deadline,
        max_bytes=settings.max_answer_bytes,
    )
    wanted = incomplete(found)
    fetched = await asyncio.gather(*(_answer(client, need, request.patient_id, settings) for need in wanted))
    better = {need: _better(found[need], answer) for need, answer in zip(wanted, fetched, strict=True)}
    return {**found, **better}


def _better(prefetched: Answer, fetched: Answer) -> Answer:
    """The fetched answer, unless it is worse than a part that was prefetched."""
    if fetched.coverage is Coverage.FAILED and prefetched.coverage is Coverage.PARTIAL:
        return prefetched
    return fetched


async def _answer(client: GuardedClient, need: Need, patient: str, settings: Settings) -> Answer:
    place = f"fhirServer.{need.value}"
    path = quote(template(need, settings.codes).replace(PATIENT_ID, patient), safe="/?=&,:")
    try:
        return read_answer(await all_pages(client, path, settings.max_pages), place)
    except FetchError as error:
        issue = Issue(Severity.ERROR, "incomplete", SAYS[error.refusal], place)
        return Answer(issues=(issue,), coverage=Coverage.FAILED)


async def all_pages(client: GuardedClient, path: str, max_pages: int) -> bytes:
    """The first answer, or one Bundle of all pages; the link to a page that was not had stays in it."""
    first = await client.read(path)
    whole = _page(first)
    if whole is None or (following := _next(whole)) is None:
        return first
    visited = {following}
    for _ in range(max_pages - 1):
        try:
            page = _page(await client.read(following))
        except FetchError:
            break
        if page is None:
            break
        whole.entry.extend(page.entry)
        whole.link = page.link
        further = _next(page)
        if further is None or further in visited:
            break
        following = further
        visited.add(further)
    return msgspec.json.encode(whole)


def _page(raw: bytes) -> _Page | None:
    try:
        page = msgspec.json.decode(raw, type=_Page)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return page if page.resource_type == "Bundle" else None


def _next(page: _Page) -> str | None:
    for raw in page.link:
        try:
            link = msgspec.json.decode(raw, type=_Link)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            continue
        if link.relation == "next" and link.url:
            return link.url
    return None
