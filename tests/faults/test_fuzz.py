"""A valid call, changed at random, is answered or refused, and never meets a defect."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from benchmarks.records import hook_body
from cds_hooks.app import service_app
from cds_hooks.config import Settings
from tests.faults.bad_inputs.case import JSON, unsound
from tests.hook_calls import with_context
from tests.reviews import AS_OF

Json = dict[str, Any]
Path = tuple[str | int, ...]

ORDERED = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "status": "draft",
    "intent": "order",
    "subject": {"reference": "Patient/p1"},
    "medicationCodeableConcept": {"text": "mycophenolate mofetil 500 mg"},
    "dosageInstruction": [{"text": "1 tablet twice daily", "doseAndRate": [{"doseQuantity": {"value": 1}}]}],
}


@cache
def calls() -> dict[str, Json]:
    """A valid call of each service, with a record that has something of everything."""
    prefetch = json.loads(hook_body(60))["prefetch"]
    identity = prefetch["patient"]["id"]
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": ORDERED}]}
    contexts: dict[str, Json] = {
        "patient-view": {},
        "order-select": {"draftOrders": drafts, "selections": ["MedicationRequest/m1"]},
        "order-sign": {"draftOrders": drafts},
        "encounter-start": {"encounterId": "e1"},
    }
    return {
        f"ln-{hook}": {**with_context(patientId=identity, **context), "hook": hook, "prefetch": prefetch}
        for hook, context in contexts.items()
    }


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a document."""
    if here:
        yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from paths(member, (*here, key))


@cache
def places(service: str) -> list[Path]:
    """Every place in the valid call of a service."""
    return list(paths(calls()[service]))


def deep(levels: int) -> Any:
    """A value this deep."""
    value: Any = 1
    for level in range(levels):
        value = {"extension": value} if level % 2 else [value]
    return value


ODD = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            1e308,
            10**30,
            "",
            " ",
            "\0",
            "\ud800",
            "\u202e",
            "😀",
            "9" * 400,
            "x" * 5000,
            [],
            {},
            [[]],
            [{}],
        ]
    ),
    st.sampled_from(
        ["Patient/p1", "#", "urn:uuid:", "http://loinc.org", "2999-12-31", "0000-00-00", "24:00", "1e400", "-0"]
    ),
    st.integers(1, 70).map(deep),
    st.text(max_size=40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=6
    ),
)
DROP, REPLACE, DOUBLE, WRAP, RENAME = "drop", "replace", "double", "wrap", "rename"


def changed(document: Json, place: Path, how: str, odd: Any) -> None:
    """Change one place in a document, if it is still there."""
    holder: Any = document
    try:
        for key in place[:-1]:
            holder = holder[key]
        key = place[-1]
        value = holder[key]
        if how == DROP:
            del holder[key]
        elif how == REPLACE:
            holder[key] = odd
        elif how == WRAP:
            holder[key] = [value] if not isinstance(value, list) else {"x": value}
        elif how == DOUBLE and isinstance(holder, list):
            holder.append(copy.deepcopy(value))
        elif how == RENAME and isinstance(holder, dict):
            holder[str(odd)[:50]] = holder.pop(key)
    except (KeyError, IndexError, TypeError):
        return


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(Settings(as_of=AS_OF, calls_per_second=1e6, burst=10**6))) as opened:
        yield opened


@pytest.mark.parametrize("service", ["ln-patient-view", "ln-order-select", "ln-order-sign", "ln-encounter-start"])
def test_the_call_that_is_changed_is_valid(client: TestClient, service: str) -> None:
    answered = client.post(f"/cds-services/{service}", content=json.dumps(calls()[service]), headers=JSON)
    assert answered.status_code == 200
    assert unsound(answered) == []


@pytest.mark.parametrize("service", ["ln-patient-view", "ln-order-select", "ln-order-sign", "ln-encounter-start"])
def test_a_changed_call_meets_no_defect(client: TestClient, service: str) -> None:
    how = st.sampled_from([DROP, REPLACE, REPLACE, REPLACE, DOUBLE, WRAP, RENAME])
    changes = st.lists(st.tuples(st.sampled_from(places(service)), how, ODD), min_size=1, max_size=8)

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(changes=changes)
    def tried(changes: list[tuple[Path, str, Any]]) -> None:
        document = copy.deepcopy(calls()[service])
        for place, how, odd in changes:
            changed(document, place, how, odd)
        answered = client.post(f"/cds-services/{service}", content=json.dumps(document), headers=JSON)
        assert answered.status_code in (200, 400, 412), answered.text
        assert unsound(answered) == []

    tried()


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_changed_bytes_meet_no_defect(client: TestClient, data: st.DataObject) -> None:
    raw = bytearray(json.dumps(calls()["ln-patient-view"]).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    answered = client.post("/cds-services/ln-patient-view", content=bytes(raw), headers=JSON)
    assert answered.status_code in (200, 400, 412), answered.text
    assert unsound(answered) == []
