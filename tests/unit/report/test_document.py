"""The JSON document agrees with its published schema, and says what the review says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from lnfhir.errors import KnowledgeError
from lnfhir.guideline.recommendation import Outcome
from lnfhir.languages import lookup_in
from lnfhir.logic import Known
from lnfhir.policy import Policy, as_settings, policy_from
from lnfhir.report.document import document
from lnfhir.review import Review
from tests import reviews
from tests.judged import judged

SCHEMAS = Path(__file__).parents[3] / "profiles" / "schema"
ASSESSMENT = json.loads((SCHEMAS / "assessment.json").read_text("utf-8"))
POLICY = json.loads((SCHEMAS / "policy.json").read_text("utf-8"))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    known = Registry().with_resource(POLICY["$id"], Resource.from_contents(POLICY))
    return Draft202012Validator(schema, registry=known, format_checker=FormatChecker())


def faults(instance: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(ASSESSMENT).iter_errors(instance)]


def through_the_wire(review: Review) -> Any:
    """As a reader gets it."""
    return json.loads(msgspec.json.encode(document(review, "0.1.0")))


def walk(node: Any) -> Iterator[Any]:
    yield node
    children: list[Any] = []
    if isinstance(node, dict):
        children = list(node.values())
    elif isinstance(node, list):
        children = node
    for child in children:
        yield from walk(child)


@pytest.mark.parametrize("schema", [ASSESSMENT, POLICY], ids=["assessment", "policy"])
def test_a_schema_is_a_schema_closed_and_explained(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    objects = [node for node in walk(schema) if isinstance(node, dict) and node.get("type") == "object"]
    open_ones = [node for node in objects if node.get("additionalProperties") is not False]
    assert [node.get("description", "")[:12] for node in open_ones] == (
        ["A FHIR R4 re"] if schema is ASSESSMENT else []
    )
    assert all(node.get("description") for node in objects)


@pytest.mark.parametrize("build", reviews.REVIEWS)
def test_the_document_of_every_review_follows_the_schema(build: Callable[[], Review]) -> None:
    assert faults(through_the_wire(build())) == []


def test_the_documents_of_real_reviews_follow_the_schema() -> None:
    """A sample of the example patients and the vignettes, since the validator takes half a second for each."""
    for review in judged()[::15]:
        assert faults(through_the_wire(review)) == []


def test_a_translated_document_follows_the_schema() -> None:
    translated = document(judged()[0], "0.1.0", "zh-CN", lookup_in("zh-CN"))
    assert faults(json.loads(msgspec.json.encode(translated))) == []


@pytest.mark.parametrize("build", reviews.REVIEWS)
def test_null_is_never_written(build: Callable[[], Review]) -> None:
    assert None not in list(walk(through_the_wire(build())))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda d: d.update(surprise=1), "surprise"),
        (lambda d: d["refractory"][0]["C1"].update(state="maybe"), "refractory[0].C1.state"),
        (lambda d: d["refractory"][0]["C2"].update(missing=[]), "refractory[0].C2.missing"),
        (lambda d: d["refractory"][0]["C1"].update(missing=["x"]), "refractory[0].C1.missing"),
        (lambda d: d["refractory"][1]["C3"].pop("pendingUntil"), "refractory[1].C3"),
        (lambda d: d["refractory"][0]["C1"].update(pendingUntil="2025-01-01"), "refractory[0].C1.state"),
        (lambda d: d["coverage"].pop("patient"), "coverage"),
        (lambda d: d["policy"].update(mmf_min=3), "policy.mmf_min"),
        (lambda d: d.update(asOf="yesterday"), "asOf"),
        (
            lambda d: d["recommendations"][1]["drafts"][0]["resource"].update(status="active"),
            "drafts[0].resource.status",
        ),
        (lambda d: d["recommendations"][1].update(outcome="contraindicated"), "recommendations[1].drafts"),
        (lambda d: d["recommendations"][1].update(outcome="needs-data"), "drafts[0].resource.resourceType"),
        (lambda d: d["measures"][0].update(missing=["x"]), "measures[0]"),
    ],
)
def test_the_schema_refuses_what_the_document_must_not_say(change: Callable[[Any], Any], where: str) -> None:
    instance = through_the_wire(reviews.rich_review())
    change(instance)
    assert any(where in fault for fault in faults(instance))


def test_a_finding_keeps_its_state_its_evidence_and_its_parts() -> None:
    lead = through_the_wire(reviews.rich_review())["refractory"][0]
    assert [lead[name]["state"] for name in ("overall", "C1", "C2", "C3", "C4")] == [
        "unknown",
        "met",
        "unknown",
        "met",
        "unknown",
    ]
    assert lead["overall"]["missing"] == ["dispense history or adherence statement", "antiphospholipid antibodies"]
    decisive, waiting = lead["C3"]["parts"]
    assert decisive["evidence"][1] == {
        "reference": "Observation/u6",
        "label": "UPCR",
        "value": "2.6",
        "unit": "g/g",
        "date": "2024-07-16",
    }
    assert (waiting["state"], waiting["pendingUntil"]) == ("pending", "2025-01-14")
    assert lead["C2"]["parts"][0]["notes"] == ["peak 1 mg/kg per day"]


def test_every_verdict_response_recommendation_and_issue_is_in_the_document() -> None:
    review = reviews.rich_review()
    got = through_the_wire(review)
    assert [(v["profile"], v["leads"]) for v in got["refractory"]] == [
        ("ding2025", True),
        ("kdigo2024", False),
        ("acr2024", False),
        ("acr2012_seed", False),
    ]
    assert [(r["definition"], r["at"], r["state"]) for r in got["responses"]] == [
        (r.definition, r.at, r.state.value) for r in review.responses
    ]
    assert [r["outcome"] for r in got["recommendations"]] == [g.outcome.value for g in review.guidance]
    assert {r["outcome"] for r in got["recommendations"]} == {outcome.value for outcome in Outcome}
    assert len(got["issues"]) == len(review.chart.issues)
    assert got["issues"][0]["path"] == "Bundle.entry[0].resource.valueQuantity"
    assert got["recommendations"][0]["missing"] == ["morning cortisol"]
    assert got["recommendations"][0]["cites"][0]["confidence"] == "P"


def test_a_birthday_on_a_leap_day_is_counted_in_completed_years() -> None:
    patient = through_the_wire(reviews.rich_review())["patient"]
    assert patient == {
        "id": "p1",
        "name": "Ada Example",
        "sex": "female",
        "birthDate": "1996-02-29",
        "ageYears": 28,
        "deceased": False,
    }


def test_a_patient_of_whom_nothing_is_known_has_no_invented_fields() -> None:
    got = through_the_wire(reviews.empty_review())
    assert got["patient"] == {"deceased": False}
    assert set(got["coverage"].values()) == {"not-provided"}


def test_a_measure_has_a_value_or_what_it_lacks() -> None:
    proteinuria, biopsy, egfr = through_the_wire(reviews.rich_review())["measures"]
    assert (proteinuria["value"], proteinuria["unit"]) == (2.6, "g/g")
    assert biopsy["value"] == "IV"
    assert egfr == {"key": "egfr", "label": "eGFR (CKD-EPI 2021)", "missing": ["serum creatinine"]}


def test_a_figure_of_zero_is_a_value() -> None:
    review = reviews.rich_review()
    line = replace(review.measures[0], value=Known(0.0))
    got = through_the_wire(replace(review, measures=(line,)))
    assert got["measures"][0]["value"] == 0.0
    assert faults(got) == []


def test_the_policy_in_force_is_echoed_whole() -> None:
    chosen = Policy(mmf_min=1.5, gc_mode="guideline", function_tol=0.1)
    echoed = through_the_wire(reviews.rich_review(chosen))["policy"]
    assert policy_from(echoed) == chosen
    assert set(echoed) == set(as_settings(chosen))


def test_sentences_go_through_the_catalogue_and_codes_do_not() -> None:
    catalogue = {
        "UPCR": "尿蛋白/肌酐比值",
        "treatment failed": "治疗失败",
        "no partial response by {n} months": "{n}个月未部分缓解",
    }
    got = document(reviews.rich_review(), "0.1.0", "zh-CN", lambda word: catalogue.get(word, word))
    failure = got["refractory"][0]["C3"]
    assert (got["language"], failure["says"]) == ("zh-CN", "治疗失败")
    assert failure["parts"][0]["says"] == "6个月未部分缓解"
    assert failure["parts"][0]["evidence"][0]["label"] == "尿蛋白/肌酐比值"
    assert failure["state"] == "met"


def accepted_by_code(settings: dict[str, Any]) -> bool:
    try:
        policy_from(settings)
    except KnowledgeError:
        return False
    return True


def accepted_by_schema(settings: dict[str, Any]) -> bool:
    return not list(validator(POLICY).iter_errors(settings))


def test_the_policy_schema_names_every_setting_with_its_default() -> None:
    defaults = as_settings(Policy())
    properties = POLICY["properties"]
    assert set(properties) == set(defaults)
    assert {name: rule.get("default") for name, rule in properties.items()} == defaults


@pytest.mark.parametrize("name", sorted(POLICY["properties"]))
def test_the_policy_schema_and_the_code_accept_the_same_values(name: str) -> None:
    rule = POLICY["properties"][name]
    candidates: list[Any] = [True, False, 0, 1, 2, -1, 1e9, 0.07, "bogus", [], {}]
    candidates += rule.get("enum", [])
    if "minimum" in rule:
        low, high = rule["minimum"], rule["maximum"]
        candidates += [low, high, low - 1e-6, high + 1e-6, (low + high) / 2]
    by_code = [value for value in candidates if accepted_by_code({name: value})]
    by_schema = [value for value in candidates if accepted_by_schema({name: value})]
    assert by_schema == by_code
    assert len(by_code) >= 1


def test_an_unknown_setting_is_refused_by_both() -> None:
    assert not accepted_by_code({"mmf_minimum": 2.0})
    assert not accepted_by_schema({"mmf_minimum": 2.0})
