"""The first depth: is a resource what FHIR R4 says it must be? Every fault of it, each with its path.

The models are those of `fhir.resources` (R4B), for the types whose R4 and R4B are the same where we read them. They
do not check codes whose value set is required, nor lengths of ids: those are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from lnfhir.fhir.envelope import without_nulls
from lnfhir.fhir.issue import Severity
from lnfhir.fhir.kinds import KNOWN, READ
from lnfhir.message import Message, say
from lnfhir.validation.fault import Depth, Fault

Json = dict[str, Any]

_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_REQUEST = "draft active on-hold revoked completed entered-in-error unknown"
REQUIRED_CODES: Mapping[str, Mapping[str, frozenset[str]]] = {
    kind: {member: frozenset(codes.split()) for member, codes in members.items()}
    for kind, members in {
        "Observation": {"status": "registered preliminary final amended corrected cancelled entered-in-error unknown"},
        "DiagnosticReport": {
            "status": "registered partial preliminary final amended corrected appended cancelled entered-in-error "
            "unknown"
        },
        "MedicationRequest": {
            "status": "active on-hold cancelled completed entered-in-error stopped draft unknown",
            "intent": "proposal plan order original-order reflex-order filler-order instance-order option",
        },
        "MedicationStatement": {
            "status": "active completed entered-in-error intended stopped on-hold unknown not-taken"
        },
        "MedicationAdministration": {
            "status": "in-progress not-done on-hold completed entered-in-error stopped unknown"
        },
        "MedicationDispense": {
            "status": "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown"
        },
        "Medication": {"status": "active inactive entered-in-error"},
        "Procedure": {"status": _EVENT},
        "ServiceRequest": {
            "status": _REQUEST,
            "intent": "proposal plan directive order original-order reflex-order filler-order instance-order option",
        },
        "Patient": {"gender": "male female other unknown"},
        "AllergyIntolerance": {"type": "allergy intolerance", "criticality": "low high unable-to-assess"},
    }.items()
}
"""Members whose codes FHIR R4 requires (hl7.org/fhir/R4, the required bindings of each resource)."""

_COMPARATORS = frozenset(("<", "<=", ">=", ">"))
_STATUSES: Mapping[tuple[str, str], frozenset[str]] = {
    member: frozenset(codes.split())
    for member, codes in {
        ("Condition", "clinicalStatus"): "active recurrence relapse inactive remission resolved",
        ("Condition", "verificationStatus"): (
            "unconfirmed provisional differential confirmed refuted entered-in-error"
        ),
        ("AllergyIntolerance", "clinicalStatus"): "active inactive resolved",
    }.items()
}
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ZONELESS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")


@cache
def _model(kind: str) -> Any:
    return get_fhir_model_class(kind)


def structure_faults(resource: Json, place: str, path: str) -> Iterator[Fault]:
    """The faults of one resource; of a type that lnfhir does not read, only that there is no such type."""
    kind = resource.get("resourceType")
    reference = f"{kind}/{resource.get('id', '?')}" if isinstance(kind, str) else ""

    def fault(severity: Severity, code: str, says: Message, member: str) -> Fault:
        here = f"{path}.{member}" if member and not member.startswith("[") else path + member
        return Fault(Depth.STRUCTURE, severity, code, says, place, here, reference)

    if not isinstance(kind, str) or kind not in KNOWN:
        yield fault(Severity.ERROR, "structure", say("there is no such resource type in FHIR R4"), "resourceType")
        return
    if kind not in READ:
        return
    for code, says, member in _by_model(kind, resource):
        yield fault(Severity.ERROR, code, says, member)
    for severity, says, member in _by_rule(kind, resource):
        yield fault(severity, "code-invalid" if severity is Severity.ERROR else "value", says, member)


def _by_model(kind: str, resource: Json) -> Iterator[tuple[str, Message, str]]:
    """The model's complaints. An R4-only contained type or deep nesting, which it cannot take, costs one fault."""
    try:
        _model(kind).model_validate(without_nulls(resource))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=True, include_input=True):
            found = _said(each)
            if found is not None:
                yield found
    except KeyError:
        yield "structure", say("it holds a resource of a type that FHIR R4 does not have"), "contained"
    except RecursionError:
        yield "structure", say("it is nested too deeply to be checked"), ""


def _said(error: Any) -> tuple[str, Message, str] | None:
    member = _member(error["loc"])
    match error["type"]:
        case "missing" | "model_field_validation.missing":
            return "required", say("a required member is missing"), member
        case "extra_forbidden":
            return "structure", say("FHIR R4 has no such member here"), member
        case _:
            if isinstance(error.get("input"), str) and _ZONELESS.fullmatch(error["input"]):
                return None  # told below, and less severely: it is usable
            return "value", say("the value is not of the type that FHIR R4 demands"), member


def _member(location: tuple[Any, ...]) -> str:
    written = ""
    for step in location:
        if isinstance(step, int):
            written += f"[{step}]"
        elif isinstance(step, str) and step.isidentifier():
            written += f".{step}" if written else step
    return written


def _by_rule(kind: str, resource: Json) -> Iterator[tuple[Severity, Message, str]]:
    for member, codes in REQUIRED_CODES.get(kind, {}).items():
        value = resource.get(member)
        if isinstance(value, str) and value not in codes:
            yield Severity.ERROR, say("`{value}` is none of the codes FHIR R4 allows here", value=value[:40]), member
    for (owner, member), codes in _STATUSES.items():
        if owner == kind and isinstance(resource.get(member), dict):
            yield from _status(resource[member], codes, member)
    name = resource.get("id")
    if isinstance(name, str) and not _ID.fullmatch(name):
        yield Severity.WARNING, say("the id is not one that FHIR R4 allows (1 to 64 letters, digits, - and .)"), "id"
    yield from _inside(resource, "", 0)


def _status(concept: Json, codes: frozenset[str], member: str) -> Iterator[tuple[Severity, Message, str]]:
    coding = concept.get("coding")
    sent = [each.get("code") for each in coding if isinstance(each, dict)] if isinstance(coding, list) else []
    if sent and not codes & {code for code in sent if isinstance(code, str)}:
        yield Severity.ERROR, say("`{value}` is none of the codes FHIR R4 allows here", value=str(sent[0])[:40]), member


_DEEPEST = 40


def _inside(value: Any, path: str, depth: int) -> Iterator[tuple[Severity, Message, str]]:
    """Comparators, times without a zone and null members, wherever they stand."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            if item is None:
                yield Severity.WARNING, say("null is not allowed in FHIR: leave the member out"), f"{path}[{index}]"
            yield from _inside(item, f"{path}[{index}]", depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            here = f"{path}.{name}" if path else name
            if item is None:
                yield Severity.WARNING, say("null is not allowed in FHIR: leave the member out"), here
            elif name == "comparator" and item not in _COMPARATORS:
                yield Severity.ERROR, say("the comparator is not one of <, <=, >= and >"), here
            elif isinstance(item, str) and _ZONELESS.fullmatch(item):
                yield Severity.WARNING, say("a time without its time zone"), here
            elif isinstance(item, dict | list) and name not in ("contained", "text"):
                yield from _inside(item, here, depth + 1)
