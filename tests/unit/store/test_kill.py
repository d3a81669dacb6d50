"""What was acknowledged is there after a kill, of the service or of the database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import text

from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.maintenance import faults_of
from cds_hooks.store.schema import upgrade
from cds_hooks.store.writer import Writer
from tests.postgresql import Server
from tests.unit.store import acknowledge
from tests.unit.store.test_writer import eventually, keeps, kept


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.6])
def test_every_acknowledged_write_survives_kill_9(
    place: str | Path, another: Callable[[], Database], seconds: float
) -> None:
    command = [sys.executable, str(Path(acknowledge.__file__)), str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        sleep(seconds)
        process.kill()
        acknowledged = [first.strip(), *process.stdout.read().split("\n")[:-1]]
    assert len(acknowledged) > 3
    database = another()
    with database.reading() as connection:
        found = list(connection.execute(text("SELECT token FROM token ORDER BY token")).scalars())
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) <= len(acknowledged) + 1
    assert list(faults_of(database)) == []


def test_a_database_that_crashes_is_told_and_comes_back(postgresql_server: Server) -> None:
    database = Database(postgresql_server.database("crash"))
    writer = Writer(database, lambda: upgrade(database), retry=0.1)
    writer.start()
    assert writer.put(keeps("before")).result(10)
    postgresql_server.stop("immediate")
    try:
        began = monotonic()
        with pytest.raises(StoreUnavailableError):
            writer.put(keeps("during")).result(10)
        assert monotonic() - began < 5
        assert writer.defer(keeps("ledger"))
        assert writer.figures.trouble
    finally:
        postgresql_server.start()
    assert eventually(lambda: writer.figures.trouble == "")
    assert eventually(lambda: kept(database) == ["before", "ledger"])
    writer.close(5)
    database.close()
