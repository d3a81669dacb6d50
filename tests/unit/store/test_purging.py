"""How long rows are kept, on both databases: what is older goes, what is younger stays, and a dry run only counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from cds_hooks.store import purging
from cds_hooks.store.database import Database
from cds_hooks.store.purging import purged
from cds_hooks.store.settings import KeepDays
from cds_hooks.store.tables import ACCEPTED_SUGGESTION, AUDIT, CARD, FEEDBACK, TOKEN, written
from tests.unit.store.test_service import configured, run

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
AGES = (1, 99, 101, 400)
BY = {"issuer": "https://ehr.example", "tenant": ""}


def row(table: Table, days: int) -> dict[str, Any]:
    """A row that was written so many days ago."""
    at = written(NOW - timedelta(days=days))
    rows: dict[str, dict[str, Any]] = {
        "card": {
            **BY, "card": f"c{days}", "hook_instance": "i", "service": "s", "rule": "r", "version": "1", "outcome": "",
            "indicator": "info", "patient": "p", "silent": False, "shown_at": at, "times": 1,
        },
        "feedback": {
            **BY, "card": f"c{days}", "outcome": "overridden", "at": written(NOW), "service": "s", "reasons": "[]",
            "quiets": "", "comment": "", "ahead": False, "received_at": at, "times": 1,
        },
        "accepted_suggestion": {**BY, "card": f"c{days}", "suggestion": "x", "at": at},
        "audit": {
            **BY, "at": at, "kind": "call", "service": "s", "hook_instance": "", "user": "", "patient": "",
            "rules": "[]", "version": "1", "status": days, "milliseconds": 1.0, "reason": "",
        },
    }  # fmt: skip
    return rows[table.name]


TABLES = (CARD, FEEDBACK, ACCEPTED_SUGGESTION, AUDIT)


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with a row of each age in each table, and a token that expired beside one that did not."""
    with database.writing() as connection:
        for table in TABLES:
            connection.execute(insert(table), [row(table, days) for days in AGES])
        connection.execute(
            insert(TOKEN),
            [
                {"token": "old", "until": written(NOW - timedelta(seconds=1))},
                {"token": "good", "until": written(NOW + timedelta(seconds=1))},
            ],
        )
    return database


def left(database: Database) -> dict[str, list[Any]]:
    """What is still there, by the number of its age."""
    with database.reading() as connection:
        kept: dict[str, list[Any]] = {
            table.name: sorted(int(c[1:]) for c in connection.execute(select(table.c.card)).scalars())
            for table in TABLES[:3]
        }
        kept["audit"] = sorted(connection.execute(select(AUDIT.c.status)).scalars())
        kept["token"] = sorted(connection.execute(select(TOKEN.c.token)).scalars())
    return kept


ALL = list(AGES)
YOUNG = [1, 99]


def test_what_is_older_goes_and_what_is_younger_stays(filled: Database) -> None:
    found = purged(filled, KeepDays(cards=100, feedback=100, audit=100), NOW)
    assert found == {"feedback": 2, "accepted_suggestion": 2, "card": 2, "audit": 2, "token": 1}
    assert left(filled) == {**dict.fromkeys([table.name for table in TABLES], YOUNG), "token": ["good"]}
    assert set(purged(filled, KeepDays(cards=100, feedback=100, audit=100), NOW).values()) == {0}


@pytest.mark.parametrize(
    ("keep", "tables"),
    [
        (KeepDays(cards=100), {"card"}),
        (KeepDays(feedback=100), {"feedback", "accepted_suggestion"}),
        (KeepDays(audit=100), {"audit"}),
        (KeepDays(), set()),
    ],
)
def test_each_has_its_own_time_and_none_means_for_ever(filled: Database, keep: KeepDays, tables: set[str]) -> None:
    purged(filled, keep, NOW)
    expected = {table.name: YOUNG if table.name in tables else ALL for table in TABLES}
    assert left(filled) == {**expected, "token": ["good"]}


def test_a_dry_run_counts_and_deletes_nothing(filled: Database) -> None:
    before = left(filled)
    keep = KeepDays(cards=100, feedback=100, audit=100)
    assert purged(filled, keep, NOW, dry=True) == purged(filled, keep, NOW, dry=True)
    assert left(filled) == before
    assert purged(filled, keep, NOW, dry=True) == {
        "feedback": 2,
        "accepted_suggestion": 2,
        "card": 2,
        "audit": 2,
        "token": 1,
    }


def test_many_rows_go_in_transactions_between_which_others_can_write(
    database: Database, another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 3)
    with database.writing() as connection:
        connection.execute(insert(AUDIT), [row(AUDIT, 400)] * 10)
    service, written_between = another(), 0
    real = database.writing

    def writing() -> Any:
        nonlocal written_between
        with service.writing() as connection:
            connection.execute(insert(AUDIT), [row(AUDIT, 1)])
        written_between += 1
        return real()

    monkeypatch.setattr(database, "writing", writing)
    assert purged(database, KeepDays(audit=100), NOW)["audit"] == 10
    # Four for the audit's ten rows, one for the tokens.
    assert written_between == 5
    assert left(database)["audit"] == [1] * 5


def test_the_command_goes_by_the_settings_or_by_its_option(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    assert run("store", "upgrade", "--config", str(settings))[0] == 0
    command = ("store", "purge", "--config", str(settings))
    assert run(*command)[0] == 2
    assert run(*command, "--older-than", "0")[0] == 2
    # Advice that was overridden as contraindicated is quiet for 90 days.
    assert run(*command, "--older-than", "89")[0] == 2
    database = Database(tmp_path / "state" / "store.sqlite3")
    with database.writing() as connection:
        connection.execute(insert(AUDIT), [row(AUDIT, days) for days in AGES])
    code, said = run(*command, "--older-than", "36500", "--dry-run")
    assert (code, said.splitlines()[3]) == (0, "audit: 0 would be deleted")
    settings.write_text(settings.read_text() + "[service.store.keep]\naudit = 30\n")
    assert "audit: 4 would be deleted" in run(*command, "--dry-run")[1]
    assert "audit: 4 deleted" in run(*command)[1]
    assert "audit: 0 deleted" in run(*command)[1]
    assert json.loads(run("feedback", "report", "--json", "--config", str(settings))[1])["lines"] == []
    database.close()
