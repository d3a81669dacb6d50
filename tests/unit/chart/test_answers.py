"""How a laboratory reads its own numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chart.records import chart_of, coded, observation

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("note", "flag"),
    [
        ([coded("H", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")], "high"),
        ([{"text": "偏低"}], "low"),
        ([coded("N")], "normal"),
        ([coded("H"), coded("L")], ""),
        ([coded("A")], ""),
        ([], ""),
    ],
)
def test_the_laboratory_says_whether_ldh_is_raised(note: list[Json], flag: str) -> None:
    value = {"value": 410, "unit": "U/L", "code": "U/L"}
    found = chart_of(observation(coded("2532-0"), valueQuantity=value, interpretation=note)).results
    assert [result.flag for result in found] == [flag]
