"""A FHIR server small enough to read: the reads and searches that prefetch templates use, over resources in memory.

It does what R4 says and nothing else. A parameter it does not know is an error, so that a template cannot lean on
something this server, unlike a real one, silently ignores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]

# R4 search parameters by name: where in the resource the value is.
TOKENS: dict[str, tuple[str, ...]] = {
    "code": ("code", "medicationCodeableConcept"),
    "category": ("category",),
    "status": ("status",),
    "intent": ("intent",),
    "clinical-status": ("clinicalStatus",),
    "verification-status": ("verificationStatus",),
    "_id": ("id",),
}
DATES: dict[str, tuple[str, ...]] = {
    "date": ("effectiveDateTime", "performedDateTime", "performedPeriod", "recordedDate", "period"),
    "authoredon": ("authoredOn",),
    "authored": ("authoredOn",),
    "recorded-date": ("recordedDate",),
    "onset-date": ("onsetDateTime",),
    "whenhandedover": ("whenHandedOver",),
    "effective-time": ("effectiveDateTime", "effectivePeriod"),
    "effective": ("effectivePeriod", "effectiveDateTime"),
}


def prefetched(template: str, tokens: dict[str, str], resources: Sequence[Json]) -> Json | None:
    """What an EHR sends for one prefetch template: the resource read (None when there is none), or a searchset.

    A searchset of more than `_count` matches is cut there and links the next page, which the EHR does not follow.
    """
    for name, value in tokens.items():
        template = template.replace("{{" + name + "}}", value)
    if "{{" in template:
        raise ValueError(f"unresolved token in {template!r}")
    path, _, query = template.partition("?")
    if not query:
        return _read(path, resources)
    return _search(path, parse_qsl(query, strict_parsing=True), resources)


def _read(path: str, resources: Sequence[Json]) -> Json | None:
    kind, _, logical_id = path.partition("/")
    return next((r for r in resources if r["resourceType"] == kind and r["id"] == logical_id), None)


def _search(kind: str, parameters: list[tuple[str, str]], resources: Sequence[Json]) -> Json:
    names = [name for name, _ in parameters]
    if len(set(names)) < len(names):
        raise ValueError(f"a parameter is repeated: {names}")
    found = [r for r in resources if r["resourceType"] == kind]
    count, sort, includes = None, "", ""
    for name, value in parameters:
        if name == "_count":
            count = int(value)
        elif name == "_sort":
            sort = value
        elif name == "_include":
            includes = value
        elif name in ("patient", "subject"):
            found = [r for r in found if _about(r) == f"Patient/{value.removeprefix('Patient/')}"]
        elif name in TOKENS:
            found = [r for r in found if _has_token(r, TOKENS[name], value.split(","))]
        else:
            raise ValueError(f"search parameter not supported: {name!r}")
    if sort:
        newest_first, name = sort.startswith("-"), sort.removeprefix("-")
        if name not in DATES:
            raise ValueError(f"sort parameter not supported: {name!r}")
        found.sort(key=lambda r: _moment(r, DATES[name]), reverse=newest_first)
    page = found if count is None else found[:count]
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(found),
        "link": [{"relation": "self", "url": f"http://ehr.example.org/fhir/{kind}"}],
    }
    if len(page) < len(found):
        bundle["link"].append({"relation": "next", "url": f"http://ehr.example.org/fhir/{kind}?page=2"})
    entries = [{"resource": r, "search": {"mode": "match"}} for r in page]
    entries += [{"resource": r, "search": {"mode": "include"}} for r in _included(page, includes, resources)]
    if entries:
        bundle["entry"] = entries
    return bundle


def _about(resource: Json) -> str | None:
    reference = resource.get("subject") or resource.get("patient") or {}
    text = reference.get("reference")
    return text if isinstance(text, str) else None


def _has_token(resource: Json, fields: tuple[str, ...], wanted: list[str]) -> bool:
    held = {token for name in fields if name in resource for token in _tokens(resource[name])}
    return any(token in held for token in wanted)


def _tokens(value: Any) -> Iterator[str]:
    """Each `system|code` and bare `code` of a code, a CodeableConcept or a list of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _tokens(item)
    else:
        for coding in value.get("coding", ()):
            code = coding.get("code", "")
            yield from (code, f"{coding.get('system', '')}|{code}")


def _moment(resource: Json, fields: tuple[str, ...]) -> str:
    for name in fields:
        if name in resource:
            value = resource[name]
            return str(value.get("start", "")) if isinstance(value, dict) else str(value)
    return ""


def _included(page: Sequence[Json], include: str, resources: Sequence[Json]) -> list[Json]:
    if not include:
        return []
    if include != "MedicationRequest:medication":
        raise ValueError(f"include not supported: {include!r}")
    wanted = {r["medicationReference"]["reference"] for r in page if "medicationReference" in r}
    return [r for r in resources if f"{r['resourceType']}/{r['id']}" in wanted]
