"""The one brain behind every door: a chart and a policy in, a review out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.guideline.courses import Course
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseVerdict
from lnfhir.logic import Known, Missing
from lnfhir.message import Message
from lnfhir.policy import Policy


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One figure of the report: what it is, its value or what it lacks, its unit."""

    key: str
    label: Message
    value: Known[float] | Known[str] | Missing
    unit: str = ""


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

    @property
    def as_of(self) -> date:
        """The day of the judgement."""
        return self.chart.as_of
