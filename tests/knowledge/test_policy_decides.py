"""Each choice a site can make decides a vignette: one that sets it fails with the default instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from lnfhir.policy import _CHOICES, Policy
from tests.knowledge.deciding import Known, answered, vignettes
from tests.vignettes.comparing import disagreements

ROOT = Path(__file__).parents[2]
EXEMPT: Mapping[str, str] = {
    "gc_target=eular2023": "5 mg like the default, from another source",
}
"""`name=value` of a choice that no vignette can show, and why."""


def choices() -> Iterator[tuple[str, Any]]:
    """Every value that is not the default; None for a number that a site may choose freely."""
    default = Policy()
    for name, kind in get_type_hints(Policy).items():
        literals = [a for k in (kind, *get_args(kind)) if get_origin(k) is Literal for a in get_args(k)]
        values: list[Any] = literals or list(_CHOICES.get(name, ()))
        if kind is bool:
            values = [not getattr(default, name)]
        for value in values or [None]:
            if value != getattr(default, name) or not values:
                yield name, value


def sets(known: Known, name: str, value: Any) -> bool:
    """The vignette makes this choice (any but the default, for a free number)."""
    chosen, default = getattr(known.case.policy, name), getattr(Policy(), name)
    return chosen != default and (value is None or chosen == value)


def fails_by_default(known: Known, name: str) -> bool:
    """Whether an expectation fails when this one choice is left to the default."""
    policy = msgspec.structs.replace(known.case.policy, **{name: getattr(Policy(), name)})
    case = replace(known.case, policy=policy)
    return bool(disagreements(case, answered(case, replace(known.chart), known.calls)))


CHOICES = [(name, value) for name, value in choices() if f"{name}={value}" not in EXEMPT]


@pytest.mark.parametrize(("name", "value"), CHOICES, ids=[f"{name}={value}" for name, value in CHOICES])
def test_a_choice_decides_a_vignette(name: str, value: Any) -> None:
    among = [known for known in vignettes() if sets(known, name, value)]
    assert among, "no vignette makes this choice"
    assert any(fails_by_default(known, name) for known in among)


def test_exemptions_are_of_choices_that_exist() -> None:
    assert set(EXEMPT) - {f"{name}={value}" for name, value in choices()} == set()
    named = {word.rstrip(";") for reason in EXEMPT.values() for word in reason.split() if word.startswith("tests/")}
    assert [path for path in named if not (ROOT / path).exists()] == []
