"""Which rules are quiet for a patient: somebody said why they do not apply now, and not long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select

from cds_hooks.quieting import Quiet, may_be_quieted
from cds_hooks.store.settings import MOST_DAYS, QuietSettings
from cds_hooks.store.tables import CARD, FEEDBACK, read, written
from cds_hooks.told import Caller


def quiet_rules(
    connection: Connection, service: str, patient: str, caller: Caller, settings: QuietSettings, now: datetime
) -> Mapping[str, Quiet]:
    """The quiet rules of one patient (a keyed hash) in one service, each with the last of its periods."""
    if not patient:
        return {}
    same = and_(FEEDBACK.c.card == CARD.c.card, FEEDBACK.c.issuer == CARD.c.issuer, FEEDBACK.c.tenant == CARD.c.tenant)
    question = (
        select(CARD.c.rule, CARD.c.indicator, FEEDBACK.c.quiets, FEEDBACK.c.at, FEEDBACK.c.received_at)
        .join(FEEDBACK, same)
        .where(
            CARD.c.patient == patient,
            CARD.c.service == service,
            CARD.c.issuer == caller.issuer,
            CARD.c.tenant == caller.tenant,
            FEEDBACK.c.quiets != "",
            FEEDBACK.c.received_at > written(now - timedelta(days=MOST_DAYS)),
        )
    )
    ends: dict[str, datetime] = {}
    found: dict[str, Quiet] = {}
    for rule, indicator, reason, at, received_at in connection.execute(question):
        if not may_be_quieted(rule, reason):
            continue
        # A client's clock that is ahead must not lengthen the quiet.
        until = read(min(at, received_at)) + timedelta(days=settings.days(rule, reason))
        if until > now and until > ends.get(rule, now):
            ends[rule] = until
            found[rule] = Quiet(until.astimezone().date(), indicator)
    return found
