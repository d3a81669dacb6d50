"""The code systems that follow the code: topics of cards, reasons to override them, and kinds of faults of data."""

from __future__ import annotations

from cds_hooks.data_needed import DATA_NEEDED
from cds_hooks.verdict_cards import REFRACTORY, RESPONSE_TODAY
from cds_hooks.visit import VISIT
from lnfhir.validation.kinds import KINDS
from tests.knowledge.pages import recommendations
from tests.publishing.shelf import Resource, head

VERDICTS = {
    REFRACTORY: ("Refractory lupus nephritis", "Whether the criteria of refractory lupus nephritis are met."),
    RESPONSE_TODAY: ("Response of lupus nephritis", "Complete, partial or no response to treatment."),
    DATA_NEEDED: ("Data needed", "What could not be judged, and what would settle it."),
    VISIT: (
        "To obtain in this visit",
        "The tests that are due and the data that are missing, at the start of a visit.",
    ),
}
"""The topics that are not recommendations."""


def fault_kind() -> Resource:
    """The kinds of faults that `lnfhir validate` tells, each with how to mend it."""
    concepts = [{"code": kind.id, "definition": str(kind.mend)} for kind in KINDS]
    return _system("fault-kind", "Kinds of faults of data", "The details of an issue of `lnfhir validate`.", concepts)


def _system(identity: str, title: str, purpose: str, concepts: list[dict[str, str]]) -> Resource:
    return head(
        "CodeSystem",
        identity,
        title,
        purpose=purpose,
        caseSensitive=True,
        content="complete",
        count=len(concepts),
        concept=concepts,
    )


def card_topic() -> Resource:
    """Every topic a card can have: the ids of the rules, which never change their meaning."""
    concepts = [
        {"code": code, "display": display, "definition": definition} for code, (display, definition) in VERDICTS.items()
    ]
    concepts += [
        {"code": item.rule, "display": str(item.title), "definition": str(item.statement)} for item in recommendations()
    ]
    return _system("card-topic", "Topics of cards", "The rule behind a card, as CDS Hooks' source.topic.", concepts)


def override_reason() -> Resource:
    """Reasons that HL7's list lacks."""
    concepts = [
        {
            "code": "will-do-later",
            "display": "Will do later",
            "definition": "The advice is accepted but not acted on today; the card may be quiet for a while.",
        },
        {
            "code": "data-wrong",
            "display": "The data are wrong or incomplete",
            "definition": "The advice rests on a datum that is wrong, or a datum is missing that would change it.",
        },
        {
            "code": "managed-elsewhere",
            "display": "Managed by another team",
            "definition": "Somebody else treats this, and decides.",
        },
    ]
    purpose = (
        "Reasons to override a card, beside those of http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes."
    )
    return _system("override-reason", "Reasons to override a card", purpose, concepts)
