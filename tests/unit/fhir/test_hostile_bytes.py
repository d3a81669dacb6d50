"""Bytes that are no FHIR JSON, and values that cannot be read: a failed answer or one lost resource."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnfhir.fhir.answer import Coverage
from lnfhir.fhir.bundle import read_answer
from tests.unit.fhir.bundles import Json, names, observation, read

# -- Hostile bytes


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"{",
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation"',
        b"[]",
        b'"text"',
        b"17",
        b"true",
        b"{}",
        b"\xff\xfe",
        b'{"resourceType":"Bundle","entry":[]}x',
        b"{'resourceType':'Bundle'}",
        b'{"resourceType":"Bundle","entry":' + b"[" * 100_000,
        b'{"resourceType":"Bundle","entry":{}}',
        b'{"resourceType":17}',
        b'{"resourceType":"Nope"}',
        '{"resourceType":"Bundle"}'.encode("utf-16"),
    ],
)
def test_what_is_no_fhir_json_is_a_failed_answer_with_one_issue(raw: bytes) -> None:
    answer = read_answer(raw, "here")
    assert answer.coverage is Coverage.FAILED
    assert [issue.path for issue in answer.issues] == ["here"]
    assert answer.resources == ()


@pytest.mark.parametrize(
    "value",
    [
        b'{"resourceType":"Observation","id":"bad","valueQuantity":{"value":1e400}}',
        b'{"resourceType":"Observation","id":"bad","valueQuantity":{"value":' + b"1" * 5000 + b"}}",
        b'{"resourceType":"Observation","id":"bad","status":"\xff"}',
    ],
)
def test_a_value_that_cannot_be_read_costs_only_its_resource(value: bytes) -> None:
    good = json.dumps(observation("good")).encode()
    raw = b'{"resourceType":"Bundle","entry":[{"resource":' + value + b'},{"resource":' + good + b"}]}"
    answer = read_answer(raw, "Bundle")
    assert names(answer) == ["Observation/good"]
    assert [issue.reference for issue in answer.issues] == ["Observation/bad"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    assert read_answer(raw, "x").coverage in Coverage


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["resourceType", "entry", "resource", "id", "code", "coding", "link", "total", "search", "valueQuantity"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["entry", "link", "total", "type", "id"]), _ANYTHING),
    st.sampled_from(["Bundle", "Observation", "List"]),
)
def test_no_json_makes_it_raise(members: Json, kind: str) -> None:
    assert read({**members, "resourceType": kind}).coverage in Coverage
