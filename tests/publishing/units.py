"""Local spellings of units and the UCUM code each is, per analyte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lnfhir.analytes import Analyte
from lnfhir.units import UNITS, spell
from tests.publishing.shelf import UCUM, Resource, canonical, copyright_of, head

CODES = (
    "10*9/L", "10*6/L", "10*3/uL", "/uL", "g/g", "mg/g", "mg/mmol", "g/mmol", "g/(24.h)", "mg/(24.h)", "mg/dL", "mg/L",
    "g/L", "g/dL", "mmol/L", "umol/L", "mL/min/{1.73_m2}", "mL/s/{1.73_m2}", "%", "mmol/mol", "U/L", "ukat/L",
    "[IU]/mL", "[IU]/L", "k[IU]/L", "m[IU]/mL", "U/mL", "kg", "g", "[lb_av]", "[oz_av]", "cm", "m", "mm", "[in_i]",
    "kg/m2", "mm[Hg]", "kPa", "/[HPF]", "/[LPF]", "{ratio}", "ng/mL", "nmol/L", "ug/L", "{score}",
)  # fmt: skip
"""UCUM codes in the order of preference."""

SPELLINGS = canonical("CodeSystem", "unit-spelling")
MAP = canonical("ConceptMap", "unit-spelling-to-ucum")


def ucum_codes(analyte: Analyte) -> tuple[str, ...]:
    """The UCUM codes this analyte is converted from. Of cells, `G/L` is giga per litre, which UCUM cannot say."""
    table = UNITS[analyte]
    cells = spell("10*9/L") in table
    return tuple(code for code in CODES if spell(code) in table and not (cells and code == "g/L"))


def ucum_of(analyte: Analyte, spelling: str) -> str | None:
    """The UCUM code of a spelling: its own, or else the preferred one that is converted in the same way."""
    table, codes = UNITS[analyte], ucum_codes(analyte)
    same = [code for code in codes if table[spell(code)] == table[spelling]]
    return next((code for code in same if spell(code) == spelling), same[0] if same else None)


def spellings(analytes: Iterable[Analyte]) -> tuple[str, ...]:
    """Every spelling that is converted for any of these."""
    return tuple(sorted({spelling for analyte in analytes for spelling in UNITS[analyte]}))


def _targets(spelling: str) -> dict[str, list[str]]:
    """The UCUM codes of a spelling, with the analytes for which it means that."""
    found: dict[str, list[str]] = {}
    for analyte, table in UNITS.items():
        if spelling in table:
            code = ucum_of(analyte, spelling)
            if code is not None:
                found.setdefault(code, []).append(analyte.value)
    return found


def _target(code: str, analyte: str | None) -> dict[str, Any]:
    target: dict[str, Any] = {"code": code, "equivalence": "equivalent"}
    if analyte is not None:
        system = canonical("CodeSystem", "analyte")
        target["dependsOn"] = [{"property": system, "system": system, "value": analyte}]
    return target


def concept_map() -> Resource:
    """Spellings to UCUM; where one means different units of different analytes, each target names its analyte."""
    elements = []
    for spelling in spellings(Analyte):
        found = _targets(spelling)
        several = len(found) > 1
        targets = [_target(code, name) for code, names in found.items() for name in (names if several else [None])]
        if targets:
            elements.append({"code": spelling, "target": targets})
    return head(
        "ConceptMap",
        "unit-spelling-to-ucum",
        "Local units to UCUM",
        purpose="How units are really written, without case and blanks, and the UCUM code of the same unit.",
        copyright=copyright_of(UCUM),
        group=[{"source": SPELLINGS, "target": UCUM, "element": elements}],
    )


def code_system() -> Resource:
    """The spellings as codes, so that they can be mapped."""
    listed = [{"code": spelling} for spelling in spellings(Analyte)]
    return head(
        "CodeSystem",
        "unit-spelling",
        "Spellings of units",
        purpose="Units as laboratories write them, in small letters and without blanks; µ is written u.",
        caseSensitive=False,
        content="complete",
        count=len(listed),
        concept=listed,
    )


def convertible(analytes: Iterable[Analyte]) -> tuple[str, ...]:
    """Every spelling that a value of these may have where it is coded: then a bare mL/min is per 1.73 m²."""
    several = tuple(analytes)
    return tuple(sorted({*spellings(several), *(("ml/min",) if Analyte.EGFR in several else ())}))


def allowed(analytes: Iterable[Analyte]) -> str:
    """A FHIRPath constraint on a Quantity: its code or its unit is spelled in one of the ways that are converted."""
    listed = " | ".join(f"'{spelling}'" for spelling in convertible(analytes))
    folded = "lower().replace(' ', '').replace('µ', 'u').replace('μ', 'u').replace('mcg', 'ug').replace('²', '2')"
    return f"(code | unit).exists({folded} in ({listed}))"
