"""Guidance as cards, and what every card has in common: its id, source, topic and override reasons."""

from __future__ import annotations

from uuid import UUID, uuid5

from cds_hooks import markdown
from cds_hooks.card import (
    Action,
    Card,
    Coding,
    IndicatorCode,
    Source,
    Suggestion,
    without_empties,
)
from cds_hooks.detail import Detail, joined
from cds_hooks.manner import Manner
from cds_hooks.options_in_brief import options_in_brief
from lnfhir.citation import Guideline
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Outcome
from lnfhir.message import Message, say
from lnfhir.review import Review

TOPIC = "https://lnfhir.org/fhir/CodeSystem/card-topic"

TITLES: dict[str, Message] = {
    **{found.rule: found.title for found in ORDER_RULES},
    **{found.rule: found.title for found in RECOMMENDATIONS},
}
"""The name of each rule, shown with its topic."""

STANDING = frozenset(found.rule for found in RECOMMENDATIONS if found.standing)
"""Reminders without a card: said at each visit for as long as a treatment lasts, they would not be read."""

_ORDER_CHECKS = frozenset(found.rule for found in ORDER_RULES)

REASONS = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OVERRIDE_REASONS: dict[str, Message] = {
    "cds-not-applicable": say("Does not apply to this patient"),
    "cds-suboptimal-context": say("Not the right moment"),
    "recipient-disagrees-evidence": say("Does not agree with the evidence"),
    "recipient-concerns-outcomes": say("Concerned about the outcome"),
    "does-not-align-preferences": say("Does not fit the patient's preferences"),
    "not-convenient-feasible": say("Not convenient or not feasible"),
    "action-completed": say("Already done"),
    "patient-contraindication": say("Contraindicated in this patient"),
    "patient-refuses": say("Patient declines"),
    "too-costly-uncovered": say("Too costly or not covered"),
    "service-not-available": say("Not available here"),
    "recipient-does-not-understand": say("The advice is not clear"),
}
"""The clinical value set of HL7's reasons that CDS Hooks 3.0 names, for advice that can be overridden."""

LATER = ("https://lnfhir.org/fhir/CodeSystem/override-reason", "will-do-later")
WILL_DO_LATER = say("Will do later")


def card_uuid(hook_instance: str, *name: str) -> str:
    """The same card of the same call has the same id, so that feedback and tests can name it."""
    return str(uuid5(UUID(hook_instance), "/".join(name)))


def source(guideline: Guideline, rule: str, manner: Manner, title: Message | str = "") -> Source:
    """The guideline behind a card, with the rule as its topic; its address is the rule's page where there is one."""
    display = markdown.shortened(title or rule.replace("-", " "), 100, manner.lookup)
    url = f"{manner.rules_url}/{rule}" if manner.rules_url else guideline.url
    return Source(manner.lookup(guideline.title), Coding(TOPIC, rule, display), url)


def override_reasons(manner: Manner, *, later: bool = False) -> tuple[Coding, ...]:
    """Why a clinician may decide otherwise, in the language of the cards; `later`: it may also be put off."""
    reasons = tuple(Coding(REASONS, code, says.text(manner.lookup)) for code, says in OVERRIDE_REASONS.items())
    return (*reasons, Coding(*LATER, WILL_DO_LATER.text(manner.lookup))) if later else reasons


def guidance_card(
    guidance: Guidance,
    review: Review,
    hook_instance: str,
    manner: Manner,
) -> Card | None:
    """Advice and loud contraindications become a card; whatever needs data waits for `data_needed_card`."""
    if not _speaks(guidance):
        return None
    write = Detail(manner.lookup)
    brief = options_in_brief(guidance, write)
    text = joined(
        write.plain(guidance.says),
        brief or _reasons(guidance, write),
        write.notes(guidance.notes),
        write.could_not_use(review.chart),
        write.strength(guidance.cites) if not brief else "",
    )
    patient = review.chart.person.id
    suggestions = tuple(
        suggestion(draft, patient, card_uuid(hook_instance, guidance.rule, "suggestion", str(number)), manner)
        for number, draft in enumerate(guidance.drafts, 1)
    )
    return Card(
        uuid=card_uuid(hook_instance, guidance.rule),
        summary=markdown.shortened(guidance.says, lookup=manner.lookup),
        indicator=indicator_code(guidance.indicator),
        source=source(guidance.cites[0].guideline, guidance.rule, manner, TITLES.get(guidance.rule, "")),
        detail=text,
        suggestions=suggestions,
        selection_behavior=manner.selection if suggestions else None,
        override_reasons=override_reasons(manner, later=guidance.rule not in _ORDER_CHECKS),
    )


def _reasons(guidance: Guidance, write: Detail) -> str:
    return joined(
        write.because(("", part) for part in guidance.because.parts or (guidance.because,)),
        write.evidence(guidance.because.evidence),
        write.gates(guidance.gates),
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
    """A contraindication nobody is about to act against, and a standing reminder, are in the report, not in the way."""
    if guidance.rule in STANDING:
        return False
    if guidance.outcome is Outcome.CONTRAINDICATED:
        return guidance.indicator is not Indicator.INFO
    return guidance.outcome is Outcome.ADVISE


def suggestion(draft: Draft, patient: str, uuid: str, manner: Manner) -> Suggestion:
    """A draft as a suggestion, whose text is on its action too: some clients show only one of them.

    What it replaces among the orders under way is removed by the same acceptance, so that both are never signed.
    """
    label = markdown.shortened(draft.label, 200, manner.lookup)
    resource = dict(draft.resource)
    if patient and "subject" not in resource:
        resource["subject"] = {"reference": f"Patient/{patient}"}
    removed = markdown.shortened(say("Remove the draft order that this replaces"), 200, manner.lookup)
    removals = tuple(Action("delete", removed, resource_id=reference) for reference in draft.replaces)
    return Suggestion(label, uuid, (*removals, Action("create", label, without_empties(resource))))
