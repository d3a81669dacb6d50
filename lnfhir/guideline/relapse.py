"""
Relapse after a response, graded.

KDIGO 2012: a moderate relapse is a creatinine rise of 0.20 to 1.0 mg/dL (0.40 to 1.5 from 2.0 mg/dL up) or proteinuria
crossing from below 0.5 to 1 g/g or more, from 0.5-1.0 to 2 g/g or more, or doubling from above 1 g/g; a severe one
exceeds these, or adds more than 5 g/g. Worsening after a response is a relapse, not refractory disease.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.sources import ENGINEERING, KDIGO_2012, LNFHIR, SECONDARY
from lnfhir.guideline.trajectory import HAEMODYNAMIC_FALL, haemodynamic_starts
from lnfhir.logic import Evidence, Truth
from lnfhir.measures.baseline import egfr_ratio
from lnfhir.quantity import CLOSE

_TABLE = KDIGO_2012.at("relapse table", SECONDARY)
_SUSTAINED = LNFHIR.at("relapse versus refractory, B6", ENGINEERING)


def _rise(value: float, meaning: str) -> Parameter:
    return Parameter(meaning, value, "mg/dL", _TABLE)


def _ratio(value: float, meaning: str) -> Parameter:
    return Parameter(meaning, value, "g/g", _TABLE)


HIGH_CREATININE = _rise(2.0, "baseline creatinine from which larger rises are asked for")
MODERATE_RISE = _rise(0.20, "creatinine rise of a moderate relapse, baseline below 2.0")
SEVERE_RISE = _rise(1.0, "creatinine rise above which a relapse is severe, baseline below 2.0")
MODERATE_RISE_HIGH = _rise(0.40, "creatinine rise of a moderate relapse, baseline 2.0 or more")
SEVERE_RISE_HIGH = _rise(1.5, "creatinine rise above which a relapse is severe, baseline 2.0 or more")
LOW_UPCR = _ratio(0.5, "UPCR below which a rise to 1 g/g is a moderate relapse")
MIDDLE_UPCR = _ratio(
    1.0, "UPCR up to which a rise to 2 g/g is a moderate relapse, and to which it must rise from below 0.5"
)
HIGH_UPCR = _ratio(2.0, "UPCR to which proteinuria must rise from 0.5 to 1.0 g/g in a moderate relapse")
SEVERE_UPCR_RISE = _ratio(5.0, "rise of UPCR above which a relapse is severe")
DOUBLING = Parameter("factor of a moderate relapse from above 1 g/g", 2, "times", _TABLE)
SUSTAINED = Parameter("days between two responses that make it sustained", 28, "days", _SUSTAINED)


@dataclass(frozen=True, slots=True)
class Relapse:
    """When worsening was first seen, its grade (`moderate` or `severe`), and the data before and after."""

    day: date
    grade: str
    evidence: tuple[Evidence, ...]


def relapse(chart: Chart, judgements: tuple[Judgement, ...]) -> Relapse | None:
    """The first moderate or severe worsening after a complete or a sustained partial response."""
    settled = _settled_response(judgements)
    if settled is None:
        return None
    start, before = settled
    for judgement in judgements[start + 1 :]:
        later = judgement.assessment.day - judgements[start].assessment.day >= timedelta(days=int(SUSTAINED.value))
        grade = _grade(chart, before, judgement) if later else ""
        if grade:
            evidence = (*before.assessment.evidence, *judgement.assessment.evidence)
            return Relapse(judgement.assessment.day, grade, evidence)
        if judgement.any_response.truth is Truth.MET:
            before = judgement
    return None


def responded_for_good(judgements: tuple[Judgement, ...]) -> bool:
    """A complete or a sustained partial response was reached: what failed before it no longer counts (R2)."""
    return _settled_response(judgements) is not None


def _settled_response(judgements: tuple[Judgement, ...]) -> tuple[int, Judgement] | None:
    """The first complete response, or the second of two responses at least 28 days apart without a failure between."""
    first_partial: date | None = None
    for index, judgement in enumerate(judgements):
        if judgement.complete.truth is Truth.MET:
            return index, judgement
        if judgement.any_response.truth is not Truth.MET:
            first_partial = None
        elif first_partial is None:
            first_partial = judgement.assessment.day
        elif judgement.assessment.day - first_partial >= timedelta(days=int(SUSTAINED.value)):
            return index, judgement
    return None


def _grade(chart: Chart, before: Judgement, after: Judgement) -> str:
    grades = {_by_creatinine(chart, before, after), _by_proteinuria(before, after)}
    return "severe" if "severe" in grades else "moderate" if "moderate" in grades else ""


def _by_creatinine(chart: Chart, before: Judgement, after: Judgement) -> str:
    """A rise that a drug begun within 8 weeks may explain is no relapse."""
    was, is_ = before.assessment.function, after.assessment.function
    if was is None or is_ is None or was.creatinine is None or is_.creatinine is None:
        return ""
    left = egfr_ratio(was, is_)
    small = left is not None and left.at_least(1 - HAEMODYNAMIC_FALL.value) is Truth.MET
    if small and haemodynamic_starts(chart, is_.day):
        return ""
    rise = is_.creatinine.low - was.creatinine.high
    high = was.creatinine.low >= HIGH_CREATININE.value
    moderate, severe = (MODERATE_RISE_HIGH, SEVERE_RISE_HIGH) if high else (MODERATE_RISE, SEVERE_RISE)
    if rise > severe.value * (1 + CLOSE):
        return "severe"
    return "moderate" if rise >= moderate.value * (1 - CLOSE) else ""


def _by_proteinuria(before: Judgement, after: Judgement) -> str:
    was, is_ = before.assessment.proteinuria.amount.high, after.assessment.proteinuria.amount.low
    if is_ - was > SEVERE_UPCR_RISE.value:
        return "severe"
    if was < LOW_UPCR.value:
        return "moderate" if is_ >= MIDDLE_UPCR.value else ""
    if was <= MIDDLE_UPCR.value:
        return "moderate" if is_ >= HIGH_UPCR.value else ""
    return "moderate" if is_ >= DOUBLING.value * was else ""
