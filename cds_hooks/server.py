"""Run the service with granian, one process: a judgement takes milliseconds, and replicas scale it further."""

from __future__ import annotations

from functools import partial

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.server import Server
from starlette.applications import Starlette

from cds_hooks.app import service_app
from cds_hooks.config import Settings, check_reach
from cds_hooks.logs import log_as_json


def application(settings: Settings) -> Starlette:
    """The application as a worker process loads it."""
    log_as_json()
    return service_app(settings)


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
        websockets=False,
    )
    server.serve(target_loader=partial(application, settings), wrap_loader=False)
