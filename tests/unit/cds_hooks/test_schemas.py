"""The published CDS Hooks schemas accept what the standard allows and refuse each thing it forbids."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.hook_calls import (
    INSTANCE,
    OUTCOME,
    authorized,
    broken_invariants,
    bundle,
    call,
    empties,
    patient,
    schema_faults,
    validator,
    with_context,
)

Json = dict[str, Any]
CREATE: Json = {"type": "create", "description": "d", "resource": {"resourceType": "ServiceRequest"}}
DELETE: Json = {"type": "delete", "description": "d", "resourceId": "ServiceRequest/1"}
REASON: Json = {"system": "s", "code": "c", "display": "d"}


def card(**changes: Any) -> Json:
    """A card; `...` removes a member."""
    usual = {"summary": "s", "indicator": "info", "source": {"label": "l"}, **changes}
    return {name: value for name, value in usual.items() if value is not ...}


def response(*cards: Json, **members: Any) -> Json:
    """A response."""
    return {"cards": list(cards), **members}


def suggesting(*suggestions: Json, behavior: Any = "any") -> Json:
    """A response whose card has these suggestions."""
    return response(card(suggestions=list(suggestions), selectionBehavior=behavior))


@pytest.mark.parametrize("name", ["discovery", "request", "response", "feedback"])
def test_a_schema_is_a_schema(name: str) -> None:
    validator(name).check_schema(validator(name).schema)


GOOD_RESPONSES = [
    response(),
    response(card(), card(summary="x" * 139, detail="d", uuid=INSTANCE, overrideReasons=[REASON])),
    suggesting({"label": "l", "actions": [CREATE, DELETE]}, {"label": "m", "isRecommended": True}),
    suggesting({"label": "l", "isRecommended": True}, {"label": "m", "isRecommended": False}, behavior="at-most-one"),
    response(card(links=[{"label": "l", "url": "https://x", "type": "smart", "appContext": "c"}])),
    response(systemActions=[CREATE], extension={"org.example": {"x": 1}}),
]

BAD_RESPONSES: dict[str, Json] = {
    "no cards": {},
    "cards no array": {"cards": {}},
    "empty system actions": response(systemActions=[]),
    "extension no object": response(extension=[1]),
    "no summary": response(card(summary=...)),
    "long summary": response(card(summary="x" * 140)),
    "hard-stop": response(card(indicator="hard-stop")),
    "no source": response(card(source=...)),
    "source without label": response(card(source={"url": "https://x"})),
    "relative source": response(card(source={"label": "l", "url": "/x"})),
    "topic without system": response(card(source={"label": "l", "topic": {"code": "c"}})),
    "null detail": response(card(detail=None)),
    "empty suggestions": response(card(suggestions=[], selectionBehavior="any")),
    "behavior": suggesting({"label": "l"}, behavior="all"),
    "suggestion without label": suggesting({"uuid": "u"}),
    "empty actions": suggesting({"label": "l", "actions": []}),
    "create without resource": suggesting({"label": "l", "actions": [{"type": "create", "description": "d"}]}),
    "null in a resource": suggesting(
        {"label": "l", "actions": [{**CREATE, "resource": {"resourceType": "ServiceRequest", "note": [None]}}]}
    ),
    "empty in a resource": suggesting(
        {"label": "l", "actions": [{**CREATE, "resource": {"resourceType": "ServiceRequest", "code": {}}}]}
    ),
    "relative link": response(card(links=[{"label": "l", "url": "x", "type": "absolute"}])),
}

BROKEN_INVARIANTS: dict[str, Json] = {
    "cds-resp-1": suggesting(*[{"label": "l", "isRecommended": True}] * 2, behavior="at-most-one"),
    "cds-resp-2": suggesting({"label": "l", "actions": [{**DELETE, "resource": {"resourceType": "X"}}]}),
    "cds-resp-3": response(card(links=[{"label": "l", "url": "https://x", "type": "absolute", "appContext": "c"}])),
    "cds-resp-4": response(card(overrideReasons=[{"system": "s", "code": "c"}])),
    "cds-resp-5": suggesting({"label": "l", "actions": [{**CREATE, "description": ""}]}),
    "cds-resp-6": response(card(suggestions=[{"label": "l"}])),
    "cds-resp-7": suggesting({"label": "l", "actionSelectionBehavior": "some"}),
}


@pytest.mark.parametrize("content", GOOD_RESPONSES)
def test_a_response_of_the_standard_is_accepted(content: Json) -> None:
    assert schema_faults("response", content) == []
    assert broken_invariants(content) == []


@pytest.mark.parametrize("kind", BAD_RESPONSES)
def test_a_response_the_standard_forbids_is_refused(kind: str) -> None:
    assert schema_faults("response", BAD_RESPONSES[kind]) != []


@pytest.mark.parametrize("invariant", BROKEN_INVARIANTS)
def test_a_broken_invariant_is_found_by_the_schema_and_by_the_check(invariant: str) -> None:
    content = deepcopy(BROKEN_INVARIANTS[invariant])
    assert schema_faults("response", content) != []
    if invariant == "cds-resp-5":
        del content["cards"][0]["suggestions"][0]["actions"][0]["description"]
    assert broken_invariants(content) == [invariant]


def test_an_empty_member_is_found_wherever_it_is() -> None:
    content: Json = {"cards": [], "a": None, "b": [{"c": ""}], "d": {}, "e": [[]], "f": 0, "g": False}
    assert list(empties(content)) == ["$.a", "$.b[0].c", "$.d", "$.e[0]"]


@pytest.mark.parametrize(
    "content",
    [
        call(),
        authorized(patient="p1"),
        with_context(encounterId="e1"),
        call(prefetch={"a": None, "b": patient(), "c": bundle(), "d": OUTCOME}, extension={"x": {}}, unheard=1),
        call(hook="appointment-book", context={}),
    ],
)
def test_a_request_of_the_standard_is_accepted(content: Json) -> None:
    assert schema_faults("request", content) == []


@pytest.mark.parametrize(
    "content",
    [
        call(hook=...),
        call(hookInstance="1"),
        call(context=...),
        with_context(patientId="Patient/1"),
        with_context(userId=...),
        call(prefetch=[]),
        call(prefetch={"a": []}),
        call(prefetch={"a": {}}),
        authorized(token_type="MAC"),
        authorized(expires_in=0),
        {name: value for name, value in authorized().items() if name != "fhirServer"},
        call(hook="order-sign"),
        call(hook="encounter-start"),
        call(hook="order-select", context={**call()["context"], "draftOrders": bundle()}),
    ],
)
def test_a_request_the_standard_forbids_is_refused(content: Json) -> None:
    assert schema_faults("request", content) != []


def feedback(**changes: Any) -> Json:
    """Feedback on one card; `...` removes a member."""
    usual = {"card": INSTANCE, "outcome": "overridden", "outcomeTimestamp": "2024-07-16T08:00:00Z", **changes}
    return {"feedback": [{name: value for name, value in usual.items() if value is not ...}]}


@pytest.mark.parametrize(
    "content",
    [
        feedback(),
        feedback(outcome="accepted", acceptedSuggestions=[{"id": "u"}]),
        feedback(overrideReason={"reason": {"system": "s", "code": "c"}}),
        feedback(overrideReason={"userComment": "no"}),
    ],
)
def test_feedback_of_the_standard_is_accepted(content: Json) -> None:
    assert schema_faults("feedback", content) == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"feedback": []},
        feedback(card=...),
        feedback(outcome="ignored"),
        feedback(outcome="accepted"),
        feedback(outcome="accepted", acceptedSuggestions=[]),
        feedback(outcomeTimestamp=...),
        feedback(outcomeTimestamp="yesterday"),
        feedback(overrideReason={}),
    ],
)
def test_feedback_the_standard_forbids_is_refused(content: Json) -> None:
    assert schema_faults("feedback", content) != []
