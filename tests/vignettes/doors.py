"""Both ways into the one brain: the hook service as an EHR calls it, and the command line's on the same record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from cds_hooks.answer import answer
from cds_hooks.config import Settings
from cds_hooks.extension import ASSESSMENT
from cds_hooks.prefetch import answers
from cds_hooks.request import Request, read_request
from cds_hooks.services import discovery, service_of
from lnfhir.chart.build import build_chart, chart_from_record
from lnfhir.chart.coverage import Need
from lnfhir.policy import Policy
from lnfhir.record import read_record
from lnfhir.report.document import document
from lnfhir.review import review
from lnfhir.sandbox.shorthand import Record
from tests.vignettes.fhir_search import prefetched

Json = dict[str, Any]
SERVICE = "ln-patient-view"


@dataclass(frozen=True, slots=True)
class Answered:
    """`extension` is what the service answered; `assessment` its review in full; `offline` that of the command line."""

    extension: Json
    cards: Sequence[Json]
    assessment: Json
    offline: Json


def advertised_prefetch() -> dict[str, str]:
    """The templates of the service, read from discovery as an EHR reads them."""
    offered = msgspec.json.decode(discovery())["services"]
    templates = next(service["prefetch"] for service in offered if service["id"] == SERVICE)
    return {str(key): str(template) for key, template in templates.items()}


def hook_request(record: Record) -> Json:
    """The body of the call, with what the EHR finds for each template; keys it does not provide are left out."""
    tokens = {"context.patientId": record.patient_id, "context.userId": "Practitioner/example"}
    return {
        "hook": "patient-view",
        "hookInstance": "7b6f6a52-3c1d-4f1e-9a53-0d7d2b6a9f10",
        "context": {"userId": "Practitioner/example", "patientId": record.patient_id},
        "prefetch": {
            key: prefetched(template, tokens, record.resources)
            for key, template in advertised_prefetch().items()
            if key not in record.not_provided
        },
    }


def ask(record: Record, policy: Policy) -> Answered:
    """Go through both doors. AssertionError when the service does not answer with an assessment."""
    body = msgspec.json.encode(hook_request(record))
    response = answer(SERVICE, body, record.as_of, Settings(policy=policy))
    assert response.status == 200, f"the service answered {response.status}: {response.body.decode()[:500]}"
    said = msgspec.json.decode(response.body)
    return Answered(
        extension=said["extension"][ASSESSMENT],
        cards=said["cards"],
        assessment=_in_full(body, record, policy),
        offline=_offline(record, policy),
    )


def _in_full(body: bytes, record: Record, policy: Policy) -> Json:
    service = service_of(SERVICE)
    assert service is not None
    request = read_request(body, service)
    assert isinstance(request, Request)
    chart = build_chart(answers(request.prefetch, service.needs), request.patient_id, record.as_of)
    return document(review(chart, policy), version="test")


def _offline(record: Record, policy: Policy) -> Json:
    sent = replace(record, resources=_sent(record))
    found = read_record(msgspec.json.encode(sent.bundle()), False)
    not_searched = frozenset(need for need in Need if need.value in record.not_provided)
    chart = chart_from_record(found, record.as_of, record.patient_id, not_searched)
    return document(review(chart, policy), version="test")


def _sent(record: Record) -> tuple[Json, ...]:
    """A file that covers no more than the EHR sends: without what only a key that is not provided would hold."""
    whole = hook_request(replace(record, not_provided=frozenset()))["prefetch"]
    held = {key: {e["resource"]["id"] for e in (whole[key] or {}).get("entry", ())} for key in whole}
    sent = {name for key in held if key not in record.not_provided for name in held[key]}
    kept_back = {name for key in record.not_provided for name in held[key]} - sent
    return tuple(resource for resource in record.resources if resource["id"] not in kept_back)


def verdicts(assessment: Json) -> Json:
    """What every door must say alike, from a full assessment: the shape of the service's extension."""
    return {
        "refractory": {
            verdict["profile"]: {
                **{name: verdict[name]["state"] for name in ("C1", "C2", "C3", "C4", "overall")},
                "state": verdict.get("courseOfEvents", ""),
            }
            for verdict in assessment["refractory"]
        },
        "response": {r["definition"]: r["state"] for r in assessment["responses"] if r["at"] == "today"},
        "guidance": {r["rule"]: r["outcome"] for r in assessment["recommendations"]},
    }


def verdicts_of_extension(extension: Json) -> Json:
    """The same, from the service's extension, where empty members are left out."""
    return {
        "refractory": {
            profile: {**states, "state": states.get("state", "")} for profile, states in extension["refractory"].items()
        },
        "response": extension.get("response", {}),
        "guidance": extension.get("guidance", {}),
    }
