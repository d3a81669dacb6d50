"""An EHR's part in CDS Hooks: discover a service, run its prefetch templates on a FHIR server, call the hook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from lnfhir.sandbox.web import Reply, fetch
from lnfhir.sandbox.writer import Json

_PAGES = 20


class RefusedError(Exception):
    """A server answered, but not with what was asked for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as discovery shows it."""

    id: str
    hook: str
    title: str
    prefetch: dict[str, str]


def discover(service_url: str) -> tuple[Offer, ...]:
    """The services offered. RefusedError when the answer is no discovery document."""
    document = _good(fetch("GET", f"{service_url}/cds-services"), "discovery")
    return tuple(
        Offer(service["id"], service["hook"], service.get("title", service["id"]), service.get("prefetch", {}))
        for service in document["services"]
    )


def load(fhir_url: str, transaction: Json) -> None:
    """Put a transaction's resources on the FHIR server."""
    answer = _good(fetch("POST", fhir_url, transaction), "the transaction")
    failed = [entry["response"]["status"] for entry in answer["entry"] if entry["response"]["status"][:1] != "2"]
    if failed:
        raise RefusedError(f"the FHIR server refused {len(failed)} resources: {failed[0]}")


def request_for(offer: Offer, fhir_url: str, patient_id: str) -> Json:
    """The body of the hook call; what a search fails to answer is left out, as a client should."""
    prefetch: dict[str, Any] = {}
    for key, template in offer.prefetch.items():
        found = _prefetched(fhir_url, template.replace("{{context.patientId}}", patient_id))
        if found is not None:
            prefetch[key] = found
    return {
        "hook": offer.hook,
        "hookInstance": str(uuid4()),
        "fhirServer": fhir_url,
        "context": {"userId": "Practitioner/sandbox", "patientId": patient_id},
        "prefetch": prefetch,
    }


def call(service_url: str, offer: Offer, body: Json) -> Json:
    """The service's response. RefusedError with its first issue when it is not 200."""
    return _good(fetch("POST", f"{service_url}/cds-services/{offer.id}", body), offer.id)


def _prefetched(fhir_url: str, query: str) -> Json | None:
    path, mark, parameters = query.partition("?")
    reply = fetch("GET", f"{fhir_url}/{path}{mark}{quote(parameters, safe='=&,:/|._-')}")
    if reply.status != 200:
        return None
    answer: Json = reply.json()
    for _ in range(_PAGES):
        following = [link["url"] for link in answer.get("link", ()) if link["relation"] == "next"]
        if not following:
            break
        page: Json = _good(fetch("GET", following[0]), "the next page")
        answer = {**page, "entry": answer.get("entry", []) + page.get("entry", [])}
    return answer


def _good(reply: Reply, what: str) -> Json:
    if not 200 <= reply.status < 300:
        raise RefusedError(f"{what} was refused with {reply.status}: {reply.body[:300].decode('utf-8', 'replace')}")
    answer: Json = reply.json()
    return answer
