"""Draft orders: read as if they were signed today, and checked beside the record.

A draft may lack what a signed order has: its status says so, its subject and its day are those of the call. Orders
that were signed before (order-sign fires again) are taken as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec

from cds_hooks.request import Request
from lnfhir.chart.build import build_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.issue import Issue
from lnfhir.fhir.resource import Reference, Resource
from lnfhir.guideline.order_safety import ORDER_RULES, order_guidance
from lnfhir.guideline.recommendation import Guidance, Indicator
from lnfhir.guideline.situation import Situation
from lnfhir.review import Review
from lnfhir.terminology.code_map import NO_MAP, CodeMap

AHEAD = timedelta(days=730)
"""An order may begin later: it is read as from this far ahead, so that none is left out as lying in the future."""

PLACE = "context.draftOrders"
_KINDS = ("MedicationRequest", "Medication")
_CONCERNS = {rule.rule: rule.concerns for rule in ORDER_RULES}


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drugs that are ordered, and what of the orders could not be read."""

    uses: tuple[DrugUse, ...]
    issues: tuple[Issue, ...]


def drafts_of(request: Request, as_of: date, codes: CodeMap = NO_MAP) -> Drafts:
    """The drugs of `context.draftOrders`."""
    if request.draft_orders is None:
        return Drafts((), ())
    answer = read_answer(request.draft_orders, PLACE)
    signed = tuple(
        (place, _signed(resource, request.patient_id, as_of))
        for place, resource in answer.resources
        if resource.resourceType in _KINDS
    )
    chart = build_chart({Need.ORDERS: replace(answer, resources=signed)}, request.patient_id, as_of + AHEAD, codes)
    return Drafts(chart.drugs, chart.issues)


def _signed(resource: Resource, patient: str, as_of: date) -> Resource:
    if resource.resourceType != "MedicationRequest":
        return resource
    if resource.subject is None:
        resource = msgspec.structs.replace(resource, subject=Reference(f"Patient/{patient}"))
    if resource.status not in (None, "", "draft"):
        return resource
    return msgspec.structs.replace(resource, status="active", intent="order", authoredOn=as_of.isoformat())


def with_order_guidance(result: Review, request: Request, codes: CodeMap = NO_MAP) -> Review:
    """The review with the checks of the draft orders in place of its own guidance.

    At order-select only the selected orders speak, the others are in force beside them, and nothing is critical yet.
    """
    drafts = drafts_of(request, result.as_of, codes)
    situation = Situation(result.chart, result.policy, result.courses, result.refractory, result.responses)
    guidance = order_guidance(situation, drafts.uses)
    issues = drafts.issues
    if request.service.hook == "order-select":
        # An order is chosen while it is still being written: what it lacks is no fault yet.
        chosen = {use.drug for use in drafts.uses if use.reference in request.selections}
        selected = chosen or {use.drug for use in drafts.uses}
        guidance = tuple(_not_yet(found) for found in guidance if _CONCERNS[found.rule] & selected)
        issues = ()
    chart = replace(result.chart, issues=(*issues, *result.chart.issues))
    return replace(result, chart=chart, guidance=guidance)


def _not_yet(guidance: Guidance) -> Guidance:
    urgent = guidance.indicator is Indicator.CRITICAL
    return replace(guidance, indicator=Indicator.WARNING) if urgent else guidance
