"""Remission and low activity, on both sides of each number; what only a clinician sees stays unknown."""

from __future__ import annotations

import pytest

from lnfhir.chart.chart import Chart
from lnfhir.guideline.activity_indices import activity_indices
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import chart, result, upcr, use
from tests.unit.guideline.patients import Entry

QUIET: list[Entry] = [
    upcr(180, 0.1), result(Analyte.RBC_CASTS, 180, 0), result(Analyte.URINE_RBC, 180, 1),
    result(Analyte.URINE_WBC, 180, 1),
]  # fmt: skip


def found(patient: Chart, key: str, policy: Policy | None = None) -> str:
    """The state of one index."""
    return {index.key: index.finding.state for index in activity_indices(patient, policy or Policy())}[key]


def scored(sledai: float, phga: float, mg: float, *more: Entry) -> Chart:
    """A quiet kidney with recorded scores, on prednisone."""
    steroid = [use("prednisone", 0, mg=mg)] if mg else []
    return chart(*QUIET, result(Analyte.SLEDAI_2K, 180, sledai), result(Analyte.PHGA, 180, phga), *steroid, *more)


@pytest.mark.parametrize(
    ("phga", "mg", "state"), [(0.4, 5, "met"), (0.5, 5, "not-met"), (0.4, 5.1, "not-met"), (0.4, 0, "met")]
)
def test_doris_2021(phga: float, mg: float, state: str) -> None:
    assert found(scored(0, phga, mg), "doris-2021") == state


def test_a_total_above_zero_may_be_serology_which_doris_2021_ignores() -> None:
    assert found(scored(2, 0.4, 5), "doris-2021") == "unknown"


def test_renal_activity_alone_refutes_remission_without_any_score() -> None:
    active = chart(upcr(180, 1.2), use("prednisone", 0, mg=5))
    assert [found(active, key) for key in ("doris-2021", "doris-2017", "lldas", "drug-free")] == ["not-met"] * 4


@pytest.mark.parametrize(("mg", "state"), [(0, "met"), (2.5, "not-met")])
def test_doris_2017_and_drug_free_remission_allow_no_glucocorticoid(mg: float, state: str) -> None:
    assert found(scored(0, 0.4, mg), "doris-2017") == state
    assert found(scored(0, 0.4, mg), "drug-free") == state


def test_an_antimalarial_is_allowed_off_treatment_and_mycophenolate_is_not() -> None:
    assert found(scored(0, 0.4, 0, use("hydroxychloroquine", 0, mg=200)), "drug-free") == "met"
    assert found(scored(0, 0.4, 0, use("mycophenolate-mofetil", 0, mg=500)), "drug-free") == "not-met"


@pytest.mark.parametrize(
    ("sledai", "phga", "mg", "state"),
    [(4, 1, 7.5, "unknown"), (5, 1, 7.5, "not-met"), (4, 1.1, 7.5, "not-met"), (4, 1, 7.6, "not-met")],
)
def test_lldas_needs_a_clinician_even_when_every_number_fits(sledai: float, phga: float, mg: float, state: str) -> None:
    assert found(scored(sledai, phga, mg), "lldas") == state


@pytest.mark.parametrize(
    ("before", "after", "rise", "state"), [(8, 4, 0.2, "unknown"), (8, 5, 0.2, "not-met"), (8, 4, 0.3, "not-met")]
)
def test_sri_4_is_refuted_by_numbers_and_confirmed_only_with_bilag(
    before: float, after: float, rise: float, state: str
) -> None:
    patient = chart(
        result(Analyte.SLEDAI_2K, 0, before), result(Analyte.SLEDAI_2K, 180, after),
        result(Analyte.PHGA, 0, 1.0), result(Analyte.PHGA, 180, 1.0 + rise),
    )  # fmt: skip
    assert found(patient, "sri-4") == state


def test_scores_older_than_30_days_are_not_todays() -> None:
    old = chart(*QUIET, result(Analyte.SLEDAI_2K, 152, 0), result(Analyte.PHGA, 152, 0.1))
    assert found(old, "doris-2021") == "unknown"
    assert (
        found(chart(*QUIET, result(Analyte.SLEDAI_2K, 153, 0), result(Analyte.PHGA, 153, 0.1)), "doris-2021") == "met"
    )


def test_the_chosen_doris_version_comes_first() -> None:
    keys = [index.key for index in activity_indices(scored(0, 0.4, 0), Policy(doris="2017"))]
    assert keys[:2] == ["doris-2017", "doris-2021"]
