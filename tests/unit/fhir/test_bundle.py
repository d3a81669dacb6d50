"""Reading an answer: what the sender said, what was lost, and that nothing ever raises."""

from __future__ import annotations

import json

import msgspec
import pytest

from lnfhir.fhir.answer import Answer, Coverage
from lnfhir.fhir.bundle import read_answer
from lnfhir.fhir.kinds import KNOWN, READ
from lnfhir.fhir.resource import Quantity, Resource
from tests.unit.fhir.bundles import bundle, complaints, names, observation, outcome, read

# -- The six states of an answer


def test_null_means_searched_and_none_found() -> None:
    assert read(None) == Answer()


def test_an_empty_bundle_means_searched_and_none_found() -> None:
    assert read({"resourceType": "Bundle", "total": 0}) == Answer()


def test_a_bundle_gives_its_resources_with_their_places() -> None:
    answer = read(bundle(observation("a"), observation("b")), "prefetch.proteinuria")
    assert [place for place, _ in answer.resources] == [
        "prefetch.proteinuria.entry[0].resource",
        "prefetch.proteinuria.entry[1].resource",
    ]
    assert names(answer) == ["Observation/a", "Observation/b"]
    assert answer.coverage is Coverage.COMPLETE


def test_a_bare_resource_is_an_answer() -> None:
    answer = read({"resourceType": "Patient", "id": "p"}, "prefetch.patient")
    assert [(place, r.id) for place, r in answer.resources] == [("prefetch.patient", "p")]


def test_a_patient_is_read_without_its_wrong_members() -> None:
    sent = {"resourceType": "Patient", "id": "p", "gender": 1, "birthDate": "1990-05-04", "name": [{"given": ["A", 2]}]}
    for answer in (read(sent), read(bundle(sent, observation()))):
        (patient,) = (resource for _, resource in answer.resources if resource.resourceType == "Patient")
        assert (patient.id, patient.gender, patient.birthDate, patient.name) == ("p", None, "1990-05-04", ())
        assert answer.unread == {"Patient"}
        assert answer.coverage is Coverage.COMPLETE
        assert [path.partition("resource.")[2] or path for _, path in complaints(answer)] == (
            ["Bundle.gender", "Bundle.name[0].given[1]"]
            if answer.resources[0][0] == "Bundle"
            else ["gender", "name[0].given[1]"]
        )


@pytest.mark.parametrize("kind", ["Observation", "Condition", "MedicationRequest"])
def test_no_other_resource_is_believed_in_part(kind: str) -> None:
    """Without its status, its verification or `doNotPerform` it could say the opposite."""
    answer = read({"resourceType": kind, "id": "x", "status": ["entered-in-error"]})
    assert answer.resources == ()
    assert answer.unread == {kind}


def test_an_operation_outcome_is_a_failed_answer() -> None:
    answer = read(outcome(("error", "processing")))
    assert answer.coverage is Coverage.FAILED
    assert complaints(answer) == [("exception", "Bundle")]


def test_a_bare_resource_of_a_type_we_do_not_read_is_no_resource_and_no_complaint() -> None:
    assert read({"resourceType": "Encounter", "id": "e"}) == Answer()


def test_a_raw_part_of_a_larger_document_is_read_alike() -> None:
    raw = json.dumps(bundle(observation())).encode()
    assert read_answer(msgspec.Raw(raw), "x") == read_answer(raw, "x")


@pytest.mark.parametrize("kind", ["searchset", "collection", "document", "transaction-response", "batch-response"])
def test_every_type_of_bundle_is_read(kind: str) -> None:
    assert names(read(bundle(observation(), type=kind))) == ["Observation/o1"]


# -- One broken resource costs only itself


def test_a_broken_resource_costs_itself_and_names_its_place() -> None:
    answer = read(bundle(observation("a"), observation("b", valueQuantity={"value": [1]}), observation("c")))
    assert names(answer) == ["Observation/a", "Observation/c"]
    issue = answer.issues[0]
    assert issue.path == "Bundle.entry[1].resource.valueQuantity.value"
    assert issue.reference == "Observation/b"
    assert answer.unread == {"Observation"}
    assert answer.coverage is Coverage.COMPLETE


def test_a_broken_part_of_a_resource_we_do_not_read_costs_nothing() -> None:
    answer = read(bundle(observation(), {"resourceType": "Questionnaire", "code": [{"code": "x"}]}))
    assert names(answer) == ["Observation/o1"]
    assert answer.issues == ()
    assert answer.unread == frozenset()


@pytest.mark.parametrize("entry", [17, "x", [], {"resource": 17}, {"resource": []}, {"resource": {"id": "x"}}])
def test_an_entry_that_is_no_resource_leaves_everything_in_doubt(entry: object) -> None:
    answer = read({"resourceType": "Bundle", "entry": [entry, {"resource": observation()}]})
    assert names(answer) == ["Observation/o1"]
    assert answer.unread == {"?"}
    assert len(answer.issues) == 1


@pytest.mark.parametrize("kind", ["Nope", "observation", "ProcedureRequest", "MedicationOrder", ""])
def test_a_type_that_fhir_does_not_have_is_an_issue(kind: str) -> None:
    answer = read(bundle({"resourceType": kind, "id": "x"}, observation()))
    assert names(answer) == ["Observation/o1"]
    assert complaints(answer) == [("not-supported", "Bundle.entry[0].resource.resourceType")]
    assert answer.unread == {"?"}


@pytest.mark.parametrize("kind", sorted(KNOWN - READ - {"Bundle", "OperationOutcome"}))
def test_a_type_of_fhir_that_we_do_not_read_is_skipped_silently(kind: str) -> None:
    answer = read(bundle({"resourceType": kind, "id": "x"}))
    assert answer == Answer()


def test_null_members_and_items_say_nothing() -> None:
    answer = read(bundle(observation(component=[None], code=None, hasMember=None, valueQuantity={"value": None})))
    assert names(answer) == ["Observation/o1"]
    assert answer.issues == ()
    assert answer.resources[0][1].valueQuantity == Quantity()


def test_a_value_written_as_text_is_kept_as_it_is() -> None:
    answer = read(bundle(observation(valueQuantity={"value": "1.50", "unit": "mg/dL"})))
    assert answer.resources[0][1].valueQuantity == Quantity("1.50", None, "mg/dL")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("modifierExtension", [{"url": "urn:not"}]),
        ("implicitRules", "http://rules.example"),
        ("taken", "n"),  # STU3
        ("taken", "unk"),
        ("notGiven", True),
        ("notDone", True),
        ("wasNotGiven", True),  # DSTU2
        ("wasNotTaken", True),
        ("notPerformed", True),
        ("adherence", {"code": {"coding": [{"code": "not-taking"}]}}),  # R5
        ("adherence", {"code": {"coding": [{"code": "stopped-as-directed"}]}}),
        ("adherence", {"code": {"text": "no longer"}}),
    ],
)
def test_what_may_change_the_meaning_is_not_used(member: str, value: object) -> None:
    answer = read(bundle(observation("a", **{member: value}), observation("b")))
    assert names(answer) == ["Observation/b"]
    assert complaints(answer) == [("extension", f"Bundle.entry[0].resource.{member}")]
    assert answer.unread == {"Observation"}


@pytest.mark.parametrize(
    ("member", "value"),
    [("taken", "y"), ("notGiven", False), ("adherence", {"code": {"coding": [{"code": "taking-as-directed"}]}})],
)
def test_what_only_confirms_the_meaning_is_used(member: str, value: object) -> None:
    assert names(read(bundle(observation("a", **{member: value})))) == ["Observation/a"]


def test_the_slow_way_and_the_fast_way_read_alike() -> None:
    resources = [observation("a", code={"text": "x"}), {"resourceType": "Patient", "id": "p", "gender": "female"}]
    fast, slow = read(bundle(*resources)), read(bundle(*resources, observation("b", status=1)))
    assert slow.resources == fast.resources


# -- Incomplete answers


def test_a_further_page_makes_the_answer_partial_and_is_named() -> None:
    link = [{"relation": "self", "url": "http://x/1"}, {"relation": "next", "url": "http://x/2"}]
    answer = read(bundle(observation(), link=link))
    assert answer.coverage is Coverage.PARTIAL
    assert answer.next_url == "http://x/2"
    slow = read(bundle(observation(), observation("b", status=1), link=link))
    assert (slow.coverage, slow.next_url) == (Coverage.PARTIAL, "http://x/2")


def test_a_total_beyond_the_entries_makes_the_answer_partial() -> None:
    assert read(bundle(observation(), total=2)).coverage is Coverage.PARTIAL


def test_epics_total_of_the_page_with_an_outcome_entry_is_complete() -> None:
    body = bundle(observation(), total=1)
    body["entry"].append({"resource": outcome(("warning", "processing")), "search": {"mode": "outcome"}})
    assert read(body).coverage is Coverage.COMPLETE


def test_included_resources_do_not_count_as_results() -> None:
    body = bundle(observation(), total=2)
    body["entry"].append({"resource": {"resourceType": "Medication", "id": "m"}, "search": {"mode": "include"}})
    assert read(body).coverage is Coverage.PARTIAL


@pytest.mark.parametrize(
    ("severity", "code", "expected"),
    [
        ("warning", "suppressed", Coverage.PARTIAL),
        ("information", "suppressed", Coverage.PARTIAL),
        ("warning", "throttled", Coverage.PARTIAL),
        ("error", "processing", Coverage.PARTIAL),
        ("fatal", "required", Coverage.PARTIAL),
        ("warning", "processing", Coverage.COMPLETE),
        ("information", "informational", Coverage.COMPLETE),
    ],
)
def test_an_outcome_among_the_results(severity: str, code: str, expected: Coverage) -> None:
    assert read(bundle(observation(), outcome((severity, code)))).coverage is expected


def test_an_outcome_without_codes_says_nothing() -> None:
    answer = read(bundle(observation(), {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "x"}, {}]}))
    assert (answer.coverage, answer.issues) == (Coverage.COMPLETE, ())


def test_only_an_error_among_the_results_is_a_failed_answer() -> None:
    assert read(bundle(outcome(("fatal", "required")))).coverage is Coverage.FAILED


def test_epics_empty_result_is_complete() -> None:
    body = bundle(total=0)
    body["entry"] = [{"resource": outcome(("information", "informational")), "search": {"mode": "outcome"}}]
    assert read(body) == Answer()


def test_a_failed_request_of_a_batch_makes_the_answer_partial() -> None:
    body = {
        "resourceType": "Bundle",
        "type": "batch-response",
        "entry": [
            {"resource": bundle(observation("a")), "response": {"status": "200 OK"}},
            {"response": {"status": "404 Not Found"}},
        ],
    }
    answer = read(body)
    assert names(answer) == ["Observation/a"]
    assert answer.resources[0][0] == "Bundle.entry[0].resource.entry[0].resource"
    assert answer.coverage is Coverage.PARTIAL


def test_a_created_entry_of_a_transaction_without_resource_is_no_loss() -> None:
    body = {"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": {"status": "201"}}]}
    assert read(body) == Answer()


def test_a_page_inside_a_batch_that_goes_on_makes_the_answer_partial() -> None:
    answer = read(
        bundle(bundle(observation(), link=[{"relation": "next", "url": "http://x/2"}]), type="batch-response")
    )
    assert (answer.coverage, answer.next_url) == (Coverage.PARTIAL, "http://x/2")


# -- Names


@pytest.mark.parametrize(
    ("full_url", "name"),
    [("urn:uuid:0c3151bd", "0c3151bd"), ("https://ehr.example/fhir/Observation/77", "77")],
)
def test_a_resource_without_id_takes_the_one_of_its_full_url(full_url: str, name: str) -> None:
    resource = {"resourceType": "Observation", "status": "final"}
    answer = read({"resourceType": "Bundle", "entry": [{"fullUrl": full_url, "resource": resource}]})
    assert names(answer) == [f"Observation/{name}"]


@pytest.mark.parametrize("full_url", ["urn:uuid:x", "urn:uuid:o1", "https://ehr.example/fhir/Observation/xo1"])
def test_a_full_url_that_does_not_end_in_the_id_is_remembered(full_url: str) -> None:
    answer = read({"resourceType": "Bundle", "entry": [{"fullUrl": full_url, "resource": observation("o1")}]})
    assert answer.full_urls == {full_url: "Observation/o1"}


def test_a_full_url_that_ends_in_the_id_needs_no_remembering() -> None:
    entry = {"fullUrl": "https://ehr.example/fhir/Observation/o1", "resource": observation("o1")}
    assert read({"resourceType": "Bundle", "entry": [entry]}).full_urls == {}


def test_epics_long_ids_are_kept() -> None:
    assert names(read(bundle(observation("e" * 100)))) == ["Observation/" + "e" * 100]


def test_the_value_of_a_broken_member_is_not_repeated_in_the_issue() -> None:
    answer = read(bundle(observation(valueQuantity={"value": {"secret": "CANARY"}})))
    assert "CANARY" not in str(answer.issues[0].says) + answer.issues[0].path


def test_members_of_r5_are_decoded() -> None:
    r5 = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "medication": {"concept": {"text": "mycophenolate"}},
        "dosageInstruction": [{"asNeeded": True}],
    }
    resource: Resource = read(bundle(r5)).resources[0][1]
    assert resource.medication is not None
    assert resource.medication.concept is not None
    assert resource.medication.concept.text == "mycophenolate"
    assert resource.dosageInstruction[0].asNeeded is True
