"""What `--help` shows on a terminal of 80 columns: each command in whole words, and what its exit codes mean."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
import typer.main

from lnfhir.cli import app


def _below(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    for name, child in getattr(command, "commands", {}).items():
        yield from _below(child, (*path, name))


EVERY = dict(_below(typer.main.get_command(app), ("lnfhir",)))
GROUPS = [name for name, command in EVERY.items() if hasattr(command, "commands")]
SINGLE = [name for name in EVERY if name not in GROUPS]


@pytest.mark.parametrize("name", GROUPS)
def test_no_line_of_a_list_of_commands_is_cut_off(name: str) -> None:
    context = click.Context(EVERY[name], info_name=name, terminal_width=80)
    shown = EVERY[name].get_help(context).split("Commands:")[1].splitlines()
    assert [line for line in shown if line.endswith("...")] == []


@pytest.mark.parametrize("name", SINGLE)
def test_a_command_says_what_its_exit_codes_mean(name: str) -> None:
    assert "Exit code" in (EVERY[name].help or "")
