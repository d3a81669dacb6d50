"""Nothing committed names the machine it was written on, or where packages are fetched from."""

from __future__ import annotations

import re

import pytest

from tests.architecture.files import ROOT, project_files

# Each is joined from parts, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a folder of a developer's machine": ("/wo", "rk/"),
    "a user's folder": ("/ro", "ot/"),
    "a home folder": ("/ho", "me/"),
    "an index option": ("--index", "-url"),
    "another index option": ("--extra", "-index"),
    "a links option": ("--find", "-links"),
    "a trusted host option": ("--trusted", "-host"),
    "the host of Python packages": ("pypi", ".org"),
    "the host of Python files": ("pythonhosted", ".org"),
    "the host of npm packages": ("npmjs", ".org"),
    "the host of Debian packages": ("deb.debian", ".org"),
    "a direct reference to a file": (" @ fi", "le:"),
    "a private key": ("-----BEGIN ", "PRIVATE"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    needle = "".join(FORBIDDEN[what]).encode()
    assert [str(path) for path in project_files() if needle in (ROOT / path).read_bytes()] == []


def test_the_lock_pins_every_package_to_one_version_and_says_nothing_more() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", line)] == []
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines]
    assert len(set(names)) == len(names)
    assert "setuptools" in names
    assert "lnfhir" not in names
