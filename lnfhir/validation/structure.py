"""The first depth: is a resource what FHIR R4 says it must be? Every fault of it, each with its path.

The models are those of `fhir.resources` (R4B), for the types whose R4 and R4B are the same where we read them. They
do not check codes whose value set is required, nor lengths of ids: those are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from lnfhir.fhir.envelope import without_nulls
from lnfhir.fhir.issue import Severity
from lnfhir.fhir.kinds import KNOWN, READ
from lnfhir.message import Message, say
from lnfhir.validation.fault import Depth, Fault
from lnfhir.validation.invariants import broken_invariants
from lnfhir.validation.required_codes import INSIDE, OF_RESOURCES, wrong_codes, wrong_concepts

Json = dict[str, Any]

_COMPARATORS = frozenset(("<", "<=", ">=", ">"))
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
    for severity, says, member in broken_invariants(resource):
        yield fault(severity, "invariant", says, member)


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
    for member, value in (*wrong_codes(OF_RESOURCES.get(kind, {}), resource), *wrong_concepts(kind, resource)):
        yield Severity.ERROR, _none_of_the_codes(value), member
    name = resource.get("id")
    if isinstance(name, str) and not _ID.fullmatch(name):
        yield Severity.WARNING, say("the id is not one that FHIR R4 allows (1 to 64 letters, digits, - and .)"), "id"
    yield from _inside(resource, "", 0)


def _none_of_the_codes(value: str) -> Message:
    return say("`{value}` is none of the codes FHIR R4 allows here", value=value[:40])


_DEEPEST = 40


def _inside(value: Any, path: str, depth: int) -> Iterator[tuple[Severity, Message, str]]:
    """Codes of data types, comparators, times without a zone, null and empty members, wherever they stand."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, f"{path}[{index}]", depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            here = f"{path}.{name}" if path else name
            yield from _absent(name, item, here, value)
            if name == "comparator" and item not in (None, *_COMPARATORS):
                yield Severity.ERROR, say("the comparator is not one of <, <=, >= and >"), here
            elif isinstance(item, str) and _ZONELESS.fullmatch(item):
                yield Severity.WARNING, say("a time without its time zone"), here
            elif isinstance(item, dict | list) and name != "contained":
                yield from _of_a_type(name, item, here)
                if name != "text":
                    yield from _inside(item, here, depth + 1)


def _absent(name: str, item: Any, path: str, holder: Json) -> Iterator[tuple[Severity, Message, str]]:
    """A member that is there and says nothing."""
    if item is None:
        yield Severity.WARNING, _no_null(), path
    elif item in ({}, []) or (isinstance(item, list) and {} in item):
        yield Severity.WARNING, say("empty members are not allowed in FHIR: leave the member out"), path
    if isinstance(item, list) and not _in_step(name, holder):
        for index in (index for index, each in enumerate(item) if each is None):
            yield Severity.WARNING, _no_null(), f"{path}[{index}]"


def _in_step(name: str, holder: Json) -> bool:
    """Whether these are values with extensions or those extensions: there a null keeps the two arrays in step."""
    return (name[1:] if name.startswith("_") else f"_{name}") in holder


def _no_null() -> Message:
    return say("null is not allowed in FHIR: leave the member out")


def _of_a_type(name: str, value: Any, path: str) -> Iterator[tuple[Severity, Message, str]]:
    """Codes that the data type of this member requires, and extensions that say nothing or two things."""
    codes, extends = INSIDE.get(name), name in ("extension", "modifierExtension")
    if codes is None and not extends:
        return
    for index, item in enumerate(value) if isinstance(value, list) else ((None, value),):
        if isinstance(item, dict):
            here = path if index is None else f"{path}[{index}]"
            for member, sent in wrong_codes(codes or {}, item, here):
                yield Severity.ERROR, _none_of_the_codes(sent), member
            if extends and bool(item.get("extension")) is any(each.startswith("value") for each in item):
                yield Severity.ERROR, say("an extension has either a value or extensions of its own"), here
