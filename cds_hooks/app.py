"""The service over HTTP: routes, size and time limits, content types. Nothing clinical is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from math import ceil
from time import perf_counter
from uuid import uuid4

import aiohttp
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from cds_hooks import rule_pages, services
from cds_hooks.answer import answer, judged, opened
from cds_hooks.config import Client, Settings
from cds_hooks.feedback import read_feedback
from cds_hooks.fetch import completed, incomplete, may_fetch
from cds_hooks.fhir_client import new_session
from cds_hooks.limits import Limits
from cds_hooks.logs import place_of
from cds_hooks.metrics import Metrics
from cds_hooks.operations import Operations
from cds_hooks.problems import Problem, Response, bug, outcome, problem
from cds_hooks.quieting import Quiet
from cds_hooks.rate import Buckets
from cds_hooks.receiving import media_type_refused, received, while_connected
from cds_hooks.refusals import refused
from cds_hooks.security import Gate
from cds_hooks.store.store import Store
from cds_hooks.told import Caller
from lnfhir.message import say

log = structlog.get_logger()

STORE_RETRY_SECONDS = "5"


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


def today(settings: Settings) -> date:
    """The day a judgement is made on: the machine's local day, unless the settings fix one."""
    return settings.as_of or datetime.now().astimezone().date()  # noqa: TID251 - a door may ask the clock


def caller_of(client: Client | None) -> Caller:
    """Who calls, as the store knows it. The gate leaves a client the one tenant it speaks for."""
    return Caller() if client is None else Caller(client.issuer, *client.tenants)


class Door:
    """The endpoints of one application, with its settings, its one session to FHIR servers and its store, if any."""

    def __init__(self, settings: Settings, gate: Gate, metrics: Metrics, store: Store | None = None) -> None:
        self._settings = settings
        self._store = store
        self._gate = gate
        self._metrics = metrics
        self._buckets = Buckets(settings.calls_per_second, settings.burst)
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def lifespan(self, application: Starlette) -> AsyncIterator[None]:
        """Hold the session and the store while the application runs."""
        del application
        async with AsyncExitStack() as held:
            if self._store is not None:
                await held.enter_async_context(self._store)
            self._session = await held.enter_async_context(new_session())
            warming = asyncio.create_task(self._gate.warm(self._session))
            held.callback(warming.cancel)
            yield

    async def discovery(self, request: Request) -> Response:
        """What is offered."""
        caller = await self._caller(request)
        return caller if isinstance(caller, Response) else Response(200, services.discovery(self._settings.codes))

    async def service(self, request: Request) -> Response:
        """One hook call."""
        taken = await self._taken(request)
        if isinstance(taken, Response):
            return taken
        client, body = taken
        name = request.path_params["id"]
        began = perf_counter()
        answered = await self._answered(request, body, client)
        took = round((perf_counter() - began) * 1000, 1)
        known = name if services.service_of(name) else "unknown"
        self._metrics.called(known, answered.status, took / 1000, answered.told)
        log.info("call", service=known, status=answered.status, milliseconds=took, size=len(body))
        if self._store is not None:
            self._store.note(answered.told, "call", known, caller_of(client), answered.status, took)
        return answered

    async def feedback(self, request: Request) -> Response:
        """What became of cards; acknowledged once it is on disk."""
        taken = await self._taken(request)
        if isinstance(taken, Response):
            return taken
        client, body = taken
        name = request.path_params["id"]
        if self._store is None or services.service_of(name) is None:
            return refused(404)
        began = perf_counter()
        found = await run_in_threadpool(read_feedback, body)
        if isinstance(found, Problem):
            answered = outcome(found)
        elif await self._store.receive(name, caller_of(client), found):
            answered = Response(200, b"{}")
        else:
            says = say("The feedback cannot be stored now; send it again")
            answered = outcome(problem(503, says, code="transient"), (("retry-after", STORE_RETRY_SECONDS),))
        took = round((perf_counter() - began) * 1000, 1)
        number = 0 if isinstance(found, Problem) else len(found)
        log.info("feedback", service=name, status=answered.status, milliseconds=took, items=number)
        self._store.note(None, "feedback", name, caller_of(client), answered.status, took)
        return answered

    async def _taken(self, request: Request) -> tuple[Client | None, bytes] | Response:
        """Who calls with which body, or why the call is not taken."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return caller
        wait = self._buckets.seconds_to_wait(caller.issuer if caller is not None else "")
        if wait > 0:
            self._metrics.refused("rate")
            return refused(429, ("retry-after", str(ceil(wait))))
        if media_type_refused(request):
            return refused(415)
        body = await received(request, self._settings)
        return body if isinstance(body, Response) else (caller, body)

    async def _caller(self, request: Request) -> Client | Response | None:
        """The client that calls, None where nobody is asked who they are, or why the caller is not let in."""
        if self._gate.open:
            return None
        presented = request.headers.getlist("authorization")
        admitted = await self._gate.admit(presented, request.scope["path"], self._session)
        if isinstance(admitted, Client):
            return admitted
        log.warning("not-admitted", reason=admitted.value)
        self._metrics.refused(admitted.value)
        return refused(admitted.status, *((("www-authenticate", "Bearer"),) if admitted.status == 401 else ()))

    async def _answered(self, request: Request, body: bytes, client: Client | None) -> Response:
        """Judge in a thread, so that the loop stays free; in between, fetch what is missing if that is allowed."""
        name = request.path_params["id"]
        as_of = today(self._settings)
        manner = self._settings.manner(client, request.headers.get("accept-language", ""))
        servers = self._settings.fhir_servers if client is None else client.fhir_servers
        if self._store is None and (self._session is None or not servers):
            return await run_in_threadpool(answer, name, body, as_of, self._settings, manner)
        call = await run_in_threadpool(opened, name, body, self._settings)
        if isinstance(call, Response):
            return call
        if call.request.authorization is not None and not may_fetch(call.request, servers):
            log.warning("fhir-server-not-allowed", service=name)
        elif self._session is not None and may_fetch(call.request, servers) and incomplete(call.answers):
            work = completed(call.request, call.answers, self._settings, self._session)
            call = replace(call, answers=await while_connected(request, work))
        quiet: Mapping[str, Quiet] = {}
        if self._store is not None and not call.request.service.draft_orders:
            asked = call.request
            quiet = await self._store.quiet(asked.service.id, asked.patient_id, caller_of(client), asked.fhir_server)
        return await run_in_threadpool(judged, call, as_of, self._settings, manner, quiet)


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
    operations = Operations(gate, store, metrics)
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
        middleware=[Middleware(Limits, settings=settings, under_way=metrics.under_way), *cross_origin(settings)],
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
            max_age=600,
        )
    ]
