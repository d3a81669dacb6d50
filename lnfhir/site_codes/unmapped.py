"""Local codes and text-only drugs: what was sent that no public code explains, and what it may be.

The proposals are for a human to review and are never used by a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from lnfhir.fhir.resource import CodeableConcept, Resource
from lnfhir.terminology.code_map import CodeMap
from lnfhir.terminology.drugs import meaning_of_drug
from lnfhir.terminology.lab_names import named_test
from lnfhir.terminology.observations import meaning_of_observation
from lnfhir.terminology.phrases import LONGEST_TEXT, folded, words
from lnfhir.terminology.systems import ATC, LOINC, RXNORM, SNOMED, is_loinc, system_of
from lnfhir.terminology.value_sets import VALUE_SETS


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something of the site's own. `table` is `test` or `drug`; `known`: it is understood already, by its name.

    `proposal` is an analyte or ingredient key, `` when there is none to propose.
    """

    table: str
    system: str
    code: str
    text: str
    proposal: str
    known: bool = False
    unit: str = ""


def unmapped_in(resource: Resource, codes: CodeMap) -> Iterator[Unmapped]:
    """The local tests and drugs of one resource."""
    if resource.resourceType == "Observation":
        unit = resource.valueQuantity.unit or resource.valueQuantity.code or "" if resource.valueQuantity else ""
        yield from _test(resource.code, codes, unit)
        for part in resource.component:
            unit = part.valueQuantity.unit or part.valueQuantity.code or "" if part.valueQuantity else ""
            yield from _test(part.code, codes, unit)
    elif resource.resourceType.startswith("Medication"):
        yield from _drug(resource.medicationCodeableConcept, codes)
        if resource.resourceType == "Medication":
            yield from _drug(resource.code, codes)


def _first_local(concept: CodeableConcept) -> tuple[str, str]:
    for coding in concept.coding:
        if coding.code and system_of(coding.system) in (None, LOINC):
            return (coding.system or "").strip(), coding.code.strip()
    return "", ""


def _text(concept: CodeableConcept) -> str:
    return next((t.strip() for t in (concept.text, *(c.display for c in concept.coding)) if t and t.strip()), "")


def _test(concept: CodeableConcept | None, codes: CodeMap, unit: str) -> Iterator[Unmapped]:
    if concept is None:
        return
    public = [c for c in concept.coding if c.code and (system_of(c.system) not in (None, LOINC) or is_loinc(c.code))]
    system, code = _first_local(concept)
    text = _text(concept)
    if public or not (code or text):
        return
    meaning = meaning_of_observation(concept, codes)
    if meaning is not None and not meaning.from_text:
        return
    if meaning is None:
        yield Unmapped("test", system, code, text, propose_test(text), unit=unit)
    else:  # what is refused has no proposal: the chart says why it is not used
        proposal = meaning.analyte.value if meaning.analyte is not None else ""
        yield Unmapped("test", system, code, text, proposal, bool(proposal), unit)


_PUBLIC_DRUGS = frozenset((RXNORM, ATC, SNOMED))


def _drug(concept: CodeableConcept | None, codes: CodeMap) -> Iterator[Unmapped]:
    if concept is None or any(c.code and system_of(c.system) in _PUBLIC_DRUGS for c in concept.coding):
        return
    system, code = _first_local(concept)
    text = _text(concept)
    if not (code or text):
        return
    meaning = meaning_of_drug(concept, codes)
    if meaning is not None and not meaning.from_text:
        return
    if meaning is None:
        yield Unmapped("drug", system, code, text, propose_drug(text))
    else:
        proposal = meaning.ingredients[0] if meaning.ingredients else ""
        yield Unmapped("drug", system, code, text, proposal, bool(proposal))


_ELSEWHERE = {
    "kreatinin": "creatinine", "krea": "creatinine", "creatinina": "creatinine", "créatinine": "creatinine",
    "creatininemia": "creatinine", "créatininémie": "creatinine", "kreatinina": "creatinine",
    "eiweiss": "protein", "eiweiß": "protein", "proteine": "protein", "proteinas": "protein", "proteínas": "protein",
    "protéines": "protein", "protéinurie": "proteinuria", "proteinurie": "proteinuria", "urin": "urine",
    "harn": "urine", "orina": "urine", "urinaire": "urine", "urines": "urine", "urina": "urine", "kalium": "potassium",
    "potasio": "potassium", "albumina": "albumin", "albumine": "albumin", "hämoglobin": "hemoglobin",
    "hemoglobina": "hemoglobin", "hémoglobine": "hemoglobin", "thrombozyten": "platelets", "plaquetas": "platelets",
    "plaquettes": "platelets", "leukozyten": "wbc", "leucocitos": "wbc", "leucocytes": "wbc", "gewicht": "weight",
    "peso": "weight", "poids": "weight", "grösse": "height", "größe": "height", "estatura": "height",
    "taille": "height", "sammelurin": "24h urine", "kreatininquotient": "creatinine ratio", "quotient": "ratio",
    "komplement": "complement", "complemento": "complement", "suero": "serum", "sérum": "serum", "plasma": "plasma",
}  # fmt: skip
"""Laboratory words of other languages, for proposals only."""

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")


@lru_cache(maxsize=8192)
def propose_test(text: str) -> str:
    """The analyte a laboratory's name may mean, read loosely; `` for none."""
    if not text or len(text) > LONGEST_TEXT:
        return ""
    plain = _BRACKETS.sub(" ", folded(text))
    tokens = [_ELSEWHERE.get(word, word) for word in re.findall(r"[^\W_]+", plain)]
    for taken in (tokens, [t for t in tokens if named_test(t) or t in _HINTS], tokens[:2], tokens[:1]):
        found = named_test(" ".join(taken)) if taken else None
        if found is not None and not found.inverse and not found.dialysis:
            return found.analyte
    return ""


_HINTS = frozenset("urine serum blood plasma 24h ratio protein albumin creatinine sediment complement c3 c4".split())  # noqa: SIM905

_NAMES = {words(folded(name))[0]: each.key for each in VALUE_SETS.values() if each.kind == "drug" for name in each.names
          if len(words(folded(name))) == 1 and len(name) >= 6}  # fmt: skip


@lru_cache(maxsize=8192)
def propose_drug(text: str) -> str:
    """The ingredient a misspelt or foreign name may mean; `` for none."""
    for word in words(folded(text)) if len(text) <= LONGEST_TEXT else ():
        if len(word) >= 6:
            close = get_close_matches(word, _NAMES, n=1, cutoff=0.9)
            if close:
                return _NAMES[close[0]]
    return ""
