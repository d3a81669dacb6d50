"""A file that can be read in one sitting."""

from __future__ import annotations

from tests.architecture.files import ROOT, python_files

LIMIT = 330
VAGUE = {"utils", "util", "helpers", "helper", "misc", "manager", "common", "base", "engine", "handler"}


def test_no_module_is_long() -> None:
    paths = python_files("lnfhir", "cds_hooks", "profiles", "tests", "benchmarks")
    sizes = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in paths}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LIMIT} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    paths = python_files("lnfhir", "cds_hooks", "profiles", "tests", "benchmarks")
    assert [str(path) for path in paths if path.stem in VAGUE] == []
