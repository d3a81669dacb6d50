"""Kidney function: estimated GFR from creatinine, and its series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from lnfhir.logic import Evidence
from lnfhir.message import Message
from lnfhir.quantity import Amount


class Equation(Enum):
    """How an eGFR came about; values of different equations are never compared."""

    CKD_EPI_2021 = "CKD-EPI 2021"
    CKID_U25 = "CKiD U25"
    REPORTED = "as reported"


@dataclass(frozen=True, slots=True)
class KidneyFunction:
    """One day's function. `creatinine` in mg/dL; `egfr` in mL/min/1.73m2, an interval when censored (">90").

    `equation_code` tells reported values of different equations apart (their LOINC code).
    """

    day: date
    egfr: Amount | None
    creatinine: Amount | None
    equation: Equation
    evidence: Evidence
    equation_code: str = ""
    notes: tuple[Message, ...] = ()
