"""What is published is current, valid FHIR R4, and whole."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fhirkit
import pytest

from lnfhir import __version__
from lnfhir.fhir_package import resources
from tests.publishing import guide
from tests.publishing.__main__ import files, stale
from tests.publishing.shelf import BASE, NOTICES, SHELF, UCUM

PUBLISHED = {f"{each.kind}/{each.content['id']}": each for each in resources()}
NOT_CANONICAL = {"GuidanceResponse"}
WORDS = {"http://loinc.org": "LOINC", "http://snomed.info/sct": "SNOMED CT", UCUM: "UCUM"}
WORDS |= {"http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm", "http://www.whocc.no/atc": "ATC"}


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a document with the member it stands in."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from strings(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, key)
    elif isinstance(value, str):
        yield key, value


def test_what_follows_the_code_is_current_or_run_make_docs() -> None:
    wanted = {**files(), **guide.files()}
    old = [str(path.relative_to(SHELF)) for path, content in wanted.items() if _text(path) != content]
    assert old == []
    assert stale() == []


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def test_every_type_of_resource_is_there() -> None:
    assert Counter(each.kind for each in PUBLISHED.values()).keys() == {
        "ActivityDefinition", "CodeSystem", "ConceptMap", "GuidanceResponse", "ImplementationGuide", "Library",
        "PlanDefinition", "StructureDefinition", "ValueSet",
    }  # fmt: skip
    on_disk = [path for path in SHELF.rglob("*.json") if path.parent.name != "schema" and path.name != "package.json"]
    assert len(on_disk) == len(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_resource_is_valid_r4_by_two_readers(name: str) -> None:
    published = PUBLISHED[name]
    assert [(issue.path, issue.message) for issue in fhirkit.validate(published.raw.decode())] == []
    kind = published.kind
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    model.model_validate_json(published.raw)


def test_the_readers_see_a_fault() -> None:
    broken = {**PUBLISHED["ValueSet/upcr"].content, "status": 3, "compose": {"include": "upcr"}}
    assert fhirkit.validate(json.dumps(broken))


def test_canonical_urls_are_unique_and_made_of_type_and_id() -> None:
    for name, published in PUBLISHED.items():
        if published.kind not in NOT_CANONICAL:
            assert published.content["url"] == f"{BASE}/{name}"
    assert len({published.filename for published in PUBLISHED.values()}) == len(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_canonical_of_ours_that_is_named_exists(name: str) -> None:
    content = PUBLISHED[name].content
    inside = [text for key, text in strings(content) if text.startswith(f"{BASE}/") and key != "url"]
    assert {text.removeprefix(f"{BASE}/").partition("|")[0] for text in inside} - set(PUBLISHED) == set()


def test_versions_are_the_product_s() -> None:
    versions = {each.content["version"] for each in PUBLISHED.values() if each.kind not in NOT_CANONICAL}
    assert versions == {__version__}
    assert json.loads((SHELF / "package.json").read_text(encoding="utf-8"))["version"] == __version__


@pytest.mark.parametrize("name", PUBLISHED)
def test_codes_of_others_come_with_their_notice(name: str) -> None:
    content = PUBLISHED[name].content
    if PUBLISHED[name].kind in {"GuidanceResponse", "StructureDefinition"}:
        return
    systems = {text for key, text in strings(content) if key in {"system", "source", "target"}}
    for system in systems & set(NOTICES):
        assert WORDS[system] in content.get("copyright", ""), (name, system)


def test_the_guide_lists_every_resource_once_and_nothing_else() -> None:
    [listing] = [each.content for each in PUBLISHED.values() if each.kind == "ImplementationGuide"]
    listed = [each["reference"]["reference"] for each in listing["definition"]["resource"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(PUBLISHED) - {f"ImplementationGuide/{listing['id']}"}
    for word in WORDS.values():
        assert word in listing["copyright"]


def test_names_are_computable_and_unique_within_a_type() -> None:
    names = [(each.kind, each.content["name"]) for each in PUBLISHED.values() if "name" in each.content]
    assert [name for _, name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", name)] == []
    assert [name for name, count in Counter(names).items() if count > 1] == []
