"""One level of JSON, repeated names and depth."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.members import DEPTH, members, too_deep

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.sampled_from(['"', "\\", "[", '\\"{']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def depth(value: object) -> int:
    """How deep brackets nest, the plain way."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4), st.sampled_from([None, 2]))
def test_an_object_without_repeats_keeps_every_member(content: dict[str, object], indent: int | None) -> None:
    found, unique = members(json.dumps(content, indent=indent).encode())
    assert unique
    assert {name: json.loads(bytes(raw)) for name, raw in found.items()} == content


@given(
    st.lists(st.tuples(st.sampled_from("abc"), JSON), min_size=1, max_size=5),
    st.integers(0, 4),
    st.sampled_from(["a", "\\u0061"]),
)
def test_a_repeated_name_is_seen_wherever_it_stands(pairs: list[tuple[str, object]], at: int, spelling: str) -> None:
    texts = [f'"{name}" : {json.dumps(value)}' for name, value in pairs]
    texts.insert(at, f'"{spelling}": {json.dumps(pairs[0][1])}')
    text = ("{" + ", ".join(texts) + "}").encode()
    names = [name for name, _ in pairs] + ["a"]
    assert members(text)[1] is (len(set(names)) == len(names))


@given(JSON, st.integers(0, 4))
def test_depth_is_counted_as_by_walking(value: object, limit: int) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        assert too_deep(text, limit) is (depth(value) > limit)


@given(st.lists(st.sampled_from(["[", "]", "[[[[", "]]]]", "[[[[]]]]", "[]"]), max_size=120), st.integers(0, 70))
def test_depth_is_counted_in_long_and_ragged_nests(steps: list[str], limit: int) -> None:
    text, now, deepest = [], 0, 0
    for step in "".join(steps):
        if step == "[" or now > 0:
            now += 1 if step == "[" else -1
            text.append(step)
            deepest = max(deepest, now)
    assert too_deep(("".join(text) + "]" * now).encode(), limit) is (deepest > limit)


@given(st.text(alphabet='\\"[]{}a', max_size=40), st.integers(0, 3))
def test_brackets_in_strings_do_not_nest(text: str, limit: int) -> None:
    assert too_deep(json.dumps([text]).encode(), limit) is (limit < 1)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[[],{"b":'])
def test_the_limit_is_the_deepest_that_passes(opening: str) -> None:
    per_level = opening.count("[", 0, 1) + opening.count("{")
    closing = {"[": "]", '{"a":': "}", '[[],{"b":': "}]"}[opening]
    fits = DEPTH // per_level
    assert not too_deep((opening * fits + "1" + closing * fits).encode())
    assert too_deep((opening * (fits + 1) + "1" + closing * (fits + 1)).encode())


def test_what_is_no_object_is_refused_by_type() -> None:
    with pytest.raises(msgspec.ValidationError):
        members(b"[]")
    with pytest.raises(msgspec.DecodeError):
        members(b"{")
