"""The statements that write: a card once however often it is shown, feedback once however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, and_, case, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from cds_hooks.feedback import Feedback
from cds_hooks.store.settings import QuietSettings
from cds_hooks.store.tables import ACCEPTED_SUGGESTION, AUDIT, CARD, FEEDBACK, TOKEN, written
from cds_hooks.told import Caller

Row: TypeAlias = dict[str, Any]

AHEAD = timedelta(minutes=5)
"""A client's clock may be so much before ours without being remarked."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of feedback: free text or not, and which reasons begin a quiet."""

    quiet: QuietSettings
    comments: bool


def write_cards(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep cards. A card shown again counts; one that is claimed for another patient is nobody's from then on."""
    if not rows:
        return
    statement = _insert(connection, CARD).values()
    new = statement.excluded
    again = statement.on_conflict_do_update(
        index_elements=[CARD.c.card, CARD.c.issuer, CARD.c.tenant],
        set_={
            "times": CARD.c.times + 1,
            "silent": and_(CARD.c.silent, new.silent),
            "patient": case((CARD.c.patient == new.patient, CARD.c.patient), else_=""),
        },
    )
    connection.execute(again, list(rows))


def write_audit(connection: Connection, row: Row) -> None:
    """Keep the record of one call."""
    connection.execute(insert(AUDIT), [row])


def write_feedback(
    connection: Connection, service: str, caller: Caller, found: Sequence[Feedback], now: datetime, keep: Keeping
) -> None:
    """Keep feedback; the same card, outcome and time again is the same row, with what was said last."""
    # One statement must not meet the same row twice.
    found = tuple({(item.card, item.outcome, item.at): item for item in found}.values())
    common = {"issuer": caller.issuer, "tenant": caller.tenant}
    rows = [
        {
            "card": item.card,
            **common,
            "outcome": item.outcome,
            "at": written(item.at),
            "service": service,
            "reasons": msgspec.json.encode(item.reasons).decode(),
            "quiets": keep.quiet.begun_by(item.reasons) if item.outcome == "overridden" else "",
            "comment": item.comment if keep.comments else "",
            "ahead": item.at > now + AHEAD,
            "received_at": written(now),
            "times": 1,
        }
        for item in found
    ]
    statement = _insert(connection, FEEDBACK).values()
    changed = {name: statement.excluded[name] for name in ("reasons", "quiets", "comment", "ahead")}
    again = statement.on_conflict_do_update(
        index_elements=list(FEEDBACK.primary_key),
        set_={**changed, "times": FEEDBACK.c.times + 1},
    )
    if rows:
        connection.execute(again, rows)
    taken = [
        {"card": item.card, **common, "suggestion": suggestion, "at": written(item.at)}
        for item in found
        for suggestion in item.suggestions
    ]
    if taken:
        connection.execute(_insert(connection, ACCEPTED_SUGGESTION).on_conflict_do_nothing(), taken)


def use_token(connection: Connection, issuer: str, identifier: str, until: datetime) -> bool:
    """Whether this is the token's first use; it is remembered until it expires."""
    name = hashlib.sha256(f"{issuer}\0{identifier}".encode()).hexdigest()
    statement = _insert(connection, TOKEN).values(token=name, until=written(until)).on_conflict_do_nothing()
    # Unless told to, SQLAlchemy does not keep the count of an insert.
    return connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount == 1


def forget_tokens(connection: Connection, now: datetime) -> None:
    """Forget the tokens that have expired."""
    connection.execute(delete(TOKEN).where(TOKEN.c.until < written(now)))


def _insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An insert that can say what happens on a conflict; both databases spell it alike."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # the two have no common type
    return sqlite.insert(table)


def unknown_cards(connection: Connection, caller: Caller, found: Sequence[Feedback]) -> int:
    """How many of the cards that feedback names are not of this caller's calls."""
    named = sorted({item.card for item in found})
    known = 0
    for begin in range(0, len(named), 500):
        some = named[begin : begin + 500]
        mine = (CARD.c.issuer == caller.issuer, CARD.c.tenant == caller.tenant)
        known += connection.execute(
            select(func.count()).select_from(CARD).where(CARD.c.card.in_(some), *mine)
        ).scalar_one()
    return len(named) - known
