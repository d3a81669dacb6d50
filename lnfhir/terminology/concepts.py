"""The keys of the value sets of conditions, procedures and reports, as constants."""

from __future__ import annotations

# Conditions
SLE = "sle"
DRUG_INDUCED_LUPUS = "drug-induced-lupus"
LUPUS_ORGAN_INVOLVEMENT = "lupus-organ-involvement"
LUPUS_NEPHRITIS = "lupus-nephritis"
LUPUS_NEPHRITIS_CLASS_I = "lupus-nephritis-class-i"
LUPUS_NEPHRITIS_CLASS_II = "lupus-nephritis-class-ii"
LUPUS_NEPHRITIS_CLASS_III = "lupus-nephritis-class-iii"
LUPUS_NEPHRITIS_CLASS_IV = "lupus-nephritis-class-iv"
LUPUS_NEPHRITIS_CLASS_V = "lupus-nephritis-class-v"
LUPUS_NEPHRITIS_CLASS_VI = "lupus-nephritis-class-vi"
LUPUS_TUBULOINTERSTITIAL = "lupus-tubulointerstitial"
ANTIPHOSPHOLIPID_SYNDROME = "antiphospholipid-syndrome"
THROMBOTIC_MICROANGIOPATHY = "thrombotic-microangiopathy"
HYPERTENSION = "hypertension"
HYPERTENSIVE_NEPHROPATHY = "hypertensive-nephropathy"
HYPERTENSIVE_CRISIS = "hypertensive-crisis"
DIABETES = "diabetes"
TYPE_1_DIABETES = "type-1-diabetes"
TYPE_2_DIABETES = "type-2-diabetes"
DIABETIC_NEPHROPATHY = "diabetic-nephropathy"
DIABETIC_KETOACIDOSIS = "diabetic-ketoacidosis"
PREGNANCY = "pregnancy"
PRE_ECLAMPSIA = "pre-eclampsia"
KIDNEY_FAILURE = "kidney-failure"
DIALYSIS_DEPENDENCE = "dialysis-dependence"
KIDNEY_TRANSPLANT = "kidney-transplant"
ACUTE_KIDNEY_INJURY = "acute-kidney-injury"
ANGIOEDEMA = "angioedema"
RENAL_ARTERY_STENOSIS = "renal-artery-stenosis"
RENAL_VEIN_THROMBOSIS = "renal-vein-thrombosis"
URINARY_OBSTRUCTION = "urinary-obstruction"
HYPERKALAEMIA = "hyperkalaemia"
HYPOTENSION = "hypotension"
HYPOVOLAEMIA = "hypovolaemia"
HEART_FAILURE = "heart-failure"
URINARY_INFECTION = "urinary-infection"
SEPSIS = "sepsis"
VIRAL_INFECTION = "viral-infection"
HEPATITIS_B = "hepatitis-b"
HEPATITIS_C = "hepatitis-c"
HIV = "hiv"
TUBERCULOSIS = "tuberculosis"
GENITAL_MYCOTIC_INFECTION = "genital-mycotic-infection"
FOURNIER_GANGRENE = "fournier-gangrene"
POLYCYSTIC_KIDNEY = "polycystic-kidney"
HCQ_RETINOPATHY = "hcq-retinopathy"
MACULAR_DISEASE = "macular-disease"
G6PD_DEFICIENCY = "g6pd-deficiency"
PORPHYRIA = "porphyria"
CARDIOMYOPATHY = "cardiomyopathy"
LONG_QT = "long-qt"
NON_ADHERENCE = "non-adherence"
OTHER_NON_ADHERENCE = "other-non-adherence"
OTHER_GLOMERULONEPHRITIS = "other-glomerulonephritis"
OBESITY = "obesity"
HYPOGAMMAGLOBULINAEMIA = "hypogammaglobulinaemia"
OSTEOPOROSIS = "osteoporosis"
NEPHROTOXIC_INJURY = "nephrotoxic-injury"
PROGRESSIVE_MULTIFOCAL_LEUKOENCEPHALOPATHY = "progressive-multifocal-leukoencephalopathy"
NEPHROTIC_SYNDROME = "nephrotic-syndrome"
CHRONIC_KIDNEY_DISEASE = "chronic-kidney-disease"
PROTEINURIA = "proteinuria"
NEPHROLITHIASIS = "nephrolithiasis"
HYPERCALCAEMIA = "hypercalcaemia"
VITAMIN_D_DEFICIENCY = "vitamin-d-deficiency"
LIVER_DISEASE = "liver-disease"
CNS_LUPUS = "cns-lupus"
NEUTROPENIA = "neutropenia"
DEPRESSION = "depression"
INDWELLING_URINARY_CATHETER = "indwelling-urinary-catheter"

# Procedures
KIDNEY_BIOPSY = "kidney-biopsy"
DIALYSIS = "dialysis"
KIDNEY_TRANSPLANTATION = "kidney-transplantation"
EYE_SCREENING = "eye-screening"
CAR_T_INFUSION = "car-t-infusion"
PLASMA_EXCHANGE = "plasma-exchange"

# Reports
PATHOLOGY_REPORT = "pathology-report"

LUPUS_NEPHRITIS_CLASSES = frozenset(
    {
        LUPUS_NEPHRITIS_CLASS_I,
        LUPUS_NEPHRITIS_CLASS_II,
        LUPUS_NEPHRITIS_CLASS_III,
        LUPUS_NEPHRITIS_CLASS_IV,
        LUPUS_NEPHRITIS_CLASS_V,
        LUPUS_NEPHRITIS_CLASS_VI,
    }
)
"""The histology-bearing codes (WHO classes)."""

BROADER: dict[str, str] = {
    **dict.fromkeys(LUPUS_NEPHRITIS_CLASSES, LUPUS_NEPHRITIS),
    LUPUS_NEPHRITIS: SLE,
    LUPUS_TUBULOINTERSTITIAL: SLE,
    LUPUS_ORGAN_INVOLVEMENT: SLE,
    CNS_LUPUS: SLE,
    TYPE_1_DIABETES: DIABETES,
    TYPE_2_DIABETES: DIABETES,
    DIABETIC_NEPHROPATHY: DIABETES,
    DIABETIC_KETOACIDOSIS: DIABETES,
    HYPERTENSIVE_NEPHROPATHY: HYPERTENSION,
    HYPERTENSIVE_CRISIS: HYPERTENSION,
    KIDNEY_FAILURE: CHRONIC_KIDNEY_DISEASE,
    HCQ_RETINOPATHY: MACULAR_DISEASE,
}
"""A concept and the one that it is a special case of; recognising the first is recognising both."""


def with_broader(concepts: frozenset[str]) -> frozenset[str]:
    """The concepts and everything they are special cases of."""
    found = set(concepts)
    for concept in concepts:
        while concept in BROADER:
            concept = BROADER[concept]
            found.add(concept)
    return frozenset(found)
