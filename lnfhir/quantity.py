"""Amounts of the things this field measures, in one canonical unit each.

An unknown unit is an issue, never a guess; a comparator makes an interval; a value outside the window in
which a human could live is not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lnfhir.logic import Truth, truth_of

CLOSE = 1e-9
"""Relative tolerance of comparisons: 0.96/0.80 is +20.0 %, whatever the float says."""


class Analyte(Enum):
    """What was measured; the value is the key used in documents, `.unit` its canonical unit."""

    UPCR = "upcr"
    UTP = "utp"
    UACR = "uacr"
    CREATININE = "creatinine"
    EGFR = "egfr"
    ALBUMIN = "albumin"
    POTASSIUM = "potassium"
    HBA1C = "hba1c"
    C3 = "c3"
    C4 = "c4"
    ANTI_DSDNA = "anti-dsdna"
    WEIGHT = "weight"
    HEIGHT = "height"
    BMI = "bmi"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    URINE_RBC = "urine-rbc"
    URINE_WBC = "urine-wbc"
    RBC_CASTS = "rbc-casts"
    HCG = "hcg"
    APL_LUPUS_ANTICOAGULANT = "lupus-anticoagulant"
    APL_CARDIOLIPIN = "anticardiolipin"
    LDH = "ldh"
    HAPTOGLOBIN = "haptoglobin"
    PLATELETS = "platelets"
    SCHISTOCYTES = "schistocytes"
    URINE_PROTEIN = "urine-protein"
    URINE_CREATININE = "urine-creatinine"
    CH50 = "ch50"
    GRANULAR_CASTS = "granular-casts"
    HAEMOGLOBIN = "haemoglobin"
    WBC = "wbc"
    NEUTROPHILS = "neutrophils"
    CD19 = "cd19"
    IGG = "igg"
    HBSAG = "hbsag"
    ANTI_HBC = "anti-hbc"
    ANTI_HBS = "anti-hbs"
    HBV_DNA = "hbv-dna"
    ANTI_HCV = "anti-hcv"
    ALT = "alt"
    AST = "ast"
    VITAMIN_D = "vitamin-d"
    TACROLIMUS_LEVEL = "tacrolimus-level"
    MPA_LEVEL = "mpa-level"
    TPMT = "tpmt"
    TPMT_NUDT15_GENOTYPE = "tpmt-nudt15-genotype"
    SLEDAI_2K = "sledai-2k"
    PHGA = "phga"
    BILAG_RENAL = "bilag-renal"
    NIH_ACTIVITY = "nih-ai"
    NIH_CHRONICITY = "nih-ci"
    ISN_RPS_CLASS = "isn-rps-class"

    @property
    def unit(self) -> str:
        """The canonical unit."""
        return CANONICAL_UNIT[self]


CANONICAL_UNIT: dict[Analyte, str] = {
    Analyte.UPCR: "g/g",
    Analyte.UTP: "g/24h",
    Analyte.UACR: "mg/g",
    Analyte.CREATININE: "mg/dL",
    Analyte.EGFR: "mL/min/1.73m2",
    Analyte.ALBUMIN: "g/L",
    Analyte.POTASSIUM: "mmol/L",
    Analyte.HBA1C: "%",
    Analyte.C3: "g/L",
    Analyte.C4: "g/L",
    Analyte.ANTI_DSDNA: "IU/mL",
    Analyte.WEIGHT: "kg",
    Analyte.HEIGHT: "cm",
    Analyte.BMI: "kg/m2",
    Analyte.SYSTOLIC: "mmHg",
    Analyte.DIASTOLIC: "mmHg",
    Analyte.URINE_RBC: "/hpf",
    Analyte.URINE_WBC: "/hpf",
    Analyte.RBC_CASTS: "/lpf",
    Analyte.HCG: "IU/L",
    Analyte.APL_LUPUS_ANTICOAGULANT: "ratio",
    Analyte.APL_CARDIOLIPIN: "U/mL",
    Analyte.LDH: "U/L",
    Analyte.HAPTOGLOBIN: "g/L",
    Analyte.PLATELETS: "10*9/L",
    Analyte.SCHISTOCYTES: "%",
    Analyte.URINE_PROTEIN: "mg/dL",
    Analyte.URINE_CREATININE: "mg/dL",
    Analyte.CH50: "U/mL",
    Analyte.GRANULAR_CASTS: "/lpf",
    Analyte.HAEMOGLOBIN: "g/dL",
    Analyte.WBC: "10*9/L",
    Analyte.NEUTROPHILS: "10*9/L",
    Analyte.CD19: "/uL",
    Analyte.IGG: "g/L",
    Analyte.HBSAG: "IU/mL",
    Analyte.ANTI_HBC: "ratio",
    Analyte.ANTI_HBS: "IU/L",
    Analyte.HBV_DNA: "IU/mL",
    Analyte.ANTI_HCV: "ratio",
    Analyte.ALT: "U/L",
    Analyte.AST: "U/L",
    Analyte.VITAMIN_D: "ng/mL",
    Analyte.TACROLIMUS_LEVEL: "ng/mL",
    Analyte.MPA_LEVEL: "mg/L",
    Analyte.TPMT: "U/mL",
    Analyte.TPMT_NUDT15_GENOTYPE: "1",
    Analyte.SLEDAI_2K: "points",
    Analyte.PHGA: "points",
    Analyte.BILAG_RENAL: "grade",
    Analyte.NIH_ACTIVITY: "points",
    Analyte.NIH_CHRONICITY: "points",
    Analyte.ISN_RPS_CLASS: "class",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An interval of values in a canonical unit; exact when `low == high` and neither end is open."""

    low: float
    high: float
    unit: str
    low_open: bool = False
    high_open: bool = False

    @property
    def exact(self) -> bool:
        """One known value."""
        return self.low == self.high

    def below(self, limit: float) -> Truth:
        """Strictly less than the limit."""
        if self.high < limit * (1 - CLOSE) or (self.high_open and self.high <= limit * (1 + CLOSE)):
            return Truth.MET
        return Truth.NOT_MET if self.low >= limit * (1 - CLOSE) else Truth.UNKNOWN

    def at_most(self, limit: float) -> Truth:
        """Less than or equal to the limit."""
        if self.high <= limit * (1 + CLOSE):
            return Truth.MET
        if self.low > limit * (1 + CLOSE) or (self.low_open and self.low >= limit * (1 - CLOSE)):
            return Truth.NOT_MET
        return Truth.UNKNOWN

    def at_least(self, limit: float) -> Truth:
        """Greater than or equal to the limit."""
        return ~self.below(limit)

    def above(self, limit: float) -> Truth:
        """Strictly greater than the limit."""
        return ~self.at_most(limit)

    def __str__(self) -> str:
        if self.exact:
            return f"{self.low:g}"
        if self.low <= 0:
            return f"{'<' if self.high_open else '<='}{self.high:g}"
        if self.high == float("inf"):
            return f"{'>' if self.low_open else '>='}{self.low:g}"
        return f"{self.low:g}-{self.high:g}"


def exactly(value: float, analyte: Analyte) -> Amount:
    """One known value in the analyte's canonical unit."""
    return Amount(value, value, analyte.unit)


def small_enough(value: float, limit: float) -> bool:
    """`value <= limit` up to float noise."""
    return truth_of(value <= limit + CLOSE * max(1.0, abs(limit))) is Truth.MET
