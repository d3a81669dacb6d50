"""The published sources the rules cite, and shorthands for how well each was read.

Keys are the tags of the generated clinical documents.
"""

from __future__ import annotations

from lnfhir.citation import Confidence, Guideline

PRIMARY = Confidence.PRIMARY
SECONDARY = Confidence.SECONDARY
DIGEST = Confidence.DIGEST
FROM_MEMORY = Confidence.FROM_MEMORY
ENGINEERING = Confidence.ENGINEERING

DING_2025 = Guideline(
    "ding2025", "Refractory lupus nephritis review, Clin Exp Med", 2025, "https://doi.org/10.1007/s10238-025-02014-1"
)
KDIGO_2024 = Guideline(
    "kdigo2024", "KDIGO 2024 lupus nephritis guideline", 2024, "https://kdigo.org/guidelines/lupus-nephritis/"
)
KDIGO_CKD_2024 = Guideline(
    "kdigo-ckd2024", "KDIGO 2024 CKD guideline", 2024, "https://kdigo.org/guidelines/ckd-evaluation-and-management/"
)
KDIGO_2012 = Guideline("kdigo2012", "KDIGO 2012 glomerulonephritis guideline", 2012, "https://kdigo.org/guidelines/gd/")
ACR_2024 = Guideline(
    "acr2024", "ACR 2024 lupus nephritis guideline", 2024, "https://rheumatology.org/lupus-nephritis-guideline"
)
ACR_2012 = Guideline("acr2012", "ACR 2012 lupus nephritis guideline", 2012, "https://doi.org/10.1002/acr.21664")
EULAR_2019 = Guideline(
    "eular2019", "EULAR/ERA-EDTA 2019 lupus nephritis recommendations", 2019, "https://ard.bmj.com/content/79/6/713"
)
EULAR_2023 = Guideline("eular2023", "EULAR 2023 SLE recommendations", 2023, "https://ard.bmj.com/content/83/1/15")
EULAR_2025 = Guideline(
    "eular2025", "EULAR 2025 lupus nephritis recommendations", 2025, "https://doi.org/10.1016/j.ard.2025.09.007"
)
LNFHIR = Guideline("lnfhir", "lnfhir engineering default", 2026)
