"""From Observations to results, one quirk of real senders at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.fhir.issue import Severity
from lnfhir.quantity import Analyte
from tests.unit.chart.records import (
    SNOMED,
    chart_of,
    coded,
    creatinine,
    noted,
    observation,
    only_result,
    quantity,
    said,
    without,
)

Json = dict[str, Any]


def value(result_of: Json) -> float:
    result = only_result(result_of)
    assert result.amount is not None
    assert result.amount.exact
    return result.amount.low


# -- Status


@pytest.mark.parametrize("status", ["final", "amended", "corrected", " final "])
def test_a_final_result_is_used(status: str) -> None:
    assert value(creatinine(1.2, status=status)) == 1.2


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("preliminary", "preliminary: shown here, not used"),
        ("registered", "the status is not final: not used"),
        ("unknown", "the status is not final: not used"),
        ("", "the status is not final: not used"),
        ("bogus", "the status is not final: not used"),
        ("entered-in-error", None),
        ("entered-in-error ", None),
        ("cancelled", None),
    ],
)
def test_a_result_that_is_not_final_is_not_used(status: str, note: str | None) -> None:
    chart = chart_of(creatinine(status=status))
    assert chart.results == ()
    assert noted(chart) == ([note] if note else [])


# -- Time


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ({"effectiveDateTime": "2025-03-01"}, date(2025, 3, 1)),
        ({"effectiveDateTime": "2025-03-01T23:30:00-05:00"}, date(2025, 3, 1)),
        ({"effectiveDateTime": "2025-03-01T10:00:00.123456Z"}, date(2025, 3, 1)),
        ({"effectiveInstant": "2025-03-01T10:00:00Z"}, date(2025, 3, 1)),
        ({"effectivePeriod": {"start": "2025-03-01", "end": "2025-03-02"}}, date(2025, 3, 2)),
        ({"effectivePeriod": {"start": "2025-03-01"}}, date(2025, 3, 1)),
        ({"issued": "2025-03-04T08:00:00Z"}, date(2025, 3, 4)),
    ],
)
def test_the_day_of_a_result(when: Json, day: date) -> None:
    assert only_result({**without(creatinine(), "effectiveDateTime"), **when}).day == day


def test_only_issued_is_used_and_noted() -> None:
    chart = chart_of({**without(creatinine(), "effectiveDateTime"), "issued": "2025-03-04T08:00:00Z"})
    assert noted(chart) == ["no time of measurement; the time of issue is used"]
    assert chart.coverage[Need.KIDNEY_FUNCTION] is Coverage.COMPLETE


@pytest.mark.parametrize(
    ("when", "complaint"),
    [
        ({}, "no time is given: this is not used"),
        ({"effectiveDateTime": "2025"}, "the day is not known: this is not used"),
        ({"effectiveDateTime": "2025-03"}, "the day is not known: this is not used"),
        ({"effectiveDateTime": "2025-02-30"}, "this is not a date or time: the resource is not used"),
        ({"effectiveDateTime": "1700000000"}, "this is not a date or time: the resource is not used"),
    ],
)
def test_a_result_without_a_known_day_is_not_used_and_leaves_its_need_in_doubt(when: Json, complaint: str) -> None:
    chart = chart_of({**without(creatinine(), "effectiveDateTime"), **when})
    assert chart.results == ()
    assert said(chart) == [complaint]
    assert chart.coverage[Need.KIDNEY_FUNCTION] is Coverage.PARTIAL
    assert chart.coverage[Need.PROTEINURIA] is Coverage.COMPLETE


def test_nothing_after_as_of_enters() -> None:
    chart = chart_of(creatinine(day="2026-01-01"), creatinine(1.5, name="o2", day="2025-12-31"))
    assert [result.reference for result in chart.results] == ["Observation/o2"]


def test_results_after_as_of_are_told_once() -> None:
    """A wrong date must not make a result disappear without a word; a look back must not bury the reader."""
    later = [creatinine(name=f"o{day}", day=f"2026-01-0{day}") for day in (3, 1, 2)]
    chart = chart_of(*later, creatinine(1.5, name="o4", day="2025-12-31"))
    (issue,) = chart.issues
    assert (issue.severity, issue.code, issue.reference) == (Severity.WARNING, "value", "Observation/o1")
    assert str(issue.says) == "3 results are dated after the day of this review and not used"
    assert chart.coverage[Need.KIDNEY_FUNCTION] is Coverage.COMPLETE


def test_a_result_before_birth_is_not_used() -> None:
    chart = chart_of(creatinine(day="1900-01-01"))
    assert chart.results == ()
    assert noted(chart) == ["results dated before the birth of the patient are not used"]


def test_results_of_different_zones_are_sorted_by_what_really_came_first() -> None:
    late = creatinine(2.0, name="late", day="2025-03-01T01:00:00Z")
    early = creatinine(1.0, name="early", day="2025-03-01T02:00:00+05:00")
    assert [r.reference for r in chart_of(late, early).results] == ["Observation/early", "Observation/late"]


# -- Codes


@pytest.mark.parametrize(
    "code",
    [
        coded("2160-0"),
        coded("2160-0", "http://loinc.org/"),
        {"coding": [{"system": "urn:local", "code": "CREA"}, {"system": "http://loinc.org", "code": "2160-0"}]},
        {"text": "Creatinine, serum"},
        coded("12904", display="Creatinine"),
        {"coding": [{"display": "Creatinine"}]},
    ],
)
def test_a_creatinine_is_recognised_however_it_is_coded(code: Json) -> None:
    assert only_result(observation(code, valueQuantity=quantity(1.0, "mg/dL"))).analyte is Analyte.CREATININE


def test_what_is_not_ours_leaves_no_trace() -> None:
    chart = chart_of(observation(coded("9279-1"), status="nonsense", day="no date"))
    assert (chart.results, chart.issues) == ((), ())


def test_a_code_and_a_name_that_disagree_are_an_issue() -> None:
    chart = chart_of(observation(coded("4498-2", display="Complement C3"), valueQuantity=quantity(90, "mg/dL")))
    assert chart.results == ()
    assert said(chart) == ["the code and the text name different tests"]


# -- Values


@pytest.mark.parametrize(
    "sent",
    [
        {"valueQuantity": quantity(1.1, "mg/dL")},
        {"valueQuantity": quantity("1.1", "mg/dL")},
        {"valueQuantity": {"value": 1.1, "unit": "mg/dL"}},
        {"valueQuantity": quantity(97.24, "umol/L")},
        {"valueString": "1.1 mg/dL"},
    ],
)
def test_a_number_is_read_however_it_is_sent(sent: Json) -> None:
    assert value(creatinine(None, **sent)) == pytest.approx(1.1, abs=0.001)


def test_the_value_is_kept_as_it_was_sent() -> None:
    result = only_result(observation(coded("34366-5"), valueQuantity=quantity(56.5, "mg/mmol")))
    assert (result.sent_value, result.sent_unit) == ("56.5", "mg/mmol")


def test_a_comparator_makes_an_interval() -> None:
    result = only_result(observation(coded("2890-2"), valueQuantity=quantity(100, "mg/g", comparator="<")))
    assert result.amount is not None
    assert (result.amount.low, result.amount.high, result.amount.high_open) == (0.0, 0.1, True)
    assert result.sent_value == "<100"


def test_a_comparator_in_text_makes_an_interval() -> None:
    result = only_result(observation(coded("2890-2"), valueString="<0.10 g/g"))
    assert result.amount is not None
    assert result.amount.high == pytest.approx(0.1)


@pytest.mark.parametrize(("text", "low", "high"), [(">100 IU/mL", 100, float("inf")), ("60-80 IU/mL", 60, 80)])
def test_a_free_text_value_with_a_bound_or_a_range(text: str, low: float, high: float) -> None:
    result = only_result(observation(coded("5130-0"), valueString=text))
    assert result.amount is not None
    assert (result.amount.low, result.amount.high) == (low, high)


def test_a_titre_is_no_concentration() -> None:
    chart = chart_of(observation(coded("5130-0"), valueString=">1:640"))
    assert chart.results == ()
    assert len(said(chart)) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"valueString": "1,1 mg/dL"},
        {"valueString": "hemolyzed"},
        {"valueString": "see note"},
        {"valueString": "++"},
        {"valueString": "1.1"},
        {"valueQuantity": {"value": 1.1}},
        {"valueQuantity": quantity(1.1, "furlong")},
        {"valueQuantity": quantity(88, "mg/dL")},
        {"valueQuantity": quantity(-1, "mg/dL")},
        {"valueQuantity": quantity(1.1, "mg/dL", comparator="~")},
        {"valueCodeableConcept": coded("10828004", SNOMED)},
        {"valueInteger": 1},
    ],
)
def test_a_value_that_cannot_be_trusted_is_an_issue_and_leaves_its_need_in_doubt(sent: Json) -> None:
    chart = chart_of(creatinine(None, **sent))
    assert chart.results == ()
    assert len(said(chart)) == 1
    assert chart.issues[0].path.startswith(f"Bundle.entry[1].resource.{next(iter(sent))}")
    assert chart.coverage[Need.KIDNEY_FUNCTION] is Coverage.PARTIAL


@pytest.mark.parametrize(
    "sent",
    [
        {"dataAbsentReason": coded("masked", "http://x")},
        {},
        {"valueQuantity": {"unit": "mg/dL"}},
        {"valueRange": {}},
        {"valueRange": {"low": quantity(1.0, "mg/dL"), "high": {"unit": "mg/dL"}}},
        {"valueRange": {"low": {}, "high": {}}},
    ],
)
def test_a_result_without_a_value_is_noted(sent: Json) -> None:
    chart = chart_of(creatinine(None, **sent))
    assert chart.results == ()
    assert noted(chart) == ["no value was given"]


def test_a_range_is_an_interval() -> None:
    span = {"low": quantity(1.0, "mg/dL"), "high": quantity(1.2, "mg/dL")}
    result = only_result(creatinine(None, valueRange=span))
    assert result.amount is not None
    assert (result.amount.low, result.amount.high) == (1.0, 1.2)


@pytest.mark.parametrize(
    ("sent", "positive"),
    [
        ({"valueCodeableConcept": coded("10828004", SNOMED)}, True),
        ({"valueCodeableConcept": coded("260385009", SNOMED)}, False),
        ({"valueCodeableConcept": {"text": "Negative"}}, False),
        ({"valueCodeableConcept": coded("LA11883-8")}, False),
        ({"valueString": "POSITIVE"}, True),
        ({"valueString": "not detected"}, False),
        ({"valueString": "阳性"}, True),
        ({"valueString": "阴性（-）"}, False),
        ({"valueString": "++"}, True),
        ({"valueBoolean": True}, True),
        (
            {"interpretation": [coded("NEG", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")]},
            False,
        ),
    ],
)
@pytest.mark.parametrize("code", ["2106-3", "3281-3", "5196-1"])
def test_a_qualitative_answer(code: str, sent: Json, positive: bool) -> None:
    result = only_result(observation(coded(code), **sent))
    assert (result.positive, result.amount) == (positive, None)


@pytest.mark.parametrize(
    "sent",
    [
        {"valueCodeableConcept": {"coding": [{"code": "10828004"}, {"code": "260385009"}]}},
        {"valueString": "indeterminate"},
        {"valueString": "no, positive"},
    ],
)
def test_an_unclear_qualitative_answer_is_an_issue(sent: Json) -> None:
    chart = chart_of(observation(coded("2106-3"), **sent))
    assert chart.results == ()
    assert len(said(chart)) == 1


def test_a_quantitative_pregnancy_test_is_a_number() -> None:
    result = only_result(observation(coded("21198-7"), valueQuantity=quantity(5200, "[IU]/L")))
    assert result.positive is None
    assert result.amount is not None
