"""The Bundle around the resources, decoded in one go or entry by entry."""

from __future__ import annotations

from typing import Any

import msgspec

from lnfhir.fhir.resource import Resource


class Search(msgspec.Struct, frozen=True, gc=False):
    mode: str | None = None


class Response(msgspec.Struct, frozen=True, gc=False):
    status: str | None = None


class Link(msgspec.Struct, frozen=True, gc=False):
    relation: str | None = None
    url: str | None = None


class Entry(msgspec.Struct, frozen=True, gc=False):
    full_url: str | None = msgspec.field(default=None, name="fullUrl")
    resource: Resource | None = None
    search: Search | None = None
    response: Response | None = None


class Bundle(msgspec.Struct, frozen=True, gc=False):
    """A Bundle, or any other resource, of which only `resourceType` then counts."""

    resource_type: str = msgspec.field(default="", name="resourceType")
    type: str | None = None
    total: int | None = None
    link: tuple[Link, ...] = ()
    entry: tuple[Entry, ...] = ()


class LooseEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry whose resource is decoded on its own, so that a broken one costs only itself."""

    full_url: str | None = msgspec.field(default=None, name="fullUrl")
    resource: msgspec.Raw = msgspec.Raw(b"null")
    search: Search | None = None
    response: Response | None = None


class LooseBundle(msgspec.Struct, frozen=True, gc=False):
    type: Any = None
    total: Any = None
    link: Any = None
    entry: tuple[msgspec.Raw, ...] | None = None


class Kind(msgspec.Struct, frozen=True, gc=False):
    """Just enough of a resource to name it."""

    resource_type: Any = msgspec.field(default=None, name="resourceType")
    id: Any = None


WHOLE = msgspec.json.Decoder(Bundle | None)
LOOSE = msgspec.json.Decoder(LooseBundle)
LOOSE_ENTRY = msgspec.json.Decoder(LooseEntry | None)
KIND = msgspec.json.Decoder(Kind | None)
ONE = msgspec.json.Decoder(Resource)
_OBJECT = msgspec.json.Decoder(dict[str, Any])

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that decoding hostile bytes can raise."""


def without_nulls(value: Any) -> Any:
    """JSON without null members and items: FHIR forbids them, senders send them, and they say nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def read_one(raw: msgspec.Raw | bytes) -> Resource:
    """Decode one resource, ignoring nulls; raises one of `UNREADABLE`."""
    try:
        return ONE.decode(raw)
    except msgspec.ValidationError:
        if b"null" not in bytes(raw):
            raise
        return ONE.decode(msgspec.json.encode(without_nulls(msgspec.json.decode(raw))))


_DECISIVE = frozenset(("resourceType", "id", "modifierExtension", "implicitRules"))


def read_in_part(raw: msgspec.Raw | bytes) -> tuple[Resource, dict[str, str]]:
    """One resource without the members of a wrong kind, and these: their names with the paths of what is wrong.

    Only for a resource whose members mean the same without each other, as those of a Patient do. Raises one of
    `UNREADABLE` when a member is wrong on which identity or meaning depends.
    """
    sent: dict[str, Any] = without_nulls(_OBJECT.decode(raw))
    kept: dict[str, Any] = {"resourceType": sent.get("resourceType")}
    wrong: dict[str, str] = {}
    for name, member in sent.items():
        try:
            ONE.decode(msgspec.json.encode({"resourceType": "", name: member}))
        except msgspec.ValidationError as error:
            if name in _DECISIVE:
                raise
            wrong[name] = where(error) or f".{name}"
        else:
            kept[name] = member
    return ONE.decode(msgspec.json.encode(kept)), wrong


def where(error: Exception) -> str:
    """The path inside the resource at which decoding failed, `` when it names none."""
    _, found, path = str(error).partition(" - at `$")
    return path.rstrip("`") if found else ""
