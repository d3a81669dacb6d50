"""Resources that came one by one, gathered by patient on disk: memory stays the same however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

Row = tuple[str, bytes]
"""Where a resource came from, and its bytes."""

_BATCH = 500


class Pool:
    """A database in a temporary folder of the caller's; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "pool.sqlite", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE resource (patient TEXT, name TEXT, place TEXT, raw BLOB); BEGIN"
        )
        self._waiting: list[tuple[str, str, str, bytes]] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def put(self, patient: str, name: str, place: str, raw: bytes) -> None:
        """Keep a resource; `name` is its `Type/id`, `patient` `` for one that belongs to nobody (a Medication)."""
        self._waiting.append((patient, name, place, raw))
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        self._database.executemany("INSERT INTO resource VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def patients(self) -> Iterator[tuple[str, list[Row]]]:
        """Each patient with the resources kept, in the order in which they came."""
        self._write()
        self._database.execute("COMMIT")
        self._database.executescript(
            "CREATE INDEX by_patient ON resource (patient); CREATE INDEX by_name ON resource (name)"
        )
        for (patient,) in self._database.execute(
            "SELECT DISTINCT patient FROM resource WHERE patient <> '' ORDER BY 1"
        ):
            yield patient, self._rows("patient = ?", patient)

    def shared(self, name: str) -> list[Row]:
        """The resources of this `Type/id` that belong to nobody."""
        return self._rows("name = ? AND patient = ''", name)

    def _rows(self, condition: str, value: str) -> list[Row]:
        asked = f"SELECT place, raw FROM resource WHERE {condition} ORDER BY rowid"  # noqa: S608 - two constants above
        found: list[Any] = self._database.execute(asked, (value,)).fetchall()
        return [(str(place), bytes(raw)) for place, raw in found]
