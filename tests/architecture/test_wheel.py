"""What is in the wheel is what is in the sources, and works without them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.files import ROOT, project_files

SHIPPED = {"lnfhir": "lnfhir", "cds_hooks": "cds_hooks", "profiles": "lnfhir/profiles"}
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def as_installed(path: Path) -> str | None:
    """Where a source file belongs in the wheel; None when it is not shipped."""
    folder = SHIPPED.get(path.parts[0])
    return None if folder is None else "/".join((folder, *path.parts[1:]))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for path in project_files():
        if path.parts[0] in SHIPPED or len(path.parts) == 1:
            (folder / "source" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / "source" / path)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    command = [*build, "--wheel-dir", str(folder), "."]
    subprocess.run(command, cwd=folder / "source", capture_output=True, text=True, check=True)
    return next(folder.glob("lnfhir-*.whl"))


def test_every_folder_with_python_in_it_is_a_listed_package() -> None:
    folders = {path.parent for path in project_files() if path.suffix == ".py" and path.parts[0] in SHIPPED}
    found = {".".join(folder.parts) for folder in folders}
    listed = set(SETTINGS["tool"]["setuptools"]["packages"])
    assert {"profiles" if name == "lnfhir.profiles" else name for name in listed} == found
    assert all((ROOT / folder / "__init__.py").is_file() for folder in folders)


def test_the_wheel_holds_every_source_and_data_file_and_nothing_else(wheel: Path) -> None:
    expected = {name for path in project_files() if (name := as_installed(path)) is not None}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_the_wheel_carries_its_licence_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [entry_points] = [name for name in names if name.endswith("entry_points.txt")]
        assert "lnfhir = lnfhir.cli:main" in archive.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed in it."""
    folder = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(folder), str(wheel)]
    subprocess.run(install, capture_output=True, text=True, check=True)
    return folder


def run(site: Path, folder: Path, program: str, *arguments: str) -> str:
    """What a program prints that imports the installed wheel, away from the sources."""
    command = [sys.executable, "-c", program, *arguments]
    environment = os.environ | {"PYTHONPATH": str(site)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_installed_wheel_finds_its_data_away_from_the_sources(site: Path, tmp_path: Path) -> None:
    program = (
        "import importlib.resources\n"
        "for package in ('lnfhir', 'lnfhir.profiles', 'cds_hooks'):\n"
        "    print(importlib.resources.files(package))\n"
        "schemas = importlib.resources.files('lnfhir.profiles') / 'schema'\n"
        "print(sorted(item.name for item in schemas.iterdir()))\n"
    )
    *places, schemas = run(site, tmp_path, program).splitlines()
    assert places == [str(site / "lnfhir"), str(site / "lnfhir" / "profiles"), str(site / "cds_hooks")]
    assert schemas == str(sorted(path.name for path in (ROOT / "profiles" / "schema").iterdir()))


def test_the_installed_wheel_assesses_a_patient_and_offers_its_services(site: Path, tmp_path: Path) -> None:
    patient = str(ROOT / "docs" / "example" / "patient.json")
    report = run(site, tmp_path, "from lnfhir.cli import main; main()", "assess", patient, "--as-of", "2026-03-02")
    assert "Refractory lupus nephritis" in report
    in_chinese = ("assess", patient, "--as-of", "2026-03-02", "--lang", "zh-CN")
    assert "难治性狼疮肾炎" in run(site, tmp_path, "from lnfhir.cli import main; main()", *in_chinese)
    offered = run(site, tmp_path, "from cds_hooks.services import discovery; print(discovery().decode())")
    assert '"id":"ln-patient-view"' in offered
