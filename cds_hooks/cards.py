"""A review as the cards of one answer, the most urgent first."""

from __future__ import annotations

from cds_hooks.card import Card
from cds_hooks.client_profiles import dressed
from cds_hooks.data_needed import data_needed_card, unchecked_orders_card
from cds_hooks.guidance_cards import guidance_card
from cds_hooks.manner import Manner
from cds_hooks.verdict_cards import refractory_card, response_card
from cds_hooks.visit import visit_card
from lnfhir.review import Review

PLAIN = Manner()

_URGENCY = {"critical": 0, "warning": 1, "info": 2}


def cards(review: Review, hook_instance: str, manner: Manner = PLAIN) -> tuple[Card, ...]:
    """Verdicts, guidance, then what is missing; within one urgency in that order. Empty: nothing to say."""
    found = (
        refractory_card(review, hook_instance, manner),
        response_card(review, hook_instance, manner),
        *(guidance_card(guidance, review, hook_instance, manner) for guidance in review.guidance),
        data_needed_card(review, hook_instance, manner),
    )
    return _sorted(found, manner)


def order_cards(review: Review, hook_instance: str, manner: Manner = PLAIN) -> tuple[Card, ...]:
    """What speaks against draft orders, then what their check lacks. The verdicts are not what was asked."""
    found = (
        *(guidance_card(guidance, review, hook_instance, manner) for guidance in review.guidance),
        unchecked_orders_card(review, hook_instance, manner),
    )
    return _sorted(found, manner)


def visit_cards(review: Review, hook_instance: str, manner: Manner = PLAIN) -> tuple[Card, ...]:
    """What a visit that begins is to obtain. What the record says already is the matter of patient-view."""
    return _sorted((visit_card(review, hook_instance, manner),), manner)


def _sorted(found: tuple[Card | None, ...], manner: Manner) -> tuple[Card, ...]:
    shown = sorted((card for card in found if card is not None), key=lambda card: _URGENCY[card.indicator])
    return tuple(dressed(card, manner) for card in shown)
