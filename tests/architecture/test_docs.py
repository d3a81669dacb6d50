"""What the documents tell people to do exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from typer.main import get_command

from cds_hooks.config import Settings, settings_from
from cds_hooks.services import SERVICES
from lnfhir.citation import Confidence
from lnfhir.cli import app
from lnfhir.policy import Policy
from tests.architecture.files import ROOT, project_files

DOCUMENTS = tuple(path for path in project_files() if path.suffix == ".md")
COMMANDS = get_command(app)


def text(path: Path | str) -> str:
    """A file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


def shell_lines(document: str) -> list[str]:
    """The commands in the shell blocks of a document, comments cut off."""
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ").split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def make_targets() -> set[str]:
    """The targets of the Makefile that are not files."""
    [phony] = re.findall(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    return set(phony.split())


def test_the_documents_are_found_and_hold_commands() -> None:
    assert {Path("README.md"), Path("docs/install.md"), Path("docs/glossary.md")} <= set(DOCUMENTS)
    assert "make test" in shell_lines(text("README.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_make_target_named_exists(path: Path) -> None:
    named = {line.split()[1] for line in shell_lines(text(path)) if line.startswith("make ")}
    named |= set(re.findall(r"`make ([a-z]+)", text(path)))
    assert named - make_targets() == set()


def test_every_target_has_a_recipe_and_help() -> None:
    makefile = text("Makefile")
    for target in make_targets():
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    assert set(re.findall(r"make ([a-z]+) ", makefile)) <= make_targets()


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_subcommand_and_option_of_lnfhir_named_exists(path: Path) -> None:
    subcommands = getattr(COMMANDS, "commands", {})
    assert "assess" in subcommands
    for line in shell_lines(text(path)) + re.findall(r"`(lnfhir [a-z][^`]*)`", text(path)):
        words = re.split(r"\s+", line.split("|")[0])
        if Path(words[0]).name != "lnfhir" or len(words) < 2:
            continue
        command, rest = COMMANDS, words[1:]
        while commands := getattr(command, "commands", {}):
            assert rest, line
            assert rest[0] in commands, line
            command, rest = commands[rest[0]], rest[1:]
        known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} - known == set(), line


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text(path))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (ROOT / path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_path_of_ours_that_is_named_exists(path: Path) -> None:
    named = re.findall(r"`((?:lnfhir|cds_hooks|tests|docs|deploy|profiles|benchmarks)/[A-Za-z0-9_./-]*)`", text(path))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_once_and_listed() -> None:
    names = sorted(
        path.name for path in DOCUMENTS if path.parent == Path("docs/decisions") and path.name != "README.md"
    )
    assert [name[:3] for name in names] == [f"{number:03}" for number in range(1, len(names) + 1)]
    listed = re.findall(r"\]\((\d{3}-[a-z0-9-]+\.md)\)", text("docs/decisions/README.md"))
    assert listed == names
    for name in names:
        page = text(f"docs/decisions/{name}")
        assert page.startswith(f"# {name[:3]} ")
        assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["Context", "Decision", "Consequences"], name


def test_the_clinical_guide_explains_every_mark() -> None:
    rows = dict(re.findall(r"^\| (\w) \| (.*?) \|", text("docs/clinical/README.md"), re.MULTILINE))
    assert set(rows) == {mark.value for mark in Confidence}


def test_the_sample_settings_are_all_settings_at_their_defaults() -> None:
    sample = text("deploy/lnfhir.toml")
    assert settings_from(tomllib.loads(sample)) == Settings()
    everything = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", sample, flags=re.MULTILINE))
    settings_from(everything)
    assert set(everything["policy"]) == set(Policy.__struct_fields__)
    assert set(everything["service"]) == {field.name for field in msgspec.structs.fields(Settings)} - {
        "policy",
        "codes",
    }


def test_the_service_documented_for_installation_is_the_one_offered() -> None:
    document = text("docs/install.md")
    for service in SERVICES:
        assert f"`{service.id}`" in document
        assert f"`{service.hook}`" in document


def test_the_readme_says_once_what_it_must_not_be_used_for() -> None:
    readme = text("README.md")
    for phrase in ("not a medical device", "not CE-marked", "not for patients"):
        assert readme.count(phrase) == 1, phrase


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    script = [line for line in text(".ci/run").splitlines() if line and not line.startswith("#")]
    assert script == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]
