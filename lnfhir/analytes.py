"""What is measured in this field, and the one unit each is kept in."""

from __future__ import annotations

from enum import Enum


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
    NEW_ACTIVITY = "new-lupus-activity"
    NIH_ACTIVITY = "nih-ai"
    NIH_CHRONICITY = "nih-ci"
    ISN_RPS_CLASS = "isn-rps-class"

    __hash__ = object.__hash__  # of Enum it is a Python function, and analytes are keys everywhere

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
    Analyte.NEW_ACTIVITY: "1",
    Analyte.NIH_ACTIVITY: "points",
    Analyte.NIH_CHRONICITY: "points",
    Analyte.ISN_RPS_CLASS: "class",
}
