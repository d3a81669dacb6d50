"""Recognising drugs by code (RxNorm, ATC, SNOMED CT, our own) and by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.fhir.resource import CodeableConcept
from lnfhir.message import Message, say
from lnfhir.terminology.code_map import NO_MAP, CodeMap, MappedDrug, local_code, local_text
from lnfhir.terminology.drug_groups import MYCOPHENOLATES
from lnfhir.terminology.drug_names import NamedDrug, named_drug
from lnfhir.terminology.systems import spelled, system_of
from lnfhir.terminology.value_sets import VALUE_SETS, value_sets_with


@dataclass(frozen=True, slots=True)
class DrugMeaning:
    """What a drug is. `ingredients` are keys of `drug_groups.INGREDIENTS`, the code's first.

    `strength_mg` of the first ingredient per `strength_per`: a `unit` of the form (tablet, capsule, vial) or
    a `mL`; None when not stated. `route` is `oral`, `iv`, `im`, `sc`, `other` (not systemic) or `unknown`.
    `refused` says why it must not be used (then no ingredients).
    """

    ingredients: tuple[str, ...]
    strength_mg: float | None = None
    route: str = "unknown"
    label: str = ""
    from_text: bool = False
    refused: Message | None = None
    strength_per: str = "unit"


_OR = re.compile(r"\b(?:or|versus|vs)\b|或者?", re.IGNORECASE)


def _displays() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for each in VALUE_SETS.values():
        if each.kind == "drug":
            for member in each.members:
                found[(member.system, member.code)] = member.display
    return found


_DISPLAY = _displays()


def _coded(concept: CodeableConcept) -> tuple[tuple[str, ...], list[str]]:
    """The ingredients its codes mean, and the official names of those codes."""
    keys: set[str] = set()
    names: list[str] = []
    for coding in concept.coding:
        system = system_of(coding.system)
        if system is None or coding.code is None:
            continue
        found = {key for key in value_sets_with(system, coding.code) if VALUE_SETS[key].kind == "drug"}
        keys |= found
        if found:
            names.append(_DISPLAY.get((system, spelled(system, coding.code)), ""))
    return tuple(sorted(keys)), names


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one & other) or (one | other) <= MYCOPHENOLATES


def _first_known(values: list[NamedDrug], ingredients: tuple[str, ...]) -> tuple[float | None, str]:
    stated = [
        (drug.strength_mg, drug.strength_per)
        for drug in values
        if drug.strength_mg is not None and drug.ingredients[0] == ingredients[0]
    ]
    return stated[0] if stated and all(each == stated[0] for each in stated) else (None, "unit")


def _route(values: list[NamedDrug]) -> str:
    """The stated route; a route that is not systemic wins, for it is the more particular."""
    routes = [drug.route for drug in values if drug.route != "unknown"]
    if "other" in routes:
        return "other"
    return routes[0] if routes else "unknown"


def _mapped(concept: CodeableConcept, codes: CodeMap) -> list[MappedDrug]:
    """What the site's map says of its codes and of its texts."""
    keys = (local_code(coding.system, coding.code) for coding in concept.coding if coding.code is not None)
    texts = (local_text(text) for text in _texts(concept))
    found = [codes.drugs[key] for key in keys if key in codes.drugs]
    return found + [codes.drug_texts[text] for text in texts if text in codes.drug_texts]


def _by_map(mapped: list[MappedDrug], plain: DrugMeaning | None, label: str) -> DrugMeaning:
    """A local code or text is believed as a public code is: unless a code or a name contradicts it."""
    first = mapped[0]
    if any(each != first for each in mapped):
        return DrugMeaning((), label=label, refused=say("the site's code map gives it two meanings"))
    if plain is not None:
        if plain.refused is not None:
            return plain
        if not _agree(frozenset(first.ingredients), frozenset(plain.ingredients)):
            says = say("the site's code map and the code or text name different drugs")
            return DrugMeaning((), label=label, refused=says)
    route = first.route if first.route != "unknown" or plain is None else plain.route
    strength, per = first.strength_mg, "unit"
    if strength is None and plain is not None and plain.ingredients[0] == first.ingredients[0]:
        strength, per = plain.strength_mg, plain.strength_per
    return DrugMeaning(first.ingredients, strength, route, label, strength_per=per)


def _texts(concept: CodeableConcept) -> list[str]:
    return [text for text in (concept.text, *(coding.display for coding in concept.coding)) if text]


@lru_cache(maxsize=16384)
def _cached(concept: CodeableConcept, codes: CodeMap) -> DrugMeaning | None:
    mapped = _mapped(concept, codes) if codes.drugs or codes.drug_texts else []
    plain = _recognise(concept)
    if not mapped:
        return plain
    texts = _texts(concept)
    return _by_map(mapped, plain, texts[0] if texts else VALUE_SETS[mapped[0].ingredients[0]].title)


def _recognise(concept: CodeableConcept) -> DrugMeaning | None:
    coded, official = _coded(concept)
    texts = _texts(concept)
    named = [drug for text in texts if (drug := named_drug(text)) is not None]
    if not coded and not named:
        return None
    label = texts[0] if texts else VALUE_SETS[coded[0]].title
    known = frozenset(coded) or frozenset(named[0].ingredients)
    if any(not _agree(known, frozenset(drug.ingredients)) for drug in named):
        reason = say("the code and the text name different drugs") if coded else say("its texts name different drugs")
        return DrugMeaning((), label=label, refused=reason)
    if any(_names_alternatives(text) for text in texts):
        if not coded:
            says = say("the text names alternatives: which drug is meant is not known")
            return DrugMeaning((), label=label, refused=says)
        named = [drug for drug in named if frozenset(drug.ingredients) <= known]
    by_code = [drug for name in official if (drug := named_drug(name)) is not None]
    ingredients = _in_order(coded, named or by_code)
    named += by_code
    strength, per = _first_known(named, ingredients)
    return DrugMeaning(ingredients, strength, _route(named), label, from_text=not coded, strength_per=per)


def _names_alternatives(text: str) -> bool:
    """Different drugs on the two sides of an "or"."""
    for joint in _OR.finditer(text):
        before, after = named_drug(text[: joint.start()]), named_drug(text[joint.end() :])
        if before and after and not _agree(frozenset(before.ingredients), frozenset(after.ingredients)):
            return True
    return False


def _in_order(coded: tuple[str, ...], named: list[NamedDrug]) -> tuple[str, ...]:
    """The ingredients in the order a name lists them; between the two mycophenolates the name decides."""
    listed = tuple(dict.fromkeys(key for drug in named for key in drug.ingredients))
    if not coded:
        return listed
    if any(key in MYCOPHENOLATES for key in listed):
        coded = tuple(key for key in coded if key not in MYCOPHENOLATES)
    ordered = tuple(key for key in listed if key in coded or key in MYCOPHENOLATES)
    return tuple(dict.fromkeys((*ordered, *coded, *listed)))


def meaning_of_drug(concept: CodeableConcept, codes: CodeMap = NO_MAP) -> DrugMeaning | None:
    """What a medication is, None when it is none of ours.

    A code and a text that name different drugs are refused: neither is believed. Codes and texts of the site's own
    count as the site's reviewed map says.
    """
    return _cached(concept, codes)
