"""A review as the cards of one answer, the most urgent first."""

from __future__ import annotations

from cds_hooks.card import Card, SelectionBehavior
from cds_hooks.data_needed import data_needed_card, unchecked_orders_card
from cds_hooks.guidance_cards import guidance_card
from cds_hooks.verdict_cards import refractory_card, response_card
from lnfhir.review import Review

_URGENCY = {"critical": 0, "warning": 1, "info": 2}


def cards(review: Review, hook_instance: str, *, selection: SelectionBehavior = "any") -> tuple[Card, ...]:
    """Verdicts, guidance, then what is missing; within one urgency in that order. Empty: nothing to say."""
    found = (
        refractory_card(review, hook_instance),
        response_card(review, hook_instance),
        *(guidance_card(guidance, review, hook_instance, selection=selection) for guidance in review.guidance),
        data_needed_card(review, hook_instance),
    )
    return _sorted(found)


def order_cards(review: Review, hook_instance: str, *, selection: SelectionBehavior = "any") -> tuple[Card, ...]:
    """What speaks against draft orders, then what their check lacks. The verdicts are not what was asked."""
    found = (
        *(guidance_card(guidance, review, hook_instance, selection=selection) for guidance in review.guidance),
        unchecked_orders_card(review, hook_instance),
    )
    return _sorted(found)


def _sorted(found: tuple[Card | None, ...]) -> tuple[Card, ...]:
    return tuple(sorted((card for card in found if card is not None), key=lambda card: _URGENCY[card.indicator]))
