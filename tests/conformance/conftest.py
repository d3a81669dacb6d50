"""Answers of the service, for the tests of its duties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.card import HookResponse
from cds_hooks.cards import cards
from cds_hooks.config import Settings
from cds_hooks.extension import assessment
from tests.hook_calls import INSTANCE, bundle, call, patient
from tests.reviews import AS_OF, REVIEWS

Json = dict[str, Any]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(Settings(as_of=AS_OF))) as opened:
        yield opened


@pytest.fixture(scope="module")
def services(client: TestClient) -> list[Json]:
    """What discovery offers."""
    return list(client.get("/cds-services").json()["services"])


@pytest.fixture(scope="module")
def responses(client: TestClient) -> list[Json]:
    """Answers of every kind: to real calls, and from reviews with every outcome."""
    sent = [
        call(prefetch={"patient": patient()}),
        call(prefetch={"patient": patient(), "conditions": bundle(), "procedures": None}),
    ]
    answered = [client.post("/cds-services/ln-patient-view", json=content).json() for content in sent]
    rendered = [HookResponse(cards(review(), INSTANCE), assessment(review())) for review in REVIEWS]
    return answered + [msgspec.json.decode(msgspec.json.encode(response)) for response in rendered]


@pytest.fixture(scope="module")
def shown(responses: list[Json]) -> list[Json]:
    """Every card of these answers."""
    found = [card for response in responses for card in response["cards"]]
    assert len(found) > 5
    return found


@pytest.fixture(scope="module")
def suggestions(shown: list[Json]) -> list[Json]:
    """Every suggestion of these answers."""
    found = [suggestion for card in shown for suggestion in card.get("suggestions", [])]
    assert found
    return found


@pytest.fixture(scope="module")
def actions(suggestions: list[Json]) -> list[Json]:
    """Every action of these answers."""
    found = [action for suggestion in suggestions for action in suggestion.get("actions", [])]
    assert found
    return found
