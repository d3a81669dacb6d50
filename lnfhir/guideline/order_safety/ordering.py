"""Draft orders beside the record: the patient as now, and as if the orders were signed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Citation, Parameter
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.whom import has_lupus
from lnfhir.logic import Finding, Truth, met, not_met
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import Message, say

NAMELESS = "/?"
"""The end of a reference to a resource without an id: it is no one's older self."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """`now` is the situation without the orders, `after` with them in force, `orders` what is to be signed."""

    now: Situation
    after: Situation
    orders: tuple[DrugUse, ...]

    def ordered(self, drugs: Collection[str]) -> tuple[DrugUse, ...]:
        """The orders for any of these ingredients."""
        return tuple(order for order in self.orders if order.drug in drugs)

    def is_ordered(self, says: Message, drugs: Collection[str]) -> Finding:
        """Whether one of these is to be signed; always known."""
        found = tuple(map(use_evidence, self.ordered(drugs)))
        return met(says, *found) if found else not_met(says)


@dataclass(frozen=True, slots=True)
class OrderRule:
    """A check of draft orders as static data: `concerns` are the ingredients whose order makes it speak."""

    rule: str
    title: Message
    statement: Message
    cites: tuple[Citation, ...]
    parameters: tuple[Parameter, ...]
    concerns: frozenset[str]
    decide: Callable[[Ordering], Guidance]


def ordering(situation: Situation, orders: tuple[DrugUse, ...]) -> Ordering:
    """Put the orders in force on the day of the chart; a resource that is ordered again replaces its older self."""
    chart = situation.chart
    signed = tuple(
        replace(order, active=True, start=order.start if order.start and order.start <= chart.as_of else chart.as_of)
        for order in orders
    )
    references = {order.reference for order in orders if not order.reference.endswith(NAMELESS)}
    kept = tuple(use for use in chart.drugs if use.reference not in references)
    after = replace(situation, chart=replace(chart, drugs=(*kept, *signed)))
    return Ordering(replace(situation, chart=replace(chart, drugs=kept)), after, signed)


def in_scope(chart: Chart) -> Finding:
    """Lupus, or at least not known to be absent: a safety check does not wait for the problem list."""
    lupus = has_lupus(chart)
    says = say("lupus is on record, or not excluded")
    return not_met(says) if lupus.truth is Truth.NOT_MET else met(says, *lupus.evidence)
