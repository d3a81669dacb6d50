"""The one thread that writes: order, faults, room, and the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Connection, text

from cds_hooks.store import schema
from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.writer import Writer


def keeps(name: str) -> Callable[[Connection], str]:
    """Work that keeps a token of this name."""

    def write(connection: Connection) -> str:
        connection.execute(text("INSERT INTO token VALUES (:name, 'x')"), {"name": name})
        return name

    return write


def kept(database: Database) -> list[str]:
    """The names that are kept."""
    with database.reading() as connection:
        return list(connection.execute(text("SELECT token FROM token ORDER BY token")).scalars())


def nothing() -> None:
    """Nothing to prepare."""


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    """A running writer."""
    made = Writer(database, nothing, retry=0.05)
    made.start()
    yield made
    made.close(5)


def eventually(true: Callable[[], bool]) -> bool:
    """Whether this becomes true before long."""
    until = monotonic() + 10
    while monotonic() < until:
        if true():
            return True
        sleep(0.01)
    return False


def test_what_is_put_is_written_when_the_future_is_done(writer: Writer, another: Callable[[], Database]) -> None:
    assert writer.put(keeps("a")).result(10) == "a"
    assert kept(another()) == ["a"]
    assert writer.figures.trouble == ""


def test_what_is_deferred_is_written_at_the_end(database: Database) -> None:
    writer = Writer(database, nothing)
    for number in range(500):
        assert writer.defer(keeps(f"{number:03}"))
    writer.start()
    writer.close(10)
    assert len(kept(database)) == 500
    assert writer.figures.written == 500
    assert not writer.defer(keeps("late"))
    assert writer.figures.dropped == 1
    with pytest.raises(StoreUnavailableError):
        writer.put(keeps("late")).result(1)


def test_one_faulty_piece_of_work_does_not_stop_the_others(database: Database) -> None:
    writer = Writer(database, nothing)
    works = [writer.put(keeps(name)) for name in ("a", "b", "a", "c")]
    writer.start()
    wait(works, 10)
    assert [work.exception() is None for work in works] == [True, True, False, True]
    assert kept(database) == ["a", "b", "c"]
    assert writer.figures.refusals == {"IntegrityError": 1}
    writer.close(5)


def test_there_is_room_for_so_much_and_what_is_dropped_is_counted(database: Database) -> None:
    writer = Writer(database, nothing, most=2)
    assert [writer.defer(keeps(name)) for name in "abc"] == [True, True, False]
    assert writer.figures.dropped == 1
    assert [writer.put(keeps(name)).done() for name in "xyz"] == [False, False, True]
    writer.start()
    writer.close(10)
    assert kept(database) == ["a", "b", "x", "y"]


def test_deferred_work_waits_for_the_store_and_awaited_work_is_told(database: Database) -> None:
    gone = True

    def prepare() -> None:
        if gone:
            raise StoreUnavailableError("gone")

    writer = Writer(database, prepare, retry=0.02)
    writer.start()
    assert eventually(lambda: writer.figures.trouble == "gone")
    writer.defer(keeps("ledger"))
    with pytest.raises(StoreUnavailableError, match="gone"):
        writer.put(keeps("feedback")).result(10)
    gone = False
    assert eventually(lambda: writer.figures.trouble == "")
    assert eventually(lambda: kept(database) == ["ledger"])
    writer.close(5)
    assert writer.figures.dropped == 0


def test_what_cannot_be_written_by_the_end_is_dropped_and_counted(database: Database) -> None:
    def prepare() -> None:
        raise StoreUnavailableError("gone")

    writer = Writer(database, prepare, retry=0.02)
    writer.start()
    writer.defer(keeps("ledger"))
    began = monotonic()
    writer.close(0.2)
    assert monotonic() - began < 2
    assert writer.figures.dropped == 1


def test_two_writers_of_one_database_lose_nothing(another: Callable[[], Database], database: Database) -> None:
    writers = [Writer(another(), nothing) for _ in range(2)]
    for writer in writers:
        writer.start()
    works = [writer.put(keeps(f"{number}-{turn:03}")) for turn in range(200) for number, writer in enumerate(writers)]
    wait(works, 30)
    assert [work.exception() for work in works if work.exception()] == []
    assert len(kept(database)) == 400
    for writer in writers:
        writer.close(5)


def test_a_store_that_is_locked_is_waited_for_and_then_given_up(database: Database, place: str | Path) -> None:
    if not isinstance(place, Path):
        pytest.skip("PostgreSQL locks rows, not the database")
    impatient = Database(place, busy_seconds=0.2)
    writer = Writer(impatient, nothing, retry=0.05)
    writer.start()
    assert writer.put(keeps("before")).result(10)
    release = threading.Event()
    locked = threading.Event()

    def hold() -> None:
        with database.writing():
            locked.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(10)
    writer.defer(keeps("ledger"))
    with pytest.raises(StoreUnavailableError, match="SQLITE_BUSY"):
        writer.put(keeps("feedback")).result(10)
    assert kept(database) == ["before"]
    release.set()
    holder.join()
    assert eventually(lambda: kept(database) == ["before", "ledger"])
    writer.close(5)
    impatient.close()


def test_a_full_disk_is_told_and_what_was_written_stays(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.sqlite3")
    schema.upgrade(database)
    with database.outside() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def full(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    writer = Writer(database, nothing, retry=0.05)
    writer.start()
    writer.put(full).result(10)
    done: list[str] = []
    fault = None
    while fault is None:
        work = writer.put(keeps(f"{len(done):064}"))
        wait([work], 10)
        fault = work.exception()
        done += [] if fault else [work.result()]
    assert isinstance(fault, StoreUnavailableError)
    assert done
    assert writer.figures.trouble.endswith("SQLITE_FULL")
    assert kept(database) == done
    writer.close(5)


def test_a_file_that_is_deleted_under_the_service_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    database = Database(path)
    writer = Writer(database, lambda: schema.upgrade(database), retry=0.05)
    writer.start()
    assert writer.put(keeps("lost")).result(10)
    path.unlink()
    # The first to notice is told that nothing was written; then the store is back.
    outcomes = []
    for name in ("a", "b", "c"):
        work = writer.put(keeps(name))
        wait([work], 10)
        outcomes.append(work.exception() is None)
    assert outcomes[-1]
    assert kept(Database(path)) == [name for name, well in zip("abc", outcomes, strict=True) if well]
    writer.close(5)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"this is not a database" * 100)
    database = Database(path)
    writer = Writer(database, lambda: schema.upgrade(database), retry=0.05)
    writer.start()
    with pytest.raises(StoreUnavailableError, match="SQLITE_NOTADB"):
        writer.put(keeps("a")).result(10)
    writer.close(0.2)
