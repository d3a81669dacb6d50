"""How a client is answered: its language, its dialect of cards, or silence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from cds_hooks.answer import answer
from cds_hooks.app import service_app
from cds_hooks.card import Action, Card, Coding, Source, Suggestion
from cds_hooks.cards import cards, visit_cards
from cds_hooks.client_profiles import alphanumeric, for_epic
from cds_hooks.config import Client, Settings
from cds_hooks.guidance_cards import OVERRIDE_REASONS, TITLES
from cds_hooks.manner import Manner, preferred
from cds_hooks.services import SERVICES
from lnfhir.guideline.recommendation import Draft, Outcome
from lnfhir.message import say
from tests.hook_calls import INSTANCE, body, call, patient
from tests.rendering import advice, bare, sent
from tests.reviews import AS_OF, REVIEWS, rich_review

VIEW = "/cds-services/ln-patient-view"
CHINESE = Manner(language="zh-CN")
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("ZH-hans-sg", "zh-CN"),
        ("zh-TW", "en"),
        ("zh-Hant", "en"),
        ("de, zh;q=0.5", "zh-CN"),
        ("en;q=0.4, zh;q=0.5", "zh-CN"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh;q=0", "en"),
        ("*;q=0", "en"),
        ("*", "en"),
        ("zh;q=2", "en"),
        (";;;,,zh zh", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_the_best_language_of_ours_is_taken(header: str, language: str) -> None:
    assert preferred(header, "en") == language


def test_a_header_without_a_language_of_ours_leaves_the_default() -> None:
    assert preferred("de, fr;q=0.5", "zh-CN") == "zh-CN"


@pytest.mark.parametrize("review", REVIEWS)
def test_every_summary_is_short_in_both_languages_and_every_chinese_one_is_chinese(review: Any) -> None:
    english, chinese = (cards(review(), INSTANCE, manner) for manner in (Manner(), CHINESE))
    assert [card.uuid for card in english] == [card.uuid for card in chinese]
    assert [card.source.topic.code for card in english] == [card.source.topic.code for card in chinese]
    for card in (*english, *chinese):
        assert len(card.summary) <= 139
    for card in chinese:
        # What a rule says is this test's own sentence; what the door adds is a sentence of the product.
        if card.source.topic.code in ("refractory", "response", "data-needed"):
            assert HAN.search(card.summary), card.summary
        assert HAN.search(card.detail)
        assert all(HAN.search(reason.display) for reason in card.override_reasons)


def test_chinese_headings_have_no_english_left() -> None:
    headings = {
        found
        for card in cards(rich_review(), INSTANCE, CHINESE)
        for found in re.findall(r"^\*\*(.*?)\*\*$", card.detail, re.M)
    }
    assert headings
    assert {heading for heading in headings if not HAN.search(heading)} == set()


def test_a_long_chinese_summary_is_cut_at_its_length_and_not_at_its_first_space() -> None:
    long = "狼疮 " + "肾" * 300
    (card,) = sent(bare(guidance=(advice(says=say("{what}", what=long)),)), manner=CHINESE)
    assert len(card["summary"]) == 139


def settings(**changes: Any) -> Settings:
    """Settings with one client."""
    client = Client(issuer="https://a", jwks_url="https://a/keys", **changes)
    return Settings(base_url="https://cds.example", clients=(client,), language="zh-CN", silent=True)


def test_a_client_overrides_the_site_and_a_call_overrides_both() -> None:
    site = settings()
    assert site.manner() == Manner("zh-CN", "standard", "any", "https://cds.example/rules", True)
    assert site.manner(site.clients[0]).silent
    own = settings(language="en", silent=False, profile="epic")
    found = own.manner(own.clients[0])
    assert (found.language, found.silent, found.profile) == ("en", False, "epic")
    assert own.manner(own.clients[0], "zh").language == "zh-CN"


def test_the_epic_profile_leaves_no_choice_of_selection() -> None:
    site = Settings(selection_behavior="at-most-one", profile="epic")
    assert site.manner().selection == "any"
    assert Settings(selection_behavior="at-most-one").manner().selection == "at-most-one"


def test_epic_gets_one_action_a_suggestion_with_its_text_and_a_plain_topic() -> None:
    actions = (Action("create", "one", {"a": 1}), Action("create", "two", {"a": 2}))
    offered = (Suggestion("both", INSTANCE, actions), Suggestion("one", INSTANCE, actions[:1]))
    card = Card(
        "u", "s", "info", Source("l", Coding("sys", "a-b-c")), suggestions=offered, selection_behavior="at-most-one"
    )
    changed = for_epic(card)
    assert changed.selection_behavior == "any"
    assert [len(found.actions) for found in changed.suggestions] == [1, 1, 1]
    assert [found.actions[0].description for found in changed.suggestions] == ["one", "two", "one"]
    assert len({found.uuid for found in changed.suggestions}) == 3
    assert changed.source.topic.code == "abc"
    assert for_epic(replace(card, suggestions=())).selection_behavior is None


def test_topics_stay_distinct_and_short_without_their_hyphens() -> None:
    codes = [alphanumeric(rule) for rule in TITLES]
    assert len(set(codes)) == len(TITLES)
    assert all(code.isalnum() and len(code) <= 100 for code in codes)


@pytest.mark.parametrize("review", REVIEWS)
def test_epic_cards_keep_the_schema(review: Any) -> None:
    for card in sent(review(), manner=Manner(profile="epic")):
        assert card["source"]["topic"]["code"].isalnum()
        assert all(len(found["actions"]) == 1 for found in card.get("suggestions", ()))


CLINICAL_REASONS = """
cds-not-applicable cds-suboptimal-context recipient-disagrees-evidence recipient-concerns-outcomes
does-not-align-preferences not-convenient-feasible action-completed patient-contraindication patient-refuses
too-costly-uncovered service-not-available recipient-does-not-understand
"""


def test_the_override_reasons_are_the_clinical_value_set_of_cds_hooks_3() -> None:
    assert list(OVERRIDE_REASONS) == CLINICAL_REASONS.split()
    for card in cards(rich_review(), INSTANCE):
        theirs = [reason for reason in card.override_reasons if reason.code != "will-do-later"]
        assert [reason.code for reason in theirs] == list(OVERRIDE_REASONS)
        assert {reason.system for reason in theirs} == {
            "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
        }
        assert all(reason.display for reason in card.override_reasons)


CALL = body(call(prefetch={"patient": patient()}))


def test_a_call_is_answered_in_the_language_it_asks_for() -> None:
    with TestClient(service_app(Settings(as_of=AS_OF))) as opened:
        english = opened.post(VIEW, content=CALL, headers={"content-type": "application/json"})
        chinese = opened.post(
            VIEW, content=CALL, headers={"content-type": "application/json", "accept-language": "zh-CN"}
        )
    assert (english.headers["content-language"], chinese.headers["content-language"]) == ("en", "zh-CN")
    assert chinese.headers["vary"] == "Accept-Language"
    assert not HAN.search(english.json()["cards"][0]["summary"])
    assert HAN.search(chinese.json()["cards"][0]["summary"])


def test_a_silent_service_judges_and_says_nothing() -> None:
    answered = answer("ln-patient-view", CALL, AS_OF, Settings(), Manner(silent=True))
    assert (answered.status, answered.body) == (200, b'{"cards":[]}')
    assert answer("ln-patient-view", b"{}", AS_OF, Settings(), Manner(silent=True)).status == 400


def test_a_card_leads_to_the_page_of_its_rule_where_there_is_one() -> None:
    (card,) = cards(bare(guidance=(advice(),)), INSTANCE, Manner(rules_url="https://cds.example/rules"))
    assert card.source.url == "https://cds.example/rules/rule-a"
    (card,) = cards(bare(guidance=(advice(),)), INSTANCE)
    assert card.source.url.startswith("https://kdigo.org/")


def draft(text: str, kind: str = "ServiceRequest") -> Draft:
    return Draft(say("{text}", text=text), {"resourceType": kind, "status": "draft", "code": {"text": text}})


def test_a_visit_lists_the_tests_that_are_due_once_and_what_is_missing_and_no_drug() -> None:
    first = advice(rule="a", drafts=(draft("eye"), draft("pill", "MedicationRequest")))
    second = advice(rule="b", drafts=(draft("eye"), draft("weight")))
    (card,) = visit_cards(bare(guidance=(first, second, advice(Outcome.NEEDS_DATA, rule="c"))), INSTANCE)
    assert card.source.topic.code == "visit"
    assert card.summary == "Lupus nephritis, this visit: 2 tests or examinations are due, 1 data are needed"
    assert [found.label for found in card.suggestions] == ["eye", "weight"]
    assert "a potassium" in card.detail
    assert "Do a" not in card.detail.replace("**Do a**", "")


def test_a_visit_with_nothing_to_obtain_has_no_card() -> None:
    assert visit_cards(bare(guidance=(advice(drafts=(draft("pill", "MedicationRequest"),)),)), INSTANCE) == ()


@pytest.mark.parametrize("review", REVIEWS)
def test_a_visit_repeats_no_card_of_patient_view(review: Any) -> None:
    seen = {card.source.topic.code for card in cards(review(), INSTANCE)}
    assert not seen & {card.source.topic.code for card in visit_cards(review(), INSTANCE)}


def test_an_encounter_that_starts_names_itself() -> None:
    context = {"userId": "Practitioner/dr", "patientId": "p1"}
    sent_call = call(hook="encounter-start", context=context, prefetch={"patient": patient()})
    refused = answer("ln-encounter-start", body(sent_call), AS_OF, Settings())
    assert refused.status == 400
    assert b"context.encounterId" in refused.body
    sent_call["context"] = {**context, "encounterId": "e1"}
    assert answer("ln-encounter-start", body(sent_call), AS_OF, Settings()).status == 200


def test_every_hook_has_one_service_and_every_service_its_own_id() -> None:
    assert sorted(service.hook for service in SERVICES) == [
        "encounter-start",
        "order-select",
        "order-sign",
        "patient-view",
    ]
    assert len({service.id for service in SERVICES}) == 4
