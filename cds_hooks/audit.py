"""Every call leaves a record: who, about whom (as hashes), which service, what was said, how it ended.

By default a record that cannot be written waits and the answer leaves (fail-open); a site may have it the other way
round (fail-closed). Refusals are recorded too, but so that a stranger's flood of them does not fill the store.
"""

from __future__ import annotations

import re
from dataclasses import replace

import structlog

from cds_hooks import services
from cds_hooks.metrics import Metrics
from cds_hooks.problems import Response
from cds_hooks.rate import Buckets
from cds_hooks.refusals import refused
from cds_hooks.store.store import Store
from cds_hooks.told import AuditRecord, Caller

log = structlog.get_logger()

RETRY_SECONDS = "5"
AUDIT = "audit"
"""Why a call is refused whose record cannot be written."""

REFUSALS_A_SECOND = 1.0
REFUSALS_AT_ONCE = 100

_PATH = re.compile(r"/cds-services(?:/(?P<id>[^/]+)(?P<feedback>/feedback)?)?")


class Audit:
    """Where records go. Without a store nothing is kept. `closed`: no answer without its record."""

    def __init__(self, store: Store | None, metrics: Metrics, *, closed: bool) -> None:
        self._store = store
        self._metrics = metrics
        self._closed = closed and store is not None
        self._refusals = Buckets(REFUSALS_A_SECOND, REFUSALS_AT_ONCE)

    def unavailable(self, path: str, caller: Caller) -> Response | None:
        """The refusal of a call whose record could not be kept, before anything is done for it."""
        if not self._closed or self._store is None or not self._store.trouble:
            return None
        self.refused(path, 503, AUDIT, caller)
        return self._refused()

    async def settled(self, record: AuditRecord, answered: Response) -> Response:
        """The answer once its record is kept or will be; 503 in its place where it must be and cannot."""
        if self._store is None:
            return answered
        if not self._closed:
            self._store.note(record)
            return answered
        if await self._store.keep(record):
            return answered
        log.error("audit-not-written", trouble=self._store.trouble)
        # That it was refused can wait for the store: it tells nothing of anybody.
        self._store.note(replace(record, status=503, reason=AUDIT, told=None))
        return self._refused()

    def note(self, record: AuditRecord) -> None:
        """Keep a record later."""
        if self._store is not None:
            self._store.note(record)

    def refused(self, path: str, status: int, reason: str, caller: Caller | None = None) -> None:
        """A call was not let in. Of a caller's many refusals some are kept, the others counted."""
        found = _PATH.fullmatch(path)
        if self._store is None or found is None:
            return
        caller = caller or Caller()
        if self._refusals.seconds_to_wait(caller.issuer) > 0:
            self._metrics.refusal_not_kept()
            return
        name = found["id"]
        kind = "discovery" if name is None else "feedback" if found["feedback"] else "call"
        service = kind if name is None else name if services.service_of(name) else "unknown"
        self._store.note(AuditRecord(kind, service, caller, status, reason=reason))

    def _refused(self) -> Response:
        self._metrics.refused(AUDIT)
        return refused(503, ("retry-after", RETRY_SECONDS))
