"""Every test of the store runs on SQLite and on PostgreSQL, where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from cds_hooks.store.database import Database
from cds_hooks.store.schema import upgrade
from cds_hooks.store.settings import StoreSettings
from tests.postgresql import Server, binaries, postgresql

_NUMBERS = count()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A throw-away PostgreSQL server."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed on this machine")
    with postgresql(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where an empty database is."""
    if request.param == "sqlite":
        return tmp_path / "state" / "store.sqlite3"
    server: Server = request.getfixturevalue("postgresql_server")
    return server.database(f"test{next(_NUMBERS)}")


@pytest.fixture
def settings(place: str | Path, tmp_path: Path) -> StoreSettings:
    """The settings of a store."""
    key = tmp_path / "key"
    key.write_text("k" * 40)
    key.chmod(0o600)
    if isinstance(place, Path):
        return StoreSettings(directory=str(place.parent), key_file=str(key))
    return StoreSettings(url=place, key_file=str(key))


@pytest.fixture
def empty(place: str | Path) -> Iterator[Database]:
    """An empty database."""
    opened = Database(place)
    yield opened
    opened.close()


@pytest.fixture
def database(empty: Database) -> Database:
    """A database with the newest schema."""
    upgrade(empty)
    return empty


@pytest.fixture
def another(place: str | Path) -> Iterator[Callable[[], Database]]:
    """Further connections to the same database, as another process has them."""
    made: list[Database] = []

    def connect() -> Database:
        made.append(Database(place))
        return made[-1]

    yield connect
    for one in made:
        one.close()
