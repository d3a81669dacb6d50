"""The series of proteinuria."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.chart.entries import Person, Result
from lnfhir.measures.urine_protein import Modality, Proteinuria, proteinuria_series, set_aside_proteinuria
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import below, chart, d, result, upcr, weight, woman

POLICY = Policy()


def utp(day: int, grams: float) -> Result:
    return result(Analyte.UTP, day, grams, collection="24h")


def series(*entries: Result, born: date = date(1995, 9, 1)) -> tuple[Proteinuria, ...]:
    return proteinuria_series(chart(*entries, person=woman(born)), POLICY)


def test_on_one_day_a_24_h_ratio_wins_over_spot_and_spot_over_24_h_protein() -> None:
    spot, timed, mass = upcr(0, 3.0, "spot", hour=9), upcr(0, 4.0, "24h", hour=8), utp(0, 5.0)
    assert [(v.modality, v.amount.low) for v in series(spot, timed, mass)] == [(Modality.UPCR_24H, 4.0)]
    assert [(v.modality, v.amount.low) for v in series(spot, mass)] == [(Modality.UPCR_SPOT, 3.0)]


def test_of_one_kind_the_later_on_the_day_wins() -> None:
    assert [v.amount.low for v in series(upcr(0, 3.0, hour=15), upcr(0, 4.0, hour=7))] == [3.0]


def test_a_ratio_that_does_not_say_how_it_was_collected_counts_as_spot() -> None:
    assert series(upcr(0, 3.0, ""))[0].modality is Modality.UPCR_SPOT


def test_albumin_creatinine_is_never_proteinuria() -> None:
    assert series(result(Analyte.UACR, 0, 300.0)) == ()


def test_a_24_h_protein_stands_in_with_the_same_number_and_says_so() -> None:
    (proxy,) = series(utp(0, 3.2), weight(0, 60))
    assert proxy.is_proxy
    assert (proxy.amount.low, proxy.amount.unit) == (3.2, "g/g")
    assert any("as if it were g/g" in str(note) for note in proxy.notes)


@pytest.mark.parametrize(("kg", "used"), [(44.9, False), (45, True), (100, True), (100.1, False)])
def test_a_24_h_protein_stands_in_only_at_usual_weight(kg: float, used: bool) -> None:
    patient = chart(utp(0, 3.2), weight(0, kg))
    assert bool(proteinuria_series(patient, POLICY)) is used
    assert bool(set_aside_proteinuria(patient)) is not used


def test_without_a_weight_the_24_h_protein_is_used_and_flagged() -> None:
    (proxy,) = series(utp(0, 3.2), weight(-91, 60))
    assert any("weight" in str(note) for note in proxy.notes)


def test_without_an_age_the_24_h_protein_is_used_and_flagged() -> None:
    def flagged(person: Person) -> bool:
        (proxy,) = proteinuria_series(chart(utp(0, 3.2), weight(0, 60), person=person), POLICY)
        return any("age" in str(note) for note in proxy.notes)

    assert flagged(Person("p", "female"))
    assert not flagged(woman())


def test_a_childs_24_h_protein_counts_per_173_m2() -> None:
    tall = result(Analyte.HEIGHT, 0, 162.0)
    patient = chart(utp(0, 0.44), weight(0, 52), tall, person=woman(date(2010, 1, 1)))
    (proxy,) = proteinuria_series(patient, POLICY)
    assert proxy.amount.low == pytest.approx(0.4976, abs=1e-4)  # 0.44 * 1.73 / sqrt(52 * 162 / 3600)
    assert any("1.73" in str(note) for note in proxy.notes)


def test_a_childs_24_h_protein_without_height_is_set_aside_with_the_reason() -> None:
    patient = chart(utp(0, 3.2), weight(0, 60), person=woman(date(2010, 1, 1)))
    assert proteinuria_series(patient, POLICY) == ()
    (aside,) = set_aside_proteinuria(patient)
    assert "child" in str(aside.why)


@pytest.mark.parametrize(
    ("value", "unit", "molar"),
    [("55", "mg/mmol", 55.0), ("0.055", "g/mmol", 55.0), ("486", "mg/g", None), ("", "", None)],
)
def test_the_molar_value_is_kept_when_it_was_sent_so(value: str, unit: str, molar: float | None) -> None:
    (ratio,) = series(result(Analyte.UPCR, 0, 55 / 113.12, sent=(value, unit)))
    assert ratio.molar == molar


def test_a_censored_molar_value_is_not_a_number() -> None:
    (ratio,) = series(result(Analyte.UPCR, 0, below(0.442, Analyte.UPCR), sent=("<50", "mg/mmol")))
    assert ratio.molar is None


def test_a_censored_ratio_stays_an_interval() -> None:
    (ratio,) = series(upcr(0, below(0.1, Analyte.UPCR)))
    assert (ratio.amount.low, ratio.amount.high, ratio.amount.high_open) == (0.0, 0.1, True)


def test_a_sudden_fall_as_by_a_mistaken_unit_is_noted() -> None:
    _, after = series(upcr(0, 2.740), upcr(366, 0.055))
    assert any("check the unit" in str(note) for note in after.notes)
    _, just = series(upcr(0, 4.0), upcr(366, 0.1))
    assert any("check the unit" in str(note) for note in just.notes)
    _, nothing = series(upcr(0, 0.0), upcr(366, 0.0))
    assert nothing.notes == ()
    _, slower = series(upcr(0, 2.740), upcr(366, 0.0686))
    assert not any("check the unit" in str(note) for note in slower.notes)


def test_the_series_is_oldest_first() -> None:
    assert [v.day for v in series(upcr(183, 2.6), upcr(0, 4.2), upcr(91, 3.4))] == [d(0), d(91), d(183)]
