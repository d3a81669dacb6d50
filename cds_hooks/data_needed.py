"""The one card that says what could not be judged, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from cds_hooks import markdown
from cds_hooks.card import Card
from cds_hooks.detail import Detail, joined
from cds_hooks.guidance_cards import (
    STANDING,
    TITLES,
    card_uuid,
    indicator_code,
    override_reasons,
    source,
    suggestion,
)
from cds_hooks.manner import Manner
from cds_hooks.verdict_cards import leading_response
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.sources import LNFHIR
from lnfhir.guideline.verdict import ResponseState
from lnfhir.guideline.watching import URGENCY
from lnfhir.logic import Truth
from lnfhir.message import Message, say
from lnfhir.report.words import PROFILE, named
from lnfhir.review import Review

DATA_NEEDED = "data-needed"


def data_needed_card(review: Review, hook_instance: str, manner: Manner) -> Card | None:
    """One card for everything that cannot be judged: which questions are open, and what would settle them."""
    wanted = wanted_data(review)
    number, first = counted(wanted)
    if number == 0:
        return None
    if number == 1:
        summary = say("Lupus nephritis: could not assess everything; needed: {item}", item=first)
    else:
        summary = say("Lupus nephritis: could not assess everything; {number} data are needed", number=number)
    return _card(review, hook_instance, manner, summary, wanted, Indicator.INFO, later=True)


def unchecked_orders_card(review: Review, hook_instance: str, manner: Manner) -> Card | None:
    """One card for the checks of draft orders that lack a datum, as urgent as the most urgent of them.

    What must not be signed before it is known speaks for itself; the tests that would settle it are suggested.
    """
    wanted = _advice(review)
    number, first = counted(wanted)
    if number == 0:
        return None
    if number == 1:
        summary = say("Draft orders: could not check everything; needed: {item}", item=first)
    else:
        summary = say("Draft orders: could not check everything; {number} data are needed", number=number)
    open_checks = [found for found in review.guidance if found.outcome is Outcome.NEEDS_DATA]
    first_check = min(open_checks, key=lambda found: URGENCY.index(found.indicator))
    if first_check.indicator is Indicator.CRITICAL:
        summary = first_check.says
    card = _card(review, hook_instance, manner, summary, wanted, first_check.indicator)
    suggestions = tuple(
        suggestion(draft, review.chart.person.id, card_uuid(hook_instance, DATA_NEEDED, str(number)), manner)
        for number, draft in enumerate(_tests(open_checks), 1)
    )
    return replace(card, suggestions=suggestions, selection_behavior=manner.selection if suggestions else None)


def _tests(open_checks: Iterable[Guidance]) -> Iterator[Draft]:
    """What would settle them, each test once."""
    seen: list[object] = []
    for draft in (draft for found in open_checks for draft in found.drafts):
        if draft.resource.get("code") not in seen:
            seen.append(draft.resource.get("code"))
            yield draft


def counted(wanted: Mapping[Message, tuple[Message, ...]]) -> tuple[int, Message]:
    """How many different data are wanted, and the first of them."""
    items = list(dict.fromkeys(item for found in wanted.values() for item in found))
    return len(items), items[0] if items else say("nothing")


def _card(
    review: Review,
    hook_instance: str,
    manner: Manner,
    summary: Message,
    wanted: Mapping[Message, tuple[Message, ...]],
    indicator: Indicator,
    *,
    later: bool = False,
) -> Card:
    write = Detail(manner.lookup)
    lines = [
        f"**{write.plain(question)}**: " + "; ".join(write.plain(item) for item in items)
        for question, items in wanted.items()
    ]
    return Card(
        uuid=card_uuid(hook_instance, DATA_NEEDED),
        summary=markdown.shortened(summary, lookup=manner.lookup),
        indicator=indicator_code(indicator),
        source=source(LNFHIR, DATA_NEEDED, manner, say("Data needed")),
        detail=joined(
            write.section(say("Needed to decide"), markdown.bullets(lines)),
            write.not_searched(review.chart),
            write.could_not_use(review.chart),
        ),
        override_reasons=override_reasons(manner, later=later),
    )


def wanted_data(review: Review) -> dict[Message, tuple[Message, ...]]:
    """The open questions, each with what would settle it."""
    return {**_verdicts(review), **_advice(review)}


def _verdicts(review: Review) -> dict[Message, tuple[Message, ...]]:
    """What would settle the leading verdict and the leading response."""
    wanted: dict[Message, tuple[Message, ...]] = {}
    # Without lupus nephritis nobody asks how it responds.
    nephritis = not review.refractory or review.refractory[0].c1.truth is not Truth.NOT_MET or bool(review.courses)
    if review.refractory:
        leading = review.refractory[0]
        if leading.overall.truth is Truth.UNKNOWN and not leading.overall.pending:
            wanted[say("Refractory by {profile}", profile=named(leading.profile, PROFILE))] = leading.overall.missing
    response = leading_response(review)
    if nephritis and response is not None and response.state is ResponseState.UNKNOWN:
        question = say("Response by {profile}", profile=named(response.definition, PROFILE))
        wanted[question] = tuple(dict.fromkeys(response.complete.missing + response.partial.missing))
    return wanted


def _advice(review: Review) -> dict[Message, tuple[Message, ...]]:
    """What would settle each open recommendation or check that can become a card."""
    return {
        TITLES.get(guidance.rule, guidance.says): guidance.missing
        for guidance in review.guidance
        if guidance.outcome is Outcome.NEEDS_DATA and guidance.missing and guidance.rule not in STANDING
    }
