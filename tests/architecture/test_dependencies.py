"""What is imported is declared, by those who install it, and locked."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.files import ROOT, python_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = {"lnfhir", "cds_hooks", "tests", "benchmarks"}
INSTALLED = packages_distributions()


def canonical(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    """The distributions that these requirements ask for."""
    return {canonical(match[0]) for line in requirements if (match := re.match(r"[A-Za-z0-9._-]+", line))}


RUNTIME = names(PROJECT["dependencies"])
SANDBOX = RUNTIME | names(PROJECT["optional-dependencies"]["sandbox"])
DEVELOPMENT = SANDBOX | names(PROJECT["optional-dependencies"]["dev"])


def imported(path: Path) -> set[str]:
    """The top-level packages a file imports that are neither ours nor Python's."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - OURS - sys.stdlib_module_names


def undeclared(paths: list[Path], declared: set[str]) -> dict[str, list[str]]:
    """The imports of each file that no declared distribution provides."""
    found = {}
    for path in paths:
        providers = {name: {canonical(provider) for provider in INSTALLED.get(name, [])} for name in imported(path)}
        if unknown := sorted(name for name, given in providers.items() if not given & declared):
            found[str(path)] = unknown
    return found


def test_every_import_is_declared_for_those_who_run_it() -> None:
    shipped = python_files("lnfhir", "cds_hooks")
    sandbox = [path for path in shipped if path.is_relative_to("lnfhir/sandbox")]
    assert undeclared([path for path in shipped if path not in sandbox], RUNTIME) == {}
    assert undeclared(sandbox, SANDBOX) == {}
    assert undeclared(list(python_files("tests", "benchmarks")), DEVELOPMENT) == {}


def test_everything_declared_is_locked() -> None:
    locked = names((ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines())
    assert DEVELOPMENT - locked - {"lnfhir"} == set()


def test_the_build_tool_is_the_locked_one() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert names(build) <= DEVELOPMENT
