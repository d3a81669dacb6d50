"""Prefetch templates keep to what clients support, and the six states of a key mean six different things."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest

from cds_hooks.prefetch import answers, observation_tokens, template
from cds_hooks.services import SERVICES
from lnfhir.chart.coverage import NEED_OF, Coverage, Need
from tests.hook_calls import OUTCOME, bundle, patient, schema_faults

CONDITION = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}
TEMPLATES = {need: template(need) for service in SERVICES for need in service.needs}


def test_every_need_has_a_template() -> None:
    assert set(TEMPLATES) == set(Need)


@pytest.mark.parametrize("need", TEMPLATES)
def test_a_template_keeps_to_the_search_subset(need: Need) -> None:
    text = TEMPLATES[need]
    assert set(re.findall(r"{{(.*?)}}", text)) == {"context.patientId"}
    path, _, query = text.partition("?")
    if need is Need.PATIENT:
        assert (path, query) == ("Patient/{{context.patientId}}", "")
        return
    pairs = parse_qsl(query, strict_parsing=True)
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names)
    assert set(names) <= {"patient", "code", "_sort", "_count"}
    assert all(":" not in name and "." not in name for name in names)
    assert re.fullmatch("-[a-z-]+", dict(pairs)["_sort"])
    assert "today" not in text
    assert not re.search(r"\s", text)


@pytest.mark.parametrize("need", [need for need in Need if need in NEED_OF.values()])
def test_an_observation_search_asks_for_codes_and_for_every_need_that_has_any(need: Need) -> None:
    codes = observation_tokens(need)
    assert codes
    assert len(set(codes)) == len(codes)
    assert f"code={','.join(codes)}&" in TEMPLATES[need]
    assert all(re.fullmatch(r"(http://loinc\.org\|\d+-\d|[a-z0-9-]+)", c) for c in codes)


def test_creatinine_and_the_protein_creatinine_ratio_are_asked_for() -> None:
    assert "http://loinc.org|2160-0" in observation_tokens(Need.KIDNEY_FUNCTION)
    assert "http://loinc.org|2890-2" in observation_tokens(Need.PROTEINURIA)
    assert "isn-rps-class" in observation_tokens(Need.BIOPSY_FINDINGS)


def read(need: Need, value: Any) -> tuple[Coverage, list[str]]:
    """How a client's value of a key is understood."""
    found = answers({need.value: msgspec.Raw(json.dumps(value).encode())}, (need,))[need]
    return found.coverage, [resource.local_reference for _, resource in found.resources]


def test_an_absent_key_was_not_provided() -> None:
    assert answers({}, (Need.CONDITIONS,))[Need.CONDITIONS].coverage is Coverage.NOT_PROVIDED


def test_a_key_that_was_not_asked_for_is_ignored() -> None:
    assert list(answers({"other": msgspec.Raw(b"1")}, (Need.CONDITIONS,))) == [Need.CONDITIONS]


EPIC_EMPTY = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 0,
    "entry": [
        {
            "search": {"mode": "outcome"},
            "resource": {
                "resourceType": "OperationOutcome",
                "issue": [{"severity": "warning", "code": "processing"}],
            },
        }
    ],
}

STATES: list[tuple[str, Any, Coverage, list[str]]] = [
    ("null", None, Coverage.COMPLETE, []),
    ("resource", CONDITION, Coverage.COMPLETE, ["Condition/c1"]),
    ("Bundle", bundle(CONDITION), Coverage.COMPLETE, ["Condition/c1"]),
    ("empty Bundle", bundle(), Coverage.COMPLETE, []),
    ("empty Bundle that says so", EPIC_EMPTY, Coverage.COMPLETE, []),
    ("OperationOutcome", OUTCOME, Coverage.FAILED, []),
    (
        "a further page",
        bundle(CONDITION, link=[{"relation": "next", "url": "https://ehr.example/fhir?page=2"}]),
        Coverage.PARTIAL,
        ["Condition/c1"],
    ),
    ("a total of more", bundle(CONDITION, total=2), Coverage.PARTIAL, ["Condition/c1"]),
    ("array", [], Coverage.FAILED, []),
    ("text", "", Coverage.FAILED, []),
    ("object", {}, Coverage.FAILED, []),
]


@pytest.mark.parametrize(("value", "coverage", "found"), [s[1:] for s in STATES], ids=[s[0] for s in STATES])
def test_a_state_of_a_key_is_not_mistaken_for_another(value: Any, coverage: Coverage, found: list[str]) -> None:
    assert read(Need.CONDITIONS, value) == (coverage, found)


def test_the_patient_is_one_resource() -> None:
    assert read(Need.PATIENT, patient()) == (Coverage.COMPLETE, ["Patient/p1"])


def test_a_template_of_the_public_subset_passes_the_discovery_schema_and_a_wild_one_fails() -> None:
    def faults(text: str) -> list[str]:
        service = {"id": "x", "hook": "patient-view", "description": "d", "prefetch": {"k": text}}
        return schema_faults("discovery", {"services": [service]})

    assert all(faults(text) == [] for text in TEMPLATES.values())
    for wild in ("Patient/{{context.a.b}}", "Patient/{{today()}}", "Patient/{{ context.patientId }}", "/Patient", "x"):
        assert faults(wild) != []
