"""A FHIR server that misbehaves: the answer leaves in time, says what could not be read, and never says "no advice"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import structlog
from aiohttp import web

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from lnfhir.chart.coverage import Need
from tests.faults.bad_inputs.case import JSON, VIEW, unsound
from tests.faults.upstream.misbehaving import (
    MISBEHAVIOURS,
    Misbehaviour,
    always,
    asked,
    linked,
    nephritis,
    page,
    raw_server,
)
from tests.hook_calls import authorized, body, bundle, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.fhir_server import FhirServer, Reply, posted, running, says

Json = dict[str, Any]
SOON = 0.3
AMPLE = 10.0


async def called(base: str, seconds: float = AMPLE, prefetch: Mapping[str, Any] | None = None) -> Any:
    """The answer to a call with access to this server; by default only the patient is prefetched."""
    settings = Settings(as_of=AS_OF, fhir_servers=(base,), fetch_seconds=seconds, max_answer_bytes=200_000)
    sent = {**authorized(), "fhirServer": base, "prefetch": {"patient": patient()} if prefetch is None else prefetch}
    return await posted(service_app(settings), VIEW, body(sent), JSON)


def answered(server: FhirServer, seconds: float = AMPLE, prefetch: Mapping[str, Any] | None = None) -> Any:
    """The answer to a call while this server runs."""

    async def go() -> Any:
        async with running(server):
            return await called(server.base, seconds, prefetch)

    return asyncio.run(go())


def misbehaving(fault: Callable[[FhirServer], Reply], kind: str = "Condition") -> FhirServer:
    """A server with this fault in one search, that finds nothing else."""
    server = FhirServer({"*": [says(bundle())], "Patient/p1": [says(patient())]})
    server.replies[kind] = [fault(server)]
    return server


def coverage(response: Any) -> Json:
    """How far each need was searched, by the answer."""
    found: Json = response.json()["extension"]["org.lnfhir.assessment"]["coverage"]
    return found


def detail(response: Any) -> str:
    """Everything that a reader is told."""
    return "\n".join(card["summary"] + "\n" + card.get("detail", "") for card in response.json()["cards"])


def test_a_server_that_finds_nothing_is_believed() -> None:
    """What the faults below must not look like."""
    response = answered(misbehaving(lambda server: says(bundle())))
    assert response.json()["cards"] == []
    assert set(coverage(response).values()) == {"complete"}


@pytest.mark.parametrize("fault", MISBEHAVIOURS, ids=lambda fault: fault.id)
def test_a_search_that_fails_is_said_and_never_counts_as_nothing_found(fault: Misbehaviour) -> None:
    server = misbehaving(fault.reply)
    response = answered(server, SOON if fault.slow else AMPLE)
    assert response.status_code == 200
    assert unsound(response) == []
    assert coverage(response)["conditions"] == fault.coverage
    assert f"conditions: {fault.says}" in detail(response)
    assert {found for need, found in coverage(response).items() if need != "conditions"} == {"complete"}
    assert 1 <= len(asked(server, "Condition")) <= fault.most


@pytest.mark.parametrize("fault", [f for f in MISBEHAVIOURS if f.coverage == "failed"], ids=lambda fault: fault.id)
def test_without_the_patient_it_is_412(fault: Misbehaviour) -> None:
    """A patient is read and not searched, so that there are no pages to go wrong."""
    server = misbehaving(fault.reply, "Patient/p1")
    response = answered(server, SOON if fault.slow else AMPLE, prefetch={})
    assert response.status_code == 412
    assert unsound(response) == []
    assert response.json()["issue"][0]["expression"] == ["prefetch.patient"]
    assert len(asked(server, "Patient")) <= fault.most


@pytest.mark.parametrize("prefetch", [{}, {"patient": patient()}], ids=["alone", "beside a prefetch"])
@pytest.mark.parametrize("base", ["http://127.0.0.1:1/fhir", "http://nowhere.invalid/fhir"], ids=["refused", "no name"])
def test_a_server_that_is_not_there(base: str, prefetch: Json) -> None:
    """F1."""
    response = asyncio.run(called(base, prefetch=prefetch))
    assert response.status_code == (200 if prefetch else 412)
    assert unsound(response) == []
    if prefetch:
        assert {found for need, found in coverage(response).items() if need != "patient"} == {"failed"}
        assert response.json()["cards"]


@pytest.mark.parametrize(
    ("sent", "close"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\nContent-", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n{}", True),
        (b"HTTP/1.1 200 OK\r\n" + b"A: " + b"b" * 100_000 + b"\r\n\r\n", True),
        (b"\x15\x03\x01\x00\x02\x02\x28", True),
        (b"", True),
    ],
    ids=["silence", "half a head", "half a body", "no chunk", "two lengths", "endless head", "no HTTP", "hung up"],
)
def test_bytes_that_are_no_answer(sent: bytes, close: bool) -> None:
    """F2, F3 and F11, below HTTP."""

    async def go() -> tuple[Any, int]:
        async with raw_server(sent, close=close) as (base, taken):
            return await called(base, AMPLE if close else SOON), len(taken)

    response, connections = asyncio.run(go())
    assert response.status_code == 200
    assert unsound(response) == []
    assert {found for need, found in coverage(response).items() if need != "patient"} == {"failed"}
    assert response.json()["cards"]
    # One retry of ours; the library itself repeats what was hung up on without a byte.
    assert 1 <= connections <= 4 * (len(Need) - 1)


def test_a_server_that_recovers_is_believed() -> None:
    """F9."""
    server = FhirServer({"*": [says(bundle())], "Condition": [says(b"", 503), says(page("", nephritis()))]})
    assert coverage(answered(server))["conditions"] == "complete"
    assert len(asked(server, "Condition")) == 2


def test_what_comes_twice_counts_once() -> None:
    """F17: the data moved between two pages."""
    twice = linked(
        lambda server, turn: page("" if turn > 1 else f"{server.base}/Condition?page=2", nephritis(), total=1)
    )
    once = answered(misbehaving(lambda server: says(page("", nephritis()))))
    response = answered(misbehaving(twice))
    assert coverage(response)["conditions"] == "complete"
    assert [card["summary"] for card in response.json()["cards"]] == [card["summary"] for card in once.json()["cards"]]


def creatinine(patient_id: str = "p1") -> Json:
    """A result that a search for blood pressure must not bring."""
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": "2024-06-01",
        "valueQuantity": {"value": 1.0, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
    }


def test_a_server_that_ignores_the_codes_brings_nothing_twice() -> None:
    """F18."""
    asked_for = {"Condition": [says(bundle(nephritis()))], "*": [says(bundle())]}
    sound = FhirServer({**asked_for, "Observation": [says(bundle(creatinine()))]})
    response = answered(sound)
    filtered = FhirServer(dict(asked_for))

    async def by_code(request: web.Request) -> web.StreamResponse:
        return await says(bundle(creatinine()) if "2160-0" in request.path_qs else bundle())(request)

    filtered.replies["Observation"] = [by_code]
    assert [card["summary"] for card in response.json()["cards"]] == [
        card["summary"] for card in answered(filtered).json()["cards"]
    ]


def test_a_server_that_ignores_the_patient_is_not_believed() -> None:
    """F19: others' data are dropped, and that ours are not among them proves nothing."""
    server = misbehaving(lambda server: says(bundle(nephritis("c9", "p9"), nephritis("c8", "p8"))))
    response = answered(server)
    assert response.json()["cards"]
    assert "p9" not in response.text
    assert coverage(response)["conditions"] != "complete"


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """F21."""
    proxy = FhirServer({"*": [says(bundle())]})

    async def go() -> Any:
        async with running(proxy):
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
                monkeypatch.setenv(name, proxy.base.removesuffix("/fhir"))
            server = FhirServer({"*": [says(bundle())]})
            async with running(server):
                return await called(server.base), server.asked

    response, reached = asyncio.run(go())
    assert set(coverage(response).values()) == {"complete"}
    assert reached
    assert proxy.asked == []


def leading(link: str) -> Callable[[FhirServer], Reply]:
    """A page whose next is here."""
    return linked(lambda server, _: page(link.replace("{base}", server.base), nephritis(), total=9))


def elsewhere(other: str) -> dict[str, Callable[[FhirServer], Reply]]:
    """Ways to be led to another server, by what a search for conditions answers."""
    links = {
        "next page": f"{other}/Condition?page=2",
        "next page without scheme": other.removeprefix("http:"),
        "next page with a user": other.replace("http://", "http://{base}@"),
        "next page a script": "javascript:fetch(1)",
        "next page a file": "file:///etc/passwd",
        "next page of 100 KB": f"{other}/{'a' * 100_000}",
        "next page with our server inside": f"{other}/?x={{base}}",
        "next page winding": "{base}/../../" + other.rpartition("/")[0],
    }
    ways: dict[str, Callable[[FhirServer], Reply]] = {}
    for name, link in links.items():
        ways[name] = leading(link)
    for status in (301, 302, 303, 307, 308):
        ways[f"redirect {status}"] = always(says(b"", status, {"location": f"{other}/x"}))
    pointing = {
        **nephritis(),
        "evidence": [{"detail": [{"reference": f"{other}/Observation/1"}]}],
        "encounter": {"reference": f"{other}/Encounter/1"},
        "subject": {"reference": f"{other}/Patient/p1"},
    }
    ways["references"] = always(says(bundle(pointing, link=[{"relation": "self", "url": f"{other}/x"}])))
    return ways


@pytest.mark.parametrize("way", elsewhere("http://x/fhir"))
def test_no_other_server_is_asked(way: str) -> None:
    """Bad inputs 105, 106 and 108: neither a request nor the token goes anywhere else."""
    other = FhirServer({"*": [says(bundle(nephritis("c7")))]})

    async def go() -> Any:
        async with running(other):
            server = misbehaving(elsewhere(other.base)[way])
            async with running(server):
                return await called(server.base), server.asked

    with structlog.testing.capture_logs() as lines:
        response, reached = asyncio.run(go())
    assert other.asked == []
    assert {token for _, token in reached} == {"Bearer canary-token"}
    assert response.status_code == 200
    assert unsound(response) == []
    assert response.json()["cards"]
    if way != "references":
        assert coverage(response)["conditions"] != "complete"
    assert "canary-token" not in repr(lines) + response.text
