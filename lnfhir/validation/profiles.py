"""The second depth: our published profiles, for the resources that claim one or that one is meant for.

A small checker of what these profiles use: cardinality, fixed values, types of choices, bindings to our own value
sets, and must-support. It reads the snapshots of `lnfhir.profiles/StructureDefinition`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from lnfhir.fhir.issue import Severity
from lnfhir.message import Message, say
from lnfhir.terminology.systems import ATC, ICD, spelled, system_of
from lnfhir.validation.fault import Depth, Fault

Json = dict[str, Any]

CANONICAL = "https://lnfhir.org/fhir/"
_KEYS = ("code", "medication[x]")
"""The elements that tell what a resource is about."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a snapshot. `path` is without the type's name; `types` its allowed types, capitalised."""

    path: tuple[str, ...]
    least: int
    most: int | None
    must_support: bool
    types: tuple[str, ...] = ()
    strength: str = ""
    value_set: str = ""
    fixed: Any = None


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
    view: Json = published.get("snapshot") or published["differential"]
    elements: list[Json] = view["element"]
    kept = tuple(_element(each) for each in elements if "." in each["path"] and ":" not in each["id"])
    return Profile(published["url"], str(published["id"]), published["type"], kept)


def _element(each: Json) -> Element:
    most = each.get("max")
    binding = each.get("binding", {})
    fixed = next((value for name, value in each.items() if name.startswith("fixed")), None)
    return Element(
        tuple(each["path"].split(".")[1:]),
        each.get("min") or 0,
        None if most in (None, "*") else int(most),
        bool(each.get("mustSupport")),
        tuple(str(t["code"]).rpartition("/")[2] for t in each.get("type", ())),
        binding.get("strength", ""),
        str(binding.get("valueSet", "")).partition("|")[0] if binding else "",
        fixed,
    )


@cache
def _members(url: str) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]] | None:
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
            found = _members(str(other).partition("|")[0])
            if found is not None:
                exact |= found[0]
                above |= found[1]
    return frozenset(exact), frozenset(above)


def _holds(url: str, system: str | None, code: str) -> bool:
    members = _members(url)
    assert members is not None
    name = system_of(system) or system or ""
    spelling = spelled(name, code)
    if (name, spelling) in members[0] or (name, "") in members[1]:
        return True
    hierarchical = name in ICD or name == ATC
    return hierarchical and any((name, spelling[:length]) in members[1] for length in range(3, len(spelling) + 1))


def profile_faults(resource: Json, place: str, path: str) -> Iterator[Fault]:
    """What each profile that the resource claims, or is meant by, demands and does not find."""
    claimed = _claimed(resource)
    for profile in profiles().values():
        if profile.kind != resource.get("resourceType"):
            continue
        claims = profile.url in claimed
        if claims or _meant(profile, resource):
            yield from _check(profile, resource, place, path, Severity.ERROR if claims else Severity.WARNING)


def _claimed(resource: Json) -> frozenset[str]:
    meta = resource.get("meta")
    urls = meta.get("profile") if isinstance(meta, dict) else None
    return frozenset(str(url).partition("|")[0] for url in urls) if isinstance(urls, list) else frozenset()


def _meant(profile: Profile, resource: Json) -> bool:
    key = profile.key
    if key is None or _members(key.value_set) is None:
        return False
    return any(_in_set(key.value_set, value) for _, value in _at(resource, key.path))


def _check(profile: Profile, resource: Json, place: str, path: str, severity: Severity) -> Iterator[Fault]:
    reference = f"{profile.kind}/{resource.get('id', '?')}"

    def fault(grade: Severity, code: str, says: Message, where: str) -> Fault:
        return Fault(Depth.PROFILE, grade, code, says, place, where, reference)

    for element in profile.elements:
        *parents, last = element.path
        name = ".".join(element.path)
        for where, holder in _at(resource, tuple(parents), path):
            found = _of(holder, last)
            count = sum(len(value) if isinstance(value, list) else 1 for _, value in found)
            if count < element.least:
                says = say("profile {profile} requires `{element}`", profile=profile.name, element=name)
                yield fault(severity, "required", says, f"{where}.{_plain(last)}")
            elif element.most is not None and count > element.most:
                says = say("profile {profile} allows no such `{element}`", profile=profile.name, element=name)
                yield fault(severity, "structure", says, f"{where}.{_plain(last)}")
            elif not found and element.must_support and len(element.path) == 1 and not _excused(element, holder):
                says = say(
                    "profile {profile} would use `{element}`, which is not sent", profile=profile.name, element=name
                )
                yield fault(Severity.INFORMATION, "incomplete", says, where)
            for member, value in found:
                yield from _check_value(profile, element, member, value, where, severity, fault)


_OPTIONAL = frozenset(("doNotPerform", "statusReason", "reported[x]", "abatement[x]", "dataAbsentReason", "reasonCode",
                       "interpretation", "issued", "conclusionCode", "presentedForm", "result", "conclusion",
                       "recordedDate", "referenceRange", "whenPrepared", "dispenseRequest"))  # fmt: skip
"""Must-support members that most resources rightly lack."""


def _excused(element: Element, holder: Json) -> bool:
    last = element.path[-1]
    return last in _OPTIONAL or (last == "value[x]" and "dataAbsentReason" in holder)


def _check_value(
    profile: Profile, element: Element, member: str, value: Any, where: str, severity: Severity, fault: Any
) -> Iterator[Fault]:
    here = f"{where}.{member}"
    last = element.path[-1]
    if last.endswith("[x]"):
        kind = member.removeprefix(last[:-3])
        if element.types and kind[:1].lower() + kind[1:] not in {t[:1].lower() + t[1:] for t in element.types}:
            says = say("profile {profile} does not allow {type} here", profile=profile.name, type=kind)
            yield fault(severity, "structure", says, here)
            return
    if element.fixed is not None and value != element.fixed:
        yield fault(severity, "value", say("profile {profile} demands another value", profile=profile.name), here)
    if (
        not element.value_set
        or _members(element.value_set) is None
        or element.strength not in ("required", "extensible")
    ):
        return
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if not _in_set(element.value_set, item) and _has_code(item):
            grade = severity if element.strength == "required" else Severity.INFORMATION
            says = say(
                "none of the codes is in the value set {values} of profile {profile}",
                values=element.value_set.rpartition("/")[2],
                profile=profile.name,
            )
            yield fault(grade, "code-invalid", says, f"{here}[{index}]" if isinstance(value, list) else here)


def _has_code(value: Any) -> bool:
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


def _in_set(url: str, value: Any) -> bool:
    return any(_holds(url, system, code) for system, code in _codes(value))


def _plain(name: str) -> str:
    return name.removesuffix("[x]")


def _of(holder: Json, name: str) -> list[tuple[str, Any]]:
    """The member of this name, or the members of this choice."""
    if not name.endswith("[x]"):
        return [(name, holder[name])] if holder.get(name) is not None else []
    stem = name[:-3]
    return [
        (member, value)
        for member, value in holder.items()
        if member.startswith(stem) and member[len(stem) : len(stem) + 1].isupper() and value is not None
    ]


def _at(holder: Json, steps: tuple[str, ...], path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything at these steps below a resource, with its path."""
    if not steps:
        yield path, holder
        return
    for member, value in _of(holder, steps[0]):
        here = f"{path}.{member}"
        items = enumerate(value) if isinstance(value, list) else ((None, value),)
        for index, item in items:
            where = here if index is None else f"{here}[{index}]"
            if isinstance(item, dict):
                yield from _at(item, steps[1:], where)
