"""The harness itself: a false expectation fails, a misspelt one fails, and so does an edit of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from lnfhir.errors import KnowledgeError
from lnfhir.sandbox.shorthand import ShorthandError
from tests.vignettes import checking, orders
from tests.vignettes.checking import faults
from tests.vignettes.comparing import disagreements
from tests.vignettes.doors import Answered, ask
from tests.vignettes.vignette import COURSES_OF_EVENTS, OUTCOMES, RESPONSES, STATES, Case, VignetteError, cases

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("V*.yaml"))
TRUE: dict[str, Any] = yaml.safe_load((HERE / "V1-clean-refractory.yaml").read_text("utf-8"))


@cache
def answered() -> Answered:
    """What the product says about the vignette; its own expectations do not matter for that."""
    (case,) = vignette()
    return ask(case.record(), case.policy)


def vignette(**changed: Any) -> list[Case]:
    document = deepcopy(TRUE)
    document.pop("but", None)
    return list(cases({**document, **changed}))


def falsified(expect: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The expectations with one answer turned false, for each answer there is."""
    for key, value in expect.items():
        words = {"response": RESPONSES, "guidance": OUTCOMES}.get(key, STATES)
        if key == "course":
            yield key, {**expect, key: {**value, "start": "d1"}}
            continue
        for name, answer in value.items():
            wrong: Any = next(word for word in words if word not in str(answer))
            if name == "state":
                wrong = next(word for word in COURSES_OF_EVENTS if word != answer)
            elif isinstance(answer, list):
                wrong = ["a thing that nobody says"]
            yield f"{key} {name}", {**expect, key: {**value, name: wrong}}


def test_every_vignette_file_is_found() -> None:
    assert [path.stem.split("-")[0] for path in FILES] == [f"V{number}" for number in range(1, 9)]


@pytest.mark.parametrize(("which", "expect"), list(falsified(TRUE["expect"])), ids=lambda value: str(value)[:40])
def test_a_vignette_with_one_false_expectation_fails(which: str, expect: dict[str, Any]) -> None:
    (true,), (false,) = vignette(), vignette(expect=expect)
    assessment = answered().assessment
    (found,) = set(disagreements(false, assessment)) - set(disagreements(true, assessment))
    assert found.startswith(which)


def test_what_a_recommendation_tells_is_looked_for_and_must_not_occur() -> None:
    assessment = answered().assessment
    told = next(r for r in assessment["recommendations"] if r["rule"] == "hcq-missing")["says"]
    for key, fragment, agrees in (
        ("says", told.upper(), True),
        ("says", "a thing that nobody says", False),
        ("says not", "a thing that nobody says", True),
        ("says not", told, False),
    ):
        (case,) = vignette(expect={key: {"hcq-missing": [fragment]}})
        found = disagreements(case, assessment)
        assert (not found) is agrees
        assert all(line.startswith(f"{key} hcq-missing: ") for line in found)


def test_gates_and_doses_of_drafts_are_told() -> None:
    dosage = {"doseAndRate": [{"doseQuantity": {"value": 2.5, "unit": "mg"}}]}
    draft = {"label": "Start it", "resource": {"dosageInstruction": [dosage, dosage]}}
    told = {"rule": "ras-start", "says": "Do", "notes": ["slowly"], "missing": ["potassium"], "drafts": [draft]}
    told["gates"] = [{"says": "no angioedema", "state": "met"}]
    whole = "do | slowly | potassium | no angioedema: met | start it | 2.5 mg | 2.5 mg"
    (case,) = vignette(expect={"says": {"ras-start": [whole]}})
    assert disagreements(case, {"recommendations": [told]}) == []


def test_a_false_expectation_fails_the_test_of_the_vignette() -> None:
    (case,) = vignette(expect={"ding2025": "not-met"})
    assert [line for line in faults(case) if line.startswith("ding2025 overall: expected not-met, got met")]


def test_doors_that_differ_fail_every_vignette(monkeypatch: pytest.MonkeyPatch) -> None:
    (case,) = vignette(expect={"ding2025": "met"})
    other = replace(answered(), offline={**answered().offline, "refractory": []})
    monkeypatch.setattr(checking, "ask", lambda *_: other)
    assert any(line.startswith("the command line says refractory ding2025 None") for line in faults(case))


@pytest.mark.parametrize(
    "expect",
    [
        {"order-sign": {"cni-gate": "already-done"}},
        {"order-sign": {"cni-gate": "needs-data info"}},
        {"order-sign": {"cni-gate": "absent"}},
        {"order-select": {"teratogen-pregnancy": "advise"}},
        {"asks": {"cni-gate": ["a thing that nobody asks for"]}},
        {"suggests": {"cni-gate": []}},
        {"tells": {"cni-gate": ["a thing that nobody says"]}},
    ],
    ids=str,
)
def test_a_false_expectation_of_an_order_check_fails(expect: dict[str, Any]) -> None:
    (case,) = vignette(drafts=["tacrolimus 2 mg twice daily"], expect=expect)
    (only,) = faults(case)
    assert only.split()[0] in expect


def test_a_card_that_differs_from_its_check_fails_every_vignette(monkeypatch: pytest.MonkeyPatch) -> None:
    (case,) = vignette(
        drafts=["tacrolimus 2 mg twice daily"], expect={"order-sign": {"cni-gate": "needs-data warning"}}
    )
    assert faults(case) == []
    told, _ = orders.ask_about_orders(case, case.record())
    for found in told["order-sign"].values():
        found["indicator"] = "info"
    monkeypatch.setattr(orders, "checked", lambda _, requests: {hook: told[hook] for hook in requests})
    assert any(line.startswith("order-sign: cards ") for line in faults(case))


def written_out(changed: dict[str, Any]) -> None:
    for case in vignette(**changed):
        orders.bodies(case, case.record())


@pytest.mark.parametrize(
    "changed",
    [
        {"expects": {}},
        {"expect": {}},
        {"expect": {"ding2026": "met"}},
        {"expect": {"ding2025": {"C5": "met"}}},
        {"expect": {"ding2025": {"C3": "maybe"}}},
        {"expect": {"ding2025": {"C3": "pending until soon"}}},
        {"expect": {"ding2025": {"state": "cured"}}},
        {"expect": {"ding2025": {"missing": "weight"}}},
        {"expect": {"response": {"kdigo2025": "none"}}},
        {"expect": {"response": {"kdigo2024": "some"}}},
        {"expect": {"guidance": {"hcq-missing": "yes"}}},
        {"expect": {"guidance": {"hcq-misssing": "advise"}}},
        {"expect": {"says": {"hcq-misssing": ["400 mg"]}}},
        {"expect": {"says": {"hcq-missing": "400 mg"}}},
        {"expect": {"says not": {"hcq-missing": []}}},
        {"expect": {"course": {"begin": "d0"}}},
        {"drafts": ["tacrolimus 2 mg twice daily"]},
        {"drafts": ["tacrolimos 2 mg"], "expect": {"order-sign": {"cni-gate": "advise"}}},
        {"drafts": ["tacrolimus 2 mg"], "expect": {"order-sign": {"cni-gates": "absent"}}},
        {"drafts": ["tacrolimus 2 mg"], "expect": {"order-sign": {"cni-gate": "advise urgent"}}},
        {"drafts": ["tacrolimus 2 mg"], "expect": {"order-sign": {"cni-gate": "stop"}}},
        {"drafts": ["tacrolimus 2 mg"], "expect": {"asks": {"cni-gate": "potassium"}}},
        {"drafts": ["tacrolimus 2 mg"], "selected": ["ramipril"], "expect": {"order-sign": {"cni-gate": "advise"}}},
        {"drafts": ["ramipril signed already"], "expect": {"order-sign": {"ras-conflict": "advise"}}},
        {"expect": {"order-sign": {"cni-gate": "absent"}}},
        {"title": ""},
        {"policy": {"gc_mod": "guideline"}},
        {"results": ["d0 UPRC 1 g/g"]},
        {"but": [{"when": "nothing is expected"}]},
        {"but": [{"expect": {"ding2025": "met"}}]},
        {"but": [{"when": "an edit finds nothing", "without": ["61 kg"], "expect": {"ding2025": "met"}}]},
        {"but": [{"when": "an edit finds nothing", "change": {"d1 x": "d2 x"}, "expect": {"ding2025": "met"}}]},
        {"but": [{"when": "a key is unknown", "result": [], "expect": {"ding2025": "met"}}]},
    ],
    ids=str,
)
def test_an_unknown_word_is_an_error(changed: dict[str, Any]) -> None:
    with pytest.raises((VignetteError, KnowledgeError, ShorthandError)):
        written_out(changed)


def test_variants_change_one_fact_and_leave_the_vignette_alone() -> None:
    document = {
        "title": "a",
        "day_0": "2024-01-15",
        "as_of": "d1",
        "patient": "female, 60 kg",
        "results": ["d0 UPCR 1 g/g", "d0 creatinine 1 mg/dL"],
        "expect": {"ding2025": "met"},
        "but": [
            {
                "when": "b",
                "change": {"d0 UPCR 1 g/g": "d0 UPCR 2 g/g", "60 kg": "61 kg"},
                "expect": {"ding2025": "met"},
            },
            {"when": "c", "without": ["d0 UPCR 1 g/g", "60 kg"], "expect": {"ding2025": "met"}},
            {"when": "d", "add": {"results": ["d1 UPCR 3 g/g"]}, "expect": {"ding2025": "met"}},
        ],
    }
    seen = [(case.document["patient"], case.document["results"]) for case in cases(document)]
    assert seen == [
        ("female, 60 kg", ["d0 UPCR 1 g/g", "d0 creatinine 1 mg/dL"]),
        ("female, 61 kg", ["d0 UPCR 2 g/g", "d0 creatinine 1 mg/dL"]),
        ("female", ["d0 creatinine 1 mg/dL"]),
        ("female, 60 kg", ["d0 UPCR 1 g/g", "d0 creatinine 1 mg/dL", "d1 UPCR 3 g/g"]),
    ]
