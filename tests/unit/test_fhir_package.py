"""The FHIR package: its layout, its index, and that it packs to the same bytes."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from lnfhir import __version__, fhir_package
from lnfhir.fhir_package import Published, contents, index, manifest, pack, resources, schemas
from tests.unit.command_line import run


def unpacked(raw: bytes) -> dict[str, Any]:
    """Each file of an archive by its path, as JSON."""
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        found = {}
        for member in archive.getmembers():
            file = archive.extractfile(member)
            assert file is not None
            assert (member.mtime, member.uid, member.gid, member.uname) == (0, 0, 0, "")
            found[member.name] = json.loads(file.read())
        return found


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    return unpacked(pack())


def test_every_resource_comes_back_out_of_the_package_and_nothing_else(package: dict[str, Any]) -> None:
    for resource in resources():
        folder = "package/example" if resource.example else "package"
        assert package.pop(f"{folder}/{resource.filename}") == resource.content
    for name in schemas():
        assert package.pop(f"package/other/{name}")["$schema"]
    assert set(package) == {"package/package.json", "package/.index.json", "package/example/.index.json"}


def test_the_manifest_says_what_the_package_is(package: dict[str, Any]) -> None:
    said = unpacked(pack())["package/package.json"]
    assert (said["name"], said["version"]) == ("org.lnfhir.ln", __version__)
    assert said["fhirVersions"] == ["4.0.1"]
    assert said["dependencies"] == {"hl7.fhir.r4.core": "4.0.1"}


def test_the_index_names_each_file_of_its_folder() -> None:
    files = unpacked(pack())
    for folder in ("package", "package/example"):
        listed = files[f"{folder}/.index.json"]
        assert listed["index-version"] == 2
        there = {path for path in files if path.rpartition("/")[0] == folder and "-" in path}
        assert {f"{folder}/{each['filename']}" for each in listed["files"]} == there
    [profile] = [each for each in files["package/.index.json"]["files"] if each["id"] == "ln-egfr"]
    assert profile == {
        "filename": "StructureDefinition-ln-egfr.json",
        "resourceType": "StructureDefinition",
        "id": "ln-egfr",
        "url": "https://lnfhir.org/fhir/StructureDefinition/ln-egfr",
        "version": __version__,
        "kind": "resource",
        "type": "Observation",
    }


def test_a_type_that_is_a_concept_is_not_indexed() -> None:
    library = Published(b"", {"resourceType": "Library", "id": "x", "type": {"coding": []}})
    assert json.loads(index((library,)))["files"] == [
        {"filename": "Library-x.json", "resourceType": "Library", "id": "x"}
    ]


def test_the_same_content_packs_to_the_same_bytes() -> None:
    assert pack() == pack()
    assert pack()[4:8] == bytes(4), "gzip's own time of writing"


def test_a_changed_file_changes_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pack()
    changed = {**contents(), "package/package.json": manifest() + b" "}
    monkeypatch.setattr(fhir_package, "contents", lambda: changed)
    assert pack() != before


def test_the_command_writes_the_package(tmp_path: Path) -> None:
    place = tmp_path / "ln.tgz"
    ran = run("profiles", "pack", "-o", str(place))
    assert ran.code == 0
    assert place.read_bytes() == pack()
    assert ran.out == ""
    assert f"{len(resources())} resources" in ran.err


def test_without_a_name_the_package_is_called_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("profiles", "pack").code == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"org.lnfhir.ln-{__version__}.tgz"]


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    ran = run("profiles", "pack", "-o", str(tmp_path / "no" / "ln.tgz"))
    assert ran.code == 3
    assert ran.err == "lnfhir: the package cannot be written: No such file or directory\n"


def test_the_list_has_a_line_for_each_resource_or_each_of_one_type() -> None:
    assert len(run("profiles", "list").out.splitlines()) == len(resources())
    lines = run("profiles", "list", "--type", "ConceptMap").out.splitlines()
    kind, key, version, url, title = lines[0].split("\t")
    assert (kind, key, version, title) == ("ConceptMap", "atc-to-ingredient", __version__, "ATC to ingredients")
    assert url == "https://lnfhir.org/fhir/ConceptMap/atc-to-ingredient"
    assert {line.split("\t")[0] for line in lines} == {"ConceptMap"}
