"""Why a drug was stopped: intolerance or non-response, when the reason says so."""

from __future__ import annotations

import re

from lnfhir.fhir.resource import Resource

_CODES = {
    "sintol": "intolerance",
    "salg": "intolerance",
    "407563006": "intolerance",
    "58848006": "non-response",
}
"""HL7 medicationrequest-status-reason and SNOMED CT: treatment not tolerated; lack of drug action."""

_NON_RESPONSE = re.compile(
    r"non-?\s?respon|no (?:adequate )?respon|not respon|fail(?:ed|ure)? to respond|inadequate response|"
    r"lack of (?:efficacy|response|effect)|ineffective|not effective|inefficacy|treatment fail|therapeutic fail|"
    r"refractory|resistan|"
    r"无效|疗效不佳|无应答|无反应|治疗失败|难治|耐药"
)
_INTOLERANCE = re.compile(
    r"intoleran|not tolerat|adverse|side.?effect|toxic|allerg|hypersensitiv|anaphyla|不耐受|不良反应|副作用|过敏|毒性"
)


def stopped_for(resource: Resource) -> str:
    """`intolerance`, `non-response`, or `` when the reason is neither, both or not given."""
    reasons = resource.statusReason
    concepts = () if reasons is None else reasons if isinstance(reasons, tuple) else (reasons,)
    found: set[str] = set()
    for concept in concepts:
        found |= {_CODES[coding.code] for coding in concept.coding if coding.code in _CODES}
        text = " ".join(part for part in (concept.text, *(c.display for c in concept.coding)) if part).casefold()
        if _NON_RESPONSE.search(text):
            found.add("non-response")
        if _INTOLERANCE.search(text):
            found.add("intolerance")
    return found.pop() if len(found) == 1 else ""
