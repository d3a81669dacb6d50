"""Mild relapse and the AURORA 2 flare are notes, on one side of each limit only."""

from __future__ import annotations

import pytest

from lnfhir.chart.entries import Result
from lnfhir.guideline.course_of_treatment import courses_of_treatment
from lnfhir.guideline.refractory import refractory_verdicts
from lnfhir.guideline.trajectory import series_of
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import biopsy, chart, creatinine, result, upcr, use, weight


def notes(*extra: Result, before: float = 0.3, after: float = 0.3) -> set[str]:
    """The notes on the leading verdict at day 500, after a complete response on day 183."""
    seen = chart(
        weight(0, 60), biopsy(-5, "IV"), creatinine(-60, 0.8), upcr(0, 3.1), creatinine(0, 0.8),
        upcr(183, before), creatinine(183, 0.8), upcr(500, after), creatinine(500, 0.8),
        use("prednisone", 0, mg=60), use("mycophenolate-mofetil", 0, mg=2000), *extra, as_of=500,
    )  # fmt: skip
    policy = Policy()
    series = series_of(seen, policy)
    verdict = refractory_verdicts(seen, policy, courses_of_treatment(seen, policy, series))[0]
    return {str(note) for note in verdict.notes}


def sediment(analyte: Analyte, before: float, after: float) -> tuple[Result, Result]:
    return result(analyte, 183, before), result(analyte, 500, after)


CASTS = "red cell casts again on 2025-05-29: a mild relapse by KDIGO 2012"
CELLS = "haematuria again on 2025-05-29: with acanthocytes a mild relapse by KDIGO 2012"
FLARE = "a renal flare by the definition of AURORA 2"


@pytest.mark.parametrize(
    ("analyte", "before", "after", "said"),
    [
        (Analyte.RBC_CASTS, 0, 1, {CASTS}),
        (Analyte.RBC_CASTS, 1, 1, set()),
        (Analyte.RBC_CASTS, 0, 0, set()),
        (Analyte.URINE_RBC, 4, 16, {CELLS}),
        (Analyte.URINE_RBC, 5, 16, set()),
        (Analyte.URINE_RBC, 4, 15, set()),
    ],
)
def test_a_sediment_that_becomes_active_again_is_noted(
    analyte: Analyte, before: float, after: float, said: set[str]
) -> None:
    assert notes(*sediment(analyte, before, after)) == said


def test_a_sediment_seen_only_now_says_nothing_about_a_change() -> None:
    assert notes(result(Analyte.RBC_CASTS, 500, 2)) == set()


@pytest.mark.parametrize(
    ("before", "after", "flare"),
    [(0.19, 1.01, True), (0.19, 1.0, False), (0.20, 1.01, False), (0.20, 2.01, True), (0.20, 2.0, False)],
)
def test_the_flare_of_aurora_2_depends_on_where_proteinuria_was(before: float, after: float, flare: bool) -> None:
    assert (FLARE in notes(before=before, after=after)) is flare
