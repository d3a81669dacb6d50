"""A review as the cards of one answer, the most urgent first."""

from __future__ import annotations

from cds_hooks.card import Card, SelectionBehavior
from cds_hooks.data_needed import data_needed_card
from cds_hooks.guidance_cards import guidance_card
from cds_hooks.verdict_cards import refractory_card, response_card
from lnfhir.review import Review

_URGENCY = {"critical": 0, "warning": 1, "info": 2}


def cards(
    review: Review,
    hook_instance: str,
    *,
    selection: SelectionBehavior = "any",
) -> tuple[Card, ...]:
    """Verdicts, guidance, then what is missing; within one urgency in that order. Empty: nothing to say."""
    advice = (guidance_card(guidance, review, hook_instance, selection=selection) for guidance in review.guidance)
    found = (
        refractory_card(review, hook_instance),
        response_card(review, hook_instance),
        *advice,
        data_needed_card(review, hook_instance),
    )
    return tuple(sorted((card for card in found if card is not None), key=lambda card: _URGENCY[card.indicator]))
