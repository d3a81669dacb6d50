"""Feedback: what a client reports of cards. Bytes in, every item or every fault out.

Real clients differ: one names its reasons in the plural, one gives an extension for a reason, most leave out the
display. What the standard requires is required; the rest is taken as it comes. What could be free text is kept apart
from codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from cds_hooks.members import DEPTH, members
from cds_hooks.problems import Problem, fault, problem
from cds_hooks.request import A_UUID, MISSING, Members, decoded, opened_body
from lnfhir.fhir.issue import Issue
from lnfhir.message import say

MOST_ITEMS = 10_000
MOST_FAULTS = 200
LONGEST_COMMENT = 4000
OTHER = "other"

_CARD = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_OUTCOME = re.compile("accepted|overridden")
_INSTANT = re.compile(r"2\d{3}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_CODE = re.compile(r"[A-Za-z0-9._:\-]{1,64}")
_SYSTEM = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9._~:/?#@!$&+,;=%\-]{1,200}")
_EXTENSION = re.compile(r"[A-Za-z0-9._\-]{1,120}\.(?:id|code|reason)", re.IGNORECASE)

A_CODING = say("Must be an object with a code")
AN_INSTANT = say("Must be an RFC 3339 time with a zone")
AN_OUTCOME = say("Must be accepted or overridden")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one card. `reasons` are `system|code`; a code that could be free text is `other`.

    So is an accepted suggestion whose id is no UUID, as those of our cards are.

    `comment` is the user's free text. `repr` does not show it.
    """

    card: str
    outcome: str
    at: datetime
    suggestions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    comment: str = ""

    def __repr__(self) -> str:
        return f"Feedback({self.card}, {self.outcome})"


def read_feedback(body: bytes, *, depth: int = DEPTH) -> tuple[Feedback, ...] | Problem:
    """Read the body of `POST /cds-services/{id}/feedback`: all of it, or the faults with their paths (400, 413)."""
    top = opened_body(body, depth)
    if isinstance(top, Problem):
        return top
    found, unique = top
    if not unique:
        return problem(400, say("The body contains the same name twice, or too many names"), code="structure")
    if "feedback" not in found:
        return problem(400, MISSING, "feedback", "required")
    items: list[msgspec.Raw] | None = decoded(found["feedback"], list[msgspec.Raw])
    if not items:
        return problem(400, say("Must be an array with at least one item"), "feedback", "structure")
    if len(items) > MOST_ITEMS:
        return problem(413, say("Must have at most {limit} items", limit=MOST_ITEMS), "feedback", "too-long")
    faults: list[Issue] = []
    read = [_item(raw, f"feedback[{number}]", faults) for number, raw in enumerate(items)]
    if not faults:
        return tuple(item for item in read if item is not None)
    if len(faults) > MOST_FAULTS:
        more = say("{number} more faults are not listed", number=len(faults) - MOST_FAULTS)
        faults = [*faults[:MOST_FAULTS], fault("feedback", "incomplete", more)]
    return Problem(400, tuple(faults))


def _item(raw: msgspec.Raw, path: str, faults: list[Issue]) -> Feedback | None:
    opened = _object(raw, path, faults)
    if opened is None:
        return None
    card = _uuid(opened.text("card", _CARD, A_UUID, required=True))
    outcome = opened.text("outcome", _OUTCOME, AN_OUTCOME, required=True)
    at = _instant(opened)
    suggestions = _suggestions(opened, path, faults) if outcome == "accepted" else ()
    reasons, comment = _reasons(opened, path, faults)
    return None if at is None else Feedback(card, outcome, at, suggestions, reasons, comment)


def _object(raw: msgspec.Raw, path: str, faults: list[Issue]) -> Members | None:
    if not bytes(raw).startswith(b"{"):
        faults.append(fault(path, "structure", say("Must be a JSON object")))
        return None
    found, unique = members(bytes(raw))
    if not unique:
        faults.append(fault(path, "structure", say("Contains the same name twice, or too many names")))
    return Members(path, found, faults)


def _uuid(text: str) -> str:
    return text.lower().removeprefix("urn:uuid:")


def _instant(item: Members) -> datetime | None:
    text = item.text("outcomeTimestamp", _INSTANT, AN_INSTANT, required=True)
    if not text:
        return None
    try:
        # A leap second is a time, too.
        return datetime.fromisoformat(text.upper().replace(":60", ":59", 1)).astimezone(UTC)
    except (ValueError, OverflowError):
        item.complain("outcomeTimestamp", "value", AN_INSTANT)
        return None


def _suggestions(item: Members, path: str, faults: list[Issue]) -> tuple[str, ...]:
    raw = item.raw("acceptedSuggestions")
    if raw is None:
        item.complain("acceptedSuggestions", "required", MISSING)
        return ()
    found: list[msgspec.Raw] | None = decoded(raw, list[msgspec.Raw])
    if not found:
        item.complain("acceptedSuggestions", "structure", say("Must be an array with at least one item"))
        return ()
    place = f"{path}.acceptedSuggestions"
    opened = [_object(each, f"{place}[{number}]", faults) for number, each in enumerate(found)]
    return tuple(dict.fromkeys(_named(each) for each in opened if each is not None))


def _named(suggestion: Members) -> str:
    raw = suggestion.raw("id")
    if raw is None:
        suggestion.complain("id", "required", MISSING)
        return OTHER
    text: str | None = decoded(raw, str)
    return _uuid(text) if text is not None and _CARD.fullmatch(text) else OTHER


def _reasons(item: Members, path: str, faults: list[Issue]) -> tuple[tuple[str, ...], str]:
    """The reasons as `system|code`, and the comment, under the standard's name and the plural one."""
    reasons: list[str] = []
    comments: list[str] = []
    for name in ("overrideReason", "overrideReasons"):
        raw = item.raw(name)
        if raw is None:
            continue
        several = bytes(raw).startswith(b"[")
        each: list[msgspec.Raw] = (decoded(raw, list[msgspec.Raw]) or []) if several else [raw]
        for number, one in enumerate(each):
            place = f"{path}.{name}[{number}]" if several else f"{path}.{name}"
            opened = _object(one, place, faults)
            if opened is not None:
                reasons += _coded(opened) or _extended(opened)
                comments.append(_comment(opened))
    return tuple(dict.fromkeys(reasons)), "\n".join(filter(None, comments))[:LONGEST_COMMENT]


def _coded(opened: Members) -> list[str]:
    raw = opened.raw("reason")
    if raw is None:
        return []
    coding: Any = decoded(raw, dict[str, Any])
    if coding is None or not isinstance(coding.get("code"), str) or not coding["code"]:
        opened.complain("reason", "value", A_CODING)
        return []
    system = coding.get("system")
    known = isinstance(system, str) and _SYSTEM.fullmatch(system) is not None
    code = coding["code"] if _CODE.fullmatch(coding["code"]) else OTHER
    return [f"{system if known else ''}|{code}"]


def _extended(opened: Members) -> list[str]:
    """Reasons that are only in an extension: those members of it that name a code, as `member|code`."""
    raw = opened.raw("extension")
    extension: dict[str, Any] | None = decoded(raw, dict[str, Any]) if raw is not None else None
    if not extension:
        return []
    named = {name: str(value) for name, value in extension.items() if isinstance(value, str | int)}
    codes = [f"{name}|{code}" for name, code in named.items() if _EXTENSION.fullmatch(name) and _CODE.fullmatch(code)]
    return codes or [f"|{OTHER}"]


def _comment(opened: Members) -> str:
    raw = opened.raw("userComment")
    text: str | None = decoded(raw, str) if raw is not None else ""
    if text is None:
        opened.complain("userComment", "value", say("Must be a string"))
        return ""
    return text.replace("\0", "")
