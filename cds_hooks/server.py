"""Run the service with granian, one process: a judgement takes milliseconds, and replicas scale it further."""

from __future__ import annotations

import gc
from functools import partial
from math import ceil

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server
from starlette.applications import Starlette

from cds_hooks.app import service_app
from cds_hooks.config import Settings, check_reach
from cds_hooks.logs import LIBRARIES, log_as_json
from cds_hooks.store.store import DRAIN_SECONDS, Store

BACKLOG = 256
GRACE_SECONDS = 5
"""How long a stopping service waits beyond the longest a request may take."""


def application(settings: Settings) -> Starlette:
    """The application as a worker process loads it."""
    log_as_json()
    store = Store(settings.store, settings.quiet) if settings.store.enabled else None
    served = service_app(settings, store)
    # What is loaded by now stays: the collector, which a call of thousands of resources sets off, need not look at it.
    gc.collect()
    gc.freeze()
    return served


def serve(settings: Settings) -> None:
    """Serve until interrupted. Blocks. KnowledgeError when strangers could reach a service that asks for no token."""
    check_reach(settings)
    if not settings.clients:
        log_as_json()
        structlog.get_logger().warning("no-clients-configured", meaning="anyone on this machine may call")
    server = Server(
        "cds_hooks.server:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(1000 * settings.body_seconds)),
        websockets=False,
        backlog=BACKLOG,
        # A worker that is killed (for its memory) is replaced; one that cannot start twice in a row ends the service.
        respawn_failed_workers=True,
        workers_kill_timeout=ceil(settings.body_seconds + settings.fetch_seconds + DRAIN_SECONDS) + GRACE_SECONDS,
        log_dictconfig=LIBRARIES,
    )
    server.serve(target_loader=partial(application, settings), wrap_loader=False)
