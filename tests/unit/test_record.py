"""Whole records from files of every shape."""

from __future__ import annotations

import json

import pytest

from lnfhir.fhir.answer import Coverage
from lnfhir.record import about, patients_in, read_record

PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female"}
CREATININE = {"resourceType": "Observation", "id": "c1", "status": "final", "subject": {"reference": "Patient/p1"}}


def lined(*resources: object, end: str = "\n") -> bytes:
    return "".join(json.dumps(resource) + end for resource in resources).encode()


def kinds(raw: bytes, told: bool | None = None) -> list[str]:
    return [resource.resourceType for _, resource in read_record(raw, told).resources]


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {"resource": CREATININE}]}).encode(),
        json.dumps(
            {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {"resource": CREATININE}]}, indent=2
        ).encode(),
        lined(PATIENT, CREATININE),
        lined(PATIENT, CREATININE, end="\r\n"),
        b"\xef\xbb\xbf" + lined(PATIENT, CREATININE),
        b"\n\n" + lined(PATIENT) + b"\n  \n" + lined(CREATININE).strip(),
    ],
    ids=["bundle", "indented bundle", "ndjson", "crlf", "bom", "blank lines and no final newline"],
)
def test_a_file_of_any_shape_gives_its_resources(raw: bytes) -> None:
    answer = read_record(raw)
    assert [resource.resourceType for _, resource in answer.resources] == ["Patient", "Observation"]
    assert (answer.coverage, answer.issues) == (Coverage.COMPLETE, ())


def test_a_single_resource_is_a_record() -> None:
    assert kinds(json.dumps(PATIENT, indent=1).encode()) == ["Patient"]
    assert kinds(lined(PATIENT), told=True) == ["Patient"]


def test_a_bad_line_costs_itself_is_named_and_leaves_a_doubt() -> None:
    answer = read_record(lined(PATIENT) + b'{"resourceType": "Observation",\n' + lined(CREATININE))
    assert [resource.resourceType for _, resource in answer.resources] == ["Patient", "Observation"]
    assert [issue.path for issue in answer.issues] == ["line[2]"]
    assert answer.unread == frozenset("?")
    assert answer.coverage is Coverage.COMPLETE


def test_a_bad_first_line_is_forgiven_when_the_file_is_known_to_be_ndjson() -> None:
    raw = b"{oops\n" + lined(PATIENT)
    assert kinds(raw, told=True) == ["Patient"]
    assert read_record(raw).coverage is Coverage.FAILED


@pytest.mark.parametrize(
    "raw",
    [b"", b"  \n ", b"not json", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'"text"', b"{oops\n{again\n", b"{}\n{}\n"],
)
def test_what_is_not_fhir_fails_with_a_reason_and_never_raises(raw: bytes) -> None:
    answer = read_record(raw)
    assert answer.coverage is Coverage.FAILED
    assert answer.issues


def test_a_bundle_with_a_further_page_in_a_line_makes_the_file_partial() -> None:
    page = {"resourceType": "Bundle", "link": [{"relation": "next", "url": "https://x/2"}], "entry": []}
    assert read_record(lined(PATIENT, page)).coverage is Coverage.PARTIAL


@pytest.mark.parametrize(
    ("resources", "present"),
    [
        ([PATIENT, CREATININE], {"p1"}),
        ([CREATININE], {"p1"}),
        ([PATIENT, {**PATIENT, "id": "p2"}], {"p1", "p2"}),
        ([PATIENT, {**CREATININE, "subject": {"reference": "Patient/p9"}}], {"p1"}),
        ([{**CREATININE, "subject": {"reference": "https://ehr/fhir/Patient/p3"}}], {"p3"}),
        ([{**CREATININE, "subject": {"reference": "https://ehr/fhir/Patient/p3/_history/1"}}], {"p3"}),
        ([{**CREATININE, "subject": {"reference": "urn:uuid:p4"}}], {"p4"}),
        ([{**CREATININE, "subject": {"display": "someone"}}], set()),
    ],
)
def test_the_patients_of_a_record_are_its_patients_or_whom_it_is_about(
    resources: list[object], present: set[str]
) -> None:
    assert patients_in(read_record(lined(*resources), lined=True)) == present


def test_the_record_of_one_patient_is_without_the_others() -> None:
    mine, theirs = CREATININE, {**CREATININE, "id": "c2", "subject": {"reference": "Patient/p2"}}
    drug = {"resourceType": "Medication", "id": "m1"}
    stranger = {**CREATININE, "id": "c3", "subject": {"reference": "Patient/p9"}}
    answer = read_record(lined(PATIENT, {**PATIENT, "id": "p2"}, mine, theirs, drug, stranger))
    kept = about(answer, "p1", frozenset({"p2"}))
    assert [resource.id for _, resource in kept.resources] == ["p1", "c1", "m1", "c3"]
    assert [place for place, _ in kept.resources] == ["line[1]", "line[3]", "line[5]", "line[6]"]


def test_another_patient_is_known_by_the_full_url_too() -> None:
    entries = [
        {"fullUrl": "urn:uuid:a", "resource": PATIENT},
        {"fullUrl": "urn:uuid:b", "resource": {**PATIENT, "id": "p2"}},
        {"fullUrl": "urn:uuid:c", "resource": {**CREATININE, "subject": {"reference": "urn:uuid:b"}}},
    ]
    answer = read_record(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())
    assert [resource.id for _, resource in about(answer, "p1", frozenset({"p2"})).resources] == ["p1"]
