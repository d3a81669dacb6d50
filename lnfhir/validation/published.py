"""Our published profiles as the checker reads them: the snapshots of `lnfhir.profiles/StructureDefinition`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

Json = dict[str, Any]

CANONICAL = "https://lnfhir.org/fhir/"
_KEYS = ("code", "medication[x]")
"""The elements that tell what a resource is about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One constraint of a profile on one element, `warning` when it is only advice."""

    key: str
    expression: str
    warning: bool


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a snapshot. `path` is without the type's name and empty for the resource itself.

    `least` and `most` are those of the profile where they are narrower than FHIR's, `types` the allowed types,
    `targets` the types of resource that a reference may name.
    """

    path: tuple[str, ...]
    least: int
    most: int | None
    must_support: bool
    types: tuple[str, ...] = ()
    targets: frozenset[str] = frozenset()
    strength: str = ""
    value_set: str = ""
    fixed: Any = None
    constraints: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A published profile."""

    url: str
    name: str
    kind: str
    elements: tuple[Element, ...]

    @property
    def key(self) -> Element | None:
        """The element whose code says that the profile is meant."""
        return next((e for e in self.elements if len(e.path) == 1 and e.path[0] in _KEYS and e.value_set), None)


@cache
def profiles() -> Mapping[str, Profile]:
    """The profiles of resources, by canonical URL."""
    shelf = files("lnfhir.profiles") / "StructureDefinition"
    if not shelf.is_dir():
        return {}
    read = [msgspec.json.decode(file.read_bytes()) for file in shelf.iterdir() if file.name.endswith(".json")]
    found = [_profile(each) for each in sorted(read, key=lambda each: str(each["url"])) if each["type"] != "Extension"]
    return {profile.url: profile for profile in found}


def _profile(published: Json) -> Profile:
    elements: list[Json] = published["snapshot"]["element"]
    asking = tuple(element for each in elements if _asks(element := _element(each)))
    return Profile(published["url"], str(published["id"]), published["type"], asking)


def _asks(element: Element) -> bool:
    """Whether it demands anything that FHIR itself does not."""
    bound = element.strength in ("required", "extensible") and element.value_set.startswith(CANONICAL)
    narrowed = element.least or element.most is not None or element.fixed is not None
    chosen = bool(element.path) and element.path[-1].endswith("[x]")
    return bool(element.must_support or element.constraints or element.targets or bound or narrowed or chosen)


def _element(each: Json) -> Element:
    binding = each.get("binding", {})
    base = each.get("base", {})
    types = each.get("type", ())
    least, most = each.get("min") or 0, each.get("max")
    return Element(
        tuple(each["path"].split(".")[1:]),
        least if least != base.get("min") else 0,
        int(most) if most not in (None, "*", base.get("max")) else None,
        bool(each.get("mustSupport")),
        tuple(_last(t["code"]) for t in types),
        frozenset(_last(url) for t in types for url in t.get("targetProfile", ())),
        binding.get("strength", ""),
        str(binding.get("valueSet", "")).partition("|")[0],
        next((value for name, value in each.items() if name.startswith("fixed")), None),
        tuple(
            Asked(c["key"], c["expression"], c["severity"] == "warning")
            for c in each.get("constraint", ())
            if str(c.get("source", "")).startswith(CANONICAL) or str(c["key"]).startswith("ln-")
        ),
    )


def _last(url: object) -> str:
    return str(url).rpartition("/")[2]
