"""The core of the service: a request's bytes in, a response's bytes out. No framework, no clock, no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from cds_hooks.alerts import Alert
from cds_hooks.card import Card, HookResponse
from cds_hooks.cards import PLAIN, cards, order_cards, visit_cards
from cds_hooks.config import Settings
from cds_hooks.extension import assessment
from cds_hooks.manner import Manner
from cds_hooks.orders import with_order_guidance
from cds_hooks.prefetch import answers
from cds_hooks.problems import Problem, Response, outcome, problem
from cds_hooks.quieting import QUIETED, Heard, Quiet, heard, rule_of
from cds_hooks.request import Request, read_request
from cds_hooks.services import service_of
from cds_hooks.told import Advice, Told
from lnfhir.chart.build import build_chart
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.answer import Answer
from lnfhir.fhir.issue import Severity
from lnfhir.message import say
from lnfhir.review import Review, review

_ALERTS = {"fhirAuthorization.patient": Alert.ACCESS_FOR_ANOTHER, "prefetch.patient.id": Alert.OTHER_PATIENT}
"""The conflicts of a refused call that concern another patient, by their path."""

NOTHING_QUIET: Mapping[str, Quiet] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """A well-formed call with what its prefetch answered to each need."""

    request: Request
    answers: Mapping[Need, Answer]


def answer(service_id: str, body: bytes, as_of: date, settings: Settings, manner: Manner = PLAIN) -> Response:
    """Answer a call from its prefetch: 200 with cards, or 400, 404, 412 with an OperationOutcome. A bug raises."""
    call = opened(service_id, body, settings)
    return call if isinstance(call, Response) else judged(call, as_of, settings, manner)


def opened(service_id: str, body: bytes, settings: Settings) -> Call | Response:
    """Read a call, or refuse it with 400 or 404."""
    service = service_of(service_id)
    if service is None:
        return outcome(problem(404, say("There is no such service")))
    request = read_request(body, service, https_only=settings.https_only, depth=settings.max_depth)
    if isinstance(request, Problem):
        return _refused(request)
    return Call(request, answers(request.prefetch, service.needs))


def judged(
    call: Call, as_of: date, settings: Settings, manner: Manner = PLAIN, quiet: Mapping[str, Quiet] = NOTHING_QUIET
) -> Response:
    """Judge a call by the answers it holds. `quiet` are the rules that are not to be heard now."""
    refused = unanswerable(call.request, call.answers)
    if refused is not None:
        return replace(_refused(refused), told=told(call.request))
    chart = build_chart(call.answers, call.request.patient_id, as_of, settings.codes)
    result = review(chart, settings.policy)
    if call.request.service.draft_orders:
        result = with_order_guidance(result, call.request, settings.codes)
    response = respond(result, call.request, manner, quiet)
    return replace(response, alerts=(Alert.OTHER_SUBJECT,)) if _has_strangers(result.chart) else response


def _refused(refused: Problem) -> Response:
    found = {_ALERTS[issue.path] for issue in refused.issues if issue.code == "conflict" and issue.path in _ALERTS}
    return replace(outcome(refused), alerts=tuple(sorted(found, key=lambda alert: alert.value)))


def _has_strangers(chart: Chart) -> bool:
    """Whether the answers held what belongs to someone else: it is dropped, and should not have been sent."""
    return any(issue.severity is Severity.ERROR and issue.code == "conflict" for issue in chart.issues)


def respond(result: Review, request: Request, manner: Manner, quiet: Mapping[str, Quiet] = NOTHING_QUIET) -> Response:
    """A review as a 200 response. A silent service shows no card; what it found is in the log and the store."""
    quiet = NOTHING_QUIET if request.service.draft_orders else quiet
    found = heard(composed(result, request, manner), quiet, request.hook_instance, manner)
    body = HookResponse(()) if manner.silent else HookResponse(found.cards, assessment(result, found.until))
    headers = (("content-type", "application/json"), ("content-language", manner.language), ("vary", "Accept-Language"))
    return Response(200, msgspec.json.encode(body), headers, told(request, result, found, manner))


def told(request: Request, result: Review | None = None, found: Heard | None = None, manner: Manner = PLAIN) -> Told:
    """What this call was told, or not told because its rule is quiet."""
    outcomes = {guidance.rule: guidance.outcome.value for guidance in result.guidance} if result is not None else {}
    advice: list[Advice] = []
    if found is not None:
        for card in found.cards:
            rule = rule_of(card)
            advice.append(Advice(card.uuid, rule, card.indicator, outcomes.get(rule, "")))
        advice += [Advice(card.uuid, rule_of(card), card.indicator, QUIETED) for card in found.quieted]
    return Told(
        request.service.id,
        request.hook_instance.lower(),
        request.patient_id,
        request.user_id,
        request.fhir_server,
        tuple(advice),
        manner.silent,
    )


def composed(result: Review, request: Request, manner: Manner) -> tuple[Card, ...]:
    """The cards of a service."""
    if request.service.draft_orders:
        return order_cards(result, request.hook_instance, manner)
    if request.service.hook == "encounter-start":
        return visit_cards(result, request.hook_instance, manner)
    return cards(result, request.hook_instance, manner)


def unanswerable(request: Request, found: Mapping[Need, Answer]) -> Problem | None:
    """Why nothing can be said: another patient's data (400), or no patient at all (412).

    Everything else that is missing is said on a card, because clients show an error as "nothing to report".
    """
    answered = found[Need.PATIENT]
    people = [resource for _, resource in answered.resources if resource.resourceType == "Patient"]
    path = f"prefetch.{Need.PATIENT.value}"
    if any(person.id is not None and person.id != request.patient_id for person in people):
        return problem(400, say("Is not the patient of the context"), f"{path}.id", "conflict")
    if any(person.id == request.patient_id for person in people):
        return None
    says = {
        Coverage.NOT_PROVIDED: say("The patient is needed and was not sent"),
        Coverage.FAILED: say("The patient is needed, and reading it failed"),
    }
    return problem(412, says.get(answered.coverage, say("The patient is needed and was not found")), path, "incomplete")
