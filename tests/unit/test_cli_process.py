"""The command line as a process: our own defects, the service, the real command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cds_hooks import server
from lnfhir import cli
from lnfhir.chart.build import chart_from_record
from lnfhir.chart.chart import Chart
from lnfhir.policy import Policy
from lnfhir.record import read_record
from lnfhir.review import Review, review
from tests.unit.command_line import ONE, SECRET, Ran, one_line, run, written


@pytest.fixture
def one(tmp_path: Path) -> str:
    path = tmp_path / "one.json"
    path.write_text(ONE, "utf-8")
    return str(path)


def test_our_own_defect_is_70_and_does_not_repeat_the_record(
    one: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(chart: Chart, policy: Policy) -> Review:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(cli, "review", broken)
    monkeypatch.setattr(sys, "argv", ["lnfhir", "assess", one])
    with pytest.raises(SystemExit) as left:
        cli.main()
    err = capsys.readouterr().err
    assert left.value.code == 70
    assert one_line(err)
    assert "RuntimeError at test_cli_process.py:" in err
    assert SECRET not in err


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The settings the service was started with; it is not started."""
    started: list[Any] = []
    monkeypatch.setattr(server, "serve", started.append)
    return started  # type: ignore[return-value]


def test_the_service_is_started_with_the_file_and_what_the_command_overrides(served: list[Any], tmp_path: Path) -> None:
    path = written(tmp_path, '[service]\nhost = "0.0.0.0"\nport = 1234\n[policy]\nmmf_min = 1.5\n')
    assert run("serve", "--config", path).code == 0
    assert run("serve", "--config", path, "--host", "127.0.0.2", "--port", "0").code == 0
    assert run("serve").code == 0
    assert [(settings.host, settings.port) for settings in served] == [
        ("0.0.0.0", 1234),
        ("127.0.0.2", 0),
        ("127.0.0.1", 8080),
    ]
    assert served[0].policy == Policy(mmf_min=1.5)


def test_a_service_with_faulty_settings_is_not_started(served: list[Any], tmp_path: Path) -> None:
    for text in ("[service]\nprot = 1\n", "[policy]\nmmf_minimum = 1.5\n"):
        ran = run("serve", "--config", written(tmp_path, text))
        assert ran.code == 2
        assert one_line(ran.err)
    assert served == []


def command(*arguments: str, stdin: str = "") -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "lnfhir.cli", *arguments], input=stdin.encode(), capture_output=True, check=False
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def test_the_real_command_assesses_a_real_bundle_and_says_what_is_missing() -> None:
    ran = command("assess", "-", "--as-of", "2024-07-16", stdin=ONE)
    assert (ran.code, ran.err) == (0, "")
    assert "PATIENT p1".lower() in ran.out.lower()
    assert "MISSING TO KNOW" in ran.out


def test_the_real_command_agrees_with_the_library() -> None:
    got = json.loads(command("assess", "-", "--as-of", "2024-07-16", "--json", stdin=ONE).out)
    chart = chart_from_record(read_record(ONE.encode()), date(2024, 7, 16))
    assert [v["profile"] for v in got["refractory"]] == [v.profile for v in review(chart, Policy()).refractory]
    assert got["patient"]["id"] == "p1"


def test_the_real_command_leaves_with_its_codes() -> None:
    assert command("assess", "-", stdin="nonsense").code == 3
    assert command("assess", "-", "--as-of", "nonsense", stdin=ONE).code == 2
