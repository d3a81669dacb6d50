"""What a recommendation may look at: the chart, and what the criteria already concluded from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.guideline.courses import Course
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.guideline.verdict import RefractoryVerdict, ResponseVerdict
from lnfhir.policy import Policy


@dataclass(frozen=True, slots=True)
class Situation:
    """`courses` are oldest first, `trajectories` the same as measured; `refractory[0]` is the leading verdict."""

    chart: Chart
    policy: Policy
    courses: tuple[Course, ...]
    refractory: tuple[RefractoryVerdict, ...]
    responses: tuple[ResponseVerdict, ...]
    trajectories: tuple[Trajectory, ...] = ()

    @property
    def course(self) -> Course | None:
        """The current course, if any."""
        return self.courses[-1] if self.courses else None

    @property
    def begun_by(self) -> date | None:
        """The day by which the current course had surely begun: T0, or its first day on record where T0 is earlier."""
        if self.course is None or self.course.t0 is not None:
            return None if self.course is None else self.course.t0
        return min((item.when for item in self.course.evidence if item.when is not None), default=None)

    @property
    def leading(self) -> RefractoryVerdict:
        """The verdict of the profile the site chose."""
        return self.refractory[0]
