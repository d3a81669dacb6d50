"""
Early worsening under treatment.

Creatinine up by 0.3 mg/dL or 30 % on two tests, or proteinuria up by half, after at least 4 weeks of treatment:
a reason for urgent review, and in the ACR 2012 text a reason to change at 3 months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.citation import Parameter
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Evidence, Known, Truth
from lnfhir.measures.assessment import Assessment
from lnfhir.measures.baseline import creatinine_ratio, remaining
from lnfhir.quantity import CLOSE

_EARLY = LNFHIR.at("early failure, B4", ENGINEERING)
CREATININE_RISE = Parameter("rise of creatinine that is worsening", 0.3, "mg/dL", _EARLY)
CREATININE_FRACTION = Parameter("relative rise of creatinine that is worsening", 0.30, "fraction", _EARLY)
TESTS = Parameter("tests that must show the rise of creatinine", 2, "tests", _EARLY)
PROTEIN_FRACTION = Parameter("relative rise of proteinuria that is worsening", 0.50, "fraction", _EARLY)


@dataclass(frozen=True, slots=True)
class Worsening:
    """When it was certain, and the data that show it."""

    day: date
    evidence: tuple[Evidence, ...]


def worsening(course: Trajectory, first: date, last: date) -> Worsening | None:
    """Worsening shown by assessments between two days, or None."""
    rises: list[Assessment] = []
    for assessment in course.between(first, last):
        if _protein_rose(course, assessment):
            return Worsening(assessment.day, assessment.evidence)
        if _creatinine_rose(course, assessment):
            same = rises and rises[-1].function == assessment.function  # two urine tests, one creatinine
            rises += [] if same else [assessment]
        if len(rises) >= TESTS.value:
            return Worsening(assessment.day, tuple(item for a in rises for item in a.evidence))
    return None


def _protein_rose(course: Trajectory, assessment: Assessment) -> bool:
    if not isinstance(course.p0, Known):
        return False
    left = remaining(course.p0.value.highest, assessment.proteinuria)
    return left is not None and left.at_least(1 + PROTEIN_FRACTION.value) is Truth.MET


def _creatinine_rose(course: Trajectory, assessment: Assessment) -> bool:
    if not isinstance(course.g0, Known) or assessment.function is None:
        return False
    before, after = course.g0.value.creatinine, assessment.function.creatinine
    ratio = creatinine_ratio(course.g0.value, assessment.function)
    if before is None or after is None or ratio is None:
        return False
    absolute = after.low - before.high >= CREATININE_RISE.value - CLOSE
    return absolute or ratio.at_least(1 + CREATININE_FRACTION.value) is Truth.MET
