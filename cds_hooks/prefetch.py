"""Prefetch: what the rules need, as FHIR searches, and what a client's answers to them mean.

Templates keep to the search subset that clients support: equality tokens, no modifier, no parameter twice (the public
sandbox joins repeats into an OR), no `today()`, `_sort` and `_count`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from lnfhir.chart.coverage import NEED_OF, Need
from lnfhir.fhir.answer import NOT_PROVIDED, Answer
from lnfhir.fhir.bundle import read_answer
from lnfhir.quantity import Analyte
from lnfhir.terminology.code_map import NO_MAP, CodeMap
from lnfhir.terminology.observations import codes_for
from lnfhir.terminology.systems import SCORE
from lnfhir.terminology.value_sets import VALUE_SETS

PAGE = 200
"""Resources asked for per key; a client that sends fewer than there are links the next page, and we say "partial"."""

PATIENT_ID = "{{context.patientId}}"

SEARCHED: dict[Need, tuple[str, str]] = {
    Need.CONDITIONS: ("Condition", "-recorded-date"),
    Need.ORDERS: ("MedicationRequest", "-authoredon"),
    Need.ADMINISTRATIONS: ("MedicationAdministration", "-effective-time"),
    Need.DISPENSES: ("MedicationDispense", "-whenhandedover"),
    Need.STATEMENTS: ("MedicationStatement", "-effective"),
    Need.REPORTS: ("DiagnosticReport", "-date"),
    Need.PROCEDURES: ("Procedure", "-date"),
    Need.ALLERGIES: ("AllergyIntolerance", "-date"),
    Need.SERVICE_ORDERS: ("ServiceRequest", "-authored"),
}
"""The needs that are a whole resource type, and R4's name for its most recent first."""


@cache
def template(need: Need, codes: CodeMap = NO_MAP) -> str:
    """The prefetch template of a need; a site's own codes are asked for beside the public ones."""
    if need is Need.PATIENT:
        return f"Patient/{PATIENT_ID}"
    if need in SEARCHED:
        kind, newest_first = SEARCHED[need]
        return f"{kind}?patient={PATIENT_ID}&_sort={newest_first}&_count={PAGE}"
    return (
        f"Observation?patient={PATIENT_ID}&code={','.join(observation_tokens(need, codes))}&_sort=-date&_count={PAGE}"
    )


def observation_tokens(need: Need, codes: CodeMap = NO_MAP) -> tuple[str, ...]:
    """The tokens an Observation search asks for: LOINC codes, bare names for what LOINC lacks, the site's own codes."""
    wanted = [analyte for analyte in Analyte if NEED_OF[analyte] is need]
    keys = {analyte.value for analyte in wanted}
    own = sorted(_token(*code) for code, test in codes.tests.items() if test.analyte in wanted)
    unlisted = {
        member.code
        for found in VALUE_SETS.values()
        if found.analyte in keys
        for member in found.members
        if member.system == SCORE
    }
    return (*(f"http://loinc.org|{code}" for code in codes_for(*wanted)), *sorted(unlisted), *own)


def _token(system: str, code: str) -> str:
    """A search token; what would end it early is escaped (FHIR R4, search, escaping)."""
    escaped = code.translate({ord(c): f"\\{c}" for c in "\\,$|"})
    return f"{system}|{escaped}" if system else escaped


def answers(prefetch: Mapping[str, msgspec.Raw], needs: Iterable[Need]) -> dict[Need, Answer]:
    """What the client answered to each need; keys that were not asked for are ignored."""
    return {
        need: read_answer(prefetch[need.value], f"prefetch.{need.value}") if need.value in prefetch else NOT_PROVIDED
        for need in needs
    }
