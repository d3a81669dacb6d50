"""What the prefetch did not bring is asked of the client's FHIR server: in parallel, under one deadline.

All pages of a search are put together and read as one Bundle, so that a page that could not be had leaves its link in
it and the answer stays partial. A refused search is a failed need, never an empty one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
import msgspec

from cds_hooks.addresses import allowed
from cds_hooks.breaker import Breaker
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
    Refusal.GONE: say("the FHIR server did not find this"),
    Refusal.THROTTLED: say("the FHIR server asks to come back later"),
    Refusal.UNAVAILABLE: say("the FHIR server did not answer"),
    Refusal.REFUSED: say("the FHIR server refused this search"),
    Refusal.TOO_LARGE: say("the answer of the FHIR server is too large"),
    Refusal.TOO_LATE: say("the FHIR server did not answer in time"),
    Refusal.CERTIFICATE: say("the certificate of the FHIR server is not trusted"),
    Refusal.RESTING: say("the FHIR server was not asked: it did not answer the last calls"),
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


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answers with what the FHIR server added; the kinds of its refusals, each with a word of ours about it."""

    answers: Mapping[Need, Answer]
    refusals: Mapping[Refusal, str]


async def completed(
    request: Request,
    found: Mapping[Need, Answer],
    settings: Settings,
    session: aiohttp.ClientSession,
    breaker: Breaker | None = None,
) -> Fetched:
    """The answers, with what the FHIR server adds. What it cannot add stays as the prefetch left it.

    Where the server's `breaker` is open nothing is asked, and each need that lacks something says so.
    """
    assert request.authorization is not None
    if breaker is not None and not breaker.take():
        resting = {need: _failed(need, Refusal.RESTING) for need in incomplete(found)}
        return Fetched(_with(found, resting), {Refusal.RESTING: ""})
    deadline = asyncio.get_running_loop().time() + settings.fetch_seconds
    client = GuardedClient(
        request.fhir_server,
        request.authorization.access_token,
        session,
        deadline=deadline,
        max_bytes=settings.max_answer_bytes,
        max_total=settings.max_fetch_bytes,
    )
    wanted = incomplete(found)
    ended = False
    try:
        fetched = await asyncio.gather(*(_answer(client, need, request.patient_id, settings) for need in wanted))
        ended = True
    finally:
        if breaker is not None:
            _report(breaker, client, ended)
    return Fetched(_with(found, dict(zip(wanted, fetched, strict=True))), client.refusals)


def _report(breaker: Breaker, client: GuardedClient, ended: bool) -> None:
    """Tell a breaker how its server was; a call that was cancelled before it heard anything tells nothing."""
    if client.heard:
        breaker.answered()
    elif ended:
        breaker.failed()
    else:
        breaker.left()


def _with(found: Mapping[Need, Answer], fetched: Mapping[Need, Answer]) -> dict[Need, Answer]:
    return {**found, **{need: _better(found[need], answer) for need, answer in fetched.items()}}


def _better(prefetched: Answer, fetched: Answer) -> Answer:
    """The fetched answer, unless it is worse than a part that was prefetched."""
    if fetched.coverage is Coverage.FAILED and prefetched.coverage is Coverage.PARTIAL:
        return prefetched
    return fetched


def _place(need: Need) -> str:
    return f"fhirServer.{need.value}"


def _failed(need: Need, refusal: Refusal) -> Answer:
    issue = Issue(Severity.ERROR, "incomplete", SAYS[refusal], _place(need))
    return Answer(issues=(issue,), coverage=Coverage.FAILED)


async def _answer(client: GuardedClient, need: Need, patient: str, settings: Settings) -> Answer:
    path = quote(template(need, settings.codes).replace(PATIENT_ID, patient), safe="/?=&,:")
    try:
        return read_answer(await all_pages(client, path, settings.max_pages), _place(need))
    except FetchError as error:
        return _failed(need, error.refusal)


async def all_pages(client: GuardedClient, path: str, max_pages: int) -> bytes:
    """The first answer, or one Bundle of all pages; the link to a page that was not had stays in it.

    Pages that expire while they are read (410) are thrown away for those of a second search, which cannot be mixed
    with them. Raises FetchError when the first page cannot be had.
    """
    pages, expired = await _search(client, path, max_pages)
    if expired:
        # Where the second fails, what was had of the first is a part, which is more than nothing.
        with suppress(FetchError):
            pages, _ = await _search(client, path, max_pages)
    return pages


async def _search(client: GuardedClient, path: str, max_pages: int) -> tuple[bytes, bool]:
    """The pages of one search, and whether they ended because the next had expired."""
    first = await client.read(path)
    whole = _page(first)
    if whole is None or (following := _next(whole)) is None:
        return first, False
    visited = {following}
    expired = False
    for _ in range(max_pages - 1):
        try:
            page = _page(await client.read(following))
        except FetchError as error:
            expired = error.refusal is Refusal.GONE
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
    return msgspec.json.encode(whole), expired


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
