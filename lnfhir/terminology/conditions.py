"""Recognising conditions, procedures and reports by code, and by name where the code says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.fhir.resource import CodeableConcept
from lnfhir.message import Message, say
from lnfhir.terminology.code_map import NO_MAP, CodeMap, local_code
from lnfhir.terminology.concepts import PATHOLOGY_REPORT, PRE_ECLAMPSIA, PREGNANCY, with_broader
from lnfhir.terminology.phrases import LONGEST_TEXT, Hit, Lexicon, folded, has_han, words
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


_STOPS = (
    *("gestational diabetes", "gestational diabetes mellitus", "diabetes insipidus", "pre diabetes", "prediabetes"),
    *("pulmonary hypertension", "pulmonary arterial hypertension", "portal hypertension", "ocular hypertension"),
    *("intracranial hypertension", "idiopathic intracranial hypertension", "white coat hypertension"),
    *("discoid lupus erythematosus", "cutaneous lupus erythematosus", "neonatal lupus", "lupus vulgaris"),
    *("diabetic retinal eye exam", "diabetic retinal exam", "diabetic eye exam", "diabetic eye examination"),
    *("diabetic retinal screening", "diabetic retinopathy screening", "diabetic retinal examination"),
    *("venous hypertension", "pre end stage renal disease", "chemical cystitis", "radiation cystitis"),
    *("interstitial cystitis", "isolated proteinuria", "transient hypogammaglobulinemia of infancy"),
    *("妊娠期糖尿病", "糖尿病前期", "高血压前期", "门静脉高压"),
)
_CONDITIONS = frozenset({"condition"})
_DONE = frozenset({"procedure", "report"})


def _lexicon(kinds: frozenset[str]) -> Lexicon:
    named = [each for each in VALUE_SETS.values() if each.kind in kinds]
    return Lexicon(((name, each.key) for each in named for name in each.names), _STOPS)


_LEXICONS = {kinds: _lexicon(kinds) for kinds in (_CONDITIONS, _DONE)}
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


# Words that add nothing to a name, so that a text of names and such words is about nothing else.
_HARMLESS = frozenset(
    word
    for line in (
        "unspecified disorder disease syndrome finding procedure situation nos chronic acute type stage class grade",
        "isn rps who with without complication complications of the in due to and or mellitus patient confirmed active",
        "report final i ii iii iv v vi primary secondary essential severe mild moderate status left right bilateral",
    )
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class _Name:
    """The concepts a text names; `only` when it speaks of nothing else."""

    concepts: frozenset[str]
    only: bool


@lru_cache(maxsize=8192)
def _named(text: str, kinds: frozenset[str]) -> _Name | None:
    if len(text) > LONGEST_TEXT:
        return None
    plain = folded(text)
    hits = _LEXICONS[kinds].find(plain)
    if not hits or _ANYWHERE.search(plain):
        return None
    concepts = with_broader(frozenset(key for hit in hits for key in _stated(plain, hit)))
    return _Name(concepts, _nothing_else(plain, hits)) if concepts else None


def _stated(text: str, hit: Hit) -> frozenset[str]:
    before = text[: hit.start]
    if _BEFORE.search(before):
        return frozenset()
    return hit.keys - _NOT_NOW if _PAST.search(before) else hit.keys


def _nothing_else(text: str, hits: tuple[Hit, ...]) -> bool:
    kept = list(text)
    for hit in hits:
        kept[hit.start : hit.end] = " " * (hit.end - hit.start)
    rest = "".join(kept)
    return all(word in _HARMLESS or word.isdigit() for word in words(rest)) and not has_han(rest)


def _recognise(concept: CodeableConcept, kinds: frozenset[str], codes: CodeMap) -> Recognised | None:
    held: frozenset[str] = frozenset()
    for coding in concept.coding:
        if codes.conditions and coding.code is not None:
            local = codes.conditions.get(local_code(coding.system, coding.code))
            held |= frozenset({local} if local is not None and VALUE_SETS[local].kind in kinds else ())
        system = system_of(coding.system)
        if system is not None and coding.code is not None:
            held |= frozenset(key for key in value_sets_with(system, coding.code) if VALUE_SETS[key].kind in kinds)
    coded = with_broader(held)
    texts = [text for text in (concept.text, *(coding.display for coding in concept.coding)) if text]
    named = [name for text in texts if (name := _named(text, kinds)) is not None]
    if not coded and not named:
        return None
    label = texts[0] if texts else VALUE_SETS[min(held)].title
    if coded == {PATHOLOGY_REPORT}:
        # The code says only that it is a pathology report; what of, the name says.
        return Recognised(coded.union(*(name.concepts for name in named)), label)
    known = coded or named[0].concepts
    if any(name.only and not name.concepts & known for name in named):
        reason = say("the code and the text say different things") if coded else say("its texts say different things")
        return Recognised(frozenset(), label, refused=reason)
    if coded:
        return Recognised(coded, label)
    return Recognised(frozenset().union(*(name.concepts for name in named)), label, from_text=True)


@lru_cache(maxsize=16384)
def _cached(concept: CodeableConcept, kinds: frozenset[str], codes: CodeMap) -> Recognised | None:
    return _recognise(concept, kinds, codes)


def meaning_of_condition(concept: CodeableConcept, codes: CodeMap = NO_MAP) -> Recognised | None:
    """What a Condition (or an indication) is, None when it is none of ours; `codes` is the site's map."""
    return _cached(concept, _CONDITIONS, codes)


def meaning_of_procedure(concept: CodeableConcept, codes: CodeMap = NO_MAP) -> Recognised | None:
    """What a Procedure (or ServiceRequest) is, None when it is none of ours."""
    return _cached(concept, _DONE, codes)


def meaning_of_report(concept: CodeableConcept, codes: CodeMap = NO_MAP) -> Recognised | None:
    """What a DiagnosticReport is, None when it is none of ours; a biopsy's report is `kidney-biopsy` too."""
    return _cached(concept, _DONE, codes)
