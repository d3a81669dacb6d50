"""All cards of an answer together, the data-needed card, and the verdicts as codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cds_hooks.extension import ASSESSMENT, assessment
from cds_hooks.manner import Manner
from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Person
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.guideline.recommendation import Draft, Outcome
from lnfhir.logic import Evidence, met, unknown
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.review import Review
from tests.rendering import advice, bare, card_of, sent, topics
from tests.reviews import (
    AS_OF,
    REVIEWS,
    definite,
    empty_review,
    excluded,
    failed,
    rich_review,
    verdict,
)


@pytest.mark.parametrize("review", REVIEWS)
def test_every_response_keeps_the_schema_the_invariants_and_no_empty_member(review: Callable[[], Review]) -> None:
    sent(review())
    sent(review(), manner=Manner(selection="at-most-one"))


def test_the_most_urgent_card_comes_first_and_what_needs_data_is_one_card() -> None:
    assert topics(rich_review()) == [
        ("ras-conflict", "critical"),
        ("gc-taper", "warning"),
        ("sglt2-start", "warning"),
        ("refractory", "info"),
        ("response", "info"),
        ("hcq-missing", "info"),
        ("data-needed", "info"),
    ]


def test_the_data_needed_card_names_questions_data_and_searches() -> None:
    card = card_of(rich_review(), "data-needed")
    assert card["indicator"] == "info"
    assert "could not assess" in card["summary"]
    assert "- **Refractory by Ding 2025**: dispense history or adherence statement; antiphospholipid" in card["detail"]
    assert "potassium within 30 days" in card["detail"]
    assert "- medication dispenses: not provided" in card["detail"]
    assert "- service requests: the search failed" in card["detail"]
    assert "conditions" not in card["detail"]


def test_one_datum_is_named_in_the_summary() -> None:
    card = card_of(bare(guidance=(advice(Outcome.NEEDS_DATA),)), "data-needed")
    assert card["summary"] == "Lupus nephritis: could not assess everything; needed: a potassium"


def test_nothing_known_is_one_card_and_never_silence() -> None:
    assert topics(empty_review()) == [("data-needed", "info")]


HOSTILE = "<img src=x onerror=alert(1)> | [x](javascript:alert(1)) ![](http://evil.example/p.png)\n# `big`"


def test_text_of_the_record_is_inert_everywhere() -> None:
    evidence = Evidence("Observation/1", HOSTILE, HOSTILE, HOSTILE, AS_OF)
    reason = met(say("{label} is present", label=HOSTILE), evidence, notes=(say("{label}", label=HOSTILE),))
    guidance = advice(
        says=say("Stop {label}", label=HOSTILE),
        because=reason,
        gates=(unknown(say("{label}", label=HOSTILE), say("{label}", label=HOSTILE)),),
        notes=(say("{label}", label=HOSTILE),),
        drafts=(Draft(say("{label}", label=HOSTILE), {"resourceType": "ServiceRequest", "note": [{"text": HOSTILE}]}),),
    )
    waiting = advice(Outcome.NEEDS_DATA, rule="b", because=unknown(say("b"), say("{label}", label=HOSTILE)))
    issue = Issue(Severity.WARNING, "value", say("{label} cannot be read", label=HOSTILE), HOSTILE, HOSTILE)
    chart = Chart(AS_OF, Person("p1"), issues=(issue,))
    verdicts = (verdict("ding2025", definite(), met(say("{x}", x=HOSTILE), evidence), failed(), excluded(False)),)
    for card in sent(bare(chart=chart, guidance=(guidance, waiting), refractory=verdicts)):
        assert "<" not in card["detail"]
        assert re.search(r"(?<!\\)[\]`]", card["detail"]) is None
        assert "http://" not in card["detail"]
        assert "javascript:" not in card["detail"]
        assert "\n#" not in card["detail"]
        for shown in (card["summary"], *(s["label"] for s in card.get("suggestions", []))):
            assert "<img" not in shown
            assert "\n" not in shown


def test_the_verdicts_stand_beside_the_cards_as_codes() -> None:
    found = assessment(rich_review(Policy(mmf_min=1.5)))[ASSESSMENT]
    assert found["refractory"]["ding2025"] == {
        "C1": "met",
        "C2": "unknown",
        "C3": "met",
        "C4": "unknown",
        "overall": "unknown",
        "state": "no-response-so-far",
    }
    assert found["refractory"]["kdigo2024"] == {
        "C1": "met",
        "C2": "met",
        "C3": "pending",
        "C4": "met",
        "overall": "pending",
    }
    assert found["response"] == {
        "kdigo2024": "none",
        "acr2024": "unknown",
        "eular2019": "complete",
        "eular2025": "not-applicable",
    }
    assert found["milestones"] == {"kdigo2024": {"6mo": "none"}, "acr2024": {"6mo": "partial"}}
    assert found["guidance"]["sglt2-start"] == "contraindicated"
    assert found["asOf"] == "2024-07-16"
    assert found["coverage"]["medicationStatements"] == "partial"
    assert found["policy"] == {"mmf_min": 1.5}
    assert "policy" not in assessment(bare())[ASSESSMENT]
