"""Odd records are not believed, not lost without a word, and never a reason to fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.prefetch import answers
from lnfhir.chart.build import build_chart
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Result
from tests.faults.bad_inputs.case import CANARY, JSON, VIEW, unsound
from tests.faults.bad_inputs.record_cases import CASES, RecordCase, condition, observation, quantity
from tests.hook_calls import body, bundle, call, patient
from tests.reviews import AS_OF

KEYS = {"MedicationRequest": "medicationRequests", "Condition": "conditions"}


def prefetch(resources: tuple[Any, ...]) -> dict[str, Any]:
    """A prefetch with these resources beside the patient."""
    entries = [{"resource": resource} for resource in resources]
    first = resources[-1].get("resourceType") if isinstance(resources[-1], dict) else ""
    return {"patient": patient(), KEYS.get(str(first), "kidneyFunction"): {"resourceType": "Bundle", "entry": entries}}


def chart_of(resources: tuple[Any, ...]) -> Chart:
    """The chart of a patient with these resources."""
    raw = {key: msgspec.Raw(msgspec.json.encode(value)) for key, value in prefetch(resources).items()}
    return build_chart(answers(raw, tuple(Need)), "p1", AS_OF)


def shown(result: Result) -> str:
    """A result as `name value`."""
    return f"{result.analyte.name} {result.amount}"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process; a bug would be a 500."""
    with TestClient(service_app(Settings(as_of=AS_OF, calls_per_second=10_000, burst=10_000))) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_odd_record_is_used_as_far_as_it_can_be(client: TestClient, case: RecordCase) -> None:
    chart = chart_of(case.resources)
    used = [shown(result) for result in chart.results] + [use.drug for use in chart.drugs]
    used += [f"{concept} {found.certainty}" for found in chart.diagnoses for concept in found.concepts]
    assert tuple(sorted(used)) == case.used
    assert bool(chart.issues) is case.said, chart.issues
    answered = client.post(VIEW, content=body(call(prefetch=prefetch(case.resources))), headers=JSON)
    assert answered.status_code == 200
    assert unsound(answered) == []
    assert CANARY not in answered.text


@pytest.mark.parametrize(
    "members",
    [
        {"deceasedBoolean": True},
        {"deceasedDateTime": "2020-01-01"},
        {"deceasedDateTime": CANARY},
        {"birthDate": None},
        {"birthDate": "1990"},
        {"birthDate": "2999-01-01"},
        {"birthDate": "1790-01-01"},
        {"birthDate": CANARY},
        {"birthDate": "2015-01-01"},
        {"gender": None},
        {"gender": "other"},
        {"gender": CANARY},
        {"link": [{"other": {"reference": "Patient/p9"}, "type": "replaced-by"}]},
        {"name": [{"text": "\u202e" + "x" * 100_000}]},
        {"name": "no list"},
    ],
    ids=lambda members: repr(members)[:40],
)
def test_an_odd_patient_is_judged_as_far_as_possible(client: TestClient, members: dict[str, Any]) -> None:
    """Number 90."""
    sent = body(call(prefetch={"patient": patient(**members), "conditions": None}))
    answered = client.post(VIEW, content=sent, headers=JSON)
    assert answered.status_code == 200
    assert unsound(answered) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("gender", ["female"]),
        ("gender", 1),
        ("birthDate", 1990),
        ("birthDate", {"year": CANARY}),
        ("deceasedBoolean", CANARY),
        ("deceasedDateTime", []),
        ("name", 7),
        ("name", [{"given": CANARY}]),
        ("link", {"type": "replaced-by"}),
        ("meta", CANARY),
    ],
)
def test_of_a_patient_with_one_wrong_member_the_rest_is_used(client: TestClient, member: str, value: Any) -> None:
    """Number 90: the member is an issue, and the patient is known only in part."""
    sent = body(call(prefetch={"patient": patient(**{member: value}), "conditions": bundle(condition())}))
    answered = client.post(VIEW, content=sent, headers=JSON)
    assert answered.status_code == 200
    assert unsound(answered) == []
    assert CANARY not in answered.text
    found = answered.json()
    assert found["extension"]["org.lnfhir.assessment"]["coverage"]["patient"] == "partial"
    told = "\n".join(card["detail"] for card in found["cards"])
    assert f"`{member}` of the patient cannot be read and is not used" in told.replace("\\", "")


@pytest.mark.parametrize(
    "members",
    [{"id": 7}, {"id": ["p1"]}, {"modifierExtension": "x"}, {"implicitRules": 7}, {"resourceType": ["Patient"]}],
    ids=repr,
)
def test_a_patient_whose_identity_or_meaning_cannot_be_read_is_none(client: TestClient, members: Any) -> None:
    """Number 90: what might be somebody else, or the opposite of what it says, is not believed."""
    answered = client.post(VIEW, content=body(call(prefetch={"patient": {**patient(), **members}})), headers=JSON)
    assert answered.status_code == 412
    assert unsound(answered) == []


def test_ten_thousand_observations_are_answered(client: TestClient) -> None:
    """Number 98."""
    many = tuple(
        observation(f"o{number}", effectiveDateTime=f"{2000 + number % 24}-{1 + number % 12:02}-{1 + number % 28:02}")
        for number in range(10_000)
    )
    answered = client.post(VIEW, content=body(call(prefetch=prefetch(many))), headers=JSON)
    assert answered.status_code == 200
    assert unsound(answered) == []


def test_a_single_creatinine_is_never_stable(client: TestClient) -> None:
    """Number 99."""
    sent = {
        **prefetch((observation(),)),
        "conditions": {"resourceType": "Bundle", "entry": [{"resource": condition()}]},
    }
    answered = client.post(VIEW, content=body(call(prefetch=sent)), headers=JSON)
    states = answered.json()["extension"]["org.lnfhir.assessment"]
    assert {verdict["overall"] for verdict in states["refractory"].values()} == {"unknown"}
    assert "complete" not in states.get("response", {}).values()


def test_results_of_long_ago_say_nothing_of_today(client: TestClient) -> None:
    """Number 100."""
    old = (
        observation("b", effectiveDateTime="2015-01-01"),
        observation("u1", "2890-2", effectiveDateTime="2015-01-01", valueQuantity=quantity(3.0, "g/g")),
        observation("u2", "2890-2", effectiveDateTime="2016-01-10", valueQuantity=quantity(0.2, "g/g")),
        observation("c", effectiveDateTime="2016-01-10"),
    )
    nephritis = condition(recordedDate="2015-01-01", onsetDateTime="2015-01-01")
    sent = {**prefetch(old), "conditions": {"resourceType": "Bundle", "entry": [{"resource": nephritis}]}}
    states = client.post(VIEW, content=body(call(prefetch=sent)), headers=JSON).json()["extension"]
    assert set(states["org.lnfhir.assessment"].get("response", {}).values()) <= {"unknown", "not-assessable"}
    assert states["org.lnfhir.assessment"]["response"]
