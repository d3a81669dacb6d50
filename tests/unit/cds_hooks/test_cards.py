"""A review as cards: what speaks, how loudly, and in which words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from cds_hooks.card import HookResponse
from cds_hooks.cards import cards
from cds_hooks.extension import ASSESSMENT, assessment
from cds_hooks.guidance_cards import TOPIC, guidance_card
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Person
from lnfhir.fhir.issue import Issue, Severity
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.sources import KDIGO_2024, PRIMARY
from lnfhir.guideline.verdict import ResponseState
from lnfhir.logic import Evidence, met, not_met, pending, unknown
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.review import Review
from tests.hook_calls import INSTANCE, response_faults
from tests.reviews import (
    AS_OF,
    DEADLINE,
    REVIEWS,
    definite,
    empty_review,
    excluded,
    failed,
    induction,
    not_due,
    not_refractory_review,
    pending_review,
    refractory_review,
    response,
    rich_review,
    verdict,
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


@pytest.mark.parametrize("review", REVIEWS)
def test_every_response_keeps_the_schema_the_invariants_and_no_empty_member(review: Callable[[], Review]) -> None:
    sent(review())
    sent(review(), selection="at-most-one")


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


@pytest.mark.parametrize(
    ("outcome", "indicator", "speaks"),
    [
        (Outcome.ADVISE, Indicator.INFO, ["rule-a"]),
        (Outcome.ADVISE, Indicator.CRITICAL, ["rule-a"]),
        (Outcome.CONTRAINDICATED, Indicator.INFO, []),
        (Outcome.CONTRAINDICATED, Indicator.WARNING, ["rule-a"]),
        (Outcome.NEEDS_DATA, Indicator.WARNING, ["data-needed"]),
        (Outcome.ALREADY_DONE, Indicator.WARNING, []),
        (Outcome.NOT_APPLICABLE, Indicator.WARNING, []),
    ],
)
def test_which_outcome_makes_a_card(outcome: Outcome, indicator: Indicator, speaks: list[str]) -> None:
    found = topics(bare(guidance=(advice(outcome, indicator=indicator),)))
    assert [topic for topic, _ in found] == speaks


def test_refractory_is_a_warning() -> None:
    card = card_of(refractory_review(), "refractory")
    assert card["indicator"] == "warning"
    assert card["summary"] == "Refractory lupus nephritis by Ding 2025"
    assert card["source"]["label"] == "Refractory lupus nephritis review, Clin Exp Med"
    assert card["source"]["url"].startswith("https://doi.org/")


def test_pending_says_until_when_and_asks_for_nothing() -> None:
    review = pending_review()
    assert topics(review) == [("refractory", "info")]
    assert DEADLINE.isoformat() in card_of(review, "refractory")["summary"]


def test_not_refractory_and_undisputed_is_silent() -> None:
    assert sent(not_refractory_review()) == []


def test_a_lead_that_says_no_while_another_profile_says_yes_is_shown() -> None:
    no = verdict("ding2025", definite(), induction(False), failed(), excluded(False))
    yes = verdict("kdigo2024", definite(), induction(True), failed(), excluded(False))
    card = card_of(bare(refractory=(no, yes)), "refractory")
    assert card["summary"] == "Not refractory by Ding 2025, but refractory by KDIGO 2024"
    assert card["indicator"] == "info"


def test_a_lead_that_is_open_while_another_profile_says_yes_is_shown_with_what_it_needs() -> None:
    open_ = verdict("ding2025", definite(), induction(), failed(), excluded(False))
    yes = verdict("kdigo2024", definite(), induction(True), failed(), excluded(False))
    review = bare(refractory=(open_, yes))
    assert [topic for topic, _ in topics(review)] == ["refractory", "data-needed"]
    assert card_of(review, "refractory")["summary"] == "Refractory by KDIGO 2024; by Ding 2025 not yet determined"


@pytest.mark.parametrize(
    ("state", "indicator"),
    [
        ("relapse", "warning"),
        ("response-lost", "warning"),
        ("late-response", "info"),
        ("was-refractory-now-responding", "info"),
        ("kidney-failure", "info"),
        ("responding", None),
        ("", None),
    ],
)
def test_the_course_of_events_decides_whether_no_is_said_aloud(state: str, indicator: str | None) -> None:
    no = verdict("ding2025", definite(), induction(True), not_met(say("treatment failed")), excluded(False), state)
    assert topics(bare(refractory=(no,))) == ([("refractory", indicator)] if indicator else [])


def test_a_disputed_point_of_the_lead_is_said_aloud() -> None:
    no = verdict("ding2025", definite(), induction(False), failed(), excluded(False))
    noted = replace(no, notes=(say("the sources disagree on the intensity of glucocorticoids"),))
    card = card_of(bare(refractory=(noted,)), "refractory")
    assert "the sources disagree on the intensity" in card["detail"]


def test_without_lupus_nephritis_there_is_nothing_to_say() -> None:
    absent = not_met(say("lupus nephritis is definite"))
    no = verdict("ding2025", absent, induction(), not_due(), excluded(), "relapse")
    assert sent(bare(refractory=(replace(no, notes=(say("n"),)),))) == []
    assert sent(bare()) == []
    open_ = response("kdigo2024", "today", ResponseState.UNKNOWN)
    assert sent(bare(refractory=(no,), responses=(open_,))) == []
    assert [
        topic for topic, _ in topics(bare(refractory=(no,), responses=(open_,), courses=rich_review().courses))
    ] == ["data-needed"]


def test_the_verdict_has_every_profile_beside_it() -> None:
    detail = card_of(rich_review(), "refractory")["detail"]
    rows = [line for line in detail.splitlines() if line.startswith("|")]
    assert [row.split(" | ")[0] for row in rows] == [
        "| profile",
        "| ---",
        "| Ding 2025 (leads)",
        "| KDIGO 2024",
        "| ACR 2024",
        "| ACR 2012 (as reviewed)",
    ]
    assert rows[1] == "|" + " --- |" * 7
    assert rows[3] == f"| KDIGO 2024 | met | met | pending until {DEADLINE} | met | pending until {DEADLINE} | - |"


def test_the_detail_says_because_of_what_with_dates_and_what_was_not_used() -> None:
    detail = card_of(refractory_review(), "refractory")["detail"]
    for title in ("Because", "Evidence", "Could not use", "Source"):
        assert f"**{title}**" in detail
    assert "- UPCR 2.6 g/g on 2024-07-16 (Observation/u6)" in detail
    assert "- **met**: C1 lupus nephritis is definite" in detail
    assert "the unit is not one of UPCR's (Observation/x0)" in detail
    assert "the result has no day" not in detail


def test_guidance_shows_its_gates_notes_and_the_strength_of_its_sources() -> None:
    card = card_of(rich_review(), "gc-taper")
    assert "**Check before acting**" in card["detail"]
    assert "- **unknown**: adrenal insufficiency was considered (need morning cortisol)" in card["detail"]
    assert "**Strength of source**" in card["detail"]
    assert "read in the primary text, label or official value set" in card["detail"]
    assert "never to zero in one step" in card["detail"]


def test_response_is_the_one_of_the_chosen_definition() -> None:
    today = (response("kdigo2024", "today", ResponseState.COMPLETE), response("acr2024", "today", ResponseState.NONE))
    usual = card_of(bare(responses=today), "response")
    assert usual["summary"] == "Lupus nephritis response by KDIGO 2024 on 2024-07-16: complete"
    chosen = bare(responses=today, policy=Policy(response_profile="acr2024"))
    assert card_of(chosen, "response")["summary"].endswith("none")


@pytest.mark.parametrize(
    ("state", "speaks"), [(ResponseState.UNKNOWN, ["data-needed"]), (ResponseState.NOT_APPLICABLE, [])]
)
def test_a_response_that_is_not_known_is_not_shown_as_none(state: ResponseState, speaks: list[str]) -> None:
    found = topics(bare(responses=(response("kdigo2024", "today", state),)))
    assert [topic for topic, _ in found] == speaks


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


def test_ids_are_those_of_the_call_and_the_rule() -> None:
    (card,) = sent(bare(guidance=(advice(),)))
    assert card["uuid"] == str(uuid5(UUID(INSTANCE), "rule-a"))
    assert sent(rich_review()) == sent(rich_review())
    found = [card["uuid"] for card in sent(rich_review())]
    assert len(set(found)) == len(found)


def test_a_topic_is_static_and_shown() -> None:
    (card,) = sent(bare(guidance=(advice(),)))
    assert card["source"]["topic"] == {"system": TOPIC, "code": "rule-a", "display": "rule a"}
    for known in RECOMMENDATIONS:
        (titled,) = sent(bare(guidance=(advice(rule=known.rule),)))
        assert titled["source"]["topic"]["display"] == str(known.title)


def test_a_draft_is_a_suggestion_to_create_it_for_this_patient() -> None:
    draft = Draft(say("prednisone"), {"resourceType": "MedicationRequest", "status": "draft", "note": [], "x": None})
    (card,) = sent(bare(guidance=(advice(drafts=(draft, draft)),)))
    assert card["selectionBehavior"] == "any"
    first, second = card["suggestions"]
    assert first["uuid"] != second["uuid"]
    assert first["actions"] == [
        {
            "type": "create",
            "description": "prednisone",
            "resource": {
                "resourceType": "MedicationRequest",
                "status": "draft",
                "subject": {"reference": "Patient/p1"},
            },
        }
    ]


def test_the_subject_of_a_draft_is_kept() -> None:
    draft = Draft(say("d"), {"resourceType": "ServiceRequest", "subject": {"reference": "Patient/other"}})
    (card,) = sent(bare(guidance=(advice(drafts=(draft,)),)))
    assert card["suggestions"][0]["actions"][0]["resource"]["subject"] == {"reference": "Patient/other"}


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


def test_a_long_sentence_is_cut_for_the_summary_and_whole_in_the_detail() -> None:
    text = "Consider " + "very " * 60 + "long advice"
    (card,) = sent(bare(guidance=(advice(says=say("{text}", text=text)),)))
    assert len(card["summary"]) <= 139
    assert card["summary"].endswith("very…")
    assert "long advice" in card["detail"]


def test_a_long_list_is_counted() -> None:
    many = tuple(Evidence(f"Observation/{n}", "UPCR", str(n), "g/g", AS_OF) for n in range(40))
    (card,) = sent(bare(guidance=(advice(because=met(say("r"), *many)),)))
    assert "- and 28 more" in card["detail"]
    assert "Observation/12" not in card["detail"]


def test_an_advice_without_data_needs_no_card_of_its_own() -> None:
    review = bare(guidance=(advice(Outcome.NEEDS_DATA),))
    assert guidance_card(review.guidance[0], review, INSTANCE) is None


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


def test_a_pending_finding_lists_no_data_as_missing() -> None:
    waits = pending(say("twelve months have passed"), DEADLINE)
    (card,) = sent(bare(guidance=(advice(gates=(waits,)),)))
    assert f"- **pending until {DEADLINE}**: twelve months have passed" in card["detail"]
    assert "need" not in card["detail"]
