"""Pairing proteinuria with kidney function."""

from __future__ import annotations

import pytest

from lnfhir.measures.assessment import assessments
from lnfhir.policy import Policy
from tests.builders import chart, creatinine, d, procedure, upcr


@pytest.mark.parametrize(("gap", "paired"), [(30, True), (31, False), (-30, True), (-31, False)])
def test_function_counts_up_to_30_days_from_the_urine(gap: int, paired: bool) -> None:
    (assessment,) = assessments(chart(upcr(100, 2.0), creatinine(100 + gap, 0.9)), Policy())
    assert assessment.day == d(100)
    assert (assessment.function is not None) is paired


def test_the_site_may_allow_14_days_only() -> None:
    patient = chart(upcr(100, 2.0), creatinine(115, 0.9))
    assert assessments(patient, Policy(assessment_gap_days=14))[0].function is None
    assert assessments(patient, Policy())[0].function is not None


def test_the_nearest_function_is_taken_and_of_two_equally_near_the_earlier() -> None:
    (nearest,) = assessments(chart(upcr(100, 2.0), creatinine(90, 0.9), creatinine(105, 1.1)), Policy())
    assert nearest.function is not None
    assert nearest.function.day == d(105)
    (tied,) = assessments(chart(upcr(100, 2.0), creatinine(95, 0.9), creatinine(105, 1.1)), Policy())
    assert tied.function is not None
    assert tied.function.day == d(95)
    assert [e.reference for e in tied.evidence] == [
        tied.proteinuria.evidence.reference,
        tied.function.evidence.reference,
    ]


def test_proteinuria_of_a_day_on_dialysis_or_just_after_has_no_function() -> None:
    patient = chart(creatinine(-5, 1.0), procedure("dialysis", 0), upcr(3, 4.0), upcr(14, 4.0), upcr(20, 4.0))
    assert [a.function for a in assessments(patient, Policy())] == [None, None, None]


def test_function_before_dialysis_does_not_pair_with_proteinuria_after_it() -> None:
    patient = chart(creatinine(-5, 1.0), procedure("dialysis", 0), upcr(20, 4.0), creatinine(40, 1.4))
    (assessment,) = assessments(patient, Policy())
    assert assessment.function is not None
    assert assessment.function.day == d(40)
