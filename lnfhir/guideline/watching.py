"""How a treatment in use (or an order about to be signed) is watched: hazards, each with its urgency and sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lnfhir.citation import Citation
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.record import holds, open_question
from lnfhir.guideline.starting import NOT_LUPUS, asking
from lnfhir.logic import Finding, Truth, all_of, any_of
from lnfhir.message import Message, say

URGENCY = (Indicator.CRITICAL, Indicator.WARNING, Indicator.INFO)

NO_HAZARD = say("Whether it applies is not known; nothing on record calls for attention")


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something that may be wrong, what a card then says, and how urgent it is.

    `outcome` is CONTRAINDICATED for what must not be, ADVISE for what should be done.
    """

    finding: Finding
    says: Message
    indicator: Indicator = Indicator.WARNING
    outcome: Outcome = Outcome.CONTRAINDICATED
    drafts: tuple[Draft, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, in whom, for which hazards; `requests` are tests that would answer an open question.

    `unsettled` is how urgent an open question is.
    """

    whom: Finding
    using: Finding
    hazards: tuple[Hazard, ...]
    gates: tuple[Finding, ...] = ()
    notes: tuple[Message, ...] = ()
    requests: tuple[Draft, ...] = ()
    unsettled: Indicator = Indicator.INFO


@dataclass(frozen=True, slots=True)
class WatchSentences:
    """`found` asserts that a hazard exists; the others are said in the outcomes without one."""

    question: Message
    found: Message
    open: Callable[[Message], Message]
    fine: Message
    not_used: Message


def watch(rule: str, cites: tuple[Citation, ...], sentences: WatchSentences, seen: Watch) -> Guidance:
    """Guidance on something in use: the most urgent hazard that holds speaks, and open ones are shown as gates."""
    hazard = any_of(sentences.found, *(h.finding for h in seen.hazards))
    because = all_of(sentences.question, seen.whom, seen.using, hazard)
    if seen.whom.truth is Truth.NOT_MET or seen.using.truth is Truth.NOT_MET:
        says = NOT_LUPUS if seen.whom.truth is Truth.NOT_MET else sentences.not_used
        return Guidance(rule, Outcome.NOT_APPLICABLE, Indicator.INFO, says, because, cites)
    if because.truth is Truth.NOT_MET and not (holds(seen.whom) and holds(seen.using)):
        return Guidance(rule, Outcome.NOT_APPLICABLE, Indicator.INFO, NO_HAZARD, because, cites)
    if because.truth is Truth.NOT_MET:
        return Guidance(rule, Outcome.ALREADY_DONE, Indicator.INFO, sentences.fine, because, cites, notes=seen.notes)
    if open_question(because):
        says = asking(sentences.open, because.missing)
        return Guidance(
            rule, Outcome.NEEDS_DATA, seen.unsettled, says, because, cites, seen.gates, seen.notes, seen.requests
        )
    worst = min((h for h in seen.hazards if holds(h.finding)), key=lambda h: URGENCY.index(h.indicator))
    unsettled = tuple(h.finding for h in seen.hazards if open_question(h.finding))
    return Guidance(
        rule,
        worst.outcome,
        worst.indicator,
        worst.says,
        because,
        cites,
        gates=(*seen.gates, *unsettled),
        notes=(*worst.notes, *seen.notes),
        drafts=worst.drafts,
    )
