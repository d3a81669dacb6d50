"""The card of a visit that begins: what to obtain in it, so that patient-view has its answers and the next visit too.

It repeats no advice: verdicts and treatment are said at patient-view, which opens beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cds_hooks import markdown
from cds_hooks.card import Card
from cds_hooks.data_needed import counted, wanted_data
from cds_hooks.detail import Detail, joined
from cds_hooks.guidance_cards import TITLES, card_uuid, indicator_code, override_reasons, source, suggestion
from cds_hooks.manner import Manner
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.sources import LNFHIR
from lnfhir.message import Message, say
from lnfhir.review import Review

VISIT = "visit"


def visit_card(review: Review, hook_instance: str, manner: Manner) -> Card | None:
    """What is missing to judge, and the tests that are due, each a suggestion; none where nothing is to be obtained."""
    wanted = wanted_data(review)
    number, first = counted(wanted)
    tests = tuple(_tests(review))
    if number == 0 and not tests:
        return None
    write = Detail(manner.lookup)
    due = [
        f"**{write.plain(TITLES.get(guidance.rule, guidance.says))}**: {write.plain(draft.label)}"
        for guidance, draft in tests
    ]
    missing = [
        f"**{write.plain(question)}**: " + "; ".join(write.plain(item) for item in items)
        for question, items in wanted.items()
    ]
    suggestions = tuple(
        suggestion(draft, review.chart.person.id, card_uuid(hook_instance, VISIT, "suggestion", str(place)), manner)
        for place, (_, draft) in enumerate(tests, 1)
    )
    return Card(
        uuid=card_uuid(hook_instance, VISIT),
        summary=markdown.shortened(_summary(number, first, len(tests)), lookup=manner.lookup),
        indicator=indicator_code(Indicator.INFO),
        source=source(LNFHIR, VISIT, manner, say("To obtain in this visit")),
        detail=joined(
            write.section(say("Due"), markdown.bullets(due)),
            write.section(say("Needed to decide"), markdown.bullets(missing)),
            write.not_searched(review.chart),
        ),
        suggestions=suggestions,
        selection_behavior=manner.selection if suggestions else None,
        override_reasons=override_reasons(manner),
    )


def _summary(data: int, first: Message, tests: int) -> Message:
    if data == 0:
        return say("Lupus nephritis, this visit: {tests} tests or examinations are due", tests=tests)
    if tests > 0:
        return say(
            "Lupus nephritis, this visit: {tests} tests or examinations are due, {number} data are needed",
            tests=tests,
            number=data,
        )
    if data == 1:
        return say("Lupus nephritis, this visit; needed: {item}", item=first)
    return say("Lupus nephritis, this visit: {number} data are needed", number=data)


def _tests(review: Review) -> Iterator[tuple[Guidance, Draft]]:
    """What advice would have measured or examined, each once."""
    seen: list[object] = []
    for guidance in review.guidance:
        for draft in guidance.drafts if guidance.outcome is Outcome.ADVISE else ():
            code = draft.resource.get("code")
            if draft.resource["resourceType"] == "ServiceRequest" and code not in seen:
                seen.append(code)
                yield guidance, draft
