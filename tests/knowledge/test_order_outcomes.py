"""Each check of draft orders has a vignette for each way it can turn out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.recommendation import Outcome
from tests.knowledge.deciding import vignettes
from tests.vignettes.vignette import order_expected

ADVICE_ONLY = "what is wrong with it is said as advice: nothing about it is forbidden by itself"
FORBIDS_ONLY = "each of its hazards forbids the order; none is advice beside it"
IMPOSSIBLE: Mapping[tuple[str, Outcome], str] = {
    ("teratogen-pregnancy", Outcome.ADVISE): FORBIDS_ONLY,
    ("ras-conflict", Outcome.ADVISE): FORBIDS_ONLY,
    ("hbv-before-cd20", Outcome.ADVISE): FORBIDS_ONLY,
    ("anti-cd20-safety", Outcome.ADVISE): FORBIDS_ONLY,
    ("voc-gate", Outcome.ADVISE): FORBIDS_ONLY,
    ("methotrexate-daily", Outcome.ADVISE): FORBIDS_ONLY,
    ("live-vaccine", Outcome.ADVISE): FORBIDS_ONLY,
    ("hcq-dose", Outcome.CONTRAINDICATED): ADVICE_ONLY,
    ("belimumab-anti-cd20", Outcome.CONTRAINDICATED): ADVICE_ONLY,
    ("nsaid", Outcome.CONTRAINDICATED): ADVICE_ONLY,
}
"""An outcome that a rule cannot have, and why."""

CAN = [(rule.rule, outcome) for rule in ORDER_RULES for outcome in Outcome if (rule.rule, outcome) not in IMPOSSIBLE]


@cache
def expected() -> frozenset[tuple[str, str]]:
    """Rule and outcome of every expectation at signing."""
    return frozenset(
        (rule, order_expected(answer)[0])
        for known in vignettes()
        for rule, answer in known.case.expect.get("order-sign", {}).items()
    )


@pytest.mark.parametrize(("rule", "outcome"), CAN, ids=[f"{rule} {outcome.value}" for rule, outcome in CAN])
def test_a_check_has_a_vignette_for_each_outcome(rule: str, outcome: Outcome) -> None:
    assert (rule, outcome.value) in expected()


def test_an_impossible_outcome_is_not_expected_anywhere() -> None:
    assert {(rule, outcome.value) for rule, outcome in IMPOSSIBLE} & expected() == set()


def test_each_check_is_absent_for_drugs_that_are_not_its_own() -> None:
    absent = {rule for rule, outcome in expected() if outcome == "absent"}
    assert {"teratogen-pregnancy", "hcq-dose", "nsaid", "voc-gate", "cni-gate", "hbv-before-cd20"} <= absent
