"""What the criteria conclude, per profile and per definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from lnfhir.logic import Finding
from lnfhir.message import Message


@dataclass(frozen=True, slots=True)
class RefractoryVerdict:
    """One profile's answer to "is this refractory?": C1..C4 and the conjunction.

    `state` is a word for the course of events: `refractory`, `treatment-failed` (C3 is met, another criterion is not),
    `inadequate-response` (one course of the two ACR asks for), `relapse`, `response-lost`, `late-response`,
    `was-refractory-now-responding`, `no-response-so-far`, `incomplete-response`, `responding`, `kidney-failure`,
    or `` when there is nothing to add.
    """

    profile: str
    overall: Finding
    c1: Finding
    c2: Finding
    c3: Finding
    c4: Finding
    state: str = ""
    rule: str = ""
    since: date | None = None
    notes: tuple[Message, ...] = ()


class ResponseState(Enum):
    """Response under one definition at one date."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ResponseVerdict:
    """Response under one definition: when it was judged, and why. `at` is `today` or a milestone such as `6mo`."""

    definition: str
    at: str
    day: date | None
    state: ResponseState
    complete: Finding
    partial: Finding
    notes: tuple[Message, ...] = ()
