"""Numbers 23 to 36: what a refusal costs, counted in steps, for a clock would measure the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from benchmarks.refused_bodies import LARGEST, SIZE
from cds_hooks.answer import opened
from cds_hooks.config import Settings
from cds_hooks.members import MOST_MEMBERS
from cds_hooks.problems import Response
from tests.faults.bad_inputs.case import GOOD, Case
from tests.faults.bad_inputs.envelope_cases import json_cases

SETTINGS = Settings()
STEPS = 500
STEPS_A_MEMBER = 8
"""A step is a call of a function; none of them looks at the body more than once, from one end to the other."""


def steps(work: Callable[[], object]) -> int:
    """How many functions are called, in Python and below it."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        del frame, argument
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_body_is_refused_in_few_steps(name: str) -> None:
    sent = LARGEST[name]
    answers: list[object] = []
    assert len(sent) <= SIZE
    assert steps(lambda: answers.append(opened("ln-patient-view", sent, SETTINGS))) <= STEPS
    (refused,) = answers
    assert isinstance(refused, Response)
    assert refused.status == 400


@pytest.mark.parametrize("case", [case for case in json_cases() if case.status != 413], ids=lambda case: case.id)
def test_the_steps_grow_with_the_members_of_the_call_alone(case: Case) -> None:
    members = min(case.content.count(b'":'), MOST_MEMBERS)
    assert steps(lambda: opened("ln-patient-view", case.content, SETTINGS)) <= STEPS + STEPS_A_MEMBER * members


def test_more_members_than_anybody_sends_are_refused() -> None:
    def call(number: int) -> bytes:
        return GOOD.replace(b"{", b"{" + b"".join(b'"x%d":0,' % n for n in range(number)), 1)

    taken = opened("ln-patient-view", call(MOST_MEMBERS - 10), SETTINGS)
    assert not isinstance(taken, Response)
    refused = opened("ln-patient-view", call(MOST_MEMBERS + 1), SETTINGS)
    assert isinstance(refused, Response)
    assert refused.status == 400
