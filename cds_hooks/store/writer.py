"""The one thread that writes. What waits together is committed together, so that a commit's price is shared.

Two kinds of work: what is *awaited* is told the truth at once (done and on disk, or unavailable); what is *deferred*,
the ledger, waits for the store to come back, as long as there is room.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection

from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError

T = TypeVar("T")

MOST_WAITING = 10_000
BATCH = 200
RETRY_SECONDS = 1.0


NOT_OPENED = "not-opened"
"""The trouble of a store that was not tried yet."""


@dataclass(slots=True)
class Work:
    """Something to write. `waiter` is None for deferred work."""

    write: Callable[[Connection], Any]
    waiter: Future[Any] | None = None


@dataclass(slots=True)
class Figures:
    """What became of the work so far. `trouble` is the kind of the present fault, empty when all is well."""

    written: int = 0
    dropped: int = 0
    refused: int = 0
    faults: int = 0
    trouble: str = NOT_OPENED
    refusals: dict[str, int] = field(default_factory=dict)


class Writer:
    """`prepare` readies the database; it is called before the first write, and until it succeeds."""

    def __init__(
        self, database: Database, prepare: Callable[[], None], *, most: int = MOST_WAITING, retry: float = RETRY_SECONDS
    ) -> None:
        self._database = database
        self._prepare = prepare
        self._most = most
        self._retry = retry
        self._prepared = False
        self._again_at = 0.0
        self._closing_at: float | None = None
        self._changed = threading.Condition()
        self._awaited: deque[Work] = deque()
        self._deferred: deque[Work] = deque()
        self.figures = Figures()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How much is not yet written."""
        return len(self._awaited) + len(self._deferred)

    def defer(self, write: Callable[[Connection], object]) -> bool:
        """Write this when possible; False, and counted, when there is no room for it."""
        with self._changed:
            if self._closing_at is not None or len(self._deferred) >= self._most:
                self.figures.dropped += 1
                return False
            self._deferred.append(Work(write))
            self._changed.notify()
        return True

    def put(self, write: Callable[[Connection], T]) -> Future[T]:
        """Write this now. The future is done after the commit; it fails with StoreUnavailableError."""
        waiter: Future[T] = Future()
        with self._changed:
            if self._closing_at is not None or len(self._awaited) >= self._most:
                waiter.set_exception(StoreUnavailableError("too much is waiting"))
                return waiter
            self._awaited.append(Work(write, waiter))
            self._changed.notify()
        return waiter

    def close(self, seconds: float) -> None:
        """Write what waits, for so long; what cannot be written by then is dropped and counted."""
        with self._changed:
            self._closing_at = monotonic() + seconds
            self._changed.notify()
        self._thread.join(seconds + 1)
        with self._changed:
            self.figures.dropped += len(self._deferred)
            self._deferred.clear()

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            self._attempt(batch)

    def _next(self) -> list[Work] | None:
        """The next work, or None at the end. Deferred work is not tried again before its time."""
        with self._changed:
            while True:
                ready = not self.figures.trouble or monotonic() >= self._again_at
                if self._closing_at is not None and (not self.waiting or monotonic() >= self._closing_at):
                    return None
                if self._awaited or (self._deferred and ready):
                    break
                if not self._prepared and ready:
                    return []
                self._changed.wait(self._patience())
            batch = [self._awaited.popleft() for _ in range(min(BATCH, len(self._awaited)))]
            if ready:
                batch += [self._deferred.popleft() for _ in range(min(BATCH, len(self._deferred)))]
        return [work for work in batch if work.waiter is None or work.waiter.set_running_or_notify_cancel()]

    def _patience(self) -> float | None:
        until = [self._again_at] if self._deferred or not self._prepared else []
        until += [self._closing_at] if self._closing_at is not None else []
        return max(0.01, min(until) - monotonic()) if until else None

    def _attempt(self, batch: list[Work]) -> None:
        try:
            if not self._prepared:
                self._prepare()
                self._prepared = True
            results = self._written(batch)
        except StoreUnavailableError as error:
            self._put_back(batch, error)
            return
        except Exception as error:  # noqa: BLE001 - one piece of work must not stop the others
            if len(batch) == 1:
                self._refuse(batch[0], error)
            else:
                for work in batch:
                    self._attempt([work])
            return
        self.figures.trouble = ""
        self.figures.written += len(batch)
        for work, result in zip(batch, results, strict=True):
            if work.waiter is not None:
                work.waiter.set_result(result)

    def _written(self, batch: list[Work]) -> list[Any]:
        if not batch:
            return []
        with self._database.writing() as connection:
            return [work.write(connection) for work in batch]

    def _put_back(self, batch: list[Work], error: StoreUnavailableError) -> None:
        self.figures.faults += 1
        self.figures.trouble = str(error)
        self._again_at = monotonic() + self._retry
        # A database that went away may come back without its tables.
        self._prepared = False
        with self._changed:
            self._deferred.extendleft(work for work in reversed(batch) if work.waiter is None)
        for work in batch:
            if work.waiter is not None:
                work.waiter.set_exception(error)

    def _refuse(self, work: Work, error: Exception) -> None:
        self.figures.refused += 1
        kind = type(error).__name__
        self.figures.refusals[kind] = self.figures.refusals.get(kind, 0) + 1
        if work.waiter is not None:
            work.waiter.set_exception(StoreUnavailableError(f"refused: {kind}"))
