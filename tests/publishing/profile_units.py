"""The constraint of a profile that its unit is one that is converted, kept as the code has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lnfhir.analytes import Analyte
from lnfhir.chart.coverage import Need
from tests.publishing.bindings import of_need
from tests.publishing.shelf import SHELF
from tests.publishing.units import allowed

KEY = "ln-unit-list"
ANALYTES: dict[str, tuple[Analyte, ...]] = {
    "ln-proteinuria": of_need(Need.PROTEINURIA),
    "ln-creatinine": (Analyte.CREATININE,),
    "ln-egfr": (Analyte.EGFR,),
}
"""The profiles whose value is always a quantity with a unit."""


def profile(identity: str) -> tuple[Path, dict[str, Any]]:
    """A profile with its list of units as in the code, in differential and snapshot."""
    path = SHELF / "StructureDefinition" / f"{identity}.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    for view in ("differential", "snapshot"):
        for element in found[view]["element"]:
            for constraint in element.get("constraint", ()):
                if constraint["key"] == KEY:
                    constraint["expression"] = allowed(ANALYTES[identity])
    return path, found


def profiles() -> dict[Path, dict[str, Any]]:
    """Each file and what it should hold."""
    return dict(profile(identity) for identity in ANALYTES)
