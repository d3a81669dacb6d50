"""V7b: on one sample eGFR is down by 20.1 % and creatinine up by 20.0 %, and both answers are shown."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.guideline.courses import Course
from lnfhir.guideline.response_report import responses
from lnfhir.guideline.trajectory import series_of, trajectory
from lnfhir.policy import Policy
from tests.builders import chart, creatinine, d, upcr, woman


def notes(last_creatinine: float, policy: Policy) -> list[str]:
    """What is noted about today's responses of a woman with 0.80 mg/dL at the start, 365 days later."""
    entries = (upcr(0, 2.6), upcr(365, 0.40), creatinine(0, 0.80), creatinine(365, last_creatinine))
    seen = chart(*entries, person=woman(date(1993, 9, 1)), as_of=365)
    course = trajectory(Course(1, d(0), None, ("mycophenolate-mofetil",)), seen, policy, series_of(seen, policy))
    return [str(note) for found in responses((course,), policy) if found.at == "today" for note in found.notes]


def test_the_response_by_creatinine_is_shown_beside_that_by_egfr() -> None:
    assert notes(0.96, Policy()) == [
        "ACR 2024 on 2025-01-14: none; by creatinine instead of eGFR complete",
        "EULAR 2025 on 2025-01-14: none; by creatinine instead of eGFR complete",
    ]


def test_and_the_other_way_round_where_the_site_judges_by_creatinine() -> None:
    assert notes(0.96, Policy(function_metric="creatinine")) == [
        "ACR 2024 on 2025-01-14: complete; by eGFR instead of creatinine none",
        "EULAR 2025 on 2025-01-14: complete; by eGFR instead of creatinine none",
    ]


@pytest.mark.parametrize("agreeing", [0.85, 0.97])
def test_nothing_is_noted_where_both_agree(agreeing: float) -> None:
    assert notes(agreeing, Policy()) == []
