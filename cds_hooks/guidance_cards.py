"""Guidance as cards, and what every card has in common: its id, source, topic and override reasons."""

from __future__ import annotations

from uuid import UUID, uuid5

from cds_hooks import detail, markdown
from cds_hooks.card import (
    Action,
    Card,
    Coding,
    IndicatorCode,
    SelectionBehavior,
    Source,
    Suggestion,
    without_empties,
)
from lnfhir.citation import Guideline
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.message import Message
from lnfhir.review import Review

TOPIC = "https://lnfhir.org/fhir/CodeSystem/card-topic"

TITLES: dict[str, Message] = {
    **{found.rule: found.title for found in ORDER_RULES},
    **{found.rule: found.title for found in RECOMMENDATIONS},
}
"""The name of each rule, shown with its topic."""

REASONS = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OVERRIDE_REASONS: tuple[Coding, ...] = (
    Coding(REASONS, "cds-not-applicable", "Does not apply to this patient"),
    Coding(REASONS, "cds-suboptimal-context", "Not the right moment"),
    Coding(REASONS, "recipient-disagrees-evidence", "Does not agree with the evidence"),
    Coding(REASONS, "recipient-concerns-outcomes", "Concerned about the outcome"),
    Coding(REASONS, "does-not-align-preferences", "Does not fit the patient's preferences"),
    Coding(REASONS, "action-completed", "Already done"),
    Coding(REASONS, "patient-contraindication", "Contraindicated in this patient"),
    Coding(REASONS, "patient-refuses", "Patient declines"),
    Coding(REASONS, "too-costly-uncovered", "Too costly or not covered"),
    Coding(REASONS, "service-not-available", "Not available here"),
)
"""The clinical subset of HL7's reasons that CDS Hooks 3.0 names, for advice that can be overridden."""


def card_uuid(hook_instance: str, *name: str) -> str:
    """The same card of the same call has the same id, so that feedback and tests can name it."""
    return str(uuid5(UUID(hook_instance), "/".join(name)))


def source(guideline: Guideline, rule: str, title: Message | str = "") -> Source:
    """The guideline behind a card, with the rule as its topic."""
    display = markdown.shortened(title or rule.replace("-", " "), 100)
    return Source(guideline.title, Coding(TOPIC, rule, display), guideline.url)


def guidance_card(
    guidance: Guidance,
    review: Review,
    hook_instance: str,
    *,
    selection: SelectionBehavior = "any",
) -> Card | None:
    """Advice and loud contraindications become a card; whatever needs data waits for `data_needed_card`."""
    if not _speaks(guidance):
        return None
    text = detail.joined(
        markdown.plain(guidance.says),
        detail.because(("", part) for part in guidance.because.parts or (guidance.because,)),
        detail.evidence(guidance.because.evidence),
        detail.gates(guidance.gates),
        detail.notes(guidance.notes),
        detail.could_not_use(review.chart),
        detail.strength(guidance.cites),
    )
    patient = review.chart.person.id
    suggestions = tuple(
        _suggestion(draft, patient, card_uuid(hook_instance, guidance.rule, "suggestion", str(number)))
        for number, draft in enumerate(guidance.drafts, 1)
    )
    return Card(
        uuid=card_uuid(hook_instance, guidance.rule),
        summary=markdown.shortened(guidance.says),
        indicator=indicator_code(guidance.indicator),
        source=source(guidance.cites[0].guideline, guidance.rule, TITLES.get(guidance.rule, "")),
        detail=text,
        suggestions=suggestions,
        selection_behavior=selection if suggestions else None,
        override_reasons=OVERRIDE_REASONS,
    )


def indicator_code(indicator: Indicator) -> IndicatorCode:
    """The indicator as sent."""
    codes: dict[Indicator, IndicatorCode] = {
        Indicator.INFO: "info",
        Indicator.WARNING: "warning",
        Indicator.CRITICAL: "critical",
    }
    return codes[indicator]


def _speaks(guidance: Guidance) -> bool:
    """A contraindication that nobody is about to act against is in the report, not in the way."""
    if guidance.outcome is Outcome.CONTRAINDICATED:
        return guidance.indicator is not Indicator.INFO
    return guidance.outcome is Outcome.ADVISE


def _suggestion(draft: Draft, patient: str, uuid: str) -> Suggestion:
    label = markdown.shortened(draft.label, 200)
    resource = dict(draft.resource)
    if patient and "subject" not in resource:
        resource["subject"] = {"reference": f"Patient/{patient}"}
    return Suggestion(label, uuid, (Action("create", label, without_empties(resource)),))
