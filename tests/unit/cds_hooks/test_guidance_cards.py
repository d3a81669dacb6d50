"""Guidance as cards: which outcome speaks, and what a card holds."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

import pytest

from cds_hooks.cards import PLAIN
from cds_hooks.extension import ASSESSMENT, assessment
from cds_hooks.guidance_cards import TOPIC, guidance_card
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.recommendation import Draft, Indicator, Outcome
from lnfhir.logic import Evidence, met, pending, unknown
from lnfhir.message import say
from lnfhir.report.text import report
from tests.hook_calls import INSTANCE
from tests.rendering import advice, bare, card_of, sent, topics
from tests.reviews import (
    AS_OF,
    DEADLINE,
    rich_review,
)


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


def test_a_standing_reminder_is_no_card_and_asks_for_nothing_but_is_reported() -> None:
    reminder = advice(rule="vaccines", indicator=Indicator.WARNING)
    asking = advice(Outcome.NEEDS_DATA, rule="vaccines")
    assert topics(bare(guidance=(reminder, asking, advice()))) == [("rule-a", "info")]
    assert assessment(bare(guidance=(reminder,)))[ASSESSMENT]["guidance"] == {"vaccines": "advise"}
    assert "Do a" in str(report(bare(guidance=(reminder,)), "test"))


def test_guidance_shows_its_gates_notes_and_the_strength_of_its_sources() -> None:
    card = card_of(rich_review(), "gc-taper")
    assert "**Check before acting**" in card["detail"]
    assert "- **unknown**: adrenal insufficiency was considered (needed: morning cortisol)" in card["detail"]
    assert "**Strength of source**" in card["detail"]
    assert "read in the primary text, label or official value set" in card["detail"]
    assert "never to zero in one step" in card["detail"]


def test_ids_are_those_of_the_call_and_the_rule() -> None:
    (card,) = sent(bare(guidance=(advice(),)))
    assert card["uuid"] == str(uuid5(UUID(INSTANCE), "rule-a"))
    assert sent(rich_review()) == sent(rich_review())
    found = [card["uuid"] for card in sent(rich_review())]
    assert len(set(found)) == len(found)


def test_a_topic_is_static_and_shown() -> None:
    (card,) = sent(bare(guidance=(advice(),)))
    assert card["source"]["topic"] == {"system": TOPIC, "code": "rule-a", "display": "rule a"}
    for known in (found for found in RECOMMENDATIONS if not found.standing):
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


def test_a_long_sentence_is_cut_for_the_summary_and_whole_in_the_detail() -> None:
    text = "Consider " + "very " * 60 + "long advice"
    (card,) = sent(bare(guidance=(advice(says=say("{text}", text=text)),)))
    assert len(card["summary"]) <= 139
    assert card["summary"].endswith("very…")
    assert "long advice" in card["detail"]


def test_a_long_list_is_counted() -> None:
    many = tuple(Evidence(f"Observation/{n}", "UPCR", str(n), "g/g", AS_OF) for n in range(40))
    (card,) = sent(bare(guidance=(advice(because=met(say("r"), *many)),)))
    assert "- and 24 more" in card["detail"]
    assert "Observation/15" in card["detail"]
    assert "Observation/16" not in card["detail"]


def test_a_series_of_the_same_datum_is_one_line() -> None:
    days = [date(2024, month, 1) for month in (3, 1, 2)]
    dispenses = tuple(Evidence(f"MedicationDispense/{day.month}", "mycophenolate", "1000", "mg/d", day) for day in days)
    (card,) = sent(bare(guidance=(advice(because=met(say("r"), *dispenses)),)))
    line = "- mycophenolate 1000 mg/d, 3 records from 2024-01-01 to 2024-03-01 (MedicationDispense/3, …)"
    assert line in card["detail"]
    assert card["detail"].count("mycophenolate") == 1
    (pair,) = sent(bare(guidance=(advice(because=met(say("r"), *dispenses[:2])),)))
    assert pair["detail"].count("mycophenolate") == 2


def test_what_is_checked_is_told_from_what_is_to_be_checked() -> None:
    known, open_ = met(say("potassium is low enough")), unknown(say("pregnancy is excluded"), say("an hCG"))
    (card,) = sent(bare(guidance=(advice(gates=(known, open_)),)))
    before, after = card["detail"].split("**Checked**")
    assert "**Check before acting**" in before
    assert "pregnancy is excluded (needed: an hCG)" in before
    assert "potassium is low enough" in after


def test_an_advice_without_data_needs_no_card_of_its_own() -> None:
    review = bare(guidance=(advice(Outcome.NEEDS_DATA),))
    assert guidance_card(review.guidance[0], review, INSTANCE, PLAIN) is None


def test_a_pending_finding_lists_no_data_as_missing() -> None:
    waits = pending(say("twelve months have passed"), DEADLINE)
    (card,) = sent(bare(guidance=(advice(gates=(waits,)),)))
    assert f"- **pending until {DEADLINE}**: twelve months have passed" in card["detail"]
    assert "need" not in card["detail"]
