"""What `--help` shows on a terminal of 80 columns: each command in whole words, and what its exit codes mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer.main
from typer.testing import CliRunner

from lnfhir.cli import app


def _below(command: object, path: str = "") -> Iterator[tuple[str, bool]]:
    """Each command's words, and whether it is a group of others."""
    children = getattr(command, "commands", {})
    yield path, bool(children)
    for name, child in children.items():
        yield from _below(child, f"{path} {name}".strip())


EVERY = dict(_below(typer.main.get_command(app)))


def _help_of(name: str) -> str:
    return CliRunner().invoke(app, [*name.split(), "--help"], terminal_width=80).output


@pytest.mark.parametrize("name", [name for name, group in EVERY.items() if group])
def test_no_line_of_a_list_of_commands_is_cut_off(name: str) -> None:
    listed = _help_of(name).split("Commands:")[1].splitlines()
    assert [line for line in listed if line.endswith("...")] == []


@pytest.mark.parametrize("name", [name for name, group in EVERY.items() if not group])
def test_a_command_says_what_its_exit_codes_mean(name: str) -> None:
    assert "Exit code" in _help_of(name)
