"""Conditions, allergies, procedures and service orders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Diagnosis
from tests.unit.chart.records import ANN, ICD10CM, SNOMED, chart_of, coded, condition, noted, said, without

Json = dict[str, Any]
HL7 = "http://terminology.hl7.org/CodeSystem/"


def diagnosis(**members: Any) -> Diagnosis:
    (found,) = chart_of(condition(**members)).diagnoses
    return found


@pytest.mark.parametrize(
    "code",
    [
        coded("M32.14", ICD10CM),
        coded("M3214", ICD10CM),
        coded("68815009", SNOMED),
        {"text": "Lupus nephritis"},
        {"text": "狼疮性肾炎"},
        {"coding": [{"system": "urn:local", "code": "1"}, {"system": ICD10CM, "code": "M32.14"}]},
    ],
)
def test_lupus_nephritis_however_it_is_coded(code: Json) -> None:
    assert "lupus-nephritis" in diagnosis(code=code).concepts


def test_a_condition_that_is_not_ours_leaves_no_trace() -> None:
    chart = chart_of(condition(coded("J06.9", ICD10CM), verificationStatus=coded("nonsense", "x"), onsetDateTime="x"))
    assert (chart.diagnoses, chart.issues) == ((), ())


@pytest.mark.parametrize(
    ("status", "certainty"),
    [
        ({}, "confirmed"),
        ({"verificationStatus": coded("confirmed", HL7 + "condition-ver-status")}, "confirmed"),
        ({"verificationStatus": coded("confirmed", "http://hl7.org/fhir/valueset-ver-status.html")}, "confirmed"),
        ({"verificationStatus": coded("provisional", "x")}, "unconfirmed"),
        ({"verificationStatus": coded("differential", "x")}, "unconfirmed"),
        ({"verificationStatus": coded("unconfirmed", "x")}, "unconfirmed"),
        ({"verificationStatus": coded("refuted", "x")}, "refuted"),
        ({"verificationStatus": {"text": "Confirmed"}}, "confirmed"),
        ({"verificationStatus": coded("dubious", "x")}, "unconfirmed"),
    ],
)  # fmt: skip
def test_how_certain_a_diagnosis_is(status: Json, certainty: str) -> None:
    assert diagnosis(**status).certainty == certainty


def test_a_status_that_is_not_understood_is_noted() -> None:
    chart = chart_of(condition(verificationStatus=coded("dubious", "x")))
    assert noted(chart) == ["the verification status is not understood"]


@pytest.mark.parametrize("code", ["entered-in-error", "entered-in-error "])
def test_a_condition_entered_in_error_is_left_out(code: str) -> None:
    assert chart_of(condition(verificationStatus=coded(code, "x"))).diagnoses == ()


@pytest.mark.parametrize(
    ("members", "active"),
    [
        ({}, True),
        ({"clinicalStatus": coded("active", "x")}, True),
        ({"clinicalStatus": coded("recurrence", "x")}, True),
        ({"clinicalStatus": coded("relapse", "x")}, True),
        ({"clinicalStatus": coded("inactive", "x")}, False),
        ({"clinicalStatus": coded("remission", "x")}, False),
        ({"clinicalStatus": coded("resolved", "x")}, False),
        ({"abatementDateTime": "2025-05-01"}, False),
        ({"abatementDateTime": "2026-05-01"}, True),
        ({"abatementPeriod": {"end": "2025-05"}}, False),
        ({"abatementString": "last summer"}, False),
        ({"abatementAge": {"value": 30, "unit": "a"}}, False),
        ({"clinicalStatus": coded("active", "x"), "abatementDateTime": "2025-05-01"}, False),
    ],
)
def test_whether_a_diagnosis_holds_today(members: Json, active: bool) -> None:
    assert diagnosis(**members).active is active


def test_active_but_abated_is_noted() -> None:
    chart = chart_of(condition(clinicalStatus=coded("active", "x"), abatementDateTime="2025-05-01"))
    assert noted(chart) == ["active but abated: taken as over"]


@pytest.mark.parametrize(
    ("members", "start"),
    [
        ({"onsetDateTime": "2020-02-03"}, date(2020, 2, 3)),
        ({"onsetPeriod": {"start": "2020-02-03"}}, date(2020, 2, 3)),
        ({"recordedDate": "2020-02-03T10:00:00Z"}, date(2020, 2, 3)),
        ({"onsetDateTime": "2020-01-01", "recordedDate": "2021-01-01"}, date(2020, 1, 1)),
        ({"onsetDateTime": "2020"}, None),
        ({"onsetDateTime": "2020-02"}, None),
        ({"onsetString": "in childhood"}, None),
        ({}, None),
    ],
)
def test_since_when(members: Json, start: date | None) -> None:
    assert diagnosis(**members).start == start


def test_an_unreadable_onset_is_noted_and_the_diagnosis_stands() -> None:
    chart = chart_of(condition(onsetDateTime="spring"))
    assert len(chart.diagnoses) == 1
    assert noted(chart) == ["this is not a date or time"]


@pytest.mark.parametrize(
    "members", [{"onsetDateTime": "2026-01-01"}, {"onsetDateTime": "2027"}, {"recordedDate": "2026-02-01"}]
)
def test_a_diagnosis_made_later_is_left_out(members: Json) -> None:
    assert chart_of(condition(**members)).diagnoses == ()


def test_a_diagnosis_by_name_is_marked() -> None:
    assert diagnosis(code={"text": "Lupus nephritis"}).from_text
    assert not diagnosis().from_text


# -- Allergies


def allergy(code: Json, **members: Any) -> Json:
    return {"resourceType": "AllergyIntolerance", "id": "al", "patient": ANN, "code": code, **members}


def test_an_allergy_to_a_drug() -> None:
    (found,) = chart_of(allergy({"text": "Lisinopril"})).allergies
    assert found.drugs == {"lisinopril"}


def test_how_an_allergy_showed_itself() -> None:
    reaction = {"substance": {"text": "lisinopril"}, "manifestation": [{"text": "Angioedema"}]}
    (found,) = chart_of(allergy({"text": "ACE inhibitors"}, reaction=[reaction])).allergies
    assert ("lisinopril" in found.drugs, "angioedema" in found.concepts) == (True, True)


def test_r5_wraps_the_manifestation() -> None:
    reaction = {"manifestation": [{"concept": {"text": "Angioedema"}}]}
    (found,) = chart_of(allergy({"text": "Lisinopril"}, reaction=[reaction])).allergies
    assert "angioedema" in found.concepts


@pytest.mark.parametrize(
    "members",
    [
        {"verificationStatus": coded("refuted", "x")},
        {"verificationStatus": coded("entered-in-error", "x")},
        {"clinicalStatus": coded("inactive", "x")},
        {"clinicalStatus": coded("resolved", "x")},
        {"recordedDate": "2026-03-01"},
    ],
)
def test_an_allergy_that_does_not_hold_is_left_out(members: Json) -> None:
    assert chart_of(allergy({"text": "Lisinopril"}, **members)).allergies == ()


def test_no_known_allergies_is_no_allergy() -> None:
    chart = chart_of(allergy(coded("716186003", SNOMED, "No known allergy")))
    assert (chart.allergies, chart.issues) == ((), ())


# -- Procedures and service orders


def procedure(**members: Any) -> Json:
    return {
        "resourceType": "Procedure",
        "id": "pr",
        "status": "completed",
        "subject": ANN,
        "code": coded("265764009", SNOMED, "Renal dialysis"),
        "performedDateTime": "2025-02-03",
        **members,
    }


def test_a_procedure_that_was_done() -> None:
    (done,) = chart_of(procedure()).procedures
    assert ("dialysis" in done.concepts, done.day, done.end) == (True, date(2025, 2, 3), None)


def test_a_procedure_over_some_time() -> None:
    over = {**procedure(performedPeriod={"start": "2025-02-03", "end": "2025-03-03"})}
    del over["performedDateTime"]
    (done,) = chart_of(over).procedures
    assert (done.day, done.end) == (date(2025, 2, 3), date(2025, 3, 3))


@pytest.mark.parametrize("status", ["not-done", "preparation", "entered-in-error", "stopped"])
def test_a_procedure_that_was_not_done_is_left_out(status: str) -> None:
    chart = chart_of(procedure(status=status))
    assert (chart.procedures, said(chart)) == ((), [])


def test_a_procedure_of_unknown_status_leaves_procedures_in_doubt() -> None:
    chart = chart_of(procedure(status="unknown"))
    assert chart.procedures == ()
    assert said(chart) == ["the status is not known: this is not used"]


def test_a_procedure_of_the_future_is_left_out() -> None:
    assert chart_of(procedure(performedDateTime="2026-02-03")).procedures == ()


def test_an_undated_procedure_was_done_on_an_unknown_day() -> None:
    (done,) = chart_of(procedure(performedDateTime="2024")).procedures
    assert done.day is None


def service(**members: Any) -> Json:
    return {
        "resourceType": "ServiceRequest",
        "id": "sr",
        "status": "active",
        "intent": "order",
        "subject": ANN,
        "code": {"text": "Optical coherence tomography of retina"},
        "authoredOn": "2025-02-03",
        **members,
    }


def test_an_ordered_examination() -> None:
    (ordered,) = chart_of(service()).service_orders
    assert ("eye-screening" in ordered.concepts, ordered.day, ordered.active) == (True, date(2025, 2, 3), True)
    (finished,) = chart_of(service(status="completed")).service_orders
    assert not finished.active


@pytest.mark.parametrize(
    "members", [{"status": "revoked"}, {"status": "draft"}, {"intent": "proposal"}, {"doNotPerform": True}]
)
def test_what_was_not_ordered_is_left_out(members: Json) -> None:
    assert chart_of(service(**members)).service_orders == ()


# -- Eye examinations known by their report


def eye_report(**members: Any) -> Json:
    return {
        "resourceType": "DiagnosticReport",
        "id": "eye",
        "status": "final",
        "subject": ANN,
        "code": coded("92134", "http://www.ama-assn.org/go/cpt"),
        "effectiveDateTime": "2025-02-03",
        **members,
    }


def test_an_eye_examination_is_known_by_its_report() -> None:
    chart = chart_of(eye_report())
    (done,) = chart.procedures
    assert (done.day, done.reference) == (date(2025, 2, 3), "DiagnosticReport/eye")
    assert "eye-screening" in done.concepts
    assert (chart.biopsies, said(chart)) == ((), [])


@pytest.mark.parametrize("members", [{"status": "registered"}, {"effectiveDateTime": "2026-02-03"}])
def test_a_report_that_is_not_final_or_lies_ahead_is_no_examination(members: Json) -> None:
    assert chart_of(eye_report(**members)).procedures == ()


def test_a_report_without_a_day_leaves_the_reports_in_doubt() -> None:
    chart = chart_of(without(eye_report(), "effectiveDateTime"))
    assert chart.procedures == ()
    assert not chart.searched(Need.REPORTS)


def test_the_report_of_a_biopsy_is_no_procedure() -> None:
    assert chart_of(eye_report(code=coded("60568-3", text="Kidney biopsy"))).procedures == ()
