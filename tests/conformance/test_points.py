"""Every point of the standard is held by tests that exist, or says why by none; the page says what is so."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.files import ROOT
from tests.conformance.page import PAGE, page
from tests.conformance.point import Point, Strength
from tests.conformance.points import POINTS


def test_every_point_is_there_once() -> None:
    assert [point.number for point in POINTS] == list(range(1, 50))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: str(point.number))
def test_a_point_is_held_by_tests_that_exist(point: Point) -> None:
    assert point.tests or point.reason
    if point.strength in (Strength.SHALL, Strength.SHOULD):
        assert point.tests
    for test in point.tests:
        path, _, name = test.partition("::")
        found = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        assert name in [node.name for node in found if isinstance(node, ast.FunctionDef)]


def test_every_test_of_a_duty_quotes_it() -> None:
    for path in sorted((ROOT / "tests" / "conformance").glob("test_cds_hooks_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node), node.name
                marked = [ast.unparse(decorator) for decorator in node.decorator_list]
                assert any(re.match(r"pytest\.mark\.req\('cds-hooks", mark) for mark in marked), node.name


def test_the_page_is_as_written_from_the_points() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
