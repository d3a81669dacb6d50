"""What a prefetch left out is fetched: side by side, in time, all pages, and with the token for nobody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from aiohttp import web

from cds_hooks.config import Settings
from cds_hooks.fetch import completed, incomplete, may_fetch
from cds_hooks.fhir_client import FetchError, GuardedClient, Refusal, new_session
from cds_hooks.prefetch import answers
from cds_hooks.request import Request, read_request
from cds_hooks.services import SERVICES
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.answer import NOT_PROVIDED, Answer
from tests.hook_calls import OUTCOME, authorized, body, bundle
from tests.unit.cds_hooks.fhir_server import FhirServer, Reply, breaks_off, drips, hangs, running, says

SEARCH = "Condition?patient=p1&_sort=-recorded-date&_count=200"
TOKEN = "Bearer canary-token"


def condition(identity: str) -> dict[str, Any]:
    """A Condition."""
    return {"resourceType": "Condition", "id": identity, "subject": {"reference": "Patient/p1"}}


def page(*identities: str, following: str = "", total: int | None = None) -> dict[str, Any]:
    """One page of a search."""
    link = [{"relation": "self", "url": "x"}, *([{"relation": "next", "url": following}] if following else [])]
    content = bundle(*map(condition, identities), link=link)
    return {**content, "total": len(identities) if total is None else total}


def request_to(base: str) -> Request:
    """A call with access to this server."""
    read = read_request(body({**authorized(), "fhirServer": base}), SERVICES[0])
    assert isinstance(read, Request)
    return read


def fetched(
    server: FhirServer, found: dict[Need, Answer] | None = None, **settings: Any
) -> tuple[dict[Need, Answer], float]:
    """The completed answers, and how long it took."""

    async def go() -> tuple[dict[Need, Answer], float]:
        async with running(server), new_session() as session:
            chosen = Settings(fhir_servers=(server.base,), **{"fetch_seconds": 3.0, **settings})
            began = time.monotonic()
            result = await completed(request_to(server.base), found or {Need.CONDITIONS: NOT_PROVIDED}, chosen, session)
            return dict(result.answers), time.monotonic() - began

    return asyncio.run(go())


def conditions(server: FhirServer, **settings: Any) -> tuple[Coverage, list[str], list[str]]:
    """Coverage, resources and issues of the one search for conditions."""
    answer = fetched(server, **settings)[0][Need.CONDITIONS]
    return (
        answer.coverage,
        [resource.local_reference for _, resource in answer.resources],
        [str(issue.says) for issue in answer.issues],
    )


def test_an_absent_need_is_searched_with_the_token() -> None:
    server = FhirServer({"Condition": [says(page("c1"))]})
    assert conditions(server) == (Coverage.COMPLETE, ["Condition/c1"], [])
    assert server.asked == [(SEARCH, TOKEN)]


def test_the_codes_of_a_search_are_encoded() -> None:
    server = FhirServer({"Observation": [says(bundle())]})
    result, _ = fetched(server, {Need.KIDNEY_FUNCTION: NOT_PROVIDED})
    assert result[Need.KIDNEY_FUNCTION].coverage is Coverage.COMPLETE
    assert "http://loinc.org%7C2160-0," in server.asked[0][0]


def test_all_pages_are_one_answer() -> None:
    server = FhirServer()
    server.replies["page3"] = [says(page("c3", total=3))]

    async def linked(request: Any) -> Any:
        return await says(page("c1", following=f"{server.base}/page2", total=3))(request)

    async def second(request: Any) -> Any:
        return await says(page("c2", following=f"{server.base}/page3", total=3))(request)

    server.replies |= {"Condition": [linked], "page2": [second]}
    assert conditions(server) == (Coverage.COMPLETE, ["Condition/c1", "Condition/c2", "Condition/c3"], [])
    assert {token for _, token in server.asked} == {TOKEN}


def follows(server: FhirServer, *rest: str) -> Callable[[Any], Awaitable[Any]]:
    """A page that links to `next` of the same server."""

    async def reply(request: Any) -> Any:
        return await says(page("c1", following=server.base + "/next", total=9))(request)

    return reply


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_page_that_cannot_be_had_leaves_the_answer_partial(status: int) -> None:
    server = FhirServer()
    server.replies = {"Condition": [follows(server)], "next": [says(OUTCOME, status)]}
    coverage, found, _ = conditions(server)
    assert (coverage, found) == (Coverage.PARTIAL, ["Condition/c1"])


def test_a_loop_of_pages_ends() -> None:
    server = FhirServer()
    server.replies = {"Condition": [follows(server)], "next": [follows(server)]}
    assert conditions(server)[0] is Coverage.PARTIAL
    assert len(server.asked) == 2


def test_the_number_of_pages_is_limited() -> None:
    server = FhirServer()

    async def endless(request: Any) -> Any:
        return await says(page("c1", following=f"{server.base}/Condition?n={len(server.asked)}"))(request)

    server.replies = {"Condition": [endless]}
    assert conditions(server, max_pages=4)[0] is Coverage.PARTIAL
    assert len(server.asked) == 4


def test_a_sender_that_counts_more_than_it_sends_is_partial() -> None:
    server = FhirServer({"Condition": [says(page("c1", total=5))]})
    assert conditions(server)[0] is Coverage.PARTIAL


def test_a_page_elsewhere_gets_no_request_and_no_token() -> None:
    other = FhirServer({"*": [says(page("c9"))]})

    async def go() -> Answer:
        async with running(other):
            evil = f"{other.base}/x?y=http://127.0.0.1"
            server = FhirServer({"Condition": [says(page("c1", following=evil, total=2))]})
            async with running(server), new_session() as session:
                settings = Settings(fhir_servers=(server.base,))
                found = {Need.CONDITIONS: NOT_PROVIDED}
                return (await completed(request_to(server.base), found, settings, session)).answers[Need.CONDITIONS]

    assert asyncio.run(go()).coverage is Coverage.PARTIAL
    assert other.asked == []


def test_a_redirect_is_not_followed() -> None:
    server = FhirServer({"Condition": [says(b"", 307, {"location": "/fhir/next"})], "next": [says(page("c1"))]})
    coverage, _, issues = conditions(server)
    assert coverage is Coverage.FAILED
    assert issues == ["the FHIR server refused this search"]
    assert [name for name, _ in server.asked] == [SEARCH]


@pytest.mark.parametrize(
    ("status", "requests", "issue"),
    [
        (400, 1, "the FHIR server refused this search"),
        (401, 1, "the FHIR server did not accept the access token"),
        (403, 1, "the FHIR server does not allow this search"),
        (404, 1, "the FHIR server did not find this"),
        (410, 1, "the FHIR server did not find this"),
        (429, 1, "the FHIR server asks to come back later"),
        (500, 2, "the FHIR server did not answer"),
        (503, 2, "the FHIR server did not answer"),
    ],
)
def test_a_refused_search_fails_and_never_counts_as_empty(status: int, requests: int, issue: str) -> None:
    server = FhirServer({"Condition": [says({**OUTCOME, "text": {"div": "canary"}}, status)]})
    assert conditions(server) == (Coverage.FAILED, [], [issue])
    assert len(server.asked) == requests


def test_a_server_that_stumbles_once_is_asked_again() -> None:
    server = FhirServer({"Condition": [says(OUTCOME, 503), says(page("c1"))]})
    assert conditions(server) == (Coverage.COMPLETE, ["Condition/c1"], [])


@pytest.mark.parametrize(("seconds", "found"), [(0.5, Coverage.FAILED), (5.0, Coverage.COMPLETE)])
def test_a_server_that_asks_to_wait_is_asked_again_if_there_is_time(seconds: float, found: Coverage) -> None:
    server = FhirServer({"Condition": [says(OUTCOME, 429, {"retry-after": "1"}), says(page("c1"))]})
    assert conditions(server, fetch_seconds=seconds)[0] is found
    assert len(server.asked) == (2 if found is Coverage.COMPLETE else 1)


@pytest.mark.parametrize("reply", [hangs(), drips(b'{"resourceType": "Bundle", "total": 0}')])
def test_a_slow_server_is_left_at_the_deadline(reply: Any) -> None:
    server = FhirServer({"Condition": [reply]})
    result, took = fetched(server, fetch_seconds=0.3)
    answer = result[Need.CONDITIONS]
    assert answer.coverage is Coverage.FAILED
    assert [str(issue.says) for issue in answer.issues] == ["the FHIR server did not answer in time"]
    assert 0.25 < took < 1.5


def test_searches_run_side_by_side_under_one_deadline() -> None:
    async def slow(request: Any) -> Any:
        await asyncio.sleep(0.3)
        return await says(bundle())(request)

    server = FhirServer({"*": [slow]})
    result, took = fetched(server, dict.fromkeys(Need, NOT_PROVIDED))
    assert {need for need, answer in result.items() if answer.coverage is Coverage.COMPLETE} == set(Need)
    assert took < 1.5


@pytest.mark.parametrize(
    ("reply", "issue"),
    [
        (says(b"<html>log in</html>"), "the answer is not readable JSON"),
        (says(OUTCOME), "the sender answered with an error (OperationOutcome)"),
        (breaks_off(b'{"resourceType": "Bundle"}'), "the FHIR server did not answer"),
        (says(b"x" * 2000), "the answer of the FHIR server is too large"),
        (says(b"\x1f\x8bnothing", 200, {"content-encoding": "gzip"}), "the FHIR server did not answer"),
    ],
)
def test_an_answer_that_is_no_fhir_fails(reply: Any, issue: str) -> None:
    server = FhirServer({"Condition": [reply]})
    assert conditions(server, max_answer_bytes=1000) == (Coverage.FAILED, [], [issue])


def test_all_answers_of_a_call_together_have_a_largest_size() -> None:
    """Each page and each search is small enough; what is too much together is not held in memory."""
    big = page(*(f"c{number}" for number in range(40)))
    server = FhirServer({"*": [says(big)]})
    wanted = dict.fromkeys((Need.CONDITIONS, Need.PROCEDURES, Need.ALLERGIES), NOT_PROVIDED)
    size = len(msgspec.json.encode(big))
    enough, _ = fetched(server, dict(wanted), max_fetch_bytes=3 * size)
    assert {answer.coverage for answer in enough.values()} == {Coverage.COMPLETE}
    less, _ = fetched(server, dict(wanted), max_fetch_bytes=3 * size - 1)
    failed = [answer for answer in less.values() if answer.coverage is Coverage.FAILED]
    assert failed
    assert {str(issue.says) for answer in failed for issue in answer.issues} == {
        "the answer of the FHIR server is too large"
    }


def test_only_what_the_prefetch_left_open_is_asked_and_a_part_is_better_than_nothing() -> None:
    sent = {
        "conditions": bundle(condition("c1"), link=[{"relation": "next", "url": "https://ehr.example/n"}]),
        "procedures": None,
        "allergies": OUTCOME,
    }
    read = read_request(body({**authorized(), "prefetch": sent}), SERVICES[0])
    assert isinstance(read, Request)
    found = answers(read.prefetch, (Need.CONDITIONS, Need.PROCEDURES, Need.ALLERGIES))
    assert incomplete(found) == (Need.CONDITIONS, Need.ALLERGIES)
    server = FhirServer({"Condition": [says(OUTCOME, 403)], "AllergyIntolerance": [says(bundle())]})
    result, _ = fetched(server, found)
    assert {name.partition("?")[0] for name, _ in server.asked} == {"Condition", "AllergyIntolerance"}
    assert result[Need.CONDITIONS] == found[Need.CONDITIONS]
    assert result[Need.PROCEDURES].coverage is Coverage.COMPLETE
    assert result[Need.ALLERGIES].coverage is Coverage.COMPLETE


def test_nothing_is_fetched_without_leave() -> None:
    settings = Settings(fhir_servers=("https://ehr.example/fhir",))
    assert may_fetch(request_to("https://ehr.example/fhir"), settings.fhir_servers)
    assert not may_fetch(request_to("https://ehr.example/fhir"), ())
    assert not may_fetch(request_to("https://ehr.example.evil/fhir"), settings.fhir_servers)
    plain = read_request(body({**authorized(token_type="MAC")}), SERVICES[0])
    assert isinstance(plain, Request)
    assert not may_fetch(plain, settings.fhir_servers)


@pytest.mark.parametrize(
    "path", ["https://evil.example/fhir", "http://127.0.0.1:1/fhir-evil", "../admin", "Patient/%2e%2e/x", "Patient/1#x"]
)
def test_the_client_itself_goes_nowhere_else(path: str) -> None:
    async def go() -> Refusal:
        async with new_session() as session:
            client = GuardedClient("http://127.0.0.1:1/fhir", "t", session, deadline=1e12, max_bytes=1)
            with pytest.raises(FetchError) as caught:
                await client.read(path)
            return caught.value.refusal

    assert asyncio.run(go()) is Refusal.ELSEWHERE


def test_the_client_only_reads() -> None:
    async def go() -> Refusal:
        async with new_session() as session:
            client = GuardedClient("http://127.0.0.1:1/fhir", "t", session, deadline=1e12, max_bytes=1)
            with pytest.raises(FetchError) as caught:
                await client.execute("Patient", "post", {"resourceType": "Patient"})
            return caught.value.refusal

    assert asyncio.run(go()) is Refusal.REFUSED


def test_every_page_is_asked_for_as_it_is_now() -> None:
    caching: list[str] = []

    def noting(reply: Reply) -> Reply:
        async def noted(request: web.Request) -> web.StreamResponse:
            caching.append(request.headers.get("cache-control", ""))
            return await reply(request)

        return noted

    server = FhirServer({SEARCH: [noting(says(page("a", following="Condition?page=2", total=2)))],
                         "Condition?page=2": [noting(says(page("b", total=2)))]})  # fmt: skip
    answers, _ = fetched(server)
    assert len(answers[Need.CONDITIONS].resources) == 2
    assert caching == ["no-cache", "no-cache"]
