"""Which rules are quiet for a patient: somebody said why they do not apply now, and not long ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select

from cds_hooks.store.settings import MOST_DAYS, QuietSettings
from cds_hooks.store.tables import CARD, FEEDBACK, read, written
from cds_hooks.told import Caller


@dataclass(frozen=True, slots=True)
class Quiet:
    """A rule is quiet until then. `indicator` is how urgent the advice was that was overridden."""

    until: datetime
    indicator: str


def quiet_rules(
    connection: Connection, patient: str, caller: Caller, settings: QuietSettings, now: datetime
) -> Mapping[str, Quiet]:
    """The quiet rules of one patient (a keyed hash), each with the last of its periods."""
    if not patient:
        return {}
    same = and_(FEEDBACK.c.card == CARD.c.card, FEEDBACK.c.issuer == CARD.c.issuer, FEEDBACK.c.tenant == CARD.c.tenant)
    question = (
        select(CARD.c.rule, CARD.c.indicator, FEEDBACK.c.quiets, FEEDBACK.c.at, FEEDBACK.c.received_at)
        .join(FEEDBACK, same)
        .where(
            CARD.c.patient == patient,
            CARD.c.issuer == caller.issuer,
            CARD.c.tenant == caller.tenant,
            FEEDBACK.c.quiets != "",
            FEEDBACK.c.received_at > written(now - timedelta(days=MOST_DAYS)),
        )
    )
    found: dict[str, Quiet] = {}
    for rule, indicator, reason, at, received_at in connection.execute(question):
        # A client's clock that is ahead must not lengthen the quiet.
        until = read(min(at, received_at)) + timedelta(days=settings.days(rule, reason))
        if until > now and (rule not in found or until > found[rule].until):
            found[rule] = Quiet(until, indicator)
    return found
