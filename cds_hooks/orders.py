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
from lnfhir.fhir.resource import CodeableConcept, Reference, Resource
from lnfhir.guideline.order_safety import ORDER_RULES, order_guidance
from lnfhir.guideline.order_safety.ordering import NAMELESS
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.guideline.situation import Situation
from lnfhir.message import say
from lnfhir.review import Review
from lnfhir.terminology.code_map import NO_MAP, CodeMap

AHEAD = timedelta(days=730)
"""An order may begin later: it is read as from this far ahead, so that none is left out as lying in the future."""

PLACE = "context.draftOrders"
_KINDS = ("MedicationRequest", "Medication")
_UNSIGNED = (None, "", "draft")
_CONCERNS = {rule.rule: rule.concerns for rule in ORDER_RULES}
ORDERED_TOO = say("The test is among these orders: wait for its result before the first dose")


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drugs that are ordered, the tests ordered with them, and what of the orders could not be read."""

    uses: tuple[DrugUse, ...]
    issues: tuple[Issue, ...]
    tests: tuple[CodeableConcept, ...] = ()
    unsigned: frozenset[str] = frozenset()
    """References of the drug orders that are drafts still."""


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
    tests = (r.code for _, r in answer.resources if r.resourceType == "ServiceRequest" and r.code is not None)
    unsigned = {f"MedicationRequest/{r.id}" for _, r in answer.resources if r.status in _UNSIGNED and r.id}
    return Drafts(chart.drugs, chart.issues, tuple(tests), frozenset(unsigned))


def _signed(resource: Resource, patient: str, as_of: date) -> Resource:
    if resource.resourceType != "MedicationRequest":
        return resource
    if resource.subject is None:
        resource = msgspec.structs.replace(resource, subject=Reference(f"Patient/{patient}"))
    if resource.status not in _UNSIGNED:
        return resource
    return msgspec.structs.replace(resource, status="active", intent="order", authoredOn=as_of.isoformat())


def with_order_guidance(result: Review, request: Request, codes: CodeMap = NO_MAP) -> Review:
    """The review with the checks of the draft orders in place of its own guidance.

    At order-select only the selected orders speak, the others are in force beside them, and nothing is critical yet.
    """
    drafts = drafts_of(request, result.as_of, codes)
    situation = Situation(result.chart, result.policy, result.courses, result.refractory, result.responses)
    guidance = tuple(_beside(found, drafts) for found in order_guidance(situation, drafts.uses))
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


def _beside(guidance: Guidance, drafts: Drafts) -> Guidance:
    """Guidance that knows the other orders: what was just accepted is not offered again, and is no alarm again."""
    left = tuple(
        replace(draft, replaces=_replaced(guidance, drafts)) if draft.resource["resourceType"] == _KINDS[0] else draft
        for draft in guidance.drafts
        if not any(_is_the_same(draft, test) for test in drafts.tests)
    )
    if left or not guidance.drafts or guidance.outcome is not Outcome.ADVISE:
        return replace(guidance, drafts=left)
    return replace(guidance, drafts=left, indicator=Indicator.INFO, notes=(ORDERED_TOO, *guidance.notes))


def _replaced(guidance: Guidance, drafts: Drafts) -> tuple[str, ...]:
    concerned = (use.reference for use in drafts.uses if use.drug in _CONCERNS[guidance.rule])
    return tuple(r for r in concerned if r in drafts.unsigned and not r.endswith(NAMELESS))


def _is_the_same(draft: Draft, test: CodeableConcept) -> bool:
    """The test that is proposed, by a code or, where it has none, by its words."""
    code = draft.resource.get("code", {})
    proposed = {(coding["system"], coding["code"]) for coding in code.get("coding", ())}
    if proposed:
        return any((coding.system, coding.code) in proposed for coding in test.coding)
    return test.text is not None and test.text == code.get("text")
