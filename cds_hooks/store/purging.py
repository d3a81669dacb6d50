"""Deleting what was kept long enough: a few thousand rows a transaction, so that the service beside it can write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Table, delete, func, select, tuple_

from cds_hooks.store.database import Database
from cds_hooks.store.settings import KeepDays
from cds_hooks.store.tables import ACCEPTED_SUGGESTION, AUDIT, CARD, FEEDBACK, TOKEN, written

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Limit:
    """Rows of a table are deleted whose instant in `column` is before `before`."""

    table: Table
    column: Column[str]
    before: datetime


def limits(keep: KeepDays, now: datetime) -> tuple[Limit, ...]:
    """What is kept too long by now. Tokens are kept until they expire, whatever the settings say."""

    def older(table: Table, column: str, days: int) -> tuple[Limit, ...]:
        return (Limit(table, table.c[column], now - timedelta(days=days)),) if days > 0 else ()

    return (
        *older(FEEDBACK, "received_at", keep.feedback),
        *older(ACCEPTED_SUGGESTION, "at", keep.feedback),
        *older(CARD, "shown_at", keep.cards),
        *older(AUDIT, "at", keep.audit),
        Limit(TOKEN, TOKEN.c.until, now),
    )


def purged(database: Database, keep: KeepDays, now: datetime, *, dry: bool = False) -> Mapping[str, int]:
    """Delete what is older, and say how many rows of each table; `dry`: only say so. StoreUnavailableError."""
    return {
        limit.table.name: _count(database, limit) if dry else _delete(database, limit) for limit in limits(keep, now)
    }


def _count(database: Database, limit: Limit) -> int:
    with database.reading() as connection:
        number = select(func.count()).select_from(limit.table).where(limit.column < written(limit.before))
        return int(connection.execute(number).scalar_one())


def _delete(database: Database, limit: Limit) -> int:
    key = list(limit.table.primary_key)
    some = select(*key).where(limit.column < written(limit.before)).limit(BATCH)
    total = 0
    while True:
        with database.writing() as connection:
            deleted = connection.execute(delete(limit.table).where(tuple_(*key).in_(some))).rowcount
        total += deleted
        if deleted < BATCH:
            return total
