"""`python -m tests.publishing` (or `make docs`) writes anew what is published from the code.

Written by hand are the value sets of single ideas, their code systems, the differentials of the profiles and the
schemas of documents. Everything here follows the code; `tests.publishing.snapshots` writes the snapshots.
"""

from __future__ import annotations

from pathlib import Path

from tests.publishing import bindings, code_systems, definitions, drug_maps, guide, profile_units, schemas, units
from tests.publishing.example import example
from tests.publishing.shelf import SHELF, Resource, indented


def resources() -> list[Resource]:
    """Every resource that follows the code, except profiles and those of the guide."""
    return [
        code_systems.card_topic(),
        code_systems.override_reason(),
        code_systems.fault_kind(),
        units.code_system(),
        units.concept_map(),
        *drug_maps.code_systems(),
        drug_maps.atc_map(),
        drug_maps.drug_name_map(),
        drug_maps.test_name_map(),
        *definitions.plan_definitions().values(),
        *definitions.activity_definitions().values(),
        *definitions.libraries().values(),
        example(),
    ]


def files() -> dict[Path, str]:
    """Each file and what it should hold."""
    found = {SHELF / "ValueSet" / "binding" / f"{key}.json": value for key, value in bindings.value_sets().items()}
    found |= {SHELF / item["resourceType"] / f"{item['id']}.json": item for item in resources()}
    found |= {SHELF / "schema" / name: schema for name, schema in schemas.schemas().items()}
    found |= profile_units.profiles()
    return {path: indented(content) for path, content in found.items()}


GENERATED = ("PlanDefinition", "ActivityDefinition", "ConceptMap", "Library", "ValueSet/binding")
"""Folders in which nothing is written by hand."""


def stale() -> list[Path]:
    """Files that stand where only generated ones do, and are not generated any more."""
    current = set(files())
    return [path for folder in GENERATED for path in (SHELF / folder).glob("*.json") if path not in current]


def main() -> None:
    """Write the files, and last the guide that lists them."""
    for path, content in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for path in stale():
        path.unlink()
    for path, content in guide.files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
