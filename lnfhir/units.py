"""Units as laboratories and prescribers write them, per analyte, with the factor to the canonical unit.

Generic unit libraries misread the spellings of this field (annotations are dropped, `K/uL` becomes kelvin), so
each analyte has its own closed list. Spelling is compared without case, blanks and typographic variants.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from lnfhir.analytes import Analyte
from lnfhir.message import Message, say

CREATININE_G_PER_MOL = 113.12
"""Molar mass of creatinine: 1 mg/mmol is 1/113.12 g/g."""

LONGEST_UNIT = 64
"""Longer texts are not read at all."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """`canonical = sent * factor + offset`. `per_mole`: sent per mole of creatinine."""

    factor: float
    offset: float = 0.0
    per_mole: bool = False

    def of(self, sent: float) -> float:
        """The sent number in the canonical unit."""
        return sent * self.factor + self.offset


def _table(*rows: tuple[float | Conversion, str]) -> dict[str, Conversion]:
    table: dict[str, Conversion] = {}
    for factor, spellings in rows:
        for spelling in spellings.split(" | "):
            table[spell(spelling)] = factor if isinstance(factor, Conversion) else Conversion(factor)
    return table


def spell(text: str) -> str:
    """One spelling for the variants of a unit: no case, blanks, typographic digits or either micro sign."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = folded.replace("μ", "u").replace("mcg", "ug").replace("小时", "h").replace("⁄", "/").replace("×", "x")
    return "".join(folded.split())


_PER_MOLE = Conversion(1 / CREATININE_G_PER_MOL, per_mole=True)
_PER_MOLE_MG = Conversion(1000 / CREATININE_G_PER_MOL, per_mole=True)
_GRAMS_PER_LITRE = _table(
    (1.0, "g/L | mg/mL"),
    (0.01, "mg/dL | mg/100mL | mg%"),
    (10.0, "g/dL | g/100mL | g%"),
    (0.001, "mg/L | ug/mL"),
)
_PER_NANOLITRE = _table(
    (
        1.0,
        "10*9/L | 10^9/L | 10E9/L | x10*9/L | x10^9/L | x10E9/L | x109/L | 109/L | Giga/L | G/L | /nL | 10*3/uL"
        " | 10^3/uL | 10E3/uL | x10*3/uL | x10^3/uL | x10E3/uL | x103/uL | 103/uL | K/uL | K/mm3 | K/cumm | thou/uL"
        " | thousand/uL | thousands/uL | 10*3/mm3 | 10^3/mm3 | x10^3/mm3 | 10*3/mcL | 1000/uL | 10*6/mL",
    ),
    (0.001, "/uL | cells/uL | {cells}/uL | /mm3 | cells/mm3 | /cumm | 10*6/L | 10^6/L"),
)
_PER_HIGH_FIELD = _table(
    (1.0, "/[HPF] | /hpf | /HP | {cells}/[HPF] | cells/hpf | #/hpf | [HPF] | hpf | 个/HP | 个/HPF")
)
_PER_LOW_FIELD = _table((1.0, "/[LPF] | /lpf | /LP | {casts}/[LPF] | casts/lpf | #/lpf | [LPF] | lpf | 个/LP | 个/LPF"))
_ENZYME = _table((1.0, "U/L | IU/L | [IU]/L | units/L"), (60.0, "ukat/L"))
_IU_PER_ML = _table((1.0, "IU/mL | [IU]/mL | kIU/L | k[IU]/L"), (0.001, "IU/L | [IU]/L | mIU/mL | m[IU]/mL"))
_IU_PER_L = _table((1.0, "IU/L | [IU]/L | mIU/mL | m[IU]/mL | U/L | mU/mL"), (1000.0, "IU/mL | [IU]/mL | kIU/L"))
_POINTS = _table((1.0, "{score} | 1 | {points} | points | score | {ratio}"))
_RATIO = _table((1.0, "{ratio} | ratio | 1 | {index} | index | {s_co_ratio} | s/co | {normalized_ratio} | coi"))

UNITS: dict[Analyte, dict[str, Conversion]] = {
    Analyte.UPCR: _table(
        (1.0, "g/g | mg/mg | ug/ug | g/g{creat} | g/g creat | g/g Krea | g/g Crea | g/gCr | g/g creatinine"),
        (1.0, "mg/mg{creat} | mg/mg creat | mg/mg Cr | mg/mg creatinine | 1 | {ratio} | ratio"),
        (0.001, "mg/g | mg/g{creat} | mg/g creat | mg/g Cr | mg/gCr | mg/g crt | mg/g creatinine | mg/g Krea"),
        (0.001, "mg/g{cre} | mg/g Crea | ug/mg | ug/mg{creat} | mg/g{creatinine} | milligram per gram"),
        (_PER_MOLE, "mg/mmol | mg/mmol{creat} | mg/mmol creat | mg/mmol Cr | mg/mmol creatinine | mg/mmol Krea"),
        (_PER_MOLE, "g/mol | g/mol{creat} | g/mol K. | g/mol K | g/mol Krea | g/mol creat | mg/mmolCr | g/mol Cr"),
        (_PER_MOLE_MG, "g/mmol | g/mmol{creat}"),
    ),
    Analyte.UACR: _table(
        (1.0, "mg/g | mg/g{creat} | mg/g creat | mg/g Cr | mg/g crt | mg/g creatinine | mg/g Krea | mg/g Crea"),
        (1.0, "ug/mg | ug/mg{creat} | ug/mg creat | mg/g{creatinine} | ug/mg Cr | milligram per gram"),
        (1000.0, "g/g | g/g{creat} | mg/mg | mg/mg{creat} | g/g Krea"),
        (
            Conversion(1000 / CREATININE_G_PER_MOL, per_mole=True),
            "mg/mmol | mg/mmol{creat} | mg/mmol creat | mg/mmol Cr | g/mol | g/mol{creat} | g/mol K. | mg/mmolCr",
        ),
    ),
    Analyte.UTP: _table(
        (
            1.0,
            "g/24h | g/(24.h) | g/24.h | g/{24h} | g/(24h) | g/d | g/day | g/24hr | g/24hrs | g/24 hours | g/24 hour",
        ),
        (1.0, "g/24h{total} | g/24H Urine | g/24 h ur | g/24小时"),
        (0.001, "mg/24h | mg/(24.h) | mg/24.h | mg/{24h} | mg/(24h) | mg/d | mg/day | mg/24hr | mg/24hrs"),
        (0.001, "mg/24 hours | mg/24 hour | mg/24h{total} | mg/24 h ur | mg/24小时"),
    ),
    Analyte.URINE_PROTEIN: _table((1.0, "mg/dL | mg%"), (0.1, "mg/L"), (100.0, "g/L"), (1000.0, "g/dL")),
    Analyte.URINE_CREATININE: _table(
        (1.0, "mg/dL"),
        (100.0, "g/L"),
        (0.1, "mg/L"),
        (CREATININE_G_PER_MOL / 10, "mmol/L"),
        (CREATININE_G_PER_MOL / 10_000, "umol/L"),
    ),
    # The reference rules that 88.4 umol/L is 1 mg/dL (not the 88.402 of the molar mass).
    Analyte.CREATININE: _table(
        (1.0, "mg/dL | mg% | mg/100mL"), (1 / 88.4, "umol/L | umol/l | mcmol/L | micromol/L"), (1000 / 88.4, "mmol/L")
    ),
    Analyte.EGFR: _table(
        (1.0, "mL/min/1.73m2 | mL/min/{1.73_m2} | mL/min/1.73_m2 | mL/min/1.73 m^2 | mL/min/1.73m*2 | mL/min/1.73.m2"),
        (
            1.0,
            "mL/min/1.73 | mL/min/1.73 sq m | mL/min/1.73sq.m | mL/min/1.73 sqm | mL/min/[1.73_m2] | mL/min/(1.73m2)",
        ),
        (1.0, "mL/min/{1.73m2} | mL/min/{1.73 m2} | mL/min per 1.73 m2 | mL/min per 1.73m2 | mL/min/{1.73_m^2}"),
        (1.0, "mL/min/1.73m2{BSA} | mL/(min.1.73m2) | mL/(min*1.73m2) | mL/min/1.73m² | mL/min*1.73m2 | mL/min.1.73m2"),
        (60.0, "mL/s/1.73m2 | mL/s/{1.73_m2}"),
    ),
    Analyte.ALBUMIN: _GRAMS_PER_LITRE,
    Analyte.POTASSIUM: _table((1.0, "mmol/L | mEq/L | meq/L | mval/L")),
    # NGSP % = 0.09148 x IFCC mmol/mol + 2.152, the published master equation.
    Analyte.HBA1C: _table(
        (1.0, "% | %{hb} | %{Hb} | %{total} | % of total Hb | %{NGSP} | percent | %Hb | % Hb"),
        (Conversion(0.09148, 2.152), "mmol/mol | mmol/mol{Hb} | mmol/mol Hb"),
    ),
    Analyte.C3: _GRAMS_PER_LITRE,
    Analyte.C4: _GRAMS_PER_LITRE,
    Analyte.CH50: _table((1.0, "U/mL | [CH50]/mL | [CH50'U]/mL | CH50 U/mL | kU/L | [CH'50]/mL | {CH50U}/mL")),
    Analyte.ANTI_DSDNA: _IU_PER_ML,
    Analyte.WEIGHT: _table(
        (1.0, "kg | kgs | kilogram | kilograms | 公斤 | 千克"),
        (0.001, "g | gram | grams"),
        (0.45359237, "lb | lbs | [lb_av] | [lb] | lb_av | pound | pounds"),
        (0.028349523125, "oz | [oz_av]"),
    ),
    Analyte.HEIGHT: _table(
        (1.0, "cm | cms | centimeter | centimeters | centimetre | 厘米"),
        (100.0, "m | meter | metre | meters"),
        (0.1, "mm"),
        (2.54, "in | in_i | [in_i] | [in_us] | inch | inches"),
    ),
    Analyte.BMI: _table((1.0, "kg/m2 | kg/m^2 | kg/m*2 | kg/(m^2) | kg/(m2) | kg/sq m")),
    Analyte.SYSTOLIC: _table((1.0, "mm[Hg] | mmHg | mm Hg | mm(hg)"), (7.500617, "kPa")),
    Analyte.DIASTOLIC: _table((1.0, "mm[Hg] | mmHg | mm Hg | mm(hg)"), (7.500617, "kPa")),
    Analyte.URINE_RBC: _PER_HIGH_FIELD,
    Analyte.URINE_WBC: _PER_HIGH_FIELD,
    Analyte.RBC_CASTS: _PER_LOW_FIELD,
    Analyte.GRANULAR_CASTS: _PER_LOW_FIELD,
    Analyte.HCG: _IU_PER_L,
    Analyte.APL_LUPUS_ANTICOAGULANT: _RATIO,
    Analyte.APL_CARDIOLIPIN: _table(
        (1.0, "U/mL | [GPL'U] | [GPL'U]/mL | GPL U/mL | GPL | GPL/mL | [MPL'U] | [MPL'U]/mL | MPL U/mL | MPL | MPL/mL"),
        (1.0, "{GPL'U}/mL | {MPL'U}/mL | [GPL] | [MPL] | U GPL/mL | U MPL/mL | kU/L"),
    ),
    Analyte.LDH: _ENZYME,
    Analyte.HAPTOGLOBIN: _GRAMS_PER_LITRE,
    Analyte.PLATELETS: _PER_NANOLITRE,
    Analyte.SCHISTOCYTES: _table((1.0, "% | percent")),
    Analyte.HAEMOGLOBIN: _table((1.0, "g/dL | g% | g/100mL | gm/dL"), (0.1, "g/L"), (1.6114, "mmol/L")),
    Analyte.WBC: _PER_NANOLITRE,
    Analyte.NEUTROPHILS: _PER_NANOLITRE,
    Analyte.CD19: _table(
        (1.0, "/uL | cells/uL | {cells}/uL | /mm3 | cells/mm3 | 10*6/L | 10^6/L | cells/cumm | 个/uL"),
        (1000.0, "10*9/L | 10^9/L | 10*3/uL | 10^3/uL | K/uL | x10E3/uL | x10^9/L"),
    ),
    Analyte.IGG: _GRAMS_PER_LITRE,
    Analyte.HBSAG: _IU_PER_ML,
    Analyte.ANTI_HBC: _RATIO,
    Analyte.ANTI_HBS: _table((1.0, "IU/L | [IU]/L | mIU/mL | m[IU]/mL"), (1000.0, "IU/mL | [IU]/mL")),
    Analyte.HBV_DNA: _IU_PER_ML,
    Analyte.ANTI_HCV: _RATIO,
    Analyte.ALT: _ENZYME,
    Analyte.AST: _ENZYME,
    Analyte.VITAMIN_D: _table((1.0, "ng/mL | ug/L"), (1 / 2.496, "nmol/L")),
    Analyte.TACROLIMUS_LEVEL: _table((1.0, "ng/mL | ug/L")),
    Analyte.MPA_LEVEL: _table((1.0, "mg/L | ug/mL")),
    Analyte.TPMT: _table((1.0, "U/mL | U/mL{RBC} | U/mL RBC | [U]/mL{RBCs}")),
    Analyte.TPMT_NUDT15_GENOTYPE: {},
    Analyte.SLEDAI_2K: _POINTS,
    Analyte.PHGA: _POINTS,
    Analyte.BILAG_RENAL: {},
    Analyte.NEW_ACTIVITY: {},
    Analyte.NIH_ACTIVITY: _POINTS,
    Analyte.NIH_CHRONICITY: _POINTS,
    Analyte.ISN_RPS_CLASS: {},
}

_NEEDS_NO_UNIT = frozenset(
    {Analyte.SLEDAI_2K, Analyte.PHGA, Analyte.NIH_ACTIVITY, Analyte.NIH_CHRONICITY, Analyte.APL_LUPUS_ANTICOAGULANT}
)
_UNITS_OF_ANYTHING = frozenset(spelling for table in UNITS.values() for spelling in table)
UCUM = "unitsofmeasure.org"
_NOT_INDEXED = frozenset(spell(text) for text in ("mL/min", "ml/min"))


@lru_cache(maxsize=4096)
def conversion(
    unit: str | None, code: str | None, system: str | None, analyte: Analyte, indexed: bool = False
) -> Conversion | Message:
    """How to bring a quantity sent with this unit text and code to the canonical unit, or why it cannot be.

    The code and the text are each looked up, and two that are known must agree. A text nobody knows beside a
    known code is harmless prose; a UCUM code nobody knows, or a unit of something else, is not.
    """
    named = [text for text in (code, unit) if text is not None and text.strip()]
    if any(len(text) > LONGEST_UNIT for text in named):
        return say("the unit is longer than any unit")
    if not named:
        return Conversion(1.0) if analyte in _NEEDS_NO_UNIT else say("no unit")
    known: list[Conversion] = []
    not_indexed = False
    for text in named:
        spelling = spell(text)
        found = _lookup(spelling, analyte, indexed)
        if found is not None:
            known.append(found)
        elif spelling in _NOT_INDEXED and analyte is Analyte.EGFR:
            not_indexed = True
        elif spelling in _UNITS_OF_ANYTHING or (text is code and system is not None and UCUM in system):
            return say("a unit that is not known for {analyte}", analyte=analyte.value)
    if not known and not_indexed:
        return say("a clearance in mL/min that is not per 1.73 m²")
    if not known:
        return say("a unit that is not known for {analyte}", analyte=analyte.value)
    if any(found != known[0] for found in known):
        return say("the unit text and the unit code disagree")
    return known[0]


def _lookup(spelling: str, analyte: Analyte, indexed: bool) -> Conversion | None:
    if indexed and analyte is Analyte.EGFR and spelling in _NOT_INDEXED:
        return Conversion(1.0)
    return UNITS[analyte].get(spelling)
