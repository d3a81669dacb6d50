"""The tables. Instants are text in UTC with microseconds, so that they compare alike in every database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData()

LONGEST_REASON = 128


def _column(name: str, length: int, **options: Any) -> Column[str]:
    return Column(name, String(length), nullable=False, **options)


def _instant(name: str, **options: Any) -> Column[str]:
    return _column(name, 27, **options)


def _caller(**options: Any) -> tuple[Column[str], Column[str]]:
    """Who called: both empty where the service does not ask."""
    return _column("issuer", 512, **options), _column("tenant", 255, **options)


CARD = Table(
    "card",
    METADATA,
    _column("card", 36, primary_key=True),
    *_caller(primary_key=True),
    _column("hook_instance", 36),
    _column("service", 64),
    _column("rule", 100),
    _column("version", 64),
    _column("outcome", 32),
    _column("indicator", 16),
    _column("patient", 64),
    Column("silent", Boolean, nullable=False),
    _instant("shown_at"),
    Column("times", Integer, nullable=False),
    Index("card_patient", "patient"),
    Index("card_shown_at", "shown_at"),
)
"""Every card that was composed. `version` is the product's; `patient` a keyed hash, empty once two patients claimed the
card's call; `silent` cards were not sent; a call that is repeated has the same cards again (`times`)."""

FEEDBACK = Table(
    "feedback",
    METADATA,
    _column("card", 36, primary_key=True),
    *_caller(primary_key=True),
    _column("outcome", 16, primary_key=True),
    _instant("at", primary_key=True),
    _column("service", 64),
    Column("reasons", Text, nullable=False),
    _column("quiets", 32),
    Column("comment", Text, nullable=False),
    Column("ahead", Boolean, nullable=False),
    _instant("received_at"),
    Column("times", Integer, nullable=False),
)
"""What clients reported, one row for each (card, outcome, time); `times` counts repeats, `ahead` a time in the future.
`reasons` is a JSON array of `system|code`; `quiets` says which of our periods of quiet the reason begins. There need be
no such card: it may be old, or of another service."""

ACCEPTED_SUGGESTION = Table(
    "accepted_suggestion",
    METADATA,
    _column("card", 36, primary_key=True),
    *_caller(primary_key=True),
    _column("suggestion", 36, primary_key=True),
    _instant("at"),
)
"""The suggestions that were taken, and when first."""

TOKEN = Table(
    "token",
    METADATA,
    _column("token", 64, primary_key=True),
    _instant("until"),
    Index("token_until", "until"),
)
"""SHA-256 of issuer and `jti` of tokens that were used, until they expire."""

AUDIT = Table(
    "audit",
    METADATA,
    # SQLite numbers only a column that it calls INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _instant("at"),
    _column("kind", 16),
    _column("service", 64),
    _column("hook_instance", 36),
    *_caller(),
    _column("user", 64),
    _column("patient", 64),
    Column("rules", Text, nullable=False),
    _column("version", 64),
    Column("status", Integer, nullable=False),
    Column("milliseconds", Float, nullable=False),
    _column("reason", LONGEST_REASON, server_default=""),
    Index("audit_at", "at"),
)
"""One row for each call that was answered or refused (`kind` call, feedback or discovery). `user` and `patient` are
keyed hashes, `rules` a JSON array of the rules that gave a card, `reason` words of ours about a refusal or an alert."""


def written(instant: datetime) -> str:
    """An aware instant as the tables hold it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(text: str) -> datetime:
    """An instant of the tables."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
