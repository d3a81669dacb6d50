"""The shapes of CDS Hooks 2.0.1 that leave this service. What is empty is omitted; null is never sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

IndicatorCode = Literal["info", "warning", "critical"]
SelectionBehavior = Literal["any", "at-most-one"]


class Coding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code with its system; `display` is required among override reasons."""

    system: str
    code: str
    display: str = ""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a card's advice comes from; `topic` is static per rule, so that clients can count and mute by it."""

    label: str
    topic: Coding
    url: str = ""


class Action(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a client does on acceptance; some clients show `description` and nothing else."""

    type: Literal["create", "update", "delete"]
    description: str
    resource: dict[str, Any] = {}
    resource_id: str = msgspec.field(default="", name="resourceId")


class Suggestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """Actions that are taken together or not at all."""

    label: str
    uuid: str
    actions: tuple[Action, ...] = ()


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of advice. `summary` has at most 139 characters; `detail` is GitHub-flavoured Markdown without HTML."""

    uuid: str
    summary: str
    indicator: IndicatorCode
    source: Source
    detail: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: SelectionBehavior | None = msgspec.field(default=None, name="selectionBehavior")
    override_reasons: tuple[Coding, ...] = msgspec.field(default=(), name="overrideReasons")


class HookResponse(msgspec.Struct, frozen=True):
    """A service's answer; an empty `cards` says "looked, nothing to say"."""

    cards: tuple[Card, ...]
    extension: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


def without_empties(value: Any) -> Any:
    """JSON without null, empty text, empty arrays and empty objects, which CDS Hooks forbids."""
    if isinstance(value, Mapping):
        kept = {name: without_empties(member) for name, member in value.items()}
        return {name: member for name, member in kept.items() if not _empty(member)}
    if isinstance(value, list | tuple):
        return [member for member in map(without_empties, value) if not _empty(member)]
    return value


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
