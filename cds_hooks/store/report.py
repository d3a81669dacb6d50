"""What became of the cards, by month and rule: shown, accepted, overridden with reasons, unanswered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, and_, select

from cds_hooks.quieting import QUIETED
from cds_hooks.store.tables import CARD, FEEDBACK, written


@dataclass(slots=True)
class Line:
    """One rule in one month of showing. `shown` = accepted + overridden + unanswered; `quieted` was not shown.

    A card that was accepted and later dismissed counts as accepted; `dismissed` says how many of these there are.
    """

    month: str
    rule: str
    shown: int = 0
    accepted: int = 0
    overridden: int = 0
    unanswered: int = 0
    quieted: int = 0
    dismissed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """The lines, by month and rule; how many cards were composed in silence; feedback on cards that are not known."""

    lines: tuple[Line, ...]
    silent: int
    unknown_cards: int
    ahead: int


def feedback_report(connection: Connection, since: datetime | None = None) -> FeedbackReport:
    """The report on the cards that were first shown since then."""
    begin = written(since or datetime(2000, 1, 1, tzinfo=UTC))
    same = and_(FEEDBACK.c.card == CARD.c.card, FEEDBACK.c.issuer == CARD.c.issuer, FEEDBACK.c.tenant == CARD.c.tenant)
    said: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    answers = select(FEEDBACK.c.card, FEEDBACK.c.issuer, FEEDBACK.c.tenant, FEEDBACK.c.outcome, FEEDBACK.c.reasons)
    known = answers.join(CARD, same).where(CARD.c.shown_at >= begin).order_by(FEEDBACK.c.at)
    for card, issuer, tenant, outcome, reasons in connection.execute(known):
        said.setdefault((card, issuer, tenant), []).append((outcome, reasons))
    lines: dict[tuple[str, str], Line] = {}
    silent = 0
    cards = select(CARD).where(CARD.c.shown_at >= begin)
    for card in connection.execute(cards):
        line = lines.setdefault((card.shown_at[:7], card.rule), Line(card.shown_at[:7], card.rule))
        if not card.silent:
            _count(line, said.get((card.card, card.issuer, card.tenant), []))
        elif card.outcome == QUIETED:
            line.quieted += 1
        else:
            silent += 1
    strange = select(FEEDBACK.c.ahead, CARD.c.card).join(CARD, same, isouter=True)
    strange = strange.where(FEEDBACK.c.received_at >= begin)
    unknown = ahead = 0
    for early, known_card in connection.execute(strange):
        unknown += known_card is None
        ahead += bool(early)
    return FeedbackReport(tuple(lines[key] for key in sorted(lines)), silent, unknown, ahead)


def _count(line: Line, said: list[tuple[str, str]]) -> None:
    outcomes = {outcome for outcome, _ in said}
    line.shown += 1
    line.accepted += "accepted" in outcomes
    line.overridden += outcomes == {"overridden"}
    line.unanswered += not outcomes
    line.dismissed += outcomes == {"accepted", "overridden"}
    given = [reason for outcome, reasons in said if outcome == "overridden" for reason in _listed(reasons)]
    line.reasons.update(dict.fromkeys(given, 1))


def _listed(reasons: str) -> list[str]:
    return msgspec.json.decode(reasons, type=list[str])
