"""The one brain behind every door: a chart and a policy in, a review out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.guideline.activity_indices import Index, activity_indices
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.course_of_treatment import after_cell_therapy, courses_of_treatment
from lnfhir.guideline.courses import Course
from lnfhir.guideline.figures import MeasureLine, figures
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.refractory import refractory_verdicts
from lnfhir.guideline.response_report import responses
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.trajectory import series_of
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseVerdict
from lnfhir.policy import Policy

__all__ = ["MeasureLine", "Review", "review"]


@dataclass(frozen=True, slots=True)
class Review:
    """Everything lnfhir has to say about one patient as of one day. `refractory[0]` is the leading profile."""

    chart: Chart
    policy: Policy
    courses: tuple[Course, ...]
    refractory: tuple[RefractoryVerdict, ...]
    responses: tuple[ResponseVerdict, ...]
    measures: tuple[MeasureLine, ...]
    guidance: tuple[Guidance, ...]
    indices: tuple[Index, ...] = ()

    @property
    def as_of(self) -> date:
        """The day of the judgement."""
        return self.chart.as_of


def review(chart: Chart, policy: Policy) -> Review:
    """Judge one patient. Pure: the same chart and policy give the same review."""
    series = series_of(chart, policy)
    courses = courses_of_treatment(chart, policy, series)
    refractory = refractory_verdicts(chart, policy, courses)
    response = responses((*courses, *filter(None, [after_cell_therapy(courses, series)])), policy)
    found = tuple(course.course for course in courses)
    situation = Situation(chart, policy, found, refractory, response, courses)
    guidance = tuple(recommendation.decide(situation) for recommendation in RECOMMENDATIONS)
    measured = figures(chart, policy, series, courses)
    return Review(chart, policy, found, refractory, response, measured, guidance, activity_indices(chart, policy))
