"""The demonstration, whole: two servers, every example patient, an EHR's call for each of them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from lnfhir.sandbox.demo import example_patients


def test_the_demo_shows_every_patient_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lnfhir.sandbox.demo", "--once"],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for record, name, _ in example_patients(date(2026, 1, 1)):
        assert f"{name}  ({record.patient_id})" in done.stdout
    assert "[WARNING] Refractory lupus nephritis" in done.stdout
    assert "(no card)" not in done.stdout
    assert list(tmp_path.iterdir()) == []
