"""Further duties, of CDS Hooks 2.0.1 and of the 3.0 ballot, under the numbers of our own list of points.

`points.py` has the list; `docs/conformance.md` is made of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.request import Request, read_request
from cds_hooks.services import SERVICES
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from tests.hook_calls import OUTCOME, authorized, body, broken_invariants, bundle, call, patient, with_context

Json = dict[str, Any]

PUBLISHED_REASONS = {
    *("cds-not-applicable", "cds-suboptimal-context", "recipient-disagrees-evidence", "recipient-concerns-outcomes"),
    *("does-not-align-preferences", "not-convenient-feasible", "action-completed", "patient-contraindication"),
    *("patient-refuses", "too-costly-uncovered", "service-not-available", "recipient-does-not-understand"),
}


@pytest.mark.req("cds-hooks point 4")
def test_waiting_for_others_leaves_time_to_answer() -> None:
    """Services SHOULD respond on the order of 500 ms."""
    assert Settings().fetch_seconds <= 0.4


@pytest.mark.req("cds-hooks point 8")
@pytest.mark.req("cds-hooks point 49")
def test_versions_are_told(services: list[Json]) -> None:
    """3.0: version is RECOMMENDED and the version of the specification; hookVersion SHALL equal the hook's."""
    for service in services:
        assert re.fullmatch(r"\d+\.\d+\.\d+", service["version"])
        assert service["hookVersion"] == "1.0"


@pytest.mark.req("cds-hooks point 13")
def test_templates_sort_as_fhir_does(services: list[Json]) -> None:
    """Searches are valid FHIR: `_sort=-date`, where the specification's example has `sort:desc=date`."""
    searches = [template for service in services for template in service["prefetch"].values() if "?" in template]
    assert searches
    for template in searches:
        assert re.search(r"&_sort=-[a-z-]+&_count=\d+$", template), template


@pytest.mark.req("cds-hooks point 15")
@pytest.mark.parametrize(
    ("state", "coverage"),
    [
        (..., "not-provided"),
        (None, "complete"),
        (bundle(), "complete"),
        ({"resourceType": "Bundle", "type": "searchset", "total": 0}, "complete"),
        (bundle({"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}), "complete"),
        ({"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}, "complete"),
        (bundle(link=[{"relation": "next", "url": "https://ehr.example/fhir?page=2"}]), "partial"),
        (OUTCOME, "failed"),
    ],
    ids=["absent", "null", "empty", "total 0", "entries", "resource", "next page", "outcome"],
)
def test_a_key_has_six_states(client: TestClient, state: Any, coverage: str) -> None:
    """A key that a client chose not to satisfy is absent, one without data null or an empty Bundle, one that failed an
    OperationOutcome; absent and failed are unknown, null and empty are none."""
    prefetch = {"patient": patient(), **({} if state is ... else {"conditions": state})}
    answered = client.post("/cds-services/ln-patient-view", json=call(prefetch=prefetch)).json()
    assert answered["extension"]["org.lnfhir.assessment"]["coverage"]["conditions"] == coverage


@pytest.mark.req("cds-hooks point 15")
def test_an_outcome_inside_a_bundle_that_only_warns_is_no_failure(client: TestClient) -> None:
    """Some clients answer an empty search with an OperationOutcome as an entry of mode outcome."""
    warning = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "not-found"}]}
    found = {"resourceType": "Bundle", "total": 0, "entry": [{"resource": warning, "search": {"mode": "outcome"}}]}
    sent = call(prefetch={"patient": patient(), "conditions": found})
    answered = client.post("/cds-services/ln-patient-view", json=sent).json()
    assert answered["extension"]["org.lnfhir.assessment"]["coverage"]["conditions"] == "complete"


@pytest.mark.req("cds-hooks point 19")
@pytest.mark.req("cds-hooks point 49")
@pytest.mark.parametrize(
    "scope",
    [
        "patient/Patient.read patient/Observation.read",
        "patient/*.rs",
        "user/Observation.rs?category=laboratory",
        "epic.x",
    ],
)
def test_scopes_are_not_parsed(scope: str) -> None:
    """2.0 has the scopes of SMART 1, 3.0 those of SMART 2, and clients have their own."""
    read = read_request(body(authorized(scope=scope)), SERVICES[0])
    assert isinstance(read, Request)
    assert read.authorization is not None


@pytest.mark.req("cds-hooks point 22")
def test_each_hook_has_its_context(client: TestClient) -> None:
    """Each hook's required fields are required: drafts and selections, the encounter of a visit."""
    required = {
        "order-select": ["context.draftOrders", "context.selections"],
        "order-sign": ["context.draftOrders"],
        "encounter-start": ["context.encounterId"],
    }
    for hook, paths in required.items():
        sent = {**with_context(), "hook": hook}
        refused = client.post(f"/cds-services/ln-{hook}", json=sent)
        assert refused.status_code == 400
        assert sorted(issue["expression"][0] for issue in refused.json()["issue"]) == paths


@pytest.mark.req("cds-hooks point 30")
def test_nothing_is_done_without_a_person(responses: list[Json]) -> None:
    """systemActions are OPTIONAL and may be applied unseen; an empty array of them is not allowed."""
    assert all("systemActions" not in response for response in responses)


@pytest.mark.req("cds-hooks point 31")
def test_a_link_is_absolute_and_typed(shown: list[Json]) -> None:
    """A link has a label, an absolute URL and the type absolute or smart; appContext belongs to smart alone."""
    for card in shown:
        for link in card.get("links", []):
            assert link["label"]
            assert re.match(r"https?://[^/]+", link["url"])
            assert link["type"] in ("absolute", "smart")
            assert link["type"] == "smart" or "appContext" not in link


@pytest.mark.req("cds-hooks point 32")
def test_the_invariants_can_fail() -> None:
    """The invariants of the response model, each broken once, so that the check of every response means something."""
    action: Json = {"type": "delete", "resource": {}}
    suggestion: Json = {"isRecommended": True, "actions": [action], "actionSelectionBehavior": "some"}
    card: Json = {
        "selectionBehavior": "at-most-one",
        "suggestions": [suggestion, suggestion],
        "links": [{"type": "absolute", "appContext": "x"}],
        "overrideReasons": [{"code": "x"}],
    }
    bare: Json = {"suggestions": [{"actions": []}]}
    assert broken_invariants({"cards": [card, bare]}) == [
        *("cds-resp-1", "cds-resp-2", "cds-resp-3", "cds-resp-4", "cds-resp-5", "cds-resp-7", "cds-resp-6"),
    ]


@pytest.mark.req("cds-hooks point 33")
def test_override_reasons_are_published_ones(shown: list[Json]) -> None:
    """3.0: reasons come from the system of non-adherence reasons and its clinical value set; others are our own."""
    published = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
    for card in shown:
        codes = {reason["code"] for reason in card["overrideReasons"] if reason["system"] == published}
        assert codes
        assert codes <= PUBLISHED_REASONS
        others = {reason["system"] for reason in card["overrideReasons"]} - {published}
        assert all(system.startswith("https://lnfhir.org/") for system in others)


@pytest.mark.req("cds-hooks point 36")
def test_feedback_is_acknowledged(tmp_path: Path) -> None:
    """The feedback endpoint is {baseUrl}/cds-services/{id}/feedback; success is 200."""
    settings = Settings(store=StoreSettings(directory=str(tmp_path)))
    item = {
        "card": "0e3a8f1c-6a1f-4b7e-9a52-1f0f7e2c9b10",
        "outcome": "overridden",
        "outcomeTimestamp": "2024-07-16T09:00:00Z",
    }
    with TestClient(service_app(settings, Store(settings.store, settings.quiet))) as opened:
        for service in SERVICES:
            answered = opened.post(f"/cds-services/{service.id}/feedback", json={"feedback": [item]})
            assert (answered.status_code, answered.json()) == (200, {})
