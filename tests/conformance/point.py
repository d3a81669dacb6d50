"""A point of CDS Hooks, and where the tests are that hold the service to it.

`SHALL` and `SHOULD` are the service's duties, `MAY` what it may do, `CLIENT` what its clients owe and it has to bear.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Strength(Enum):
    """How much a point binds this service."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    MAY = "MAY"
    CLIENT = "client's duty"


@dataclass(frozen=True, slots=True)
class Point:
    """A point in our words, the tests that would fail without it, and why there is none where there is none."""

    number: int
    strength: Strength
    says: str
    tests: tuple[str, ...] = ()
    reason: str = ""


DUTIES = "tests/conformance/test_cds_hooks_service.py::"
FURTHER = "tests/conformance/test_cds_hooks_further.py::"
TRUST = "tests/conformance/test_cds_hooks_trust.py::"
DOOR = "tests/unit/cds_hooks/"
BAD = "tests/faults/bad_inputs/"
UPSTREAM = "tests/faults/upstream/test_upstream.py::"
SHALL, SHOULD, MAY, CLIENT = Strength.SHALL, Strength.SHOULD, Strength.MAY, Strength.CLIENT
