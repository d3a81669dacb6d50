"""What the record shows, and what it only seems to show."""

from __future__ import annotations

import pytest

from lnfhir.guideline.record import diagnosed_now
from lnfhir.message import say
from tests.builders import chart, diagnosis

SAYS = say("there is a urinary tract infection")


@pytest.mark.parametrize(("begun", "state"), [(183 - 90, "met"), (183 - 91, "unknown")])
def test_an_acute_illness_never_closed_is_asked_about_after_90_days(begun: int, state: str) -> None:
    found = diagnosed_now(chart(diagnosis("urinary-infection", begun), as_of=183), SAYS, "urinary-infection")
    assert found.state == state


def test_a_chronic_illness_stays() -> None:
    found = diagnosed_now(chart(diagnosis("type-1-diabetes", -4000)), say("type 1 diabetes"), "type-1-diabetes")
    assert found.state == "met"


def test_a_new_episode_beside_a_stale_one_is_present() -> None:
    both = chart(diagnosis("urinary-infection", -4000), diagnosis("urinary-infection", 180), as_of=183)
    found = diagnosed_now(both, SAYS, "urinary-infection")
    assert (found.state, len(found.evidence)) == ("met", 1)
