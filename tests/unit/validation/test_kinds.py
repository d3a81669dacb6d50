"""Every fault that can be reported has a kind, and every kind says how to mend it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lnfhir.message import say
from lnfhir.validation.kinds import BY_ID, KINDS, kind_of
from lnfhir.validation.table import explained

ROOT = Path(__file__).parents[3] / "lnfhir"
ROOMS = ("fhir", "chart", "terminology", "quantity.py", "units.py", "plausibility.py", "drug_units.py", "record.py")
DOORS = ("validation/structure.py", "validation/invariants.py", "validation/profiles.py", "validation/fitness.py",
         "validation/run.py", "validation/sources.py", "validation/unreadable.py", "cli_validate.py")  # fmt: skip
NOT_FAULTS = {"refractory by {profile}", "response by {definition}", "{rule}"}
"""Names of rules, which fitness puts into its sentences."""
NO_ISSUES = ("other_kidney_disease.py",)
"""Files that name diseases."""
MISSING = "whether "
"""How a sentence begins that says what is missing to know; no issue does."""


def sentences() -> set[str]:
    """Every sentence that the readers and the validator can put into an issue."""
    found: set[str] = set()
    for name in (*ROOMS, *DOORS):
        place = ROOT / name
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            if path.name in NO_ISSUES:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "_Nothing")
                if called and isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
    return {each for each in found if not each.startswith(MISSING)}


def test_every_sentence_of_an_issue_has_a_kind_that_explains_it() -> None:
    told = {template for kind in KINDS for template in kind.templates}
    assert sorted(sentences() - NOT_FAULTS - told) == []


def test_no_kind_explains_a_sentence_that_nobody_says() -> None:
    told = [template for kind in KINDS for template in kind.templates]
    said = sentences()
    assert sorted(set(told) - said) == []
    assert len(told) == len(set(told))


def test_ids_are_unique_and_every_kind_says_how_to_mend_it() -> None:
    assert len(BY_ID) == len(KINDS)
    assert all(len(kind.mend.template) > 20 and kind.templates for kind in KINDS)


def test_a_sentence_is_of_its_kind_and_an_unknown_one_of_none() -> None:
    assert kind_of(say("no unit")) == "unit"
    assert kind_of(say("{name} is somebody else's", name="x")) == "other"


@pytest.mark.parametrize(("name", "sections"), [("unit", 1), ("all", len(KINDS)), ("units", 0)])
def test_one_kind_or_all_are_explained(name: str, sections: int) -> None:
    assert len(explained(name)) == sections
