"""Dialects of cards: what some clients need to be different from the standard.

Epic shows `action.description` and not the suggestion's label, takes one action a suggestion, knows no selection
behaviour but `any`, and keys the muting of advice on a topic code of letters and digits alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from msgspec.structs import replace

from cds_hooks.card import Card, Suggestion
from cds_hooks.manner import Manner


def dressed(card: Card, manner: Manner) -> Card:
    """The card as the client takes it."""
    return for_epic(card) if manner.profile == "epic" else card


def for_epic(card: Card) -> Card:
    """The card in Epic's dialect."""
    topic = replace(card.source.topic, code=alphanumeric(card.source.topic.code))
    suggestions = tuple(single for suggestion in card.suggestions for single in singles(suggestion))
    return replace(
        card,
        source=replace(card.source, topic=topic),
        suggestions=suggestions,
        selection_behavior="any" if suggestions else None,
    )


def alphanumeric(code: str) -> str:
    """A topic code without its hyphens."""
    return code.replace("-", "")


def singles(suggestion: Suggestion) -> Iterator[Suggestion]:
    """A suggestion for each action, named by what the action does."""
    if len(suggestion.actions) < 2:
        yield suggestion
        return
    for number, action in enumerate(suggestion.actions, 1):
        identity = str(uuid5(UUID(suggestion.uuid), str(number)))
        yield Suggestion(action.description, identity, (action,))
