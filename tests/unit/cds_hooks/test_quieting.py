"""Quiet advice: what stays away, what never does, and the line that names it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from cds_hooks.card import Card
from cds_hooks.cards import cards
from cds_hooks.client_profiles import dressed
from cds_hooks.data_needed import DATA_NEEDED
from cds_hooks.manner import Manner
from cds_hooks.quieting import Quiet, heard, may_be_quieted, rule_of
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.order_safety import ORDER_RULES
from tests.hook_calls import INSTANCE
from tests.reviews import rich_review

UNTIL = date(2026, 4, 1)
PLAIN = Manner()
RULE = "hcq-missing"
EPIC = Manner(profile="epic")


def advice(rule: str = RULE, indicator: str = "info") -> Card:
    """A card of a rule."""
    card = cards(rich_review(), INSTANCE)[0]
    topic = replace(card.source.topic, code=rule)
    return replace(card, uuid=rule, source=replace(card.source, topic=topic), indicator=indicator, suggestions=())


def quiet(rule: str = RULE, indicator: str = "info") -> dict[str, Quiet]:
    """One quiet rule."""
    return {rule: Quiet(UNTIL, indicator)}


def test_nothing_quiet_changes_nothing() -> None:
    found = cards(rich_review(), INSTANCE)
    assert heard(found, {}, INSTANCE, PLAIN).cards == found
    assert heard(found, quiet("of-another-time"), INSTANCE, PLAIN).cards == found


def test_what_is_quiet_is_named_on_the_last_card() -> None:
    other = advice("other")
    found = heard((advice(), other), quiet(), INSTANCE, PLAIN)
    [shown] = found.cards
    assert shown.uuid == "other"
    assert shown.detail.startswith(other.detail)
    assert shown.detail.endswith(f"until {UNTIL}")
    assert "1 advice quieted: " in shown.detail
    assert [card.uuid for card in found.quieted] == [RULE]
    assert found.until == {RULE: UNTIL}


def test_when_all_is_quiet_a_card_of_its_own_says_so() -> None:
    both = {**quiet(), **quiet(DATA_NEEDED)}
    [shown] = heard((advice(), advice(DATA_NEEDED)), both, INSTANCE, PLAIN).cards
    assert shown.indicator == "info"
    assert shown.summary.startswith("2 advice quieted: ")
    assert f"; Data needed until {UNTIL}" in shown.detail
    [chinese] = heard((advice(),), quiet(), INSTANCE, Manner(language="zh-CN")).cards
    assert chinese.summary.startswith("1条建议已静默：")


@pytest.mark.parametrize(
    ("now", "then", "stays_away"),
    [
        ("info", "info", True),
        ("info", "warning", True),
        ("warning", "warning", True),
        ("warning", "info", False),
        ("critical", "critical", False),
    ],
)
def test_what_is_critical_or_has_become_more_urgent_speaks(now: str, then: str, stays_away: bool) -> None:
    found = heard((advice(indicator=now),), quiet(indicator=then), INSTANCE, PLAIN)
    assert (found.quieted != ()) is stays_away


def test_a_rule_is_known_in_every_dialect() -> None:
    card = dressed(advice(), EPIC)
    assert rule_of(card) == RULE
    assert heard((card,), quiet(), INSTANCE, EPIC).quieted == (card,)
    assert rule_of(advice("of-another-time")) == "of-another-time"


def test_order_checks_and_verdicts_are_never_quiet_and_data_are_only_put_off() -> None:
    for reason in ("contraindication", "later"):
        checks = {found.rule for found in ORDER_RULES}
        assert all(may_be_quieted(found.rule, reason) for found in RECOMMENDATIONS if found.rule not in checks)
        assert not any(may_be_quieted(rule, reason) for rule in (*checks, "refractory", "response", "visit"))
    assert may_be_quieted(DATA_NEEDED, "later")
    assert not may_be_quieted(DATA_NEEDED, "contraindication")
