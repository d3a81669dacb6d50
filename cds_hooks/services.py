"""The services this door offers, each a frozen value, and the discovery document made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from cds_hooks.prefetch import template
from lnfhir.chart.coverage import Need
from lnfhir.terminology.code_map import NO_MAP, CodeMap

SPECIFICATION = "2.0.1"
"""The version of CDS Hooks that is spoken."""


@dataclass(frozen=True, slots=True)
class Service:
    """One CDS service. `needs` are what its rules have to have searched; its prefetch is derived from them.

    `draft_orders`: the hook carries orders under way (order-select, order-sign). `encounter_required`: its context
    always names the encounter.
    """

    id: str
    hook: str
    hook_version: str
    title: str
    description: str
    needs: tuple[Need, ...]
    draft_orders: bool = False
    encounter_required: bool = False


SERVICES: tuple[Service, ...] = (
    Service(
        id="ln-patient-view",
        hook="patient-view",
        hook_version="1.0",
        title="Lupus nephritis: response, refractoriness and care",
        description=(
            "Says whether a lupus nephritis is responding and whether it is refractory under several published "
            "definitions, what is missing to know, and what guidelines would consider next."
        ),
        needs=tuple(Need),
    ),
    Service(
        id="ln-order-select",
        hook="order-select",
        hook_version="1.0",
        title="Lupus nephritis: checks of a drug as it is chosen",
        description=(
            "Says what the record of a person with lupus speaks against a selected drug, or which test its choice "
            "waits for: pregnancy, infection, kidney function, dose, interactions."
        ),
        needs=tuple(Need),
        draft_orders=True,
    ),
    Service(
        id="ln-order-sign",
        hook="order-sign",
        hook_version="1.0",
        title="Lupus nephritis: checks of drugs before they are signed",
        description=(
            "Checks all draft drug orders of a person with lupus together, beside the record, before they are signed: "
            "pregnancy, infection, kidney function, dose, interactions."
        ),
        needs=tuple(Need),
        draft_orders=True,
    ),
    Service(
        id="ln-encounter-start",
        hook="encounter-start",
        hook_version="1.0",
        title="Lupus nephritis: what to obtain in this visit",
        description=(
            "Lists what a visit that begins should obtain: the data that the judgement of a lupus nephritis waits for, "
            "and the tests and examinations that are due."
        ),
        needs=tuple(Need),
        encounter_required=True,
    ),
)

USAGE = (
    "Send every prefetch key: null for a search that found nothing, no key for one that was not made. What is neither "
    "sent nor readable from the FHIR server is reported as unknown."
)


def service_of(service_id: str) -> Service | None:
    """The service with this id."""
    return next((service for service in SERVICES if service.id == service_id), None)


def described(service: Service, codes: CodeMap = NO_MAP) -> dict[str, Any]:
    """A service as discovery shows it; `version` and `hookVersion` are those of CDS Hooks 3.0."""
    return {
        "hook": service.hook,
        "title": service.title,
        "description": service.description,
        "id": service.id,
        "prefetch": {need.value: template(need, codes) for need in service.needs},
        "usageRequirements": USAGE,
        "version": SPECIFICATION,
        "hookVersion": service.hook_version,
    }


def discovery(codes: CodeMap = NO_MAP) -> bytes:
    """The body of `GET /cds-services`."""
    return msgspec.json.encode({"services": [described(service, codes) for service in SERVICES]})
