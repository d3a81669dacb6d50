"""Three-valued logic whose answers carry their reasons.

Kleene logic: NOT_MET decides a conjunction, MET a disjunction, otherwise UNKNOWN spreads. A combinator
takes its evidence and its missing items only from the parts that decided its truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import Enum
from itertools import chain
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from lnfhir.message import Message, say

T = TypeVar("T")
U = TypeVar("U")


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


class Truth(Enum):
    """An answer that may be unknown. It has no truthiness: `if truth:` is a bug, so it raises."""

    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("a Truth has three values; compare it with `is Truth.MET`")

    def __invert__(self) -> Truth:
        return _NEGATION[self]


_NEGATION = {Truth.MET: Truth.NOT_MET, Truth.NOT_MET: Truth.MET, Truth.UNKNOWN: Truth.UNKNOWN}


def truth_of(condition: bool) -> Truth:
    """MET or NOT_MET for a plain boolean."""
    return Truth.MET if condition else Truth.NOT_MET


class Evidence(Struct, frozen=True):
    """One datum that decided an answer: where it came from, what it says, when; `sent` as it was sent, if converted."""

    reference: str
    label: str
    value: str = ""
    unit: str = ""
    when: date | None = None
    sent: str = ""

    def __str__(self) -> str:
        amount = " ".join(part for part in (self.label, self.value, self.unit) if part)
        return f"{amount} on {self.when.isoformat()}" if self.when else amount


class Finding(Struct, frozen=True):
    """An assertion, its truth, and why.

    `missing` is non-empty exactly when the truth is UNKNOWN. `pending_until` is the date on which time
    alone would settle an UNKNOWN. `notes` inform and never change the truth.
    """

    says: Message
    truth: Truth
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Message, ...] = ()
    parts: tuple[Finding, ...] = ()
    notes: tuple[Message, ...] = ()
    pending_until: date | None = None

    def __post_init__(self) -> None:
        if bool(self.missing) != (self.truth is Truth.UNKNOWN):
            raise ValueError(f"a finding names what is missing exactly when it is unknown: {self.says}")

    @property
    def pending(self) -> bool:
        """Unknown, and time alone would settle it."""
        return self.pending_until is not None

    @property
    def state(self) -> str:
        """`met`, `not-met`, `unknown` or `pending`, as published in reports."""
        return "pending" if self.pending else self.truth.value

    def noting(self, *notes: Message) -> Finding:
        """The same finding with further notes."""
        return replace(self, notes=_unique(self.notes + notes)) if notes else self


def met(says: Message, *evidence: Evidence, notes: tuple[Message, ...] = ()) -> Finding:
    """A leaf that holds."""
    return Finding(says, Truth.MET, evidence, notes=notes)


def not_met(says: Message, *evidence: Evidence, notes: tuple[Message, ...] = ()) -> Finding:
    """A leaf that does not hold."""
    return Finding(says, Truth.NOT_MET, evidence, notes=notes)


def unknown(
    says: Message, *missing: Message, evidence: tuple[Evidence, ...] = (), notes: tuple[Message, ...] = ()
) -> Finding:
    """A leaf that cannot be decided, with what would decide it."""
    return Finding(says, Truth.UNKNOWN, evidence, missing, notes=notes)


def pending(says: Message, until: date, *evidence: Evidence, notes: tuple[Message, ...] = ()) -> Finding:
    """A leaf that only time can decide."""
    return Finding(
        says, Truth.UNKNOWN, evidence, (say("time until {until}", until=until),), notes=notes, pending_until=until
    )


def _combined(says: Message, truth: Truth, deciding: Sequence[Finding], parts: tuple[Finding, ...]) -> Finding:
    evidence = _unique(chain.from_iterable([part.evidence for part in deciding]))
    missing = _unique(chain.from_iterable([part.missing for part in deciding]))
    until = None
    if truth is Truth.UNKNOWN and all(part.pending for part in deciding):
        until = max(part.pending_until for part in deciding if part.pending_until)
    return Finding(says, truth, evidence, missing, parts, pending_until=until)


def at_least(n: int, says: Message, *parts: Finding) -> Finding:
    """At least `n` of the parts hold; `any_of` at 1, `all_of` at the number of parts."""
    holding = [part for part in parts if part.truth is Truth.MET]
    failing = [part for part in parts if part.truth is Truth.NOT_MET]
    open_ = [part for part in parts if part.truth is Truth.UNKNOWN]
    if len(holding) >= n:
        return _combined(says, Truth.MET, holding, parts)
    if len(holding) + len(open_) < n:
        return _combined(says, Truth.NOT_MET, failing, parts)
    return _combined(says, Truth.UNKNOWN, open_, parts)


def all_of(says: Message, *parts: Finding) -> Finding:
    """Every part holds."""
    return at_least(len(parts), says, *parts)


def any_of(says: Message, *parts: Finding) -> Finding:
    """Some part holds."""
    return at_least(1, says, *parts)


def none_of(says: Message, *parts: Finding) -> Finding:
    """No part holds. The parts keep their own, positive, wording."""
    some = any_of(says, *parts)
    return replace(some, truth=~some.truth)


class Known(Struct, Generic[T], frozen=True):
    """A value and the data it was computed from."""

    value: T
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[Message, ...] = ()

    def finding(self, says: Message, test: Callable[[T], Truth | bool]) -> Finding:
        """Judge the value."""
        answer = test(self.value)
        truth = answer if isinstance(answer, Truth) else truth_of(answer)
        missing = (say("an exact value for: {criterion}", criterion=says),) if truth is Truth.UNKNOWN else ()
        return Finding(says, truth, self.evidence, missing, notes=self.notes)

    def map(self, change: Callable[[T], U]) -> Known[U]:
        """The same evidence for a derived value."""
        return Known(change(self.value), self.evidence, self.notes)


class Missing(Struct, frozen=True):
    """A value that cannot be had, and what would give it."""

    needs: tuple[Message, ...]

    def __post_init__(self) -> None:
        if not self.needs:
            raise ValueError("a missing value names what would give it")

    def finding(self, says: Message, test: Callable[..., Truth | bool]) -> Finding:
        """Unknown, whatever the test."""
        del test
        return Finding(says, Truth.UNKNOWN, missing=self.needs)


def missing(*needs: Message) -> Missing:
    """A value that cannot be had for want of these."""
    return Missing(needs)
