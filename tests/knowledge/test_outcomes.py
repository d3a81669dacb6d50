"""Each recommendation has a vignette for each way it can turn out; what it cannot say is declared, with the reason.

A reason is held against every vignette: an outcome that was declared impossible must never come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.recommendation import Outcome
from tests.knowledge.deciding import answered, vignettes
from tests.vignettes.vignette import OUTCOMES, RULES

NO_BAR = "nothing forbids it: no finding of it bars the start"
NO_RECORD = "no record says that it was done"
ADVICE_ONLY = "each of its hazards asks for something to be done, none is a thing that must not be"
FORBIDS_ONLY = "each of its hazards is a thing that must not be"
ONE_OR_THE_OTHER = "it concerns a pregnancy, which speaks, or a drug that waits for a test, which asks"
IMPOSSIBLE: Mapping[str, Mapping[str, str]] = {
    "urgent-review": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "pregnancy-branch": {"already-done": ONE_OR_THE_OTHER},
    "tma-branch": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "optimise-first": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "first-biopsy": {"contraindicated": NO_BAR},
    "repeat-biopsy": {"contraindicated": NO_BAR},
    "mdt-referral": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "escalate": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "first-line-again": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "steroid-intensity-note": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "is-duration": {"contraindicated": NO_BAR},
    "post-cell-therapy": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
    "hcq-dose": {"contraindicated": ADVICE_ONLY},
    "ras-conflict": {"advise": FORBIDS_ONLY},
    "bp-target": {"contraindicated": ADVICE_ONLY},
    "gc-taper": {"contraindicated": ADVICE_ONLY},
    "gc-withdraw": {"contraindicated": ADVICE_ONLY},
    "bone": {"contraindicated": NO_BAR},
    "pjp": {"contraindicated": NO_BAR},
    "vaccines": {"contraindicated": NO_BAR, "already-done": NO_RECORD},
}
"""Per rule the outcomes it cannot have."""


def possible() -> Iterator[tuple[str, str]]:
    """Each rule with each outcome it can have."""
    for rule in RULES:
        yield from ((rule, outcome) for outcome in OUTCOMES if outcome not in IMPOSSIBLE.get(rule, {}))


@cache
def expected() -> frozenset[tuple[str, str]]:
    """What vignettes expect; an answer left open (`a or b`) is none."""
    return frozenset(
        (rule, outcome) for known in vignettes() for rule, outcome in known.case.expect.get("guidance", {}).items()
    )


@cache
def given() -> frozenset[tuple[str, str]]:
    """What every recommendation says about every vignette."""
    every = {"guidance": dict.fromkeys(RULES, Outcome.ADVISE.value)}
    return frozenset(
        (said["rule"], said["outcome"])
        for known in vignettes()
        for said in answered(replace(known.case, expect=every), replace(known.chart))["recommendations"]
    )


@pytest.mark.parametrize(("rule", "outcome"), list(possible()), ids=lambda word: str(word))
def test_a_vignette_expects_each_outcome(rule: str, outcome: str) -> None:
    assert (rule, outcome) in expected()


def test_what_cannot_come_out_never_does() -> None:
    assert {(rule, outcome) for rule, reasons in IMPOSSIBLE.items() for outcome in reasons} & given() == set()


def test_every_rule_answers_about_every_vignette() -> None:
    assert {rule for rule, _ in given()} == {found.rule for found in RECOMMENDATIONS}


def test_only_rules_and_outcomes_that_exist_are_declared() -> None:
    assert set(IMPOSSIBLE) <= set(RULES)
    assert {outcome for reasons in IMPOSSIBLE.values() for outcome in reasons} <= set(OUTCOMES)
