"""The second depth: our published profiles, for the resources that claim one or that one is meant for.

It checks all that these profiles ask: cardinality, types, the targets of references, fixed values, bindings to our
value sets, constraints, and must-support. What they take over from FHIR itself is checked at the first depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lnfhir.fhir.issue import Severity
from lnfhir.fhir.kinds import KNOWN
from lnfhir.message import Message, say
from lnfhir.validation.bindings import has_code, in_set, members
from lnfhir.validation.constraints import CONSTRAINTS
from lnfhir.validation.fault import Depth, Fault
from lnfhir.validation.published import CANONICAL, Element, Profile, profiles

Json = dict[str, Any]
Report = Callable[[Severity, str, Message, str], Fault]
"""Makes a fault of a severity, a FHIR IssueType, a sentence and a path."""

_LONGEST_URL = 150


def profile_faults(resource: Json, place: str, path: str) -> Iterator[Fault]:
    """What each profile that the resource claims, or is meant by, demands and does not find."""
    kind = str(resource.get("resourceType"))
    reference = f"{kind}/{resource.get('id', '?')}"

    def fault(grade: Severity, code: str, says: Message, where: str) -> Fault:
        return Fault(Depth.PROFILE, grade, code, says, place, where, reference)

    claimed = _claimed(resource)
    for index, url in enumerate(claimed):
        yield from _claim(url, kind, f"{path}.meta.profile[{index}]", fault)
    for profile in profiles().values():
        if profile.kind == kind and (profile.url in claimed or _meant(profile, resource)):
            yield from _check(profile, resource, path, profile.url in claimed, fault)


def _claimed(resource: Json) -> tuple[str, ...]:
    meta = resource.get("meta")
    urls = meta.get("profile") if isinstance(meta, dict) else None
    return tuple(str(url).partition("|")[0] for url in urls) if isinstance(urls, list) else ()


def _claim(url: str, kind: str, path: str, fault: Report) -> Iterator[Fault]:
    """A claim that cannot be checked, or that cannot be true."""
    profile = profiles().get(url)
    if profile is not None:
        if profile.kind != kind:
            says = say("profile {profile} is for resources of the type {type}", profile=profile.name, type=profile.kind)
            yield fault(Severity.ERROR, "structure", says, path)
    elif url.startswith(CANONICAL):
        says = say("lnfhir has no profile {url}", url=url[:_LONGEST_URL])
        yield fault(Severity.WARNING, "not-found", says, path)
    else:
        says = say("a profile is claimed that is not lnfhir's: it is not checked here")
        yield fault(Severity.INFORMATION, "not-supported", says, path)


def _meant(profile: Profile, resource: Json) -> bool:
    key = profile.key
    if key is None or members(key.value_set) is None:
        return False
    return any(in_set(key.value_set, value) for _, value in _at(resource, key.path))


def _check(profile: Profile, resource: Json, path: str, claimed: bool, fault: Report) -> Iterator[Fault]:
    severity = Severity.ERROR if claimed else Severity.WARNING
    for element in profile.elements:
        if not element.path:
            yield from _constrained(profile, element, resource, resource, path, claimed, fault)
            continue
        *parents, last = element.path
        for where, holder in _at(resource, tuple(parents), path):
            found = _of(holder, last)
            yield from _counted(profile, element, found, holder, where, severity, fault)
            for member, value in found:
                here = f"{where}.{member}"
                broken = list(_constrained(profile, element, value, resource, here, claimed, fault))
                yield from broken
                yield from _typed(profile, element, member, value, here, severity, fault)
                if not broken:
                    yield from _bound(profile, element, value, here, severity, fault)


def _counted(
    profile: Profile,
    element: Element,
    found: list[tuple[str, Any]],
    holder: Json,
    where: str,
    grade: Severity,
    fault: Report,
) -> Iterator[Fault]:
    last, name = element.path[-1], ".".join(element.path)
    here = f"{where}.{_plain(last)}"
    count = sum(len(value) if isinstance(value, list) else 1 for _, value in found)
    if count < element.least:
        says = say("profile {profile} requires `{element}`", profile=profile.name, element=name)
        yield fault(grade, "required", says, here)
    elif element.most is not None and count > element.most:
        says = say("profile {profile} allows no such `{element}`", profile=profile.name, element=name)
        yield fault(grade, "structure", says, here)
    elif not found and element.must_support and not _excused(element, holder):
        says = say("profile {profile} would use `{element}`, which is not sent", profile=profile.name, element=name)
        yield fault(Severity.INFORMATION, "incomplete", says, where)


_OPTIONAL = frozenset(("doNotPerform", "statusReason", "reported[x]", "abatement[x]", "dataAbsentReason", "reasonCode",
                       "interpretation", "issued", "conclusionCode", "presentedForm", "result", "conclusion",
                       "recordedDate", "referenceRange", "whenPrepared", "dispenseRequest", "comparator", "asNeeded[x]",
                       "validityPeriod", "expectedSupplyDuration", "route"))  # fmt: skip
"""Must-support members that most resources rightly lack."""

_INSTEAD = {
    "value[x]": ("dataAbsentReason",),
    "unit": ("code",),
    "code": ("unit",),
    "system": ("unit",),
    "text": ("coding", "doseAndRate"),
    "coding": ("text",),
    "quantity": ("daysSupply",),
    "dosageInstruction": ("daysSupply",),
    "onset[x]": ("recordedDate",),
}
"""Members of which another one is enough."""


def _excused(element: Element, holder: Json) -> bool:
    last = element.path[-1]
    return last in _OPTIONAL or any(name in holder for name in _INSTEAD.get(last, ()))


_GRADE = {
    (True, False): Severity.ERROR,
    (True, True): Severity.WARNING,
    (False, False): Severity.WARNING,
    (False, True): Severity.INFORMATION,
}
"""Of a broken constraint, by whether the profile is claimed and whether the constraint is only advice."""


def _constrained(
    profile: Profile, element: Element, value: Any, resource: Json, where: str, claimed: bool, fault: Report
) -> Iterator[Fault]:
    broken = {
        each.key for each in element.constraints if not CONSTRAINTS[each.key].holds(value, resource, each.expression)
    }
    for asked in element.constraints:
        constraint = CONSTRAINTS[asked.key]
        told = bool(broken & constraint.told_by) or not any(name.startswith(constraint.about) for name in resource)
        if asked.key in broken and not told:
            says = say("profile {profile} demands {what}", profile=profile.name, what=constraint.says)
            yield fault(_GRADE[claimed, asked.warning], "invariant", says, where)


def _typed(
    profile: Profile, element: Element, member: str, value: Any, here: str, grade: Severity, fault: Report
) -> Iterator[Fault]:
    """The type of a choice, what a reference refers to, and a fixed value."""
    last = element.path[-1]
    kind = member.removeprefix(last[:-3]) if last.endswith("[x]") else ""
    if kind and element.types and kind.casefold() not in {t.casefold() for t in element.types}:
        yield fault(grade, "structure", _not_allowed(profile, kind), here)
    if element.targets and "Resource" not in element.targets:
        for item in value if isinstance(value, list) else (value,):
            referred = _referred(item)
            if referred and referred not in element.targets:
                yield fault(grade, "structure", _not_allowed(profile, referred), here)
    if element.fixed is not None and value != element.fixed:
        yield fault(grade, "value", say("profile {profile} demands another value", profile=profile.name), here)


def _not_allowed(profile: Profile, kind: str) -> Message:
    return say("profile {profile} does not allow {type} here", profile=profile.name, type=kind)


def _referred(value: Any) -> str:
    """The type of resource a reference names, `` where it does not tell."""
    reference = value.get("reference") if isinstance(value, dict) else None
    steps = reference.split("/") if isinstance(reference, str) else []
    return next((kind for kind in reversed(steps[-4:-1]) if kind in KNOWN), "")


def _bound(
    profile: Profile, element: Element, value: Any, here: str, severity: Severity, fault: Report
) -> Iterator[Fault]:
    url = element.value_set
    if element.strength not in ("required", "extensible") or members(url) is None:
        return
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if not in_set(url, item) and has_code(item):
            grade = severity if element.strength == "required" else Severity.INFORMATION
            says = say(
                "none of the codes is in the value set {values} of profile {profile}",
                values=url.rpartition("/")[2],
                profile=profile.name,
            )
            yield fault(grade, "code-invalid", says, f"{here}[{index}]" if isinstance(value, list) else here)


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
