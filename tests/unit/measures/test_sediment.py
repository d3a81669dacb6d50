"""Urine sediment and the renal items of SLEDAI-2K."""

from __future__ import annotations

import pytest

from lnfhir.logic import Truth
from lnfhir.measures.sediment import RenalSledai, active_sediment, renal_sledai, urine_red_cells
from lnfhir.measures.urine_protein import proteinuria_series
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte
from tests.builders import answered, below, chart, d, diagnosis, result, upcr


def active(*entries: object) -> Truth:
    return active_sediment(chart(*entries), d(0)).truth  # type: ignore[arg-type]


def test_more_than_5_red_cells_or_any_cast_make_an_active_sediment() -> None:
    assert active(result(Analyte.URINE_RBC, 0, 5.1)) is Truth.MET
    assert active(result(Analyte.RBC_CASTS, 0, 1)) is Truth.MET
    assert active(answered(Analyte.RBC_CASTS, 0, True)) is Truth.MET


def test_an_inactive_sediment_needs_both_looked_at() -> None:
    assert active(result(Analyte.URINE_RBC, 0, 5.0), result(Analyte.RBC_CASTS, 0, 0)) is Truth.NOT_MET
    assert active(result(Analyte.URINE_RBC, 0, 5.0)) is Truth.UNKNOWN
    assert active(result(Analyte.RBC_CASTS, 0, 0)) is Truth.UNKNOWN
    assert active() is Truth.UNKNOWN


def test_a_range_that_straddles_the_limit_is_unknown() -> None:
    straddling = result(Analyte.URINE_RBC, 0, Amount(3, 8, "/hpf"))
    assert active(straddling, result(Analyte.RBC_CASTS, 0, 0)) is Truth.UNKNOWN
    few = result(Analyte.URINE_RBC, 0, below(3, Analyte.URINE_RBC))
    assert active(few, result(Analyte.RBC_CASTS, 0, 0)) is Truth.NOT_MET


@pytest.mark.parametrize(("day", "counts"), [(30, True), (31, False), (-30, True)])
def test_a_sediment_counts_within_30_days(day: int, counts: bool) -> None:
    assert (active(result(Analyte.URINE_RBC, day, 40)) is Truth.MET) is counts


def test_the_nearest_sediment_is_taken_and_of_one_distance_the_later() -> None:
    patient = chart(result(Analyte.URINE_RBC, -5, 40), result(Analyte.URINE_RBC, 5, 2))
    found = urine_red_cells(patient, d(0))
    assert found is not None
    assert found.day == d(5)


def score(*entries: object, **how: float) -> RenalSledai:
    patient = chart(*entries)  # type: ignore[arg-type]
    return renal_sledai(patient, d(0), proteinuria_series(patient, Policy()), **how)


def test_only_proteinuria_known_leaves_4_to_16() -> None:
    found = score(upcr(0, 2.6))
    assert (found.lowest, found.highest) == (4, 16)
    assert len(found.missing) == 3


def test_a_relapse_with_cells_casts_and_protein_scores_12_to_16() -> None:
    relapse = (result(Analyte.URINE_RBC, 0, 25), result(Analyte.RBC_CASTS, 0, 2), upcr(0, 2.4))
    found = score(*relapse)
    assert (found.lowest, found.highest) == (12, 16)
    pus = score(*relapse, result(Analyte.URINE_WBC, 0, 5))
    assert (pus.lowest, pus.highest, pus.missing) == (12, 12, ())


def test_more_than_5_white_cells_score_4() -> None:
    assert score(result(Analyte.URINE_WBC, 0, 5.0)).lowest == 0
    assert score(result(Analyte.URINE_WBC, 0, 5.1)).lowest == 4


@pytest.mark.parametrize(
    ("start", "active", "open_"),
    [(0, True, True), (None, True, True), (30, True, True), (-30, True, True), (31, True, False), (-31, True, False),
     (0, False, False), (None, False, False)],
)  # fmt: skip
def test_only_an_active_urinary_infection_near_the_day_counts(start: int | None, active: bool, open_: bool) -> None:
    found = score(result(Analyte.URINE_WBC, 0, 50), diagnosis("urinary-infection", start, active=active))
    assert (found.lowest == 0) is open_


def test_half_a_gram_does_not_score_and_more_does() -> None:
    assert score(upcr(0, 0.5)).lowest == 0
    assert score(upcr(0, 0.51)).lowest == 4


def test_items_count_within_10_days_or_the_30_day_variant() -> None:
    assert score(upcr(-11, 2.6)).lowest == 0
    assert score(upcr(-10, 2.6)).lowest == 4
    assert score(upcr(-11, 2.6), window_days=30).lowest == 4


def test_a_urinary_infection_leaves_cells_open_but_not_casts() -> None:
    found = score(
        result(Analyte.URINE_RBC, 0, 25),
        result(Analyte.URINE_WBC, 0, 50),
        result(Analyte.RBC_CASTS, 0, 2),
        upcr(0, 0.2),
        diagnosis("urinary-infection", 0),
    )
    assert (found.lowest, found.highest) == (4, 12)
