"""
Renal response, as each source defines it.

KDIGO 2024: complete response is a UPCR below 0.5 g/g with stable or improved function; partial response a
fall of at least half to below 3 g/g with stable function. ACR 2024 counts 0.5 g/g itself and tolerates a
larger fall of function. EULAR judges against targets: a fall of at least half at 6 months and below
0.7 g/g at 12. The trials each have an endpoint of their own, shown because a patient can meet one and fail
another on the same day.
"""

from __future__ import annotations

from dataclasses import dataclass

from lnfhir.citation import Citation, Guideline, Parameter
from lnfhir.guideline.sources import (
    ACR_2024,
    DIGEST,
    ENGINEERING,
    EULAR_2019,
    EULAR_2025,
    KDIGO_2024,
    LNFHIR,
    PRIMARY,
    SECONDARY,
)

BLISS_LN = Guideline("bliss-ln", "BLISS-LN trial of belimumab", 2020, "https://doi.org/10.1056/NEJMoa2001180")
AURORA_1 = Guideline("aurora1", "AURORA 1 trial of voclosporin", 2021, "https://pubmed.ncbi.nlm.nih.gov/33971155/")
REGENCY = Guideline("regency", "REGENCY trial of obinutuzumab", 2025, "https://doi.org/10.1056/NEJMoa2410965")
TULIP_LN = Guideline("tulip-ln", "TULIP-LN trial of anifrolumab", 2022, "https://ard.bmj.com/content/81/4/496")

_KDIGO_TABLE = KDIGO_2024.at("definitions of response", DIGEST)
_ACR_FIGURE = ACR_2024.at("treatment goals figure", PRIMARY)
_EULAR19_TARGETS = EULAR_2019.at("treat-to-target statements", PRIMARY)
_EULAR25_TARGETS = EULAR_2025.at("treatment targets", DIGEST)
_PERR = BLISS_LN.at("primary efficacy renal response", SECONDARY)
_BLISS_CRR = BLISS_LN.at("complete renal response", SECONDARY)
_AURORA = AURORA_1.at("complete renal response", PRIMARY)
_REGENCY = REGENCY.at("complete renal response", SECONDARY)
_TULIP = TULIP_LN.at("complete renal response", SECONDARY)
_SITE = LNFHIR.at("policy function_tol", ENGINEERING)


@dataclass(frozen=True, slots=True)
class ResponseDefinition:
    """One definition of response.

    Proteinuria must be below (or, if `complete_inclusive`, at most) `complete`. Function is preserved when it fell
    by no more than `tolerance` (by less, if not `tolerance_inclusive`), or is at least `floor`. The fall is from the
    start of treatment, or, if `pre_flare`, from before the flare where that is on record. A partial response is a fall
    of at least `partial_fall`, to below `partial_below` where the source gives a limit. `steroid_cap` is the highest
    daily prednisone-equivalent compatible with it.
    """

    key: str
    name: str
    complete: Parameter
    tolerance: Parameter
    cites: tuple[Citation, ...]
    complete_inclusive: bool = False
    floor: Parameter | None = None
    partial_fall: Parameter | None = None
    partial_below: Parameter | None = None
    steroid_cap: Parameter | None = None
    tolerance_inclusive: bool = True
    pre_flare: bool = False

    @property
    def has_partial(self) -> bool:
        """The source defines partial response as well."""
        return self.partial_fall is not None


def _upcr(value: float, meaning: str, cite: Citation) -> Parameter:
    return Parameter(meaning, value, "g/g", cite)


def _tolerance(value: float, cite: Citation) -> Parameter:
    return Parameter("largest tolerated fall of kidney function from baseline", value, "fraction", cite)


def _floor(value: float, cite: Citation) -> Parameter:
    return Parameter("eGFR at which function counts as preserved whatever its change", value, "mL/min/1.73m2", cite)


KDIGO_COMPLETE = _upcr(0.5, "UPCR below which proteinuria counts as resolved", _KDIGO_TABLE)
KDIGO_FALL = Parameter("smallest fall of proteinuria in a partial response", 0.5, "fraction", _KDIGO_TABLE)
KDIGO_BELOW = _upcr(3.0, "UPCR below which a partial response must fall", _KDIGO_TABLE)
KDIGO_TOLERANCE = _tolerance(0.15, _KDIGO_TABLE)
ACR_TOLERANCE = _tolerance(0.20, _ACR_FIGURE)
EULAR_12_MONTHS = _upcr(0.7, "UPCR below which the 12-month target is met", _EULAR19_TARGETS)
EULAR_FALL = Parameter("smallest fall of proteinuria at 6 months", 0.5, "fraction", _EULAR19_TARGETS)

KDIGO = ResponseDefinition(
    "kdigo2024", "KDIGO 2024", KDIGO_COMPLETE, KDIGO_TOLERANCE, (_KDIGO_TABLE,),
    partial_fall=KDIGO_FALL, partial_below=KDIGO_BELOW,
)  # fmt: skip
ACR = ResponseDefinition(
    "acr2024", "ACR 2024", _upcr(0.5, "UPCR of a complete response (itself included)", _ACR_FIGURE),
    ACR_TOLERANCE, (_ACR_FIGURE,), complete_inclusive=True, partial_fall=KDIGO_FALL, partial_below=KDIGO_BELOW,
)  # fmt: skip
EULAR19 = ResponseDefinition(
    "eular2019", "EULAR/ERA-EDTA 2019", EULAR_12_MONTHS, _tolerance(0.15, _SITE), (_EULAR19_TARGETS,),
    partial_fall=EULAR_FALL,
)  # fmt: skip
EULAR25 = ResponseDefinition(
    "eular2025", "EULAR 2025", _upcr(0.5, "UPCR of a complete response", _EULAR25_TARGETS),
    _tolerance(0.20, _EULAR25_TARGETS), (_EULAR25_TARGETS,),
    partial_fall=Parameter("smallest fall of proteinuria at 6 months", 0.5, "fraction", _EULAR25_TARGETS),
)  # fmt: skip
PERR = ResponseDefinition(
    "bliss-perr", "BLISS-LN PERR", _upcr(0.7, "UPCR of a primary efficacy renal response (itself included)", _PERR),
    _tolerance(0.20, _PERR), (_PERR,), complete_inclusive=True, floor=_floor(60, _PERR), pre_flare=True,
)  # fmt: skip
BLISS_CRR = ResponseDefinition(
    "bliss-crr", "BLISS-LN CRR", _upcr(0.5, "UPCR of a complete renal response", _BLISS_CRR),
    _tolerance(0.10, _BLISS_CRR), (_BLISS_CRR,), floor=_floor(90, _BLISS_CRR), pre_flare=True,
)  # fmt: skip
AURORA_CRR = ResponseDefinition(
    "aurora1-crr", "AURORA 1 CRR", _upcr(0.5, "UPCR of a complete renal response (itself included)", _AURORA),
    _tolerance(0.20, _AURORA), (_AURORA,), complete_inclusive=True, floor=_floor(60, _AURORA),
    steroid_cap=Parameter("highest daily prednisone-equivalent of a responder", 10, "mg/day", _AURORA),
)  # fmt: skip
REGENCY_CRR = ResponseDefinition(
    "regency-crr", "REGENCY CRR", _upcr(0.5, "UPCR of a complete renal response", _REGENCY),
    _tolerance(0.15, _REGENCY), (_REGENCY,),
)  # fmt: skip
TULIP_CRR = ResponseDefinition(
    "tulip-ln-crr", "TULIP-LN CRR", _upcr(0.7, "UPCR of a complete renal response (itself included)", _TULIP),
    Parameter("fall of kidney function from baseline that is too large (itself included)", 0.20, "fraction", _TULIP),
    (_TULIP,), complete_inclusive=True, floor=_floor(60, _TULIP), tolerance_inclusive=False,
)  # fmt: skip

GUIDELINE_DEFINITIONS = (KDIGO, ACR, EULAR19, EULAR25)
TRIAL_DEFINITIONS = (PERR, BLISS_CRR, AURORA_CRR, REGENCY_CRR, TULIP_CRR)
DEFINITIONS = GUIDELINE_DEFINITIONS + TRIAL_DEFINITIONS
