"""The conditions that FHIR R4 itself puts on the resources that are read, beyond types and codes.

Source: hl7.org/fhir/R4, the invariants of DomainResource, Observation, Condition and MedicationDispense, each named by
its key there. `dom-6` (a resource should have a narrative) is advice for those who show resources, and is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lnfhir.fhir.issue import Severity
from lnfhir.message import Message, say

Json = dict[str, Any]
Broken = tuple[Severity, Message, str]
"""How bad it is, what, and at which path inside the resource."""

_DEEPEST = 40
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


def broken_invariants(resource: Json) -> Iterator[Broken]:
    """Each condition that this resource breaks."""
    yield from _contained(resource)
    match resource.get("resourceType"):
        case "Observation":
            yield from _observation(resource)
        case "Condition":
            yield from _condition(resource)
        case "MedicationDispense":
            prepared, handed = resource.get("whenPrepared"), resource.get("whenHandedOver")
            if _day(handed) and _day(prepared) and _day(handed) < _day(prepared):  # mdd-1, where days decide it
                yield _ERROR, say("it was handed over before it was prepared"), "whenHandedOver"
        case _:
            return


def _day(value: object) -> str:
    return value[:10] if isinstance(value, str) and len(value) >= 10 else ""


def _objects(holder: Json, member: str) -> Iterator[tuple[str, Json]]:
    items = holder.get(member)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield f"{member}[{index}]", item


def _contained(resource: Json) -> Iterator[Broken]:
    """dom-2, dom-3, dom-4 and dom-5."""
    inside = list(_objects(resource, "contained"))
    named = set(_references(resource, 0)) if inside else set()
    for path, each in inside:
        meta = each.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        if "contained" in each:
            yield _ERROR, say("a contained resource contains another one"), f"{path}.contained"
        if "versionId" in meta or "lastUpdated" in meta:
            yield _ERROR, say("a contained resource has a version or a time of update"), f"{path}.meta"
        if "security" in meta:
            yield _ERROR, say("a contained resource has a security label"), f"{path}.meta.security"
        if f"#{each.get('id')}" not in named and "#" not in _references(each, 0):
            yield _ERROR, say("nothing refers to this contained resource"), path


def _references(value: Any, depth: int) -> Iterator[str]:
    """Every text that refers to something contained, wherever it stands."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for item in value.values():
            if isinstance(item, str) and item.startswith("#"):
                yield item
            else:
                yield from _references(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item, depth + 1)


def _valued(holder: Json) -> bool:
    return any(name.startswith("value") and value is not None for name, value in holder.items())


def _codings(concept: object) -> frozenset[tuple[str, str]]:
    coding = concept.get("coding") if isinstance(concept, dict) else None
    items = coding if isinstance(coding, list) else ()
    return frozenset((str(c.get("system")), str(c["code"])) for c in items if isinstance(c, dict) and c.get("code"))


def _observation(resource: Json) -> Iterator[Broken]:
    """obs-3, obs-6 and obs-7."""
    whole = _codings(resource.get("code"))
    for path, holder in (("", resource), *((f"{path}.", part) for path, part in _objects(resource, "component"))):
        if _valued(holder) and holder.get("dataAbsentReason"):
            yield _ERROR, say("there are a value and a reason why there is none"), f"{path}dataAbsentReason"
        for place, given in _objects(holder, "referenceRange"):
            if not {"low", "high", "text"} & given.keys():
                says = say("the reference range has neither a low nor a high limit nor a text")
                yield _ERROR, says, f"{path}{place}"
    for path, part in _objects(resource, "component"):
        if _valued(resource) and whole & _codings(part.get("code")):
            yield _ERROR, say("the code of the whole stands on a component too, and both may have a value"), path


_OVER = frozenset(("inactive", "resolved", "remission"))


def _condition(resource: Json) -> Iterator[Broken]:
    """con-1 to con-5."""
    clinical = {code for _, code in _codings(resource.get("clinicalStatus"))}
    wrong = any(code == "entered-in-error" for _, code in _codings(resource.get("verificationStatus")))
    if clinical and wrong:
        yield _ERROR, say("it was entered in error, so it has no clinical status"), "clinicalStatus"
    if clinical and not clinical & _OVER and any(name.startswith("abatement") for name in resource):
        yield _ERROR, say("it is abated, but its clinical status does not say so"), "clinicalStatus"
    listed = [code for path, item in _objects(resource, "category") for _, code in _codings(item)]
    if not resource.get("clinicalStatus") and not wrong and "problem-list-item" in listed:
        yield _WARNING, say("a problem of the problem list has no clinical status"), "clinicalStatus"
    for path, stage in _objects(resource, "stage"):
        if not {"summary", "assessment"} & stage.keys():
            yield _ERROR, say("the stage has neither a summary nor an assessment"), path
    for path, evidence in _objects(resource, "evidence"):
        if not {"code", "detail"} & evidence.keys():
            yield _ERROR, say("the evidence has neither a code nor a detail"), path
