"""How a "should this be started?" is judged: the order of the questions, and what each answer leads to.

For whom? Already done? Indicated? Barred by something? A known answer speaks before an open one, so that nobody
is asked for a test that could not change the advice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lnfhir.citation import Citation
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.record import holds, open_question
from lnfhir.logic import Finding, Truth, all_of, none_of, not_met
from lnfhir.message import Message, say

LONGEST = 139
"""CDS Hooks asks for summaries of less than 140 characters."""

NOTHING_BARS = not_met(say("something on record forbids it"))
NOT_LUPUS = say("Does not apply: no lupus or lupus nephritis is on record")


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said in each outcome; `barred` is told the reason, `open` what is missing."""

    question: Message
    advise: Message
    barred: Callable[[Message], Message]
    open: Callable[[Message], Message]
    done: Message
    not_needed: Message


@dataclass(frozen=True, slots=True)
class Start:
    """The findings a start depends on.

    `gates` are checked and shown; `withheld` holds when only information may be given (a child, a pregnancy,
    a transplant). `drafts` are what could be ordered, `requests` the tests that would answer an open question.
    """

    whom: Finding
    already: Finding
    indicated: Finding
    withheld: Finding
    barred: Finding = NOTHING_BARS
    gates: tuple[Finding, ...] = ()
    notes: tuple[Message, ...] = ()
    drafts: tuple[Draft, ...] = ()
    requests: tuple[Draft, ...] = ()
    indicator: Indicator = Indicator.INFO


def reason(finding: Finding) -> Message:
    """What the deepest, first part that holds asserts."""
    part = next(filter(holds, finding.parts), None)
    return finding.says if part is None else reason(part)


def fitting(*sentences: Message) -> Message:
    """The first of these sentences that is short enough for a card, else the last."""
    return next((said for said in sentences if len(str(said)) <= LONGEST), sentences[-1])


def asking(sentence: Callable[[Message], Message], missing: tuple[Message, ...]) -> Message:
    """The sentence with the first missing item in it, where that fits."""
    return fitting(sentence(missing[0]), sentence(say("more data")))


def offer(drafts: tuple[Draft, ...], withheld: Finding) -> tuple[tuple[Draft, ...], tuple[Message, ...]]:
    """The drafts and no note; or no drafts and the note that says why."""
    if withheld.truth is Truth.NOT_MET or not drafts:
        return drafts, ()
    if holds(withheld):
        return (), (say("For information only, no order is drafted: {reason}", reason=reason(withheld)),)
    return (), (say("No order is drafted until this is known: {what}", what=withheld.missing[0]),)


def outcome_of(start: Start) -> Outcome:
    """The first question with a known, stopping answer decides; then any open question; then advise."""
    if start.whom.truth is Truth.NOT_MET:
        return Outcome.NOT_APPLICABLE
    if holds(start.already):
        return Outcome.ALREADY_DONE
    if start.indicated.truth is Truth.NOT_MET:
        return Outcome.NOT_APPLICABLE
    if holds(start.barred):
        return Outcome.CONTRAINDICATED
    if any(map(open_question, (start.whom, start.already, start.indicated, start.barred))):
        return Outcome.NEEDS_DATA
    return Outcome.ADVISE


def judge(rule: str, cites: tuple[Citation, ...], sentences: Sentences, start: Start) -> Guidance:
    """Guidance on starting something; its `because` is the whole conjunction, whatever the outcome."""
    because = all_of(
        sentences.question,
        start.whom,
        none_of(say("it is not in place already"), start.already),
        start.indicated,
        none_of(say("nothing speaks against it"), start.barred),
    )
    outcome = outcome_of(start)
    drafts: tuple[Draft, ...] = ()
    notes: tuple[Message, ...] = ()
    if outcome is Outcome.NOT_APPLICABLE:
        says = NOT_LUPUS if start.whom.truth is Truth.NOT_MET else sentences.not_needed
    elif outcome is Outcome.ALREADY_DONE:
        says = sentences.done
    elif outcome is Outcome.CONTRAINDICATED:
        says = fitting(sentences.barred(reason(start.barred)), sentences.barred(say("see the reasons")))
    elif outcome is Outcome.NEEDS_DATA:
        says = asking(sentences.open, because.missing)
        drafts = () if holds(start.withheld) else start.requests
    else:
        says = sentences.advise
        drafts, notes = offer(start.drafts, start.withheld)
    spoken = outcome in (Outcome.ADVISE, Outcome.CONTRAINDICATED, Outcome.NEEDS_DATA)
    return Guidance(
        rule=rule,
        outcome=outcome,
        indicator=start.indicator if outcome is Outcome.ADVISE else Indicator.INFO,
        says=says,
        because=because,
        cites=cites,
        gates=(*(() if start.withheld.truth is Truth.NOT_MET else (start.withheld,)), *start.gates) if spoken else (),
        notes=(*notes, *start.notes) if spoken else (),
        drafts=drafts,
    )
