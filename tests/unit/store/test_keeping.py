"""A record that is kept before its answer leaves, on both databases: kept is on disk, and locked is no promise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from msgspec import structs
from sqlalchemy import select, text

from cds_hooks.store import store as stores
from cds_hooks.store.database import Database
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from cds_hooks.store.tables import AUDIT, CARD
from cds_hooks.told import Advice, AuditRecord, Caller, Told

INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
TOLD = Told("ln-patient-view", INSTANCE, "p1", "Practitioner/dr", "", (Advice("c1", "bone", "info", "advise"),))
RECORD = AuditRecord("call", "ln-patient-view", Caller("https://ehr.example"), 200, 1.0, "x" * 500, TOLD)


@pytest.fixture
def settings(settings: StoreSettings) -> StoreSettings:
    """The settings of a store that must have its audit."""
    return structs.replace(settings, audit="fail-closed")


async def opened(store: Store) -> None:
    """Wait until the store takes writes."""
    while store.trouble:
        await asyncio.sleep(0.01)


def test_what_is_kept_is_there_when_it_is_said_so(settings: StoreSettings, another: Callable[[], Database]) -> None:
    async def go() -> tuple[bool, list[str], list[str]]:
        async with Store(settings) as store:
            await opened(store)
            kept = await store.keep(RECORD)
            with another().reading() as connection:
                reasons = list(connection.execute(select(AUDIT.c.reason)).scalars())
                cards = list(connection.execute(select(CARD.c.card)).scalars())
            return kept, reasons, cards

    # A reason that is too long for its column must not cost the record.
    assert asyncio.run(go()) == (True, ["x" * 128], ["c1"])


def test_what_cannot_be_written_in_time_is_no_promise(
    settings: StoreSettings, another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "AUDIT_SECONDS", 0.3)

    async def go() -> tuple[bool, bool]:
        async with Store(settings) as store:
            await opened(store)
            with another().writing() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("LOCK TABLE card IN ACCESS EXCLUSIVE MODE"))
                locked = await store.keep(RECORD)
            return locked, await store.keep(RECORD)

    assert asyncio.run(go()) == (False, True)
