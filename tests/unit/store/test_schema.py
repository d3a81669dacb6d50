"""The schema: from nothing, twice, halfway, and of another version."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from cds_hooks.store import schema
from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.maintenance import faults_of
from cds_hooks.store.tables import METADATA
from lnfhir.errors import KnowledgeError

_AT = "2026-03-14T09:00:00.000000Z"
_BY = {"issuer": "https://ehr.example", "tenant": "ward"}
FIRST: dict[str, dict[str, Any]] = {
    "card": {
        "card": "c", **_BY, "hook_instance": "i", "service": "s", "rule": "r", "version": "0.1.0", "outcome": "advise",
        "indicator": "info", "patient": "p", "silent": False, "shown_at": _AT, "times": 1,
    },
    "feedback": {
        "card": "c", **_BY, "outcome": "overridden", "at": _AT, "service": "s", "reasons": "[]", "quiets": "",
        "comment": "", "ahead": False, "received_at": _AT, "times": 2,
    },
    "accepted_suggestion": {"card": "c", **_BY, "suggestion": "x", "at": _AT},
    "token": {"token": "t", "until": _AT},
    "audit": {
        "at": _AT, "kind": "call", "service": "s", "hook_instance": "i", **_BY, "user": "u", "patient": "p",
        "rules": "[]", "version": "0.1.0", "status": 200, "milliseconds": 1.5,
    },
}  # fmt: skip
"""Rows as the first schema holds them."""


def test_an_empty_database_is_brought_to_exactly_the_tables(empty: Database) -> None:
    with empty.reading() as connection:
        assert schema.revision(connection) == ""
        assert len(schema.differences(connection)) == len(METADATA.tables) + 4
    schema.upgrade(empty)
    with empty.reading() as connection:
        assert schema.revision(connection) == schema.newest()
        assert schema.differences(connection) == ()
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}


def test_an_upgrade_of_the_newest_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("INSERT INTO token VALUES ('kept', 'x')"))
    schema.upgrade(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT token FROM token")).scalars().all() == ["kept"]


def test_a_difference_is_noticed(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE token ADD COLUMN more INTEGER"))
    with database.reading() as connection:
        assert schema.differences(connection) == ("remove_column",)


def test_a_schema_that_is_not_the_newest_is_refused(empty: Database) -> None:
    with pytest.raises(StoreUnavailableError, match=schema.MISSING):
        schema.require_newest(empty)
    schema.upgrade(empty)
    schema.require_newest(empty)


def test_an_older_schema_is_upgraded_with_what_is_in_it(empty: Database) -> None:
    """Every step of every released version, with rows that it wrote."""
    with empty.writing() as connection:
        command.upgrade(schema._config(connection), "0001")
        for table, row in FIRST.items():
            names, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    with pytest.raises(StoreUnavailableError, match=schema.OLDER):
        schema.require_newest(empty)
    schema.upgrade(empty)
    schema.require_newest(empty)
    with empty.reading() as connection:
        assert schema.differences(connection) == ()
        for table, row in FIRST.items():
            (found,) = connection.execute(text(f"SELECT * FROM {table}")).mappings()
            assert {name: found[name] for name in row} == row
        assert connection.execute(text("SELECT reason FROM audit")).scalars().all() == [""]


@pytest.mark.parametrize(
    ("revision", "mended_by"),
    [("0001", "lnfhir store upgrade"), ("", "lnfhir store upgrade"), ("9999", "install the version")],
    ids=["older", "missing", "newer"],
)
def test_the_check_says_what_mends_a_schema(database: Database, revision: str, mended_by: str) -> None:
    with database.writing() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:found)"), {"found": revision})
    (said, *_) = faults_of(database)
    assert mended_by in said
    assert schema.newest() in said


def test_a_schema_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailableError, match=schema.NEWER):
        schema.upgrade(database)


def test_an_upgrade_that_fails_halfway_leaves_nothing(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(config: Config, revision: str) -> None:
        real(config, revision)
        raise OSError("the disk went away")

    real = command.upgrade
    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(StoreUnavailableError, match="OSError"):
        schema.upgrade(empty)
    with empty.reading() as connection:
        assert inspect(connection).get_table_names() == []
    monkeypatch.undo()
    schema.upgrade(empty)
    schema.require_newest(empty)


def test_processes_that_start_at_once_upgrade_once(another: Callable[[], Database]) -> None:
    faults: list[Exception] = []

    def start(database: Database) -> None:
        try:
            schema.upgrade(database)
        except Exception as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=start, args=(another(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    schema.require_newest(another())


def test_the_schema_can_be_had_as_sql(empty: Database) -> None:
    statements = schema.as_sql(empty.url)
    for table in METADATA.tables:
        assert f"CREATE TABLE {table} (" in statements
    assert "INSERT INTO alembic_version" in statements


def test_the_schema_can_be_had_as_sql_from_a_revision_on(empty: Database) -> None:
    statements = schema.as_sql(empty.url, "0001")
    assert "CREATE TABLE card (" not in statements
    assert "ALTER TABLE audit ADD COLUMN reason" in statements
    with empty.writing() as connection:
        command.upgrade(schema._config(connection), "0001")
        for statement in statements.split(";"):
            if "UPDATE" in statement or "ALTER" in statement:
                connection.execute(text(statement))
    schema.require_newest(empty)
    with pytest.raises(KnowledgeError, match="0001, 0002"):
        schema.as_sql(empty.url, "canary")


def test_the_embedded_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.sqlite3"
    database = Database(path)
    schema.upgrade(database)
    database.close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
