"""Recognising observations by LOINC code, and by name where there is no LOINC code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from lnfhir.errors import KnowledgeError
from lnfhir.fhir.resource import CodeableConcept
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology.code_map import NO_MAP, CodeMap, MappedLab, local_code
from lnfhir.terminology.lab_names import NamedTest, named_test
from lnfhir.terminology.systems import LOINC, SCORE, TERM, is_loinc, system_of
from lnfhir.terminology.value_sets import VALUE_SETS, ValueSet, value_sets_with


@dataclass(frozen=True, slots=True)
class ObservationMeaning:
    """What was measured. `collection` is `24h`, `spot` or ``; `code` the LOINC code that said so, `` if by name.

    `analyte` None without `refused` is a panel whose values are in its components. `refused` says why a
    result must not be used. `indexed`: the code itself means "per 1.73 m²", whatever the unit text says.
    `unit` is that of values sent without one, where a site's code map says it.
    """

    analyte: Analyte | None
    code: str = ""
    collection: str = ""
    from_text: bool = False
    refused: Message | None = None
    indexed: bool = False
    unit: str = ""


_REFUSED: dict[str, Message] = {
    "inverse-ratio": say("the code is the inverse ratio, creatinine to protein"),
    "dialysis-creatinine": say("creatinine before or after dialysis says nothing about kidney function"),
    "timed-urine-protein": say("urine protein of a collection shorter than 24 hours"),
    "not-anti-dsdna": say("the code is another antibody, not anti-dsDNA"),
}
_DISAGREE = say("the code and the text name different tests")
_AMBIGUOUS = say("its codes or texts name different tests")
_MAP_DISAGREES = say("the site's code map and the code or text name different tests")


_ALSO_CALLED = frozenset(
    {("utp", "urine-protein"), ("urine-protein", "utp"), ("urine-wbc", "wbc"), ("urine-creatinine", "creatinine")}
)

_PROTEIN = frozenset({"utp", "urine-protein"})


def _analyte(value_set: ValueSet) -> Analyte | None:
    if not value_set.analyte:
        return None
    try:
        return Analyte(value_set.analyte)
    except ValueError as error:
        raise KnowledgeError(f"value set {value_set.key}: unknown analyte {value_set.analyte}") from error


_MEANING: dict[str, tuple[Analyte | None, str]] = {
    key: (_analyte(each), each.collection)
    for key, each in VALUE_SETS.items()
    if each.kind in ("analyte", "panel", "refused")
}


def _coded(concept: CodeableConcept) -> tuple[dict[str, str], bool]:
    """The value sets of its codes with the code that led there; whether some real LOINC code is none of ours."""
    found: dict[str, str] = {}
    foreign = False
    for coding in concept.coding:
        system = system_of(coding.system)
        if system not in (LOINC, SCORE, TERM) or coding.code is None:
            continue
        keys = [key for key in value_sets_with(system, coding.code) if key in _MEANING]
        for key in keys:
            found.setdefault(key, coding.code.strip() if system == LOINC else "")
        # A number that is no LOINC code (athenahealth's own, a wrong check digit) says nothing.
        foreign = foreign or (not keys and system == LOINC and is_loinc(coding.code))
    return found, foreign


def _named(concept: CodeableConcept) -> list[NamedTest]:
    texts = (concept.text, *(coding.display for coding in concept.coding))
    return [test for text in texts if text and (test := named_test(text)) is not None]


def _same(analyte: Analyte, test: NamedTest) -> bool:
    if test.analyte == analyte.value:
        return not test.inverse
    # "Protein, urine" is how laboratories also call a 24-hour protein, and "WBC" what is in the sediment.
    return (analyte.value, test.analyte) in _ALSO_CALLED and (test.analyte in _PROTEIN or not test.specimen)


def _by_code(found: dict[str, str], named: list[NamedTest]) -> ObservationMeaning:
    for key, code in found.items():
        if key in _REFUSED:
            return ObservationMeaning(None, code, refused=_REFUSED[key])
    meanings = {_MEANING[key]: code for key, code in found.items() if _MEANING[key][0] is not None}
    if not meanings:
        return ObservationMeaning(None, next(iter(found.values())))
    if len({analyte for analyte, _ in meanings}) > 1:
        return ObservationMeaning(None, next(iter(meanings.values())), refused=_AMBIGUOUS)
    (analyte, collection), code = next(iter(meanings.items()))
    if len(meanings) > 1:
        collection = ""
    assert analyte is not None
    if any(test.dialysis for test in named):
        return ObservationMeaning(None, code, refused=_REFUSED["dialysis-creatinine"])
    if any(not _same(analyte, test) for test in named):
        return ObservationMeaning(None, code, refused=_DISAGREE)
    return ObservationMeaning(analyte, code, collection, indexed=analyte is Analyte.EGFR and bool(code))


def _by_name(named: list[NamedTest]) -> ObservationMeaning:
    first = named[0]
    if first.inverse:
        return ObservationMeaning(None, from_text=True, refused=_REFUSED["inverse-ratio"])
    if first.dialysis:
        return ObservationMeaning(None, from_text=True, refused=_REFUSED["dialysis-creatinine"])
    if any(test.analyte != first.analyte or test.inverse for test in named):
        return ObservationMeaning(None, from_text=True, refused=_AMBIGUOUS)
    collection = "24h" if any(test.collection == "24h" for test in named) else first.collection
    return ObservationMeaning(Analyte(first.analyte), "", collection, from_text=True)


def _mapped(concept: CodeableConcept, codes: CodeMap) -> list[MappedLab]:
    keys = (local_code(coding.system, coding.code) for coding in concept.coding if coding.code is not None)
    return [codes.tests[key] for key in keys if key in codes.tests]


def _by_map(mapped: list[MappedLab], found: dict[str, str], named: list[NamedTest]) -> ObservationMeaning:
    """A local code is believed as a LOINC code is: unless another code or a name contradicts it."""
    first = mapped[0]
    if any(each != first for each in mapped):
        return ObservationMeaning(None, refused=_AMBIGUOUS)
    coded = _by_code(found, named) if found else None
    if coded is not None and (coded.refused is not None or coded.analyte not in (None, first.analyte)):
        return replace(coded, analyte=None, refused=coded.refused or _MAP_DISAGREES)
    if any(test.dialysis for test in named):
        return ObservationMeaning(None, refused=_REFUSED["dialysis-creatinine"])
    if any(not _same(first.analyte, test) for test in named):
        return ObservationMeaning(None, refused=_MAP_DISAGREES)
    if coded is not None and coded.analyte is not None:
        return replace(coded, unit=first.unit, collection=coded.collection or first.collection)
    return ObservationMeaning(first.analyte, "", first.collection, unit=first.unit)


@lru_cache(maxsize=16384)
def _cached(concept: CodeableConcept, codes: CodeMap) -> ObservationMeaning | None:
    found, foreign = _coded(concept)
    named = _named(concept)
    mapped = _mapped(concept, codes) if codes.tests else []
    if mapped:
        return _by_map(mapped, found, named)
    if found:
        return _by_code(found, named)
    if foreign or not named:
        return None
    return _by_name(named)


def meaning_of_observation(concept: CodeableConcept, codes: CodeMap = NO_MAP) -> ObservationMeaning | None:
    """What an Observation or component measured, None when it is none of ours.

    A LOINC code in any position decides; code and name must not disagree. A genuine LOINC code that is not
    in our value sets is something else, and its name is then not believed. A code of the site's own counts as the
    site's reviewed map says.
    """
    return _cached(concept, codes)


def codes_for(*analytes: Analyte) -> tuple[str, ...]:
    """The LOINC codes of these analytes, sorted, for search parameters; blood pressures with their panel."""
    wanted = set(analytes)
    keys = [key for key, (analyte, _) in _MEANING.items() if analyte in wanted]
    if wanted & {Analyte.SYSTOLIC, Analyte.DIASTOLIC}:
        keys += [key for key, each in VALUE_SETS.items() if each.kind == "panel"]
    return tuple(sorted({m.code for key in keys for m in VALUE_SETS[key].members if m.system == LOINC}))
