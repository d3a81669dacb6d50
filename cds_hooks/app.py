"""The service over HTTP: routes, size and time limits, content types. Nothing clinical is decided here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from cds_hooks import rule_pages
from cds_hooks.config import Settings
from cds_hooks.door import Door
from cds_hooks.limits import Limits
from cds_hooks.logs import place_of
from cds_hooks.metrics import Metrics
from cds_hooks.operations import Operations
from cds_hooks.problems import Response, bug
from cds_hooks.refusals import refused
from cds_hooks.security import Gate
from cds_hooks.store.store import Store

log = structlog.get_logger()


def http(response: Response) -> HttpResponse:
    """Our response as the framework's."""
    return HttpResponse(response.body, response.status, dict(response.headers))


Endpoint = Callable[[Request], Awaitable[Response]]


def guarding(metrics: Metrics) -> Callable[[Endpoint], Callable[[Request], Awaitable[HttpResponse]]]:
    """Endpoints whose bugs become a 500 with an incident id; the log gets the place, never the data."""

    def guarded(endpoint: Endpoint) -> Callable[[Request], Awaitable[HttpResponse]]:
        async def call(request: Request) -> HttpResponse:
            try:
                return http(await endpoint(request))
            except HTTPException:
                raise
            except ClientDisconnect:
                # Nobody reads this answer, unless the body broke its own framing, which servers report as leaving.
                log.info("client-left")
                return http(refused(400, ("connection", "close")))
            except Exception as error:  # noqa: BLE001 - the one place where a bug meets a client
                incident = str(uuid4())
                log.error("bug", incident=incident, kind=type(error).__name__, place=place_of(error))
                metrics.bug()
                return http(bug(incident))

        return call

    return guarded


async def refuse(request: Request, error: Exception) -> HttpResponse:
    """A refusal of the router."""
    del request
    assert isinstance(error, HTTPException)
    return http(refused(error.status_code, *(error.headers or {}).items()))


def service_app(settings: Settings, store: Store | None = None) -> Starlette:
    """The ASGI application of these settings. Without a store nothing is kept, and no feedback is taken."""
    metrics = Metrics()
    gate = Gate(settings, first_use=store.first_use if store is not None else None)
    door = Door(settings, gate, metrics, store)
    closed = settings.store.audit == "fail-closed"
    metrics.watch_keys(lambda: {str(state): number for state, number in gate.keys_by_state.items()})
    operations = Operations(gate, store, metrics, audit_is_needed=closed)
    if store is not None:
        kept = store
        metrics.watch_store(lambda: kept.figures, lambda: kept.trouble)
    guarded = guarding(metrics)
    application = Starlette(
        routes=[
            Route("/cds-services", guarded(door.discovery), methods=["GET"]),
            Route("/cds-services/{id}", guarded(door.service), methods=["POST"]),
            Route("/cds-services/{id}/feedback", guarded(door.feedback), methods=["POST"]),
            Route("/healthz", guarded(operations.health), methods=["GET"]),
            Route("/readyz", guarded(operations.ready), methods=["GET"]),
            Route("/version", guarded(operations.version), methods=["GET"]),
            Route("/metrics", guarded(operations.metrics), methods=["GET"]),
            *(Route(path, guarded(page), methods=["GET"]) for path, page in rule_pages.routes(settings)),
        ],
        middleware=[
            Middleware(Limits, settings=settings, under_way=metrics.under_way, on_refusal=door.out_of_bounds),
            *cross_origin(settings),
        ],
        exception_handlers={HTTPException: refuse},
        lifespan=door.lifespan,
    )
    # A redirect to the address with or without its last slash would repeat the Host that the client sent.
    application.router.redirect_slashes = False
    return application


def cross_origin(settings: Settings) -> list[Middleware]:
    """Browser clients of the configured origins, and of no other."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After", "WWW-Authenticate"],
            max_age=600,
        )
    ]
