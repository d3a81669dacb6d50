"""Recognising conditions, procedures and reports by code, and by name where the code says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.fhir.resource import CodeableConcept
from lnfhir.message import Message, say
from lnfhir.terminology.concepts import PRE_ECLAMPSIA, PREGNANCY, with_broader
from lnfhir.terminology.phrases import LONGEST_TEXT, Hit, Lexicon, folded
from lnfhir.terminology.systems import system_of
from lnfhir.terminology.value_sets import VALUE_SETS, value_sets_with


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a condition, procedure or report is. `concepts` are keys of `concepts`, broader ones included.

    `from_text` when only its text was understood. `refused` says why it must not be used (then no concepts).
    """

    concepts: frozenset[str]
    label: str
    from_text: bool = False
    refused: Message | None = None


_STOPS = {
    "condition": (
        *("gestational diabetes", "gestational diabetes mellitus", "diabetes insipidus", "pre diabetes", "prediabetes"),
        *("pulmonary hypertension", "pulmonary arterial hypertension", "portal hypertension", "ocular hypertension"),
        *("intracranial hypertension", "idiopathic intracranial hypertension", "white coat hypertension"),
        *("discoid lupus erythematosus", "cutaneous lupus erythematosus", "neonatal lupus", "lupus vulgaris"),
        *("妊娠期糖尿病", "糖尿病前期", "高血压前期", "门静脉高压"),
    ),
    "procedure": (),
    "report": (),
}
_LEXICONS = {
    kind: Lexicon(((name, each.key) for each in VALUE_SETS.values() if each.kind == kind for name in each.names), stops)
    for kind, stops in _STOPS.items()
}
# Words before a name, or anywhere in a text, that make it something other than a statement of the diagnosis.
_BEFORE = re.compile(
    r"\b(no|not|non|without|deny|denies|denied|family history|fh|fhx|rule out|r/o|risk (of|for)|at risk|exposure to|"
    r"screen(ing)? for|suspected|suspicion of|suspicious for|possible|probable|questionable|concern for|evaluate for|"
    r"evaluation for|negative for|history of negative|mother|father|sister|brother|maternal|paternal|vaccin\w*|"
    r"immuni[sz]\w*|prophylaxis|prevention of|education|counsel\w*|donor|versus|vs)\b|"
    r"否认|排除|疑似|可疑|家族史|未|无|非|预防|筛查|母亲|父亲"
)
_ANYWHERE = re.compile(
    r"\?|\b(ruled out|unlikely|excluded|negative|not found|screening|screen|vaccine|vaccination|immunity|immune|"
    r"declined|cancell?ed|not (done|performed))\b|待排|待查|除外|阴性|疫苗|拒绝|取消|不考虑"
)
_PAST = re.compile(r"\b(history of|hx of|h/o|prior|previous|past|s/p|status post)\b|既往|病史")
_NOT_NOW = frozenset({PREGNANCY, PRE_ECLAMPSIA})


@lru_cache(maxsize=4096)
def _named(text: str, kind: str) -> frozenset[str]:
    if len(text) > LONGEST_TEXT:
        return frozenset()
    plain = folded(text)
    hits = _LEXICONS[kind].find(plain)
    if not hits or _ANYWHERE.search(plain):
        return frozenset()
    return frozenset(key for hit in hits for key in _stated(plain, hit))


def _stated(text: str, hit: Hit) -> frozenset[str]:
    before = text[: hit.start]
    if _BEFORE.search(before):
        return frozenset()
    return hit.keys - _NOT_NOW if _PAST.search(before) else hit.keys


def _recognise(concept: CodeableConcept, kind: str) -> Recognised | None:
    coded: frozenset[str] = frozenset()
    for coding in concept.coding:
        system = system_of(coding.system)
        if system is not None and coding.code is not None:
            coded |= frozenset(key for key in value_sets_with(system, coding.code) if VALUE_SETS[key].kind == kind)
    texts = [text for text in (concept.text, *(coding.display for coding in concept.coding)) if text]
    named = [keys for text in texts if (keys := with_broader(_named(text, kind)))]
    if not coded and not named:
        return None
    label = texts[0] if texts else VALUE_SETS[min(coded)].title
    known = with_broader(coded) if coded else named[0]
    if any(not keys & known for keys in named):
        reason = say("the code and the text say different things") if coded else say("its texts say different things")
        return Recognised(frozenset(), label, refused=reason)
    if coded:
        return Recognised(known, label)
    return Recognised(frozenset().union(*named), label, from_text=True)


@lru_cache(maxsize=16384)
def _cached(concept: CodeableConcept, kind: str) -> Recognised | None:
    return _recognise(concept, kind)


def meaning_of_condition(concept: CodeableConcept) -> Recognised | None:
    """What a Condition (or an indication) is, None when it is none of ours."""
    return _cached(concept, "condition")


def meaning_of_procedure(concept: CodeableConcept) -> Recognised | None:
    """What a Procedure (or ServiceRequest) is, None when it is none of ours."""
    return _cached(concept, "procedure")


def meaning_of_report(concept: CodeableConcept) -> Recognised | None:
    """What a DiagnosticReport is, None when it is none of ours."""
    return _cached(concept, "report")
