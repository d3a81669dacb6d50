"""Each gate of each escalation option decides a vignette, and each option stands wherever it can stand in one.

A gate is turned (yes and no exchanged) for one option alone, so that the gate of a neighbour cannot stand in for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from lnfhir.guideline.choices import Standing
from lnfhir.guideline.escalation import catalogue, offering
from lnfhir.guideline.escalation.catalogue import BY_KEY, OPTIONS
from lnfhir.guideline.escalation.option import Kind, Option
from lnfhir.guideline.escalation.steps import CALCINEURIN, SWAPS
from tests.knowledge.deciding import Known, negated, vignettes
from tests.vignettes.vignette import alternatives

WEIGHED = [option for option in OPTIONS if option.why_not is None]
GATES = [
    (option, kind, place)
    for option in WEIGHED
    for kind in ("bars", "fits")
    for place in range(len(getattr(option, kind)))
]


@cache
def about_options() -> tuple[Known, ...]:
    """The vignettes that say where options stand, those written for their gates first."""
    found = [k for k in vignettes() if {"options", "order"} & set(k.case.expect) and not k.disagrees()]
    return tuple(sorted(found, key=lambda known: (known.file[:2] not in ("E6", "E7", "E8"), known.file)))


@contextmanager
def with_option(changed: Option) -> Iterator[None]:
    """The catalogue with one option changed."""
    original = BY_KEY[changed.key]
    BY_KEY[changed.key] = changed
    setattr(offering, "OPTIONS", tuple(BY_KEY[option.key] for option in OPTIONS))  # noqa: B010
    try:
        yield
    finally:
        BY_KEY[changed.key] = original
        setattr(offering, "OPTIONS", catalogue.OPTIONS)  # noqa: B010


def turned(option: Option, kind: str, place: int) -> Option:
    """The option with one of its gates exchanged."""
    gates: list[Any] = list(getattr(option, kind))
    gates[place] = negated(gates[place])
    return replace(option, bars=tuple(gates)) if kind == "bars" else replace(option, fits=tuple(gates))


@pytest.mark.parametrize(
    ("option", "kind", "place"), GATES, ids=[f"{o.key} {k} {getattr(o, k)[p].__name__} {p}" for o, k, p in GATES]
)
def test_a_gate_of_an_option_decides(option: Option, kind: str, place: int) -> None:
    among = about_options()
    with with_option(turned(option, kind, place)):
        assert any(known.disagrees() for known in among)


# Standings

NOT_A_DRUG: Mapping[Standing, str] = {
    Standing.IN_USE: "names no drug of its own that could be in use",
    Standing.TRIED: "names no drug of its own that could have been used",
}
FREE = "adds no agent to a regimen, and asks for no partner"
FIRST_STEP = "belongs to the first steps of every guideline's order"
NOTHING_ASKED = "asks for nothing beside its bars"
NOT_BARRED = "nothing bars it"
WITHIN_REGION = "suggested in every region"
ONLY_IN_PREGNANCY = "it asks for contraception alone, which is known to lack in a pregnancy only: another rule then"
EXEMPT: Mapping[tuple[str, Standing], str] = {
    ("mycophenolate", Standing.NOT_ELIGIBLE): ONLY_IN_PREGNANCY,
    ("cyclophosphamide", Standing.NOT_ELIGIBLE): ONLY_IN_PREGNANCY,
    ("voclosporin", Standing.NOT_ELIGIBLE): ONLY_IN_PREGNANCY,
    ("mycophenolate-belimumab-cni", Standing.NOT_ELIGIBLE): ONLY_IN_PREGNANCY,
    ("daratumumab", Standing.NOT_COMBINABLE): "takes the place of every other agent",
}


def impossible(option: Option, standing: Standing) -> str:
    """Why an option cannot stand there; empty when it can."""
    always = {
        Standing.NOT_SUGGESTED: "" if option.only_in else WITHIN_REGION,
        Standing.IN_USE: "" if option.drugs and option.adds else NOT_A_DRUG[Standing.IN_USE],
        Standing.TRIED: "" if option.drugs else NOT_A_DRUG[Standing.TRIED],
        Standing.BARRED: "" if option.bars else NOT_BARRED,
        Standing.NOT_ELIGIBLE: "" if option.fits else NOTHING_ASKED,
        Standing.NOT_COMBINABLE: "" if option.adds or option.partners else FREE,
        Standing.NOT_AT_THIS_STEP: FIRST_STEP if option.key in ("belimumab", *CALCINEURIN, *SWAPS) else "",
        Standing.CHECK_FIRST: "" if option.bars or option.fits else NOT_BARRED,
        Standing.OFFERED: "",
    }
    return always[standing] or EXEMPT.get((option.key, standing), "")


STANDINGS = [(o.key, s) for o in WEIGHED for s in Standing if not impossible(o, s)]


@cache
def stands() -> frozenset[tuple[str, str]]:
    """Option and standing of every expectation, the ones that leave it open aside."""
    return frozenset(
        (key, str(answer))
        for known in vignettes()
        for key, answer in known.case.expect.get("options", {}).items()
        if len(alternatives(answer)) == 1
    )


@pytest.mark.parametrize(("key", "standing"), STANDINGS, ids=[f"{key} {s.value}" for key, s in STANDINGS])
def test_an_option_stands_there_in_a_vignette(key: str, standing: Standing) -> None:
    assert (key, standing.value) in stands()


def test_what_is_never_suggested_is_expected_so() -> None:
    never = {option.key for option in OPTIONS if option.why_not is not None}
    assert {key for key, standing in stands() if standing == "not-suggested"} >= never
    assert {standing for key, standing in stands() if key in never} == {"not-suggested"}
    assert all(BY_KEY[key].kind in (Kind.NOT_OFFERED, Kind.DRUG) for key in never)


def test_an_exempt_standing_is_of_an_option_that_is_weighed() -> None:
    assert {key for key, _ in EXEMPT} <= {option.key for option in WEIGHED}
