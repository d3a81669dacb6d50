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
