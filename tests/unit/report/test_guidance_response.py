"""An assessment as a FHIR GuidanceResponse."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.guidanceresponse import GuidanceResponse
from msgspec import structs

from lnfhir.chart.build import build_chart, chart_from_record
from lnfhir.chart.coverage import Need
from lnfhir.languages import lookup_in
from lnfhir.logic import Finding, Truth
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.record import read_record
from lnfhir.report.data_requirements import MISSING, data_requirement, data_requirements, needs_named
from lnfhir.report.guidance_response import guidance_response
from lnfhir.review import Review, review
from lnfhir.sandbox.demo import example_patients
from tests.knowledge.example import PATIENT, record, today
from tests.unit.command_line import ONE, run, written

DAY = date(2025, 3, 1)
PERSONAL = ("contraception", "HIV", "tuberculosis", "vaccination", "decision", "response judged")
"""Words of what no search would bring: only a person knows it, or it is derived."""


def judged(resources: list[dict[str, Any]], day: date, patient: str, *without: Need) -> Review:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    chart = chart_from_record(read_record(json.dumps(bundle).encode()), day, patient, frozenset(without))
    return review(chart, Policy())


def maria(*without: Need) -> Review:
    return judged(list(record().resources), today(), PATIENT, *without)


def unknown() -> Review:
    return review(build_chart({}, "p1", DAY), Policy())


def contained(response: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in response["contained"] if each["resourceType"] == kind]


def verdicts(response: dict[str, Any]) -> list[dict[str, str]]:
    [parameters] = contained(response, "Parameters")
    return [
        {part["name"]: next(iter(set(part.values()) - {part["name"]})) for part in each["part"]}
        for each in parameters["parameter"]
        if each["name"] == "refractory"
    ]


def test_it_says_what_the_report_says() -> None:
    found = maria()
    response = guidance_response(found, "0.1.0")
    told = verdicts(response)
    assert [(each["profile"], each["overall"]) for each in told] == [
        (verdict.profile, verdict.overall.state) for verdict in found.refractory
    ]
    assert told[0]["overall"] == "met"
    assert {told[0][name] for name in ("C1", "C2", "C3", "C4")} == {"met"}
    assert response["subject"] == {"reference": f"Patient/{PATIENT}"}
    assert response["occurrenceDateTime"] == today().isoformat()
    assert response["moduleCanonical"] == "https://lnfhir.org/fhir/Library/lnfhir-rules|0.1.0"
    assert "all four criteria are met" in response["note"][0]["text"]


def test_a_verdict_that_cannot_be_told_requires_data_and_names_the_search() -> None:
    response = guidance_response(unknown(), "0.1.0")
    assert response["status"] == "data-required"
    wanted = {each["type"]: each for each in response["dataRequirement"] if each["type"] != "Observation"}
    assert {"Patient", "Condition", "MedicationRequest", "DiagnosticReport"} <= set(wanted)
    assert {"url": MISSING, "valueString": "diagnoses (not completely searched)"} in wanted["Condition"]["extension"]
    filters = {each["codeFilter"][0]["valueSet"] for each in response["dataRequirement"] if "codeFilter" in each}
    assert "https://lnfhir.org/fhir/ValueSet/ln-kidney-function-tests" in filters


def test_known_verdicts_with_open_advice_only_ask_for_data() -> None:
    response = guidance_response(maria(), "0.1.0")
    assert response["status"] == "data-requested"
    assert response["dataRequirement"]


def test_what_only_time_can_settle_is_no_missing_datum() -> None:
    found = maria()
    leading = found.refractory[0]
    says, wanted = leading.overall.says, say("a kidney biopsy within 12 months")
    waiting = Finding(says, Truth.UNKNOWN, missing=(say("time until {until}", until=DAY), wanted), pending_until=DAY)
    pending = replace(found, refractory=(replace(leading, overall=waiting),))
    response = guidance_response(pending, "0.1.0")
    assert response["status"] == "data-requested"
    assert "within 12 months" not in json.dumps(response["dataRequirement"])
    stuck = structs.replace(waiting, pending_until=None)
    response = guidance_response(replace(found, refractory=(replace(leading, overall=stuck),)), "0.1.0")
    assert response["status"] == "data-required"
    assert "within 12 months" in json.dumps(response["dataRequirement"])
    assert "time until" not in json.dumps([response["dataRequirement"], response["note"]])


def test_advice_is_a_care_plan_whose_drafts_are_contained() -> None:
    found = [judged(list(each.resources), DAY, each.patient_id) for each, _, _ in example_patients(DAY)]
    responses = [guidance_response(each, "0.1.0") for each in found]
    drafted = [each for each in responses if contained(each, "MedicationRequest") or contained(each, "ServiceRequest")]
    assert drafted
    for response in responses:
        plans = contained(response, "CarePlan")
        assert bool(plans) is ("result" in response)
        identities = {f"#{each['id']}" for each in response["contained"]}
        for plan in plans:
            references = [each["reference"]["reference"] for each in plan["activity"] if "reference" in each]
            assert set(references) <= identities
            details = [each["detail"] for each in plan["activity"] if "detail" in each]
            assert all(each["status"] == "not-started" and each["instantiatesCanonical"] for each in details)
            assert {plan["status"], plan["intent"]} == {"draft", "proposal"}
        drafts = [*contained(response, "MedicationRequest"), *contained(response, "ServiceRequest")]
        assert all(draft["status"] == "draft" and draft["intent"] == "proposal" for draft in drafts)


def test_data_not_used_stand_in_an_operation_outcome() -> None:
    resources = [json.loads(json.dumps(each)) for each in record().resources]
    [weight, *_] = [each for each in resources if each.get("valueQuantity", {}).get("unit") == "kg"]
    weight["valueQuantity"] = {"value": 60, "unit": "furlong"}
    response = guidance_response(judged(resources, today(), PATIENT), "0.1.0")
    assert response["evaluationMessage"] == [{"reference": "#not-used"}]
    [outcome] = contained(response, "OperationOutcome")
    assert any("unit that is not known" in issue["diagnostics"] for issue in outcome["issue"])


def test_every_response_is_valid_r4() -> None:
    reviews = [unknown(), maria(), maria(Need.ORDERS), review(build_chart({}, None, DAY), Policy())]
    reviews += [judged(list(each.resources), DAY, each.patient_id) for each, _, _ in example_patients(DAY)]
    for found in reviews:
        response = guidance_response(found, "0.1.0", lookup_in("zh-CN"))
        assert [(issue.path, issue.message) for issue in fhirkit.validate(json.dumps(response))] == []
        GuidanceResponse.model_validate(response)


def test_each_missing_datum_is_of_a_search_or_only_a_person_knows_it() -> None:
    reviews = [unknown(), *(maria(need) for need in Need)]
    for found in reviews:
        for item in {item for guidance in found.guidance for item in guidance.missing}:
            assert bool(needs_named(item)) is not any(word in str(item) for word in PERSONAL), item


@pytest.mark.parametrize(
    ("sentence", "needs"),
    [
        (say("a urine protein/creatinine ratio under treatment"), (Need.PROTEINURIA,)),
        (say("serum creatinine within 30 days of the urine test"), (Need.KIDNEY_FUNCTION,)),
        (say("diagnoses and biopsy reports (not completely searched)"), (Need.REPORTS, Need.CONDITIONS)),
        (say("daily dose of potassium chloride: the unit is missing"), (Need.ORDERS,)),
        (say("contraception, to be asked of the patient"), ()),
    ],
)
def test_a_sentence_names_the_searches_that_would_bring_it(sentence: Any, needs: tuple[Need, ...]) -> None:
    assert needs_named(sentence) == needs


def test_one_requirement_stands_for_all_that_a_search_would_bring() -> None:
    found = data_requirements((say("body weight"), say("a height"), say("procedures")), str)
    assert [each["type"] for each in found] == ["Observation", "Procedure"]
    assert [each["valueString"] for each in found[0]["extension"]] == ["body weight", "a height"]


@pytest.mark.parametrize("need", Need)
def test_every_need_is_a_requirement(need: Need) -> None:
    requirement = data_requirement(need)
    assert requirement["type"] != "Observation" or requirement["codeFilter"]


def test_the_command_writes_it(tmp_path: Any) -> None:
    place = written(tmp_path, ONE, "one.json")
    ran = run("assess", place, "--as-of", "2025-01-01", "--guidance-response")
    assert ran.code == 0
    assert json.loads(ran.out)["resourceType"] == "GuidanceResponse"
    both = run("assess", place, "--json", "--guidance-response")
    assert both.code == 2
    assert "choose one" in both.err
