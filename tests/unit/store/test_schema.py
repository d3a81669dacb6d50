"""The schema: from nothing, twice, halfway, and of another version."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from cds_hooks.store import schema
from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.tables import METADATA


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
    with pytest.raises(StoreUnavailableError, match="schema-not-upgraded"):
        schema.require_newest(empty)
    schema.upgrade(empty)
    schema.require_newest(empty)


def test_a_schema_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailableError, match="schema-of-another-version"):
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


def test_the_embedded_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.sqlite3"
    database = Database(path)
    schema.upgrade(database)
    database.close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
