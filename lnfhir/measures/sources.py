"""The published sources of the arithmetic. The guidelines that judge by it are cited by the topics that do."""

from __future__ import annotations

from lnfhir.citation import Citation, Confidence, Guideline

PRIMARY = Confidence.PRIMARY
SECONDARY = Confidence.SECONDARY
DIGEST = Confidence.DIGEST
FROM_MEMORY = Confidence.FROM_MEMORY
ENGINEERING = Confidence.ENGINEERING

CKD_EPI_2021 = Guideline(
    "ckd-epi2021", "CKD-EPI 2021 creatinine equation", 2021,
    "https://www.kidney.org/ckd-epi-creatinine-equation-2021-0",
)  # fmt: skip
CKID_U25 = Guideline(
    "ckid-u25", "Pierce et al., age- and sex-dependent equations for eGFR under 25, Kidney Int", 2021,
    "https://doi.org/10.1016/j.kint.2020.10.047",
)  # fmt: skip
MOSTELLER = Guideline("mosteller", "Mosteller, simplified calculation of body surface area, N Engl J Med", 1987)
EQUIVALENCE = Guideline("gc-equivalence", "Glucocorticoid equivalence tables (secondary digests)", 2025)
PULSE_REVIEW = Guideline("ln-review2025", "Lupus nephritis treatment review (methylprednisolone pulses)", 2025)
KDIGO_2024 = Guideline(
    "kdigo2024", "KDIGO 2024 lupus nephritis guideline", 2024, "https://kdigo.org/guidelines/lupus-nephritis/"
)
SLEDAI_2K = Guideline("sledai2k", "SLE Disease Activity Index 2000", 2002)
LNFHIR = Guideline("lnfhir", "lnfhir engineering default", 2026)


def by_default(pinpoint: str) -> Citation:
    """Cite a choice made here for want of a clinical source."""
    return LNFHIR.at(pinpoint, ENGINEERING)
