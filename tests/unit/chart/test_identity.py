"""Whose data it is, and which copy of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from lnfhir.chart.build import build_chart, chart_from_record
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import NEED_OF, Coverage, Need
from lnfhir.fhir.answer import NOT_PROVIDED, Answer
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.issue import Severity
from lnfhir.quantity import Analyte
from tests.unit.chart.records import (
    AS_OF,
    PATIENT,
    bundle,
    chart_of,
    condition,
    creatinine,
    noted,
    order,
    said,
    without,
)

Json = dict[str, Any]
BOB = {"resourceType": "Patient", "id": "bob", "gender": "male", "birthDate": "1970-01-01"}


def errors(chart: Chart) -> list[tuple[str, str, str]]:
    return [(i.code, i.path, i.reference) for i in chart.issues if i.severity is Severity.ERROR]


# -- The patient


def test_the_patient_is_read() -> None:
    person = chart_of(patient={**PATIENT, "name": [{"given": ["Ann", "B."], "family": "Lu"}]}).person
    assert (person.id, person.sex, person.birth, person.deceased) == ("ann", "female", date(1990, 5, 4), False)
    assert person.name == "Ann B. Lu"
    assert chart_of(patient={**PATIENT, "name": [{"text": "路安"}]}).person.name == "路安"


@pytest.mark.parametrize("gender", ["other", "unknown", None])
def test_a_sex_that_is_not_known_is_noted(gender: str | None) -> None:
    patient = {**PATIENT, "gender": gender} if gender else without(PATIENT, "gender")
    chart = chart_of(patient=patient)
    assert chart.person.sex is None
    assert noted(chart) == ["the sex is not given as female or male"]


@pytest.mark.parametrize("birth", [None, "1990", "1990-05", "May 1990"])
def test_a_birth_that_is_not_known_to_the_day_is_not_used(birth: str | None) -> None:
    patient = {**PATIENT, "birthDate": birth} if birth else without(PATIENT, "birthDate")
    chart = chart_of(patient=patient)
    assert chart.person.birth is None
    assert noted(chart) == ["the day of birth is not known"]


def test_someone_born_after_the_review_has_an_impossible_birth() -> None:
    chart = chart_of(patient={**PATIENT, "birthDate": "2026-05-04"})
    assert chart.person.birth is None
    assert chart.coverage[Need.PATIENT] is Coverage.PARTIAL


@pytest.mark.parametrize(
    ("members", "dead"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedDateTime": "2025-03"}, True),
        ({"deceasedDateTime": "2026-03-01"}, False),
        ({"deceasedDateTime": "not a date"}, True),
    ],
)
def test_whether_the_patient_has_died(members: Json, dead: bool) -> None:
    assert chart_of(patient={**PATIENT, **members}).person.deceased is dead


def test_a_merged_record_is_an_issue() -> None:
    link = [{"other": {"reference": "Patient/new"}, "type": "replaced-by"}]
    assert said(chart_of(patient={**PATIENT, "link": link})) == ["this record was merged into another one"]


# -- Other people's data


@pytest.mark.parametrize(
    "reference", ["Patient/bob", "http://ehr.example/fhir/Patient/bob", "Group/ann", "urn:uuid:bob"]
)
def test_what_belongs_to_someone_else_is_dropped_loudly(reference: str) -> None:
    chart = chart_of(creatinine(subject={"reference": reference}))
    assert chart.results == ()
    assert errors(chart) == [("conflict", "Bundle.entry[1].resource.subject", "Observation/o")]


@pytest.mark.parametrize("make", [creatinine, condition, order])
def test_every_kind_of_resource_is_checked(make: Any) -> None:
    chart = chart_of(make(subject={"reference": "Patient/bob"}))
    assert len(errors(chart)) == 1
    assert (chart.results, chart.diagnoses, chart.drugs) == ((), (), ())


def test_another_patient_is_dropped_loudly() -> None:
    chart = chart_of(BOB, creatinine(), patient_id="ann")
    assert chart.person.sex == "female"
    assert errors(chart) == [("conflict", "Bundle.entry[1].resource", "Patient/bob")]


@pytest.mark.parametrize(
    "reference", ["Patient/ann", "https://ehr.example/fhir/Patient/ann", "Patient/ann/_history/4", "urn:uuid:ann"]
)
def test_the_patient_however_referred_to(reference: str) -> None:
    entries = [
        {"fullUrl": "urn:uuid:ann", "resource": PATIENT},
        {"resource": creatinine(subject={"reference": reference})},
    ]
    raw = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    assert len(chart_from_record(read_answer(raw, "B"), AS_OF).results) == 1


def test_a_patient_known_by_full_url_alone() -> None:
    entries = [
        {"fullUrl": "urn:uuid:0a1b", "resource": without(PATIENT, "id")},
        {"fullUrl": "urn:uuid:77", "resource": without(creatinine(subject={"reference": "urn:uuid:0a1b"}), "id")},
    ]
    raw = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    chart = chart_from_record(read_answer(raw, "B"), AS_OF)
    assert [result.reference for result in chart.results] == ["Observation/77"]


@pytest.mark.parametrize("subject", [None, {"display": "Ann Lu"}])
def test_data_without_a_subject_is_taken_as_the_only_patients_and_noted(subject: Json | None) -> None:
    nameless = without(creatinine(), "subject") if subject is None else creatinine(subject=subject)
    chart = chart_of(nameless)
    assert len(chart.results) == 1
    assert noted(chart) == ["no patient is named; taken as the only patient of the record"]


def test_data_without_a_subject_is_not_used_where_no_patient_is_known() -> None:
    chart = chart_of(without(creatinine(), "subject"), patient=None, patient_id="ann")
    assert chart.results == ()
    assert said(chart) == ["no patient is named: this is not used"]


def test_data_without_a_subject_is_not_used_among_two_patients() -> None:
    chart = chart_of(BOB, without(creatinine(), "subject"), patient_id="ann")
    assert chart.results == ()


def test_a_contained_subject_is_nobody_we_know() -> None:
    assert chart_of(creatinine(subject={"reference": "#ann"})).results == ()


# -- A record of nobody, or of several


def test_a_record_of_two_patients_is_nobodys() -> None:
    chart = chart_of(BOB, creatinine())
    assert (chart.person.id, chart.results) == ("", ())
    assert errors(chart) == [("conflict", "", "")]
    assert not any(chart.searched(need) for need in Need)


def test_a_record_of_two_patients_is_one_patients_when_asked() -> None:
    assert len(chart_of(BOB, creatinine(), patient_id="ann").results) == 1


def test_a_record_without_a_patient_resource_is_its_only_subjects() -> None:
    chart = chart_of(creatinine(), condition(), patient=None)
    assert (chart.person.id, len(chart.results), chart.person.birth) == ("ann", 1, None)


def test_an_empty_record_is_nobodys() -> None:
    chart = chart_of(patient=None)
    assert not chart.searched(Need.CONDITIONS)
    assert errors(chart) == [("required", "", "")]


# -- Copies


def versioned(number: float, name: str = "o", **meta: str) -> Json:
    return {**creatinine(number, name=name), "meta": meta}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"lastUpdated": "2025-03-02T00:00:00Z"}, {"lastUpdated": "2025-03-02T00:00:00-01:00"}),
        ({"versionId": "9"}, {"versionId": "10"}),
        ({}, {"versionId": "2"}),
    ],
)
def test_the_newer_of_two_versions_holds(old: dict[str, str], new: dict[str, str]) -> None:
    for pair in ((versioned(1.0, **old), versioned(2.0, **new)), (versioned(2.0, **new), versioned(1.0, **old))):
        (result,) = chart_of(*pair).results
        assert result.amount is not None
        assert result.amount.low == 2.0


def test_a_correction_withdraws_what_it_corrects() -> None:
    wrong = {**versioned(1.0, versionId="2"), "status": "entered-in-error"}
    assert chart_of(versioned(1.0, versionId="1"), wrong).results == ()


def test_copies_that_differ_without_a_version_are_both_not_used() -> None:
    chart = chart_of(creatinine(1.0), creatinine(2.0))
    assert chart.results == ()
    assert len(said(chart)) == 1
    assert chart.coverage[Need.KIDNEY_FUNCTION] is Coverage.PARTIAL


def test_of_two_copies_of_the_patient_the_fuller_is_used() -> None:
    chart = chart_of({"resourceType": "Patient", "id": "ann"})
    assert chart.person.birth == date(1990, 5, 4)


def test_the_same_resource_without_an_id_counts_once() -> None:
    nameless = without(creatinine(), "id")
    assert len(chart_of(nameless, nameless).results) == 1
    assert len(chart_of(nameless, without(creatinine(1.3), "id")).results) == 2


def test_two_results_of_one_minute_stay_two() -> None:
    assert len(chart_of(creatinine(1.0), creatinine(1.3, name="o2")).results) == 2


# -- Coverage


def answer(*resources: Json) -> Answer:
    return read_answer(bundle(*resources, patient=None), "prefetch.x")


def test_a_need_without_an_answer_was_not_provided() -> None:
    chart = build_chart({Need.PATIENT: answer(PATIENT), Need.CONDITIONS: Answer()}, "ann", AS_OF)
    assert chart.coverage[Need.CONDITIONS] is Coverage.COMPLETE
    assert chart.coverage[Need.ORDERS] is Coverage.NOT_PROVIDED


def test_the_answers_of_all_needs_are_one_record() -> None:
    answers = {
        Need.PATIENT: answer(PATIENT),
        Need.PROTEINURIA: answer(creatinine()),
        Need.KIDNEY_FUNCTION: answer(creatinine()),
    }
    assert len(build_chart(answers, "ann", AS_OF).results) == 1


@pytest.mark.parametrize("coverage", [Coverage.FAILED, Coverage.PARTIAL, Coverage.NOT_PROVIDED])
def test_an_incomplete_answer_stays_incomplete(coverage: Coverage) -> None:
    answers = {Need.PATIENT: answer(PATIENT), Need.ORDERS: Answer(coverage=coverage)}
    assert build_chart(answers, "ann", AS_OF).coverage[Need.ORDERS] is coverage


def test_an_unreadable_resource_leaves_only_its_needs_in_doubt() -> None:
    chart = chart_of(order(status=1), creatinine())
    assert chart.coverage[Need.ORDERS] is Coverage.PARTIAL
    assert chart.coverage[Need.KIDNEY_FUNCTION] is Coverage.COMPLETE
    assert len(chart.results) == 1


def test_an_entry_of_no_known_type_leaves_everything_in_doubt() -> None:
    chart = chart_of({"resourceType": "Nope"})
    assert not any(chart.searched(need) for need in Need)


def test_a_record_knows_what_it_does_not_hold() -> None:
    found = chart_from_record(answer(PATIENT), AS_OF, not_searched=frozenset({Need.DISPENSES}))
    assert found.coverage[Need.DISPENSES] is Coverage.NOT_PROVIDED
    assert found.coverage[Need.ORDERS] is Coverage.COMPLETE


def test_nothing_at_all_is_a_chart_of_nobody() -> None:
    assert not build_chart({Need.PATIENT: NOT_PROVIDED}, None, AS_OF).searched(Need.PATIENT)


def test_the_issues_of_the_answers_are_the_charts() -> None:
    failed = read_answer(b"nonsense", "prefetch.conditions")
    chart = build_chart({Need.PATIENT: answer(PATIENT), Need.CONDITIONS: failed}, "ann", AS_OF)
    assert [issue.path for issue in chart.issues] == ["prefetch.conditions"]


def test_every_analyte_has_the_need_that_returns_it() -> None:
    assert set(NEED_OF) == set(Analyte)
    assert NEED_OF[Analyte.UPCR] is Need.PROTEINURIA
    assert NEED_OF[Analyte.POTASSIUM] is Need.CHEMISTRY
