"""The database behind the store: SQLite in a file of its own, or PostgreSQL by URL; one way to write, one to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from cds_hooks.store.errors import StoreUnavailableError

BUSY_SECONDS = 5.0
"""How long a write waits for another process to finish its own."""

CONNECT_SECONDS = 2
STATEMENT_SECONDS = 10


class Database:
    """Connections to one database. Errors of the driver become StoreUnavailableError, except those of a single row."""

    def __init__(self, url: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = url if isinstance(url, Path) else None
        self.url = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else _driver(url)
        self._identity: tuple[int, int] | None = None
        if self.path is not None:
            self._writer = self._sqlite("BEGIN IMMEDIATE", "FULL", busy_seconds)
            self._reader = self._sqlite("BEGIN", "FULL", busy_seconds)
        else:
            options = f"-c statement_timeout={STATEMENT_SECONDS * 1000} -c timezone=UTC"
            arguments = {"connect_timeout": CONNECT_SECONDS, "options": options, "tcp_user_timeout": 5000}
            self._writer = _engine(self.url, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=arguments)
            self._reader = _engine(self.url, pool_size=2, max_overflow=0, pool_pre_ping=True, connect_args=arguments)

    @property
    def embedded(self) -> bool:
        """SQLite in a file."""
        return self.path is not None

    def _sqlite(self, begin: str, synchronous: str, busy_seconds: float) -> Engine:
        engine = _engine(self.url, connect_args={"timeout": busy_seconds})

        @event.listens_for(engine, "connect")
        def opened(connection: Any, record: object) -> None:
            del record
            # The driver's own transactions begin late and turn a wait into an error.
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={synchronous}")

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed, and on disk, when the block ends without an error."""
        with self._guarded(), self._current(self._writer).begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._guarded(), self._current(self._reader).begin() as connection:
            yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """A connection of its own, outside of transactions, for maintenance."""
        engine = create_engine(self.url, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT")
        with self._guarded(), engine.connect() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except SQLAlchemyError as error:
            # Only the kind: a driver's message can hold a host, a user or a value.
            cause = getattr(error, "orig", None) or error
            word = str(getattr(cause, "sqlite_errorname", "") or getattr(cause, "sqlstate", "") or "")
            raise StoreUnavailableError(" ".join(filter(None, (type(cause).__name__, word)))) from None
        except OSError as error:
            raise StoreUnavailableError(type(error).__name__) from None

    def _current(self, engine: Engine) -> Engine:
        """The engine, after new connections if the file is not the one that was opened: the old one may be deleted."""
        if self.path is not None:
            try:
                found = os.stat(self.path)
            except FileNotFoundError:
                self.close()
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
                found = os.stat(self.path)
            identity = (found.st_dev, found.st_ino)
            if self._identity not in (None, identity):
                self.close()
            self._identity = identity
        return engine

    def close(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _driver(url: str) -> URL:
    """PostgreSQL is spoken by psycopg, whatever the URL says."""
    return make_url(url).set(drivername="postgresql+psycopg")


def _engine(url: URL, **options: Any) -> Engine:
    return create_engine(url, hide_parameters=True, **options)
