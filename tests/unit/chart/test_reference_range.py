"""The upper limit of normal that a laboratory sends with an ALT; what is not plain is no limit and costs nothing."""

from __future__ import annotations

from typing import Any

import pytest

from lnfhir.quantity import Analyte
from tests.unit.chart.records import Json, coded, creatinine, observation, only_result, quantity

HIGH: Json = {"high": quantity(40, "U/L")}
KIND = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"


def alt(*ranges: Any) -> Json:
    sent = observation(coded("1742-6"), valueQuantity=quantity(85, "U/L"))
    return {**sent, "referenceRange": list(ranges)} if ranges else sent


@pytest.mark.parametrize(
    ("sent", "limit"),
    [
        (alt(HIGH), 40),
        (alt({"low": quantity(5, "U/L"), **HIGH, "text": "5 - 40"}), 40),
        (alt({"high": quantity("40", "U/L")}), 40),
        (alt({"high": {"value": 40}}), 40),
        (alt({**HIGH, "type": coded("normal", KIND)}), 40),
        (alt(HIGH, {**HIGH, "text": "again"}), 40),
        (alt(HIGH, {"high": quantity(120, "U/L"), "type": coded("treatment", KIND)}), 40),
        (alt(HIGH, {"high": quantity(60, "U/L"), "appliesTo": [coded("male", text="men")]}), 40),
        (alt(HIGH, {"high": quantity(60, "U/L"), "age": {"high": quantity(18, "a")}}), 40),
    ],
)
def test_a_plain_upper_limit_is_read(sent: Json, limit: float) -> None:
    assert only_result(sent).upper_limit == limit


@pytest.mark.parametrize(
    "sent",
    [
        alt(),
        alt({"text": "below 40"}),
        alt({"low": quantity(5, "U/L")}),
        alt({"high": {}}),
        alt(HIGH, {"high": quantity(50, "U/L")}),
        alt({**HIGH, "type": coded("treatment", KIND)}),
        alt({"high": quantity(40, "U/L", comparator="<")}),
        alt({"high": quantity(40, "mg/dL")}),
        alt({"high": quantity("about forty", "U/L")}),
        alt({"high": "40"}),
        alt("0-40"),
    ],
    ids=lambda sent: str(sent.get("referenceRange")),
)
def test_what_is_not_plain_is_no_limit_and_the_result_is_used_all_the_same(sent: Json) -> None:
    result = only_result(sent)
    assert result.upper_limit is None
    assert (result.analyte, str(result.amount)) == (Analyte.ALT, "85")


def test_a_range_that_is_no_list_costs_nothing_else() -> None:
    assert only_result({**alt(), "referenceRange": {"high": quantity(40, "U/L")}}).upper_limit is None


def test_no_other_test_has_a_limit() -> None:
    assert only_result(creatinine(referenceRange=[{"high": quantity(1.1, "mg/dL")}])).upper_limit is None
