"""The endpoints of CDS Hooks: who calls, with which body, what is fetched for it, what is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from math import ceil
from time import perf_counter

import aiohttp
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from cds_hooks import services
from cds_hooks.addresses import base_of
from cds_hooks.alerts import Alert
from cds_hooks.answer import Call, answer, judged, opened
from cds_hooks.audit import Audit
from cds_hooks.breaker import Breakers
from cds_hooks.config import Client, Settings
from cds_hooks.feedback import read_feedback
from cds_hooks.fetch import completed, incomplete, may_fetch
from cds_hooks.fhir_client import Refusal, new_session
from cds_hooks.instances import Instances
from cds_hooks.metrics import Metrics
from cds_hooks.problems import Problem, Response, outcome, problem
from cds_hooks.quieting import Quiet
from cds_hooks.rate import Buckets
from cds_hooks.receiving import media_type_refused, received, while_connected
from cds_hooks.refusals import refused
from cds_hooks.security import Gate
from cds_hooks.store.store import Store
from cds_hooks.told import AuditRecord, Caller
from lnfhir.chart.coverage import Need
from lnfhir.fhir.answer import Answer
from lnfhir.message import say

log = structlog.get_logger()

STORE_RETRY_SECONDS = "5"
CLIENT_LEFT = 499
"""The status of a call in the audit whose client did not wait for the answer; web servers use this number, too."""


def today(settings: Settings) -> date:
    """The day a judgement is made on: the machine's local day, unless the settings fix one."""
    return settings.as_of or datetime.now().astimezone().date()  # noqa: TID251 - a door may ask the clock


def _milliseconds(began: float) -> float:
    return round((perf_counter() - began) * 1000, 1)


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
        self._audit = Audit(store, metrics, closed=settings.store.audit == "fail-closed")
        self._breakers = Breakers(settings.fetch_failures, settings.fetch_rest_seconds)
        metrics.watch_servers(self._breakers)
        self._instances = Instances()
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
        known = name if services.service_of(name) else "unknown"
        caller = caller_of(client)
        began = perf_counter()
        try:
            answered, raised = await self._answered(request, body, client)
        except Exception as error:  # whatever it was, it is on record before it goes on
            left = isinstance(error, ClientDisconnect)
            status, reason = (CLIENT_LEFT, "client-left") if left else (500, "bug")
            self._audit.note(AuditRecord("call", known, caller, status, _milliseconds(began), reason))
            raise
        for alert in (*answered.alerts, *self._mixed_up(answered, caller)):
            raised.append(self._alert(alert, known))
        reason = " ".join(alert.value for alert in raised)
        took = _milliseconds(began)
        record = AuditRecord("call", known, caller, answered.status, took, reason, answered.told)
        answered = await self._audit.settled(record, answered)
        took = _milliseconds(began)
        self._metrics.called(known, answered.status, took / 1000, answered.told)
        instance = {"hook_instance": record.told.hook_instance} if record.told is not None else {}
        log.info("call", service=known, status=answered.status, milliseconds=took, size=len(body), **instance)
        return answered

    def _mixed_up(self, answered: Response, caller: Caller) -> tuple[Alert, ...]:
        told = answered.told
        mixed_up = told is not None and self._instances.of_another(caller, told.hook_instance, told.patient_id)
        return (Alert.INSTANCE_OF_ANOTHER,) if mixed_up else ()

    async def feedback(self, request: Request) -> Response:
        """What became of cards; acknowledged once it is on disk."""
        taken = await self._taken(request)
        if isinstance(taken, Response):
            return taken
        client, body = taken
        name = request.path_params["id"]
        caller = caller_of(client)
        if self._store is None or services.service_of(name) is None:
            self._audit.refused(request.scope["path"], 404, "", caller)
            return refused(404)
        began = perf_counter()
        found = await run_in_threadpool(partial(read_feedback, depth=self._settings.max_depth), body)
        if isinstance(found, Problem):
            answered = outcome(found)
        elif await self._store.receive(name, caller, found):
            answered = Response(200, b"{}")
        else:
            says = say("The feedback cannot be stored now; send it again")
            answered = outcome(problem(503, says, code="transient"), (("retry-after", STORE_RETRY_SECONDS),))
        record = AuditRecord("feedback", name, caller, answered.status, _milliseconds(began))
        answered = await self._audit.settled(record, answered)
        number = 0 if isinstance(found, Problem) else len(found)
        log.info("feedback", service=name, status=answered.status, milliseconds=_milliseconds(began), items=number)
        return answered

    def out_of_bounds(self, path: str, status: int) -> None:
        """A request was refused before it came here."""
        reason = {421: "host", 503: "busy"}.get(status, "headers")
        self._metrics.refused(reason)
        self._audit.refused(path, status, reason)

    async def _taken(self, request: Request) -> tuple[Client | None, bytes] | Response:
        """Who calls with which body, or why the call is not taken."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return caller
        unavailable = self._audit.unavailable(request.scope["path"], caller_of(caller))
        if unavailable is not None:
            return unavailable
        try:
            taken = await self._body(request, caller)
        except ClientDisconnect:
            self._audit.refused(request.scope["path"], CLIENT_LEFT, "client-left", caller_of(caller))
            raise
        if isinstance(taken, Response):
            reason = "rate" if taken.status == 429 else ""
            self._audit.refused(request.scope["path"], taken.status, reason, caller_of(caller))
            return taken
        return caller, taken

    async def _body(self, request: Request, caller: Client | None) -> bytes | Response:
        wait = self._buckets.seconds_to_wait(caller.issuer if caller is not None else "")
        if wait > 0:
            self._metrics.refused("rate")
            return refused(429, ("retry-after", str(ceil(wait))))
        if media_type_refused(request):
            return refused(415)
        return await received(request, self._settings)

    async def _caller(self, request: Request) -> Client | Response | None:
        """The client that calls, None where nobody is asked who they are, or why the caller is not let in."""
        if self._gate.open:
            return None
        presented = request.headers.getlist("authorization")
        path = request.scope["path"]
        admitted, issuer = await self._gate.admission(presented, path, self._session)
        if isinstance(admitted, Client):
            return admitted
        log.warning("not-admitted", reason=admitted.value)
        self._metrics.refused(admitted.value)
        self._audit.refused(path, admitted.status, admitted.value, Caller(issuer))
        return refused(admitted.status, *((("www-authenticate", "Bearer"),) if admitted.status == 401 else ()))

    async def _answered(self, request: Request, body: bytes, client: Client | None) -> tuple[Response, list[Alert]]:
        """Judge in a thread, so that the loop stays free; in between, fetch what is missing if that is allowed.

        With the answer come the alerts that were raised on the way.
        """
        name = request.path_params["id"]
        as_of = today(self._settings)
        manner = self._settings.manner(client, request.headers.get("accept-language", ""))
        servers = self._settings.fhir_servers if client is None else client.fhir_servers
        if self._store is None and (self._session is None or not servers):
            return await run_in_threadpool(answer, name, body, as_of, self._settings, manner), []
        call = await run_in_threadpool(opened, name, body, self._settings)
        if isinstance(call, Response):
            return call, []
        raised: list[Alert] = []
        if servers and call.request.authorization is not None and not may_fetch(call.request, servers):
            raised.append(self._alert(Alert.SERVER_NOT_ALLOWED, name))
        elif may_fetch(call.request, servers) and incomplete(call.answers):
            call = replace(call, answers=await self._completed(request, call, servers, raised))
        quiet: Mapping[str, Quiet] = {}
        if self._store is not None and not call.request.service.draft_orders:
            asked = call.request
            quiet = await self._store.quiet(asked.service.id, asked.patient_id, caller_of(client), asked.fhir_server)
        return await run_in_threadpool(judged, call, as_of, self._settings, manner, quiet), raised

    async def _completed(
        self, request: Request, call: Call, servers: tuple[str, ...], raised: list[Alert]
    ) -> Mapping[Need, Answer]:
        """The answers with what the FHIR server adds while the client waits for them."""
        assert self._session is not None
        server = base_of(call.request.fhir_server, servers)
        assert server is not None
        breaker = self._breakers.of(server)
        work = completed(call.request, call.answers, self._settings, self._session, breaker)
        fetched = await while_connected(request, work)
        self._metrics.fetched(fetched.refusals)
        if Refusal.ELSEWHERE in fetched.refusals:
            raised.append(self._alert(Alert.LED_ELSEWHERE, call.request.service.id))
        if Refusal.CERTIFICATE in fetched.refusals:
            why = fetched.refusals[Refusal.CERTIFICATE]
            raised.append(self._alert(Alert.CERTIFICATE, call.request.service.id, why=why))
        return fetched.answers

    def _alert(self, alert: Alert, service: str, **words: str) -> Alert:
        log.warning(alert.value, service=service, **words)
        self._metrics.alert(alert)
        return alert
