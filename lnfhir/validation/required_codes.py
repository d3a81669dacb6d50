"""The codes that FHIR R4 requires: the required bindings of the resources that are read, and of the types inside them.

Source: hl7.org/fhir/R4, the required bindings of each resource and of Timing, Quantity, Identifier, HumanName,
ContactPoint, Address, Narrative. Only the media types of attachments are left out; their list is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
Codes = Mapping[str, frozenset[str]]


def _listed(table: dict[str, dict[str, str]]) -> Mapping[str, Codes]:
    return {
        owner: {member: frozenset(codes.split()) for member, codes in members.items()}
        for owner, members in table.items()
    }


_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_REQUEST = "draft active on-hold revoked completed entered-in-error unknown"
_PRIORITY = "routine urgent asap stat"
_GENDER = "male female other unknown"
_UNITS_OF_TIME = "s min h d wk mo a"

OF_RESOURCES = _listed(
    {
        "Observation": {"status": "registered preliminary final amended corrected cancelled entered-in-error unknown"},
        "DiagnosticReport": {
            "status": "registered partial preliminary final amended corrected appended cancelled entered-in-error "
            "unknown"
        },
        "MedicationRequest": {
            "status": "active on-hold cancelled completed entered-in-error stopped draft unknown",
            "intent": "proposal plan order original-order reflex-order filler-order instance-order option",
            "priority": _PRIORITY,
        },
        "MedicationStatement": {
            "status": "active completed entered-in-error intended stopped on-hold unknown not-taken"
        },
        "MedicationAdministration": {
            "status": "in-progress not-done on-hold completed entered-in-error stopped unknown"
        },
        "MedicationDispense": {
            "status": "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown"
        },
        "Medication": {"status": "active inactive entered-in-error"},
        "Procedure": {"status": _EVENT},
        "ServiceRequest": {
            "status": _REQUEST,
            "intent": "proposal plan directive order original-order reflex-order filler-order instance-order option",
            "priority": _PRIORITY,
        },
        "Patient": {"gender": _GENDER},
        "AllergyIntolerance": {
            "type": "allergy intolerance",
            "category": "food medication environment biologic",
            "criticality": "low high unable-to-assess",
        },
    }
)
"""By resource type and member."""

INSIDE = _listed(
    {
        "repeat": {
            "durationUnit": _UNITS_OF_TIME,
            "periodUnit": _UNITS_OF_TIME,
            "dayOfWeek": "mon tue wed thu fri sat sun",
            "when": "MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS HS WAKE C "
            "CM CD CV AC ACM ACD ACV PC PCM PCD PCV",
        },
        "identifier": {"use": "usual official temp secondary old"},
        "name": {"use": "usual official temp nickname anonymous old maiden"},
        "telecom": {"system": "phone fax email pager url sms other", "use": "home work temp old mobile"},
        "address": {"use": "home work temp old billing", "type": "postal physical both"},
        "text": {"status": "generated extensions additional empty"},
        "link": {"type": "replaced-by replaces refer seealso"},
        "contact": {"gender": _GENDER},
        "reaction": {"severity": "mild moderate severe"},
    }
)
"""By the member that holds the part of the resource, and the part's own member."""

OF_CONCEPTS = _listed(
    {
        "Condition": {
            "clinicalStatus": "active recurrence relapse inactive remission resolved",
            "verificationStatus": "unconfirmed provisional differential confirmed refuted entered-in-error",
        },
        "AllergyIntolerance": {
            "clinicalStatus": "active inactive resolved",
            "verificationStatus": "unconfirmed confirmed refuted entered-in-error",
        },
    }
)
"""Coded concepts, by resource type and member."""


def wrong_codes(codes: Codes, holder: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """The path and value of each code of these members that is none of those allowed."""
    for member, allowed in codes.items():
        value = holder.get(member)
        for index, item in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(item, str) and item not in allowed:
                here = member if index is None else f"{member}[{index}]"
                yield f"{path}.{here}" if path else here, item


def wrong_concepts(kind: str, resource: Json) -> Iterator[tuple[str, str]]:
    """The member and first code of each coded concept that has codes and none of those allowed."""
    for member, allowed in OF_CONCEPTS.get(kind, {}).items():
        concept = resource.get(member)
        coding = concept.get("coding") if isinstance(concept, dict) else None
        sent = [each.get("code") for each in coding if isinstance(each, dict)] if isinstance(coding, list) else []
        if sent and not allowed & {code for code in sent if isinstance(code, str)}:
            yield member, str(sent[0])
