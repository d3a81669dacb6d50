"""Blood pressure."""

from __future__ import annotations

from lnfhir.chart.entries import Result
from lnfhir.logic import Known, Missing
from lnfhir.measures.vital_signs import BloodPressure, blood_pressure, latest_blood_pressure
from lnfhir.quantity import Analyte
from tests.builders import chart, d, result


def reading(day: int, systolic: float, diastolic: float) -> tuple[Result, Result]:
    reference = f"Observation/bp{day}"
    return (
        result(Analyte.SYSTOLIC, day, systolic, reference=reference),
        result(Analyte.DIASTOLIC, day, diastolic, reference=reference),
    )


def test_blood_pressure_is_the_mean_of_at_least_two_readings_of_90_days() -> None:
    patient = chart(*reading(0, 150, 95), *reading(60, 130, 80), *reading(90, 140, 90), as_of=90)
    found = blood_pressure(patient)
    assert isinstance(found, Known)
    assert found.value == BloodPressure(140.0, 265 / 3, 3, d(90))
    assert len(found.evidence) == 6


def test_one_reading_or_old_ones_are_not_enough() -> None:
    one = blood_pressure(chart(*reading(0, 150, 95), *reading(91, 130, 80), as_of=91))
    assert isinstance(one, Missing)
    assert "2 readings" in str(one.needs[0])


def test_blood_pressure_may_be_asked_for_another_day() -> None:
    patient = chart(*reading(0, 150, 95), *reading(10, 130, 85), *reading(90, 100, 60), as_of=90)
    found = blood_pressure(patient, d(20))
    assert isinstance(found, Known)
    assert (found.value.systolic, found.value.diastolic) == (140, 90)


def test_a_systolic_without_its_diastolic_is_no_reading() -> None:
    patient = chart(result(Analyte.SYSTOLIC, 1, 200), *reading(0, 150, 95), *reading(5, 130, 85), as_of=5)
    found = blood_pressure(patient)
    assert isinstance(found, Known)
    assert found.value.readings == 2


def test_separate_resources_of_one_moment_are_one_reading() -> None:
    patient = chart(result(Analyte.SYSTOLIC, 3, 120), result(Analyte.DIASTOLIC, 3, 70), as_of=5)
    found = latest_blood_pressure(patient, 30)
    assert isinstance(found, Known)
    assert (found.value.systolic, found.value.diastolic) == (120, 70)


def test_the_latest_reading_stands_alone_within_its_time() -> None:
    patient = chart(*reading(0, 150, 95), *reading(5, 170, 85), as_of=35)
    found = latest_blood_pressure(patient, 30)
    assert isinstance(found, Known)
    assert (found.value.systolic, found.value.readings) == (170, 1)
    assert isinstance(latest_blood_pressure(patient, 29), Missing)
