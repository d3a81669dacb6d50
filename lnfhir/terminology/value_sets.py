"""The packaged value sets, read once: which codes and names mean which idea."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

from lnfhir.errors import KnowledgeError
from lnfhir.terminology.systems import ATC, ICD, ICD_10, ICD_10_CM, ICD_10_GM, spelled, system_of

KINDS = frozenset({"condition", "procedure", "report", "drug", "analyte", "panel", "refused"})

_KIND = "https://lnfhir.org/fhir/CodeSystem/value-set-kind"
_ANALYTE = "https://lnfhir.org/fhir/CodeSystem/analyte"
_COLLECTION = "https://lnfhir.org/fhir/CodeSystem/collection"
_NOT_SYSTEMIC = "not-systemic"


class _Use(msgspec.Struct, frozen=True):
    code: str


class _Designation(msgspec.Struct, frozen=True):
    value: str
    use: _Use | None = None


class _Concept(msgspec.Struct, frozen=True):
    code: str
    display: str
    designation: tuple[_Designation, ...] = ()


class _Filter(msgspec.Struct, frozen=True):
    property: str
    op: str
    value: str


class _Include(msgspec.Struct, frozen=True):
    system: str
    concept: tuple[_Concept, ...] = ()
    filter: tuple[_Filter, ...] = ()


class _Compose(msgspec.Struct, frozen=True):
    include: tuple[_Include, ...]


class _Tag(msgspec.Struct, frozen=True):
    system: str
    code: str


class _Meta(msgspec.Struct, frozen=True):
    tag: tuple[_Tag, ...]


class _Published(msgspec.Struct, frozen=True):
    id: str
    title: str
    meta: _Meta
    compose: _Compose


@dataclass(frozen=True, slots=True)
class Member:
    """One code of a value set. `system` is a short name of `systems`; `hierarchy`: its descendants belong too."""

    system: str
    code: str
    display: str
    hierarchy: bool = False


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One clinical idea. `names` are its names in English and Chinese; `analyte` and `collection` for results.

    `not_systemic`: those of the names that are products which are never given systemically.
    """

    key: str
    kind: str
    title: str
    members: tuple[Member, ...]
    names: tuple[str, ...]
    analyte: str = ""
    collection: str = ""
    not_systemic: tuple[str, ...] = ()


def _members(key: str, compose: _Compose) -> Iterator[Member]:
    for include in compose.include:
        system = system_of(include.system)
        if system is None:
            raise KnowledgeError(f"value set {key}: unknown system {include.system}")
        for concept in include.concept:
            yield Member(system, spelled(system, concept.code), concept.display)
        for condition in include.filter:
            if (condition.property, condition.op) != ("concept", "is-a") or system not in ICD | {ATC}:
                raise KnowledgeError(f"value set {key}: a filter that is not understood")
            yield Member(system, spelled(system, condition.value), condition.value, hierarchy=True)


def _read(raw: bytes) -> ValueSet:
    try:
        published = msgspec.json.decode(raw, type=_Published)
    except msgspec.MsgspecError as error:
        raise KnowledgeError(f"a value set cannot be read: {error}") from error
    tags = {tag.system: tag.code for tag in published.meta.tag}
    if tags.get(_KIND) not in KINDS:
        raise KnowledgeError(f"value set {published.id}: unknown kind")
    named = [
        designation
        for include in published.compose.include
        for concept in include.concept
        for designation in concept.designation
    ]
    return ValueSet(
        published.id,
        tags[_KIND],
        published.title,
        tuple(_members(published.id, published.compose)),
        tuple(name.value for name in named),
        tags.get(_ANALYTE, ""),
        tags.get(_COLLECTION, ""),
        tuple(name.value for name in named if name.use is not None and name.use.code == _NOT_SYSTEMIC),
    )


def _load() -> Mapping[str, ValueSet]:
    shelf = files("lnfhir.profiles") / "ValueSet"
    loaded = [_read(file.read_bytes()) for file in shelf.iterdir() if file.name.endswith(".json")]
    return MappingProxyType({each.key: each for each in sorted(loaded, key=lambda each: each.key)})


VALUE_SETS: Mapping[str, ValueSet] = _load()
"""Every value set by its key."""


def _index(hierarchy: bool) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for value_set in VALUE_SETS.values():
        for member in value_set.members:
            if member.hierarchy is hierarchy:
                found.setdefault((member.system, member.code), set()).add(value_set.key)
    return {code: frozenset(keys) for code, keys in found.items()}


_EXACT = _index(hierarchy=False)
_ANCESTORS = _index(hierarchy=True)


@lru_cache(maxsize=8192)
def value_sets_with(system: str, code: str) -> frozenset[str]:
    """The keys of the value sets that hold this code; ICD and ATC codes also through their ancestors.

    The German modification is read as ICD-10. Senders of ICD-10-CM often call it ICD-10, so a code longer
    than ICD-10 has is read as ICD-10-CM too.
    """
    spelling = spelled(system, code)
    if system == ICD_10_GM:
        return _held(ICD_10, spelling)
    if system == ICD_10 and len(spelling) > _LONGEST_ICD_10:
        return _held(ICD_10, spelling) | _held(ICD_10_CM, spelling)
    return _held(system, spelling)


_LONGEST_ICD_10 = 4


def _held(system: str, spelling: str) -> frozenset[str]:
    keys = _EXACT.get((system, spelling), frozenset())
    if system in ICD or system == ATC:
        for length in range(3, len(spelling) + 1):
            keys |= _ANCESTORS.get((system, spelling[:length]), frozenset())
    return keys
