"""F7: pages that expire while they are read belong to a state of the record that is gone."""

from __future__ import annotations

from typing import Any

import pytest

from lnfhir.chart.coverage import Coverage
from tests.hook_calls import OUTCOME
from tests.unit.cds_hooks.fhir_server import FhirServer, says
from tests.unit.cds_hooks.test_fetch import conditions, page


def searched_anew(*replies: Any, page2: list[Any]) -> FhirServer:
    """A server whose searches have a second page with these replies; a second search may have a reply of its own."""
    server = FhirServer()

    async def first(request: Any) -> Any:
        turn = sum(name.startswith("Condition") for name, _ in server.asked)
        return await says(page(f"c{turn}", following=f"{server.base}/page2?search={turn}", total=2))(request)

    server.replies = {"Condition": [first, *replies], "page2": page2}
    return server


def test_pages_that_expired_are_thrown_away_and_searched_anew_once() -> None:
    """F7: the first search's page belongs to another state of the record than those of the second."""
    server = searched_anew(page2=[says(OUTCOME, 410), says(page("c9", total=2))])
    assert conditions(server) == (Coverage.COMPLETE, ["Condition/c2", "Condition/c9"], [])
    assert [name.partition("?")[0] for name, _ in server.asked] == ["Condition", "page2"] * 2


def test_pages_that_expire_again_leave_the_answer_partial() -> None:
    """F7: once is enough."""
    server = searched_anew(page2=[says(OUTCOME, 410)])
    assert conditions(server)[:2] == (Coverage.PARTIAL, ["Condition/c2"])
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [403, 410, 429, 500])
def test_pages_that_expired_still_count_where_the_new_search_fails(status: int) -> None:
    """F7: what was had is a part of the record, which is more than nothing."""
    server = searched_anew(says(OUTCOME, status), page2=[says(OUTCOME, 410)])
    assert conditions(server)[:2] == (Coverage.PARTIAL, ["Condition/c1"])
