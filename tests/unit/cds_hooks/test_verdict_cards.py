"""The verdicts as cards: what is said, how loudly, and what stays silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.guideline.verdict import ResponseState
from lnfhir.logic import not_met
from lnfhir.message import say
from lnfhir.policy import Policy
from tests.rendering import bare, card_of, sent, topics
from tests.reviews import (
    DEADLINE,
    definite,
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
