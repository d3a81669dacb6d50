"""The one card that says what could not be judged, and what would settle it."""

from __future__ import annotations

from cds_hooks import detail, markdown
from cds_hooks.card import Card
from cds_hooks.guidance_cards import OVERRIDE_REASONS, TITLES, card_uuid, source
from cds_hooks.verdict_cards import leading_response
from lnfhir.guideline.recommendation import Outcome
from lnfhir.guideline.sources import LNFHIR
from lnfhir.guideline.verdict import ResponseState
from lnfhir.logic import Truth
from lnfhir.message import Message, say
from lnfhir.report.words import PROFILE, named
from lnfhir.review import Review

DATA_NEEDED = "data-needed"


def data_needed_card(review: Review, hook_instance: str) -> Card | None:
    """One card for everything that cannot be judged: which questions are open, and what would settle them."""
    wanted = _wanted(review)
    if not wanted:
        return None
    lines = [
        f"**{markdown.plain(question)}**: " + "; ".join(markdown.plain(item) for item in items)
        for question, items in wanted.items()
    ]
    items = dict.fromkeys(item for found in wanted.values() for item in found)
    if len(items) == 1:
        summary = say("Lupus nephritis: could not assess everything; needed: {item}", item=next(iter(items)))
    else:
        summary = say("Lupus nephritis: could not assess everything; {number} data are needed", number=len(items))
    return Card(
        uuid=card_uuid(hook_instance, DATA_NEEDED),
        summary=markdown.shortened(summary),
        indicator="info",
        source=source(LNFHIR, DATA_NEEDED, say("Data needed")),
        detail=detail.joined(
            markdown.section(say("Needed to decide"), markdown.bullets(lines)),
            detail.not_searched(review.chart),
            detail.could_not_use(review.chart),
        ),
        override_reasons=OVERRIDE_REASONS,
    )


def _wanted(review: Review) -> dict[Message, tuple[Message, ...]]:
    """What would settle the leading verdict, the leading response and each open recommendation."""
    wanted: dict[Message, tuple[Message, ...]] = {}
    # Without lupus nephritis nobody asks how it responds.
    nephritis = not review.refractory or review.refractory[0].c1.truth is not Truth.NOT_MET or bool(review.courses)
    if review.refractory:
        leading = review.refractory[0]
        if leading.overall.truth is Truth.UNKNOWN and not leading.overall.pending:
            question = say("Refractory by {profile}", profile=named(leading.profile, PROFILE))
            wanted[question] = leading.overall.missing
    response = leading_response(review)
    if nephritis and response is not None and response.state is ResponseState.UNKNOWN:
        question = say("Response by {profile}", profile=named(response.definition, PROFILE))
        wanted[question] = tuple(dict.fromkeys(response.complete.missing + response.partial.missing))
    for guidance in review.guidance:
        if guidance.outcome is Outcome.NEEDS_DATA:
            wanted[TITLES.get(guidance.rule, guidance.says)] = guidance.missing
    return {question: items for question, items in wanted.items() if items}
