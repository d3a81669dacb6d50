"""Changes from one day to another."""

from __future__ import annotations

import pytest

from lnfhir.logic import Truth
from lnfhir.measures.baseline import (
    creatinine_change,
    creatinine_ratio,
    egfr_change,
    egfr_ratio,
    egfr_ratio_at_one_age,
    fall,
    ratio,
    remaining,
    remaining_by_mixed_methods,
)
from lnfhir.measures.kidney import Equation, KidneyFunction, kidney_function_series
from lnfhir.measures.urine_protein import Modality, Proteinuria
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte
from tests.builders import T0, above, below, chart, creatinine, d, height, result, woman

POLICY = Policy()


def protein(value: float | Amount, modality: Modality = Modality.UPCR_24H) -> Proteinuria:
    amount = value if isinstance(value, Amount) else Amount(value, value, "g/g")
    from lnfhir.logic import Evidence

    return Proteinuria(T0, amount, modality, Evidence("Observation/x", "UPCR"))


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [
        (4.2, 3.4, -19.0),
        (4.2, 2.6, -38.1),
        (4.0, 2.0, -50.0),
        (6.0, 3.0, -50.0),
        (2.8, 1.45, -48.2),
        (2.8, 0.60, -78.6),
        (310 * 8.84 / 1000, 55 * 8.84 / 1000, -82.3),
        (8.0, 5.6, -30.0),
        (8.0, 3.6, -55.0),
        (8.0, 2.0, -75.0),
        (8.0, 1.1, -86.2),
        (8.0, 0.62, -92.2),
        (8.0, 0.45, -94.4),
        (3.5, 2.4, -31.4),
        (3.5, 2.2, -37.1),
        (3.0, 2.2, -26.7),
        (2.6, 1.2, -53.8),
        (3.1, 0.30, -90.3),
    ],
)
def test_falls_of_proteinuria_are_the_worked_percentages(before: float, after: float, percent: float) -> None:
    fraction = fall(protein(before), protein(after))
    assert fraction is not None
    assert -100 * fraction == pytest.approx(percent, abs=0.051)


def test_a_fall_by_half_is_exactly_half() -> None:
    assert fall(protein(0.3), protein(0.15)) == 0.5
    assert fall(protein(4.2), protein(2.1)) == 0.5
    assert fall(protein(4.0), protein(5.0)) == -0.25


def test_no_percentage_between_two_methods() -> None:
    assert fall(protein(4.0, Modality.UPCR_24H), protein(2.0, Modality.UPCR_SPOT)) is None
    assert remaining(protein(4.0, Modality.UTP_24H), protein(2.0, Modality.UPCR_SPOT)) is None


def test_between_two_methods_a_verdict_flips_within_30_percent_or_not() -> None:
    def halved(after: float) -> Truth:
        left = remaining_by_mixed_methods(protein(4.0, Modality.UTP_24H), protein(after))
        assert left is not None
        return left.at_most(0.5)

    assert halved(1.5) is Truth.MET  # 0.375, at most 0.4875
    assert halved(1.6) is Truth.UNKNOWN  # 0.40, up to 0.52
    assert halved(2.8) is Truth.UNKNOWN  # 0.70, from 0.49
    assert halved(2.9) is Truth.NOT_MET  # 0.725, from 0.5075


def test_a_censored_value_makes_an_interval_of_what_remains() -> None:
    left = remaining(protein(4.0), protein(below(0.1, Analyte.UPCR)))
    assert left is not None
    assert (left.low, left.high, left.high_open) == (0.0, 0.025, True)
    assert left.at_most(0.5) is Truth.MET
    assert fall(protein(4.0), protein(below(0.1, Analyte.UPCR))) is None
    more = remaining(protein(above(10, Analyte.UPCR)), protein(4.0))
    assert more is not None
    assert (more.low, more.high) == (0.0, 0.4)


def test_an_interval_keeps_both_its_ends() -> None:
    assert ratio(Amount(4, 4, "g/g"), Amount(1, 2, "g/g")) == Amount(0.25, 0.5, "1")
    assert ratio(Amount(2, 4, "g/g"), Amount(1, 1, "g/g")) == Amount(0.25, 0.5, "1")


def test_an_open_end_stays_open_on_the_side_it_leads_to() -> None:
    after = ratio(Amount(4, 4, "g/g"), Amount(1, 2, "g/g", low_open=True))
    before = ratio(Amount(2, 4, "g/g", high_open=True), Amount(1, 1, "g/g"))
    assert after == Amount(0.25, 0.5, "1", low_open=True)
    assert before == Amount(0.25, 0.5, "1", low_open=True)
    high = ratio(Amount(2, 4, "g/g", low_open=True), Amount(1, 2, "g/g", high_open=True))
    assert high == Amount(0.25, 1.0, "1", high_open=True)


def test_nothing_is_a_fraction_of_zero() -> None:
    assert ratio(Amount(0, 0, "g/g"), Amount(1, 1, "g/g")) is None
    assert fall(protein(0.0), protein(1.0)) is None


def functions(
    *entries: object, policy: Policy = POLICY, person: object = None
) -> tuple[KidneyFunction, KidneyFunction]:
    series = kidney_function_series(chart(*entries, person=person), policy)  # type: ignore[arg-type]
    return series[0], series[-1]


def test_creatinine_from_080_to_096_is_exactly_20_percent_more() -> None:
    before, after = functions(creatinine(0, 0.80), creatinine(365, 0.96))
    assert creatinine_change(before, after) == 0.2
    grown = creatinine_ratio(before, after)
    assert grown is not None
    assert grown.at_most(1.20) is Truth.MET
    assert grown.below(1.20) is Truth.NOT_MET


@pytest.mark.parametrize(("later", "egfr", "sample"), [(0.95, -19.1, 18.75), (0.96, -20.1, 20.0), (0.97, -21.1, 21.25)])
def test_egfr_and_creatinine_disagree_on_one_sample(later: float, egfr: float, sample: float) -> None:
    before, after = functions(creatinine(0, 0.80), creatinine(365, later), person=woman(d(-365 * 30 - 60)))
    change, rise = egfr_change(before, after), creatinine_change(before, after)
    assert change is not None
    assert rise is not None
    assert 100 * change == pytest.approx(egfr, abs=0.051)
    assert 100 * rise == pytest.approx(sample)


def test_a_relapse_loses_37_percent_of_egfr() -> None:
    before, after = functions(creatinine(274, 0.75), creatinine(610, 1.10), person=woman(d(-365 * 29 - 200)))
    change = egfr_change(before, after)
    assert change is not None
    assert 100 * change == pytest.approx(-37.2, abs=0.06)


def test_reported_values_are_compared_only_within_one_equation() -> None:
    old, new = result(Analyte.EGFR, 0, 90.0, code="62238-1"), result(Analyte.EGFR, 100, 81.0, code="98979-8")
    assert egfr_change(*functions(old, new)) is None
    same = result(Analyte.EGFR, 0, 90.0, code="98979-8")
    assert egfr_change(*functions(same, new)) == pytest.approx(-0.1)


def test_a_day_without_creatinine_gives_no_change_of_creatinine() -> None:
    before, after = functions(creatinine(0, 0.9), result(Analyte.EGFR, 100, 81.0, code="98979-8"))
    for one, other in ((before, after), (after, before)):
        assert creatinine_change(one, other) is None
        assert creatinine_ratio(one, other) is None


def test_two_days_are_compared_by_the_equation_they_share() -> None:
    reported = result(Analyte.EGFR, 0, 90.0, code="98979-8"), result(Analyte.EGFR, 100, 81.0, code="98979-8")
    before, after = functions(creatinine(0, 0.9), *reported)
    assert before.equation is Equation.CKD_EPI_2021
    assert egfr_change(before, after) == pytest.approx(-0.1)


def test_growing_up_is_compared_by_u25_at_both_ends() -> None:
    girl = woman(d(-365 * 18))  # 17 at T0 (leap days), 18 soon after
    before, after = functions(creatinine(0, 0.8), creatinine(183, 0.8), height(0, 160), height(183, 160), person=girl)
    assert (before.equation, after.equation) == (Equation.CKID_U25, Equation.CKD_EPI_2021)
    assert egfr_change(before, after) == pytest.approx(41.4 / (36.1 * 1.023**5) - 1)


def test_a_censored_egfr_gives_no_percentage_but_an_interval() -> None:
    before, after = functions(
        result(Analyte.EGFR, 0, above(90, Analyte.EGFR), code="x"), result(Analyte.EGFR, 100, 45.0, code="x")
    )
    assert egfr_change(before, after) is None
    left = egfr_ratio(before, after)
    assert left is not None
    assert left.below(0.85) is Truth.MET


def test_a_birthday_alone_is_told_apart_from_a_loss_of_function() -> None:
    patient = chart(creatinine(0, 0.9), creatinine(100, 0.9), person=woman(d(-365 * 28 + 50)))
    before, after = kidney_function_series(patient, POLICY)
    aged, ageless = egfr_ratio(before, after), egfr_ratio_at_one_age(patient, before, after)
    assert aged is not None
    assert ageless is not None
    assert aged.low == pytest.approx(0.9938)
    assert ageless.low == pytest.approx(1.0)
    reported = result(Analyte.EGFR, 0, 90.0, code="x"), result(Analyte.EGFR, 100, 81.0, code="x")
    assert egfr_ratio_at_one_age(patient, *functions(*reported)) is None
