"""The store as the service uses it: nothing here makes a call wait for a database that does not answer.

A card is noted after it is sent; feedback is acknowledged only after its commit; whatever is asked of the store has a
deadline, after which the answer is "not known". When the store is down, cards are still served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import TypeVar

import msgspec
import structlog
from sqlalchemy import Connection

from cds_hooks.feedback import Feedback
from cds_hooks.quieting import QUIETED, Quiet
from cds_hooks.store import rows, schema
from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.quiet import quiet_rules
from cds_hooks.store.rows import Keeping
from cds_hooks.store.settings import QuietSettings, StoreSettings
from cds_hooks.store.site_key import SiteKey, site_key
from cds_hooks.store.tables import LONGEST_REASON, written
from cds_hooks.store.writer import Writer
from cds_hooks.told import AuditRecord, Caller, Told
from lnfhir import __version__

T = TypeVar("T")

log = structlog.get_logger()

ASK_SECONDS = 0.1
TOKEN_SECONDS = 0.25
AUDIT_SECONDS = 2.0
FEEDBACK_SECONDS = 10.0
DRAIN_SECONDS = 5.0
FORGET_SECONDS = 600.0


def utc_now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)  # noqa: TID251 - a door may ask the clock


class Store:
    """One process's connection to the store. Enter it to begin; leaving it writes what still waits.

    KnowledgeError when the settings name a key file that cannot be used.
    """

    def __init__(
        self, settings: StoreSettings, quiet: QuietSettings | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._settings = settings
        self._quiet = quiet or QuietSettings()
        self._now = now
        self._key: SiteKey | None = site_key(settings) if settings.key_file else None
        self._database = Database(settings.place)
        self._writer = Writer(self._database, self._prepare)
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        self._asking = 0
        self._forget_at = 0.0
        self.unknown_cards = 0

    @property
    def trouble(self) -> str:
        """The kind of the present fault; empty when the store takes what it is given."""
        return self._writer.figures.trouble

    @property
    def figures(self) -> Mapping[str, int]:
        """Counts for the operator."""
        figures = self._writer.figures
        return {
            "waiting": self._writer.waiting,
            "written": figures.written,
            "dropped": figures.dropped,
            "refused": figures.refused,
            "faults": figures.faults,
            "unknown_cards": self.unknown_cards,
        }

    async def __aenter__(self) -> Store:
        """Begin to write. A store that cannot be opened now is tried again."""
        self._writer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        """Write what waits, for at most the time an operator gives to a stop."""
        del kind, error, place
        await asyncio.to_thread(self._writer.close, DRAIN_SECONDS)
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._database.close()
        log.info("store-closed", **self.figures)

    def _prepare(self) -> None:
        if self._key is None:
            self._key = site_key(self._settings)
        if self._settings.upgrade_at_start:
            schema.upgrade(self._database)
        else:
            schema.require_newest(self._database)

    def note(self, record: AuditRecord) -> None:
        """Keep what a call was told, later. Never waits and never fails; what has no room is counted."""
        if not self._writer.defer(self._writing(record)):
            log.error("store-full", trouble=self.trouble)

    async def keep(self, record: AuditRecord) -> bool:
        """Keep what a call is to be told; True once it is on disk, False when that cannot be promised."""
        return await self._within(self._writer.put(self._writing(record)), AUDIT_SECONDS) is not None

    def _writing(self, record: AuditRecord) -> Callable[[Connection], bool]:
        now = self._now()

        def write(connection: Connection) -> bool:
            cards, call = self._rows(record, now)
            rows.write_cards(connection, cards)
            rows.write_audit(connection, call)
            return True

        return write

    def _rows(self, record: AuditRecord, now: datetime) -> tuple[list[rows.Row], rows.Row]:
        """The rows of one call. Hashing is left to the writer's thread: the key may only exist by then."""
        told, caller = record.told or Told(record.service, "", "", "", ""), record.caller
        patient = self._person("patient", told.patient_id, caller, told.fhir_server)
        common = {
            "hook_instance": told.hook_instance,
            "service": told.service,
            "issuer": caller.issuer,
            "tenant": caller.tenant,
            "patient": patient,
            "version": __version__,
        }
        cards = [
            {
                **common,
                "card": advice.card,
                "rule": advice.rule,
                "outcome": advice.outcome,
                "indicator": advice.indicator,
                "silent": told.silent or advice.outcome == QUIETED,
                "shown_at": written(now),
                "times": 1,
            }
            for advice in told.advice
        ]
        call = {
            **common,
            "at": written(now),
            "kind": record.kind,
            "user": self._person("user", told.user_id, caller, told.fhir_server),
            "rules": msgspec.json.encode([advice.rule for advice in told.advice]).decode(),
            "status": record.status,
            "milliseconds": record.milliseconds,
            "reason": record.reason[:LONGEST_REASON],
        }
        return cards, call

    def _person(self, kind: str, identity: str, caller: Caller, fhir_server: str) -> str:
        """A keyed hash. An id is unique in one organisation; where nobody says which, in one FHIR server."""
        if self._key is None:
            return ""
        where = (caller.issuer, caller.tenant) if caller.issuer else ("", fhir_server.rstrip("/").lower())
        return self._key.hashed(kind, *where, identity)

    async def receive(self, service: str, caller: Caller, found: Sequence[Feedback]) -> bool:
        """Keep feedback; True once it is on disk, False when that cannot be promised."""
        keep = Keeping(self._quiet, self._settings.user_comments)
        now = self._now()

        def write(connection: Connection) -> int:
            rows.write_feedback(connection, service, caller, found, now, keep)
            return rows.unknown_cards(connection, caller, found)

        unknown = await self._within(self._writer.put(write), FEEDBACK_SECONDS)
        if unknown is None:
            return False
        self.unknown_cards += unknown
        if unknown:
            log.info("feedback-of-unknown-cards", number=unknown)
        return True

    async def quiet(self, service: str, patient_id: str, caller: Caller, fhir_server: str) -> Mapping[str, Quiet]:
        """The rules that are quiet for a patient; none when the store does not answer in time: then more is said."""
        if self.trouble or self._asking >= 2:
            return {}
        patient = self._person("patient", patient_id, caller, fhir_server)

        def ask() -> Mapping[str, Quiet]:
            with self._database.reading() as connection:
                return quiet_rules(connection, service, patient, caller, self._quiet, self._now())

        self._asking += 1
        asked = self._readers.submit(ask)
        asked.add_done_callback(self._asked)
        return await self._within(asked, ASK_SECONDS) or {}

    def _asked(self, asked: Future[Mapping[str, Quiet]]) -> None:
        del asked
        self._asking -= 1

    async def first_use(self, issuer: str, identifier: str, seconds: float) -> bool | None:
        """Whether a token is used for the first time, by any process; None when the store cannot say."""
        if self.trouble:
            return None
        until = self._now() + timedelta(seconds=seconds)
        forget = monotonic() >= self._forget_at
        if forget:
            self._forget_at = monotonic() + FORGET_SECONDS

        def write(connection: Connection) -> bool:
            if forget:
                rows.forget_tokens(connection, self._now())
            return rows.use_token(connection, issuer, identifier, until)

        return await self._within(self._writer.put(write), TOKEN_SECONDS)

    async def _within(self, future: Future[T], seconds: float) -> T | None:
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            log.warning("store-slow", trouble=self.trouble)
        except StoreUnavailableError as error:
            log.warning("store-unavailable", trouble=str(error))
        return None
