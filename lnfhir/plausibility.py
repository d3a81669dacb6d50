"""Windows in which a value of a living person lies; outside, the unit is taken to be wrong.

All windows are engineering choices (`Confidence.ENGINEERING`): wide enough for the sickest patient, narrow
enough that the usual mislabelling (mg/dL for µmol/L, g for mg, m for cm) falls outside. A value outside
is not used and is listed; it is never rescaled.
"""

from __future__ import annotations

from dataclasses import dataclass

from lnfhir.analytes import Analyte


@dataclass(frozen=True, slots=True)
class Window:
    """From `low` to `high` in the canonical unit, both ends included; zero besides when `or_zero`."""

    low: float
    high: float
    or_zero: bool = False

    def holds(self, value: float) -> bool:
        """The value is one a living person may have."""
        return self.low <= value <= self.high or (self.or_zero and value == 0)


WINDOW: dict[Analyte, Window] = {
    # The lowest true ratio is about 0.01 g/g (4 mg/dL protein in 300 mg/dL creatinine): 0.4 "mg/g" is 0.4 g/g.
    Analyte.UPCR: Window(0.005, 30, or_zero=True),
    Analyte.UTP: Window(0.005, 60, or_zero=True),
    Analyte.UACR: Window(0.2, 30_000, or_zero=True),
    Analyte.URINE_PROTEIN: Window(0, 5_000),
    Analyte.URINE_CREATININE: Window(1, 1_000),
    Analyte.CREATININE: Window(0.1, 30),
    Analyte.EGFR: Window(1, 250),
    Analyte.ALBUMIN: Window(7, 70),
    Analyte.POTASSIUM: Window(1, 12),
    Analyte.HBA1C: Window(2.5, 25),
    Analyte.C3: Window(0.03, 5),
    Analyte.C4: Window(0.005, 2),
    Analyte.CH50: Window(0, 1_000),
    Analyte.ANTI_DSDNA: Window(0, 100_000),
    Analyte.WEIGHT: Window(1, 400),
    Analyte.HEIGHT: Window(30, 250),
    Analyte.BMI: Window(8, 120),
    Analyte.SYSTOLIC: Window(40, 320),
    Analyte.DIASTOLIC: Window(10, 220),
    Analyte.URINE_RBC: Window(0, 100_000),
    Analyte.URINE_WBC: Window(0, 100_000),
    Analyte.RBC_CASTS: Window(0, 10_000),
    Analyte.GRANULAR_CASTS: Window(0, 10_000),
    Analyte.HCG: Window(0, 10_000_000),
    Analyte.APL_LUPUS_ANTICOAGULANT: Window(0, 20),
    Analyte.APL_CARDIOLIPIN: Window(0, 10_000),
    Analyte.LDH: Window(20, 50_000),
    Analyte.HAPTOGLOBIN: Window(0, 10),
    Analyte.PLATELETS: Window(1, 5_000, or_zero=True),
    Analyte.SCHISTOCYTES: Window(0, 100),
    Analyte.HAEMOGLOBIN: Window(2, 25),
    Analyte.WBC: Window(0.05, 1_000, or_zero=True),
    Analyte.NEUTROPHILS: Window(0.005, 500, or_zero=True),
    Analyte.CD19: Window(0, 50_000),
    Analyte.IGG: Window(0.1, 100),
    Analyte.HBSAG: Window(0, 1_000_000),
    Analyte.ANTI_HBC: Window(0, 10_000),
    Analyte.ANTI_HBS: Window(0, 1_000_000),
    Analyte.HBV_DNA: Window(0, 1e11),
    Analyte.ANTI_HCV: Window(0, 10_000),
    Analyte.ALT: Window(1, 20_000),
    Analyte.AST: Window(1, 20_000),
    Analyte.VITAMIN_D: Window(1, 500),
    Analyte.TACROLIMUS_LEVEL: Window(0, 100),
    Analyte.MPA_LEVEL: Window(0, 200),
    Analyte.TPMT: Window(0, 1_000),
    Analyte.TPMT_NUDT15_GENOTYPE: Window(0, 0),
    Analyte.SLEDAI_2K: Window(0, 105),
    Analyte.PHGA: Window(0, 3),
    Analyte.BILAG_RENAL: Window(0, 0),
    Analyte.NEW_ACTIVITY: Window(0, 0),
    Analyte.NIH_ACTIVITY: Window(0, 24),
    Analyte.NIH_CHRONICITY: Window(0, 12),
    Analyte.ISN_RPS_CLASS: Window(0, 0),
}
