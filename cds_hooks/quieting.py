"""Advice that somebody has set aside with a reason stays away for a while, and one line says so.

Never set aside: what is critical, the checks of draft orders, the verdicts, and advice that has become more urgent
than it was when it was overridden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from msgspec.structs import replace

from cds_hooks import markdown
from cds_hooks.card import Card
from cds_hooks.client_profiles import alphanumeric, dressed
from cds_hooks.data_needed import DATA_NEEDED
from cds_hooks.detail import Detail, joined
from cds_hooks.guidance_cards import TITLES, card_uuid, source
from cds_hooks.manner import Manner
from cds_hooks.verdict_cards import REFRACTORY, RESPONSE_TODAY
from cds_hooks.visit import VISIT
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.sources import LNFHIR
from lnfhir.message import Message, say

QUIETED = "quieted"

# A rule that also checks orders is about safety wherever it speaks.
_MAY_BE_QUIET = frozenset(
    {DATA_NEEDED, *(found.rule for found in RECOMMENDATIONS)} - {found.rule for found in ORDER_RULES}
)
_TITLES = {**TITLES, DATA_NEEDED: say("Data needed")}
_RULES = {alphanumeric(rule): rule for rule in (*TITLES, REFRACTORY, RESPONSE_TODAY, DATA_NEEDED, VISIT, QUIETED)}
_URGENCY = {"info": 0, "warning": 1, "critical": 2}


@dataclass(frozen=True, slots=True)
class Quiet:
    """A rule is quiet until this day. `indicator` is how urgent the advice was that was overridden."""

    until: date
    indicator: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The cards that are shown, the advice that is not, and until when it is not."""

    cards: tuple[Card, ...]
    quieted: tuple[Card, ...] = ()
    until: Mapping[str, date] | None = None


def rule_of(card: Card) -> str:
    """The rule behind a card, in whatever dialect it is written."""
    return _RULES.get(alphanumeric(card.source.topic.code), card.source.topic.code)


def heard(found: tuple[Card, ...], quiet: Mapping[str, Quiet], hook_instance: str, manner: Manner) -> Heard:
    """The cards without what is quiet, and a line that names it: on the last card, or on one of its own."""
    quieted = tuple(card for card in found if _is_quiet(card, quiet))
    if not quieted:
        return Heard(found)
    until = {rule_of(card): quiet[rule_of(card)].until for card in quieted}
    says = _named(until)
    shown = tuple(card for card in found if card not in quieted)
    if shown:
        line = Detail(manner.lookup).plain(says)
        shown = (*shown[:-1], replace(shown[-1], detail=joined(shown[-1].detail, line)))
    else:
        shown = (dressed(_card(says, hook_instance, manner), manner),)
    return Heard(shown, quieted, until)


def may_be_quieted(rule: str, reason: str) -> bool:
    """Whether a reason can quiet a rule: what is missing can be put off, but is not contraindicated."""
    return rule in _MAY_BE_QUIET and (rule != DATA_NEEDED or reason == "later")


def _is_quiet(card: Card, quiet: Mapping[str, Quiet]) -> bool:
    rule = rule_of(card)
    if rule not in quiet or card.indicator == "critical":
        return False
    return _URGENCY[card.indicator] <= _URGENCY.get(quiet[rule].indicator, 0)


def _named(until: Mapping[str, date]) -> Message:
    each = [say("{what} until {day}", what=_TITLES[rule], day=day) for rule, day in until.items()]
    names = reduce(lambda first, second: say("{first}; {second}", first=first, second=second), each)
    return say("{number} advice quieted: {names}", number=len(each), names=names)


def _card(says: Message, hook_instance: str, manner: Manner) -> Card:
    return Card(
        uuid=card_uuid(hook_instance, QUIETED),
        summary=markdown.shortened(says, lookup=manner.lookup),
        indicator="info",
        source=source(LNFHIR, QUIETED, manner, say("Quieted advice")),
        detail=Detail(manner.lookup).plain(says),
    )
