"""The example of the README is what the program answers."""

from __future__ import annotations

import msgspec
from typer.testing import CliRunner

from lnfhir.cli import app
from tests.knowledge.example import CARD, FOLDER, README, files, today


def test_the_example_is_current_or_run_make_docs() -> None:
    stale = [path.name for path, content in files().items() if path.read_text(encoding="utf-8") != content]
    assert stale == []


def test_the_readme_shows_the_card() -> None:
    [shown] = CARD.findall(README.read_text(encoding="utf-8"))
    assert "all four criteria are met" in shown
    assert shown.count("> | ") == 10


def test_the_command_line_says_of_the_same_patient_what_the_card_says() -> None:
    arguments = ["assess", str(FOLDER / "patient.json"), "--as-of", today().isoformat(), "--json"]
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 0
    leading = msgspec.json.decode(ran.stdout)["refractory"][0]
    assert (leading["profile"], leading["overall"]["state"]) == ("ding2025", "met")
