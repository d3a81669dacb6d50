"""A site's own codes and drug texts, and what they mean: one reviewed map, frozen, passed to the chart.

```toml
[[test]]
system = "urn:oid:1.2.3.4"       # exactly as sent; left out when the site sends none
code = "KREA"
display = "Kreatinin i. S."      # for the reviewer
analyte = "creatinine"
unit = "umol/L"                  # of values that are sent without one
collection = "spot"              # "24h", "spot" or left out

[[drug]]
text = "MMF 500 Tbl"             # or `system` and `code`
ingredient = "mycophenolate-mofetil"   # or a list, the one the strength is of first
strength_mg = 500
route = "oral"                   # "oral", "iv", "im", "sc", "other" (not systemic) or left out

[[condition]]                    # a diagnosis, procedure or kind of report
system = "urn:oid:1.2.3.5"
code = "LN4"
concept = "lupus-nephritis-class-iv"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from lnfhir.analytes import Analyte
from lnfhir.errors import KnowledgeError
from lnfhir.message import Message
from lnfhir.terminology.phrases import folded
from lnfhir.terminology.systems import LOINC, is_loinc, system_of
from lnfhir.terminology.value_sets import VALUE_SETS, value_sets_with
from lnfhir.units import conversion

LocalCode = tuple[str, str]
"""System (`` when none is sent) and code, without blanks around them."""


@dataclass(frozen=True, slots=True)
class MappedLab:
    """What a local laboratory code means; `unit` is that of values sent without one."""

    analyte: Analyte
    unit: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class MappedDrug:
    """What a local drug code or text means. `strength_mg` is of the first ingredient, per unit of the form."""

    ingredients: tuple[str, ...]
    strength_mg: float | None = None
    route: str = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class CodeMap:
    """A site's map. Equal only to itself, so that what was recognised with it can be remembered."""

    tests: Mapping[LocalCode, MappedLab] = field(default_factory=dict)
    drugs: Mapping[LocalCode, MappedDrug] = field(default_factory=dict)
    drug_texts: Mapping[str, MappedDrug] = field(default_factory=dict)
    conditions: Mapping[LocalCode, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.tests) + len(self.drugs) + len(self.drug_texts) + len(self.conditions)


NO_MAP = CodeMap()
"""The map of a site that has none."""


def local_code(system: str | None, code: str) -> LocalCode:
    """A code as the map keys it."""
    return (system or "").strip(), code.strip()


def local_text(text: str) -> str:
    """A text as the map keys it: one typography, single blanks."""
    return " ".join(folded(text).split())


class _Coded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    system: str = ""
    code: str = ""
    display: str = ""


class LabEntry(_Coded, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[test]]`."""

    analyte: str
    unit: str = ""
    collection: Literal["", "24h", "spot"] = ""


class DrugEntry(_Coded, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[drug]]`."""

    ingredient: str | tuple[str, ...]
    text: str = ""
    strength_mg: float | None = None
    route: Literal["", "oral", "iv", "im", "sc", "other"] = ""

    @property
    def ingredients(self) -> tuple[str, ...]:
        """The ingredient keys, the first the one the strength is of."""
        return (self.ingredient,) if isinstance(self.ingredient, str) else self.ingredient


class ConditionEntry(_Coded, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[condition]]`."""

    concept: str


class Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tables of a map's file."""

    test: tuple[LabEntry, ...] = ()
    drug: tuple[DrugEntry, ...] = ()
    condition: tuple[ConditionEntry, ...] = ()


def code_map_from(document: Mapping[str, Any]) -> CodeMap:
    """The map a parsed TOML file holds. KnowledgeError names every fault of it."""
    entries = entries_from(document)
    faults = list(faults_of(entries))
    if faults:
        raise KnowledgeError("code map: " + "; ".join(faults))
    coded = [each for each in entries.drug if each.code]
    return CodeMap(
        MappingProxyType({_key(each): _test(each) for each in entries.test}),
        MappingProxyType({_key(each): _drug(each) for each in coded}),
        MappingProxyType({local_text(each.text): _drug(each) for each in entries.drug if each.text}),
        MappingProxyType({_key(each): each.concept for each in entries.condition}),
    )


def entries_from(document: Mapping[str, Any]) -> Entries:
    """The entries as written. KnowledgeError when their shape is wrong."""
    try:
        return msgspec.convert(dict(document), Entries)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"code map: {error}") from error


def _key(entry: _Coded) -> LocalCode:
    return local_code(entry.system, entry.code)


def _test(entry: LabEntry) -> MappedLab:
    return MappedLab(Analyte(entry.analyte), entry.unit, entry.collection)


def _drug(entry: DrugEntry) -> MappedDrug:
    return MappedDrug(entry.ingredients, entry.strength_mg, entry.route or "unknown")


def faults_of(entries: Entries) -> Iterator[str]:
    """Everything that is wrong with a map, each with the entry it is in."""
    yield from _faults("test", [(_key(each), _test_fault(each), each, _test_meaning(each)) for each in entries.test])
    named = [(("text", local_text(each.text)) if each.text else _key(each), each) for each in entries.drug]
    yield from _faults("drug", [(key, _drug_fault(each), each, _drug_meaning(each)) for key, each in named])
    yield from _faults(
        "condition", [(_key(each), _condition_fault(each), each, each.concept) for each in entries.condition]
    )


def _faults(table: str, read: Sequence[tuple[LocalCode, str, _Coded, object]]) -> Iterator[str]:
    known: dict[LocalCode, object] = {}
    for key, fault, entry, meaning in read:
        name = f"[[{table}]] {key[0]}|{key[1]}"
        if fault:
            yield f"{name}: {fault}"
        elif known.setdefault(key, meaning) != meaning:
            yield f"{name}: is mapped to two meanings"
        elif entry.code and (other := _packaged(entry, table)) and not (_idea(meaning) & other):
            yield f"{name}: is a public code that means {', '.join(sorted(other))}"
        elif entry.code and table == "test" and system_of(entry.system) == LOINC and is_loinc(entry.code) and not other:
            yield f"{name}: is a LOINC code of another test; map only codes of your own"


def _idea(meaning: object) -> frozenset[str]:
    first = meaning[0] if isinstance(meaning, tuple) else meaning
    return frozenset(first) if isinstance(first, tuple) else frozenset({str(first)})


def _packaged(entry: _Coded, table: str) -> frozenset[str]:
    """What the packaged value sets take a public code for."""
    system = system_of(entry.system)
    if system is None:
        return frozenset()
    kinds = {"test": ("analyte", "refused"), "drug": ("drug",), "condition": _CONCEPT_KINDS}[table]
    found = [VALUE_SETS[key] for key in value_sets_with(system, entry.code)]
    return frozenset(each.analyte or each.key for each in found if each.kind in kinds)


def _coded_fault(entry: _Coded) -> str:
    return "" if entry.code.strip() else "`code` is missing"


_CONCEPT_KINDS = ("condition", "procedure", "report")
_ANALYTES = frozenset(analyte.value for analyte in Analyte)


def _test_fault(entry: LabEntry) -> str:
    if entry.analyte not in _ANALYTES:
        return f"`{entry.analyte}` is no analyte"
    if entry.unit and isinstance(conversion(entry.unit, None, None, Analyte(entry.analyte), True), Message):
        return f"`{entry.unit}` is no unit of {entry.analyte}"
    return _coded_fault(entry)


def _test_meaning(entry: LabEntry) -> object:
    return entry.analyte, entry.unit, entry.collection


def _drug_fault(entry: DrugEntry) -> str:
    unknown = [key for key in entry.ingredients if key not in VALUE_SETS or VALUE_SETS[key].kind != "drug"]
    if unknown or not entry.ingredients:
        return f"`{unknown[0]}` is no ingredient" if unknown else "`ingredient` is empty"
    if entry.strength_mg is not None and not 0 < entry.strength_mg <= _STRONGEST_MG:
        return "`strength_mg` is not a strength"
    if bool(entry.text) == bool(entry.code):
        return "needs either `text` or `code`"
    return ""


_STRONGEST_MG = 50_000.0


def _drug_meaning(entry: DrugEntry) -> object:
    return entry.ingredients, entry.strength_mg, entry.route


def _condition_fault(entry: ConditionEntry) -> str:
    if entry.concept not in VALUE_SETS or VALUE_SETS[entry.concept].kind not in _CONCEPT_KINDS:
        return f"`{entry.concept}` is no concept"
    return _coded_fault(entry)
