"""Periods of dialysis, and transplantation."""

from __future__ import annotations

from lnfhir.measures.dialysis import dialysis_periods, transplanted_kidney
from tests.builders import chart, d, diagnosis, procedure


def test_sessions_up_to_35_days_apart_are_one_period() -> None:
    together = dialysis_periods(chart(procedure("dialysis", 0), procedure("dialysis", 35)))
    assert [(p.first, p.last) for p in together] == [(d(0), d(35))]
    apart = dialysis_periods(chart(procedure("dialysis", 0), procedure("dialysis", 36)))
    assert [(p.first, p.last) for p in apart] == [(d(0), d(0)), (d(36), d(36))]


def test_90_days_make_dialysis_chronic() -> None:
    (period,) = dialysis_periods(chart(diagnosis("dialysis-dependence", 0)))
    assert period.last is None
    assert period.chronic_on(d(89)) is False
    assert period.chronic_on(d(90)) is True


def test_a_period_that_ended_early_never_becomes_chronic() -> None:
    (period,) = dialysis_periods(chart(procedure("dialysis", 0), procedure("dialysis", 20)))
    assert period.chronic_on(d(183)) is False


def test_sessions_before_a_diagnosis_belong_to_its_period() -> None:
    (period,) = dialysis_periods(chart(procedure("dialysis", 0), diagnosis("dialysis-dependence", 30)))
    assert (period.first, period.last) == (d(0), None)
    assert len(period.evidence) == 2


def test_a_dependence_that_ended_has_its_last_day_and_one_no_longer_active_is_known_of_its_start_only() -> None:
    (ended,) = dialysis_periods(chart(diagnosis("dialysis-dependence", 0, 100)))
    assert (ended.first, ended.last) == (d(0), d(100))
    (inactive,) = dialysis_periods(chart(diagnosis("dialysis-dependence", 0, active=False)))
    assert (inactive.first, inactive.last) == (d(0), d(0))


def test_an_undated_session_counts_only_when_none_is_dated() -> None:
    (alone,) = dialysis_periods(chart(procedure("dialysis", None)))
    assert (alone.first, alone.last) == (None, None)
    assert alone.chronic_on(d(0)) is None
    (dated,) = dialysis_periods(chart(procedure("dialysis", None), procedure("dialysis", 5)))
    assert (dated.first, dated.last) == (d(5), d(5))
    assert dialysis_periods(chart(procedure("kidney-biopsy", None))) == ()


def test_an_unconfirmed_or_past_undated_dependence_is_no_period() -> None:
    assert dialysis_periods(chart(diagnosis("dialysis-dependence", 0, certainty="unconfirmed"))) == ()
    assert dialysis_periods(chart(diagnosis("dialysis-dependence", active=False))) == ()


def test_a_transplant_is_known_by_diagnosis_or_operation() -> None:
    assert len(transplanted_kidney(chart(diagnosis("kidney-transplant")))) == 1
    assert len(transplanted_kidney(chart(procedure("kidney-transplantation", -900)))) == 1
    assert transplanted_kidney(chart(diagnosis("kidney-transplant", certainty="unconfirmed"))) == ()
    assert transplanted_kidney(chart(procedure("dialysis", 0))) == ()
