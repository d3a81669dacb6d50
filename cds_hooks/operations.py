"""What an operator and an orchestrator ask: is it alive, is it ready, which version, how much."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.requests import Request

from cds_hooks import services
from cds_hooks.metrics import Metrics
from cds_hooks.problems import Response
from cds_hooks.security import Gate
from cds_hooks.store.schema import MENDED_BY
from cds_hooks.store.store import Store
from cds_hooks.store.writer import NOT_OPENED
from lnfhir import __version__
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.order_safety import ORDER_RULES


class Operations:
    """`/healthz` asks nothing of anything; `/readyz` looks at what is here and calls nobody."""

    def __init__(self, gate: Gate, store: Store | None, metrics: Metrics, *, audit_is_needed: bool = False) -> None:
        self._audit_is_needed = audit_is_needed
        self._checks: dict[str, Callable[[], bool]] = {
            "rules": lambda: bool(RECOMMENDATIONS and ORDER_RULES),
            "keys": lambda: gate.open or gate.has_keys,
        }
        if store is not None:
            kept = store
            self._checks["store"] = lambda: not kept.trouble
        self._store = store
        self._metrics = metrics

    async def health(self, request: Request) -> Response:
        """Whether the process answers."""
        del request
        return Response(200, b'{"status":"ok"}')

    async def ready(self, request: Request) -> Response:
        """Whether calls can be answered: the rules are loaded, a client's keys are known, the store is in order.

        A store in trouble is shown and does not make the service unready: cards are served without it. One whose schema
        is not that of this version, or that may not answer without its audit, does; `mend` says what an operator does.
        """
        del request
        trouble = self._store.trouble if self._store is not None else ""
        mend = MENDED_BY.get(trouble, "")
        found = {name: check() for name, check in self._checks.items()}
        needed = bool(mend) or trouble == NOT_OPENED or self._audit_is_needed
        ready = all(sound for name, sound in found.items() if name != "store" or needed)
        checks = {name: "ok" if sound else "failing" for name, sound in found.items()}
        body: dict[str, object] = {"status": "ready" if ready else "not-ready", "checks": checks}
        if mend:
            body["mend"] = {"store": mend}
        return Response(200 if ready else 503, msgspec.json.encode(body))

    async def version(self, request: Request) -> Response:
        """Which product answers."""
        del request
        product = {"name": "lnfhir", "version": __version__, "cdsHooks": services.SPECIFICATION}
        return Response(200, msgspec.json.encode(product))

    async def metrics(self, request: Request) -> Response:
        """The figures."""
        del request
        body, media = self._metrics.text()
        return Response(200, body, (("content-type", media),))
