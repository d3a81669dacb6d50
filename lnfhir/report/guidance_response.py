"""A review as a FHIR R4 GuidanceResponse: what was concluded, what is advised, what data would complete it.

The verdicts are in its output parameters, the advice in a CarePlan with the drafts, the data not used in an
OperationOutcome, all contained. Status: `data-required` when the leading verdict or response cannot be told for want
of data, `data-requested` when only some advice cannot, `success` otherwise. What only time can settle wants no data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lnfhir.fhir.issue import Issue
from lnfhir.guideline.recommendation import Guidance, Outcome
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseState, ResponseVerdict
from lnfhir.logic import Truth
from lnfhir.message import Message, say
from lnfhir.report.data_requirements import BASE, data_requirements, needs_named
from lnfhir.report.verdicts import TIME, criteria, headline
from lnfhir.review import Review

Resource = dict[str, Any]
Text = Callable[[Message], str]


def guidance_response(review: Review, version: str, lookup: Callable[[str], str] = str) -> Resource:
    """The whole review as one resource. `version` is the product's; `lookup` translates a template or word."""

    def text(message: Message) -> str:
        return message.text(lookup)

    verdicts, advice = _wanted_by_verdicts(review), _wanted_by_advice(review)
    wanted = tuple(dict.fromkeys((*verdicts, *advice)))
    subject = {"reference": f"Patient/{review.chart.person.id}"} if review.chart.person.id else None
    plan, drafts = _care_plan(review, subject, text)
    unused = list(_issues(review.chart.issues, text))
    contained: list[Resource] = [_device(version), _parameters(review, text)]
    contained += [{"resourceType": "OperationOutcome", "id": "not-used", "issue": unused}] if unused else []
    contained += [plan, *drafts] if plan is not None else []
    found: Resource = {
        "resourceType": "GuidanceResponse",
        "contained": contained,
        "moduleCanonical": f"{BASE}/Library/lnfhir-rules|{version}",
        "status": "data-required" if verdicts else "data-requested" if advice else "success",
        "subject": subject,
        "occurrenceDateTime": review.as_of.isoformat(),
        "performer": {"reference": "#lnfhir"},
        "note": [{"text": sentence} for sentence in _notes(review, wanted, text)],
        "evaluationMessage": [{"reference": "#not-used"}] if unused else [],
        "outputParameters": {"reference": "#verdicts"},
        "result": {"reference": "#advice"} if plan is not None else None,
        "dataRequirement": data_requirements(wanted, text),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _settles(missing: Iterable[Message]) -> tuple[Message, ...]:
    """What data could settle; the passing of time is not among it."""
    return tuple(item for item in missing if item.template != TIME)


def _leading_response(review: Review) -> ResponseVerdict | None:
    today = [response for response in review.responses if response.at == "today"]
    return next((each for each in today if each.definition == review.policy.response_profile), None)


def _wanted_by_verdicts(review: Review) -> tuple[Message, ...]:
    """What the leading verdict and, with nephritis, the leading response lack."""
    missing: list[Message] = []
    nephritis = bool(review.courses)
    if review.refractory:
        leading = review.refractory[0]
        nephritis = nephritis or leading.c1.truth is not Truth.NOT_MET
        if leading.overall.truth is Truth.UNKNOWN and not leading.overall.pending:
            missing += leading.overall.missing
    response = _leading_response(review)
    if nephritis and response is not None and response.state is ResponseState.UNKNOWN:
        missing += (*response.complete.missing, *response.partial.missing)
    return _settles(dict.fromkeys(missing))


def _wanted_by_advice(review: Review) -> tuple[Message, ...]:
    wanting = (guidance for guidance in review.guidance if guidance.outcome is Outcome.NEEDS_DATA)
    return _settles(dict.fromkeys(item for guidance in wanting for item in guidance.missing))


def _notes(review: Review, wanted: tuple[Message, ...], text: Text) -> Iterator[str]:
    """The leading verdict, and what no search would bring."""
    if review.refractory:
        yield text(headline(review.refractory[0]))
    for item in wanted:
        if not needs_named(item):
            yield f"{text(say('Needed to decide'))}: {text(item)}"


def _device(version: str) -> Resource:
    return {
        "resourceType": "Device",
        "id": "lnfhir",
        "deviceName": [{"name": "lnfhir", "type": "model-name"}],
        "version": [{"value": version}],
    }


def _part(name: str, code: str) -> Resource:
    return {"name": name, "valueCode": code}


def _parameters(review: Review, text: Text) -> Resource:
    refractory = [_refractory(verdict, text) for verdict in review.refractory]
    return {
        "resourceType": "Parameters",
        "id": "verdicts",
        "parameter": [*refractory, *map(_response, review.responses)],
    }


def _refractory(verdict: RefractoryVerdict, text: Text) -> Resource:
    parts = [_part("profile", verdict.profile), _part("overall", verdict.overall.state)]
    parts += [_part(name, finding.state) for name, finding in criteria(verdict)]
    parts += [_part("course-of-events", verdict.state)] if verdict.state else []
    return {"name": "refractory", "part": [*parts, {"name": "says", "valueString": text(headline(verdict))}]}


def _response(verdict: ResponseVerdict) -> Resource:
    parts = [_part("definition", verdict.definition), _part("at", verdict.at), _part("state", verdict.state.value)]
    parts += [{"name": "day", "valueDate": verdict.day.isoformat()}] if verdict.day is not None else []
    return {"name": "response", "part": parts}


def _issues(issues: Iterable[Issue], text: Text) -> Iterator[Resource]:
    for issue in issues:
        found: Resource = {"severity": issue.severity.value, "code": issue.code, "diagnostics": text(issue.says)}
        yield found | ({"expression": [issue.path]} if issue.path else {})


def _care_plan(review: Review, subject: Resource | None, text: Text) -> tuple[Resource | None, list[Resource]]:
    """What is advised, each with the rule it comes from, and the drafts to sign or discard."""
    activities: list[Resource] = []
    drafts: list[Resource] = []
    if subject is None:
        return None, []
    for guidance in review.guidance:
        if guidance.outcome is Outcome.ADVISE:
            activities.append({"detail": _activity(guidance, text)})
            for draft in guidance.drafts:
                identity = f"draft-{len(drafts) + 1}"
                drafts.append({**draft.resource, "id": identity, "subject": subject})
                activities.append({"reference": {"reference": f"#{identity}", "display": text(draft.label)}})
    if not activities:
        return None, []
    plan = {
        "resourceType": "CarePlan",
        "id": "advice",
        "status": "draft",
        "intent": "proposal",
        "subject": subject,
        "activity": activities,
    }
    return plan, drafts


def _activity(guidance: Guidance, text: Text) -> Resource:
    topic = {"system": f"{BASE}/CodeSystem/card-topic", "code": guidance.rule}
    return {
        "instantiatesCanonical": [f"{BASE}/PlanDefinition/{guidance.rule}"],
        "code": {"coding": [topic]},
        "status": "not-started",
        "description": text(guidance.says),
    }
