"""Units of doses: mass, volume, and things that are counted."""

from __future__ import annotations

from functools import lru_cache

from lnfhir.units import LONGEST_UNIT, spell

_MG = {
    "mg": 1.0,
    "milligram": 1.0,
    "milligrams": 1.0,
    "毫克": 1.0,
    "g": 1000.0,
    "gm": 1000.0,
    "gram": 1000.0,
    "grams": 1000.0,
}
_MG |= {"克": 1000.0, "ug": 0.001, "microgram": 0.001, "micrograms": 0.001, "微克": 0.001, "ng": 1e-6}
_ML = {
    "ml": 1.0,
    "milliliter": 1.0,
    "milliliters": 1.0,
    "millilitre": 1.0,
    "毫升": 1.0,
    "cc": 1.0,
    "l": 1000.0,
    "ul": 0.001,
}
_COUNTED = frozenset(
    spell(word)
    for line in (
        "1 {tbl} {tab} {tablet} {tablets} tab tabs tablet tablets tablet(s) tab(s) tabl ortab tablette tablette(n)",
        "{cap} {capsule} {capsules} cap caps capsule capsules capsule(s) cap(s) kapsel pill pills {pill} each ea",
        "{each} unit(s) {count} {#} # st vial vials {vial} syringe {syringe} pen {pen} ampule ampoule amp {dose} dose",
        "片 粒 颗 支 瓶",
    )
    for word in line.split()
) | {spell("dose unit"), spell("Tablet - unit of product usage"), spell("Capsule - unit of product usage")}


@lru_cache(maxsize=1024)
def _scale(unit: str | None, code: str | None, table: str) -> float | None:
    scales = _MG if table == "mg" else _ML
    found = [
        scales.get(spell(text))
        for text in (code, unit)
        if text is not None and text.strip() and len(text) <= LONGEST_UNIT
    ]
    known = [scale for scale in found if scale is not None]
    return known[0] if known and all(scale == known[0] for scale in known) else None


def drug_mg(value: float | None, unit: str | None, code: str | None) -> float | None:
    """A dose in mg when its unit is a mass (mg, g, µg, mcg, ...), None when it is not."""
    scale = _scale(unit, code, "mg")
    return value * scale if value is not None and scale is not None else None


def drug_ml(value: float | None, unit: str | None, code: str | None) -> float | None:
    """A dose in mL when its unit is a volume, None when it is not."""
    scale = _scale(unit, code, "ml")
    return value * scale if value is not None and scale is not None else None


@lru_cache(maxsize=1024)
def is_count_unit(unit: str | None, code: str | None) -> bool:
    """The dose counts tablets, capsules, vials or the like; so does a dose that has neither unit nor code.

    UCUM's `1` and annotations such as `{tbl}` count things. A code that is a mass never does.
    """
    named = [spell(text) for text in (code, unit) if text is not None and text.strip() and len(text) <= LONGEST_UNIT]
    if any(text in _MG or text in _ML for text in named):
        return False
    return any(text in _COUNTED for text in named) or not any(text and text.strip() for text in (code, unit))
