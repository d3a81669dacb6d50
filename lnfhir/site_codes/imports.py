"""Code map entries from terminology a site already has: an RxNorm release, a ConceptMap, a ValueSet expansion.

What the packaged value sets know already is left out, and so is what cannot be told with certainty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnfhir.errors import KnowledgeError
from lnfhir.fhir.resource import CodeableConcept, Coding
from lnfhir.site_codes.toml import Draft, Value
from lnfhir.terminology.conditions import meaning_of_condition, meaning_of_procedure
from lnfhir.terminology.drugs import DrugMeaning, meaning_of_drug
from lnfhir.terminology.observations import meaning_of_observation
from lnfhir.terminology.systems import RXNORM, system_of
from lnfhir.terminology.value_sets import VALUE_SETS, value_sets_with

RXNORM_URL = "http://www.nlm.nih.gov/research/umls/rxnorm"
NDC_URL = "http://hl7.org/fhir/sid/ndc"
_SAME = frozenset(("equal", "equivalent"))
_PRODUCTS = frozenset((
    "IN", "PIN", "MIN", "BN", "SCD", "SBD", "SCDC", "SBDC", "SCDF", "SBDF", "SCDG", "SBDG", "GPCK", "BPCK",
    "SY", "TMSY", "PSN",
))  # fmt: skip


@dataclass(slots=True)
class Imported:
    """The drafts of an import, and how much was left out and why."""

    drafts: list[Draft] = field(default_factory=list)
    known: int = 0
    not_ours: int = 0
    doubtful: list[str] = field(default_factory=list)


def import_fhir(document: Mapping[str, Any], meaning: str = "") -> Imported:
    """From a ConceptMap, or a ValueSet with an expansion (or a compose that lists codes); KnowledgeError otherwise.

    `meaning` is the analyte, ingredient or concept that every code of the ValueSet stands for; without it each is
    recognised by its display.
    """
    match document.get("resourceType"):
        case "ConceptMap":
            return _of_concept_map(document)
        case "ValueSet":
            return _of_value_set(document, meaning)
    raise KnowledgeError("neither a ConceptMap nor a ValueSet")


def _of_concept_map(document: Mapping[str, Any]) -> Imported:
    found = Imported()
    for group in document.get("group", ()):
        for element in group.get("element", ()):
            targets = [t for t in element.get("target", ()) if t.get("equivalence", t.get("relationship")) in _SAME]
            source = Coding(group.get("source"), element.get("code"), element.get("display"))
            concepts = [CodeableConcept((Coding(group.get("target"), t.get("code"), None),)) for t in targets]
            drafts = [draft for concept in concepts for draft in _drafts(source, concept)]
            if not targets:
                found.not_ours += 1
            else:
                _take(found, source, drafts)
    return found


def _of_value_set(document: Mapping[str, Any], meaning: str) -> Imported:
    if meaning and meaning not in VALUE_SETS and not any(v.analyte == meaning for v in VALUE_SETS.values()):
        raise KnowledgeError(f"`{meaning}` is no analyte, ingredient or concept")
    found = Imported()
    for source in _listed(document):
        drafts = _meant(source, meaning) if meaning else _drafts(source, CodeableConcept(text=source.display))
        _take(found, source, list(drafts))
    return found


def _listed(document: Mapping[str, Any]) -> Iterator[Coding]:
    waiting = list(document.get("expansion", {}).get("contains", ()))
    for include in document.get("compose", {}).get("include", ()) if not waiting else ():
        waiting += [{**concept, "system": include.get("system")} for concept in include.get("concept", ())]
    while waiting:
        each = waiting.pop(0)
        waiting += each.get("contains", ())
        if each.get("code") and not each.get("abstract"):
            yield Coding(each.get("system"), each["code"], each.get("display"))


def _take(found: Imported, source: Coding, drafts: list[Draft]) -> None:
    system = system_of(source.system)
    if system is not None and source.code and value_sets_with(system, source.code):
        found.known += 1
    elif not drafts:
        found.not_ours += 1
    elif any(draft.members != drafts[0].members for draft in drafts):
        found.doubtful.append(f"{source.system}|{source.code}: its targets mean different things")
    else:
        found.drafts.append(drafts[0])


def _named(source: Coding) -> dict[str, Value]:
    return {"system": source.system or "", "code": source.code or "", "display": source.display or ""}


def _drafts(source: Coding, concept: CodeableConcept) -> Iterator[Draft]:
    """What a concept means, said of the source."""
    test = meaning_of_observation(concept)
    if test is not None and test.analyte is not None:
        yield Draft("test", {**_named(source), "analyte": test.analyte.value, "collection": test.collection})
        return
    drug = meaning_of_drug(concept)
    if drug is not None and drug.ingredients:
        yield Draft("drug", {**_named(source), **_drug(drug)})
        return
    for meaning in (meaning_of_condition(concept), meaning_of_procedure(concept)):
        if meaning is not None and meaning.concepts:
            yield Draft("condition", {**_named(source), "concept": _narrowest(meaning.concepts)})
            return


def _narrowest(concepts: frozenset[str]) -> str:
    from lnfhir.terminology.concepts import with_broader

    return max(sorted(concepts), key=lambda key: len(with_broader(frozenset({key}))))


def _drug(drug: DrugMeaning) -> dict[str, Value]:
    strength = drug.strength_mg if drug.strength_mg is not None and drug.strength_per == "unit" else 0.0
    ingredient: Value = drug.ingredients[0] if len(drug.ingredients) == 1 else drug.ingredients
    return {"ingredient": ingredient, "strength_mg": strength, "route": "" if drug.route == "unknown" else drug.route}


def _meant(source: Coding, meaning: str) -> Iterator[Draft]:
    kind = VALUE_SETS[meaning].kind if meaning in VALUE_SETS else "analyte"
    if kind == "drug":
        read = meaning_of_drug(CodeableConcept(text=source.display)) if source.display else None
        known = _drug(read) if read is not None and meaning in read.ingredients else {"ingredient": meaning}
        yield Draft("drug", {**_named(source), **known})
    elif kind in ("condition", "procedure", "report"):
        yield Draft("condition", {**_named(source), "concept": meaning})
    else:
        value_set = VALUE_SETS.get(meaning)
        analyte = value_set.analyte if value_set is not None and value_set.analyte else meaning
        yield Draft("test", {**_named(source), "analyte": analyte})


def import_rxnorm(folder: Path) -> Imported:
    """From RXNCONSO.RRF, RXNREL.RRF and RXNSAT.RRF of a (prescribable) RxNorm release; the last two may be missing.

    A product is taken when its name is recognised and, where RXNREL is there, its relations lead to the same
    ingredient. NDC numbers of RXNSAT become entries of their own. KnowledgeError when the folder holds no release.
    """
    names = _names(folder / "RXNCONSO.RRF")
    ingredients = _ingredients(folder / "RXNREL.RRF", names)
    found = Imported()
    taken: dict[str, dict[str, Value]] = {}
    for rxcui, (name, kind) in names.items():
        drug = meaning_of_drug(CodeableConcept(text=name)) if kind in _PRODUCTS else None
        if drug is None or not drug.ingredients:
            found.not_ours += 1
            continue
        related = ingredients.get(rxcui)
        if related and not related & set(drug.ingredients):
            found.doubtful.append(f"{rxcui} {name}: named {drug.ingredients[0]}, made of {', '.join(sorted(related))}")
            continue
        taken[rxcui] = _drug(drug)
        if value_sets_with(RXNORM, rxcui):
            found.known += 1
        else:
            found.drafts.append(Draft("drug", {"system": RXNORM_URL, "code": rxcui, "display": name, **taken[rxcui]}))
    for rxcui, ndc in _ndc(folder / "RXNSAT.RRF"):
        if rxcui in taken:
            display = names[rxcui][0]
            found.drafts.append(Draft("drug", {"system": NDC_URL, "code": ndc, "display": display, **taken[rxcui]}))
    return found


def _rows(path: Path, columns: int) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                row = line.rstrip("\n").split("|")
                if len(row) < columns:
                    raise KnowledgeError(f"{path.name}: line {number} has too few columns for RxNorm's format")
                yield row
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name} cannot be read") from error


def _names(path: Path) -> dict[str, tuple[str, str]]:
    """The preferred RxNorm name and term type of each concept."""
    found: dict[str, tuple[str, str]] = {}
    for row in _rows(path, 17):
        rxcui, source, kind, name, suppressed = row[0], row[11], row[12], row[14], row[16]
        if source == "RXNORM" and suppressed != "O" and kind not in ("SY", "TMSY", "PSN", "DF", "DFG", "ET"):
            found[rxcui] = (name, kind)
    return found


_DOWNWARD = frozenset(
    (
        "has_ingredient", "consists_of", "tradename_of", "contains", "has_part", "has_ingredients", "form_of",
        "isa", "has_precise_ingredient", "precise_ingredient_of",
    )
)  # fmt: skip


def _ingredients(path: Path, names: Mapping[str, tuple[str, str]]) -> dict[str, set[str]]:
    """The ingredient keys each concept's relations lead to; empty without the file. A row says `2 RELA 1`."""
    if not path.is_file():
        return {}
    below: dict[str, set[str]] = {}
    for row in _rows(path, 8):
        if row[7] in _DOWNWARD and row[0] and row[4]:
            below.setdefault(row[4], set()).add(row[0])
    own: dict[str, set[str]] = {}
    for rxcui, (name, kind) in names.items():
        if kind in ("IN", "PIN"):
            drug = meaning_of_drug(CodeableConcept((Coding(RXNORM_URL, rxcui, None),), name))
            own[rxcui] = set(drug.ingredients) if drug is not None else {name.casefold()}
    return {rxcui: _reached(rxcui, below, own) for rxcui in names}


def _reached(start: str, below: Mapping[str, set[str]], own: Mapping[str, set[str]]) -> set[str]:
    seen, waiting, found = {start}, [start], set[str]()
    while waiting:
        each = waiting.pop()
        found |= own.get(each, set())
        further = below.get(each, set()) - seen
        seen |= further
        waiting.extend(further)
    return found


def _ndc(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_file():
        for row in _rows(path, 12):
            if row[8] == "NDC" and row[9] == "RXNORM" and row[11] != "O":
                yield row[0], row[10]
