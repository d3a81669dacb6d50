"""What an operator does with a store: check it, copy it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, delete, false

from cds_hooks.store import schema
from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.tables import TOKEN


def faults_of(database: Database) -> Iterator[str]:
    """What is wrong with a store: schema, damage, no right to write. Nothing when it is in order."""
    try:
        with database.reading() as connection:
            found, wrong = schema.revision(connection), schema.fault(connection)
            if wrong:
                mend = schema.MENDED_BY[wrong]
                yield f"the schema is at {found or 'nothing'}, this version needs {schema.newest()}: {mend}"
            else:
                yield from (f"the schema differs: {found}" for found in schema.differences(connection))
            if database.embedded:
                yield from (f"the file is damaged: {found}" for found in _damage(connection))
        with database.writing() as connection:
            connection.execute(delete(TOKEN).where(false()))
    except StoreUnavailableError as error:
        yield f"the store cannot be used: {error}"


def _damage(connection: Connection) -> list[str]:
    found = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars().all()
    return [] if found == ["ok"] else [str(line) for line in found]


def back_up(database: Database, target: Path) -> None:
    """Copy an embedded store as it is at one moment, while the service runs, to a file that only its owner can read.

    FileExistsError when the target exists; StoreUnavailableError when the copy fails or is damaged.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with database.outside() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
        copy = Database(target)
        try:
            with copy.outside() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
                damage = _damage(connection)
        finally:
            copy.close()
        if damage:
            raise StoreUnavailableError("the copy is damaged")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
