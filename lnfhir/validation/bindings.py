"""Which codes belong to the value sets that our profiles bind to."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from lnfhir.terminology.systems import ATC, ICD, spelled, system_of
from lnfhir.validation.published import CANONICAL

Exact = frozenset[tuple[str, str]]
"""System and code."""


@cache
def members(url: str) -> tuple[Exact, Exact] | None:
    """The codes of one of our value sets, and the codes whose descendants belong to it; None when it is not ours."""
    if not url.startswith(f"{CANONICAL}ValueSet/"):
        return None
    name = f"{url.rpartition('/')[2]}.json"
    shelf = files("lnfhir.profiles") / "ValueSet"
    file = next((place for place in (shelf / name, shelf / "binding" / name) if place.is_file()), None)
    if file is None:
        return None
    exact: set[tuple[str, str]] = set()
    above: set[tuple[str, str]] = set()
    for include in msgspec.json.decode(file.read_bytes())["compose"]["include"]:
        uri = include.get("system", "")
        system = system_of(uri) or uri
        exact |= {(system, spelled(system, concept["code"])) for concept in include.get("concept", ())}
        above |= {(system, spelled(system, each["value"])) for each in include.get("filter", ())}
        if uri and not include.get("concept") and not include.get("filter"):
            above.add((system, ""))
        for other in include.get("valueSet", ()):
            found = members(str(other).partition("|")[0])
            if found is not None:
                exact |= found[0]
                above |= found[1]
    return frozenset(exact), frozenset(above)


def _holds(url: str, system: str | None, code: str) -> bool:
    found = members(url)
    assert found is not None
    name = system_of(system) or system or ""
    spelling = spelled(name, code)
    if (name, spelling) in found[0] or (name, "") in found[1]:
        return True
    hierarchical = name in ICD or name == ATC
    return hierarchical and any((name, spelling[:length]) in found[1] for length in range(3, len(spelling) + 1))


def has_code(value: Any) -> bool:
    """Whether a CodeableConcept, Coding or Quantity has a code."""
    return bool(_codes(value))


def _codes(value: Any) -> list[tuple[str | None, str]]:
    """The codes of a CodeableConcept, Coding or Quantity."""
    if not isinstance(value, dict):
        return []
    coding = value.get("coding")
    codings = coding if isinstance(coding, list) else [value]
    return [
        (str(each["system"]) if each.get("system") else None, each["code"])
        for each in codings
        if isinstance(each, dict) and isinstance(each.get("code"), str)
    ]


def in_set(url: str, value: Any) -> bool:
    """Whether one of its codes belongs to a value set of ours."""
    return any(_holds(url, system, code) for system, code in _codes(value))
