"""Reviews rendered as a client receives them, for tests of the cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from cds_hooks.card import HookResponse
from cds_hooks.cards import cards
from cds_hooks.extension import assessment
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Person
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.sources import KDIGO_2024, PRIMARY
from lnfhir.logic import met, unknown
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.review import Review
from tests.hook_calls import INSTANCE, response_faults
from tests.reviews import (
    AS_OF,
)

Json = dict[str, Any]


def sent(review: Review, **options: Any) -> list[Json]:
    """The cards as a client receives them."""
    content = msgspec.json.decode(
        msgspec.json.encode(HookResponse(cards(review, INSTANCE, **options), assessment(review)))
    )
    assert response_faults(content) == []
    return list(content["cards"])


def topics(review: Review) -> list[tuple[str, str]]:
    """(topic, indicator) of each card, in order."""
    return [(card["source"]["topic"]["code"], card["indicator"]) for card in sent(review)]


def card_of(review: Review, topic: str) -> Json:
    """The one card of a topic."""
    (found,) = [card for card in sent(review) if card["source"]["topic"]["code"] == topic]
    return found


def bare(**parts: Any) -> Review:
    """A review with nothing to say but these parts."""
    chart = Chart(AS_OF, Person("p1"), coverage=dict.fromkeys(Need, Coverage.COMPLETE))
    usual: dict[str, Any] = dict.fromkeys(("courses", "refractory", "responses", "measures", "guidance"), ())
    return Review(**{"chart": chart, "policy": Policy(), **usual, **parts})


def advice(outcome: Outcome = Outcome.ADVISE, **changes: Any) -> Guidance:
    """One plain guidance."""
    reason = unknown(say("r"), say("a potassium")) if outcome is Outcome.NEEDS_DATA else met(say("r"))
    cites = (KDIGO_2024.at("10.2", PRIMARY),)
    return replace(Guidance("rule-a", outcome, Indicator.INFO, say("Do a"), reason, cites), **changes)
