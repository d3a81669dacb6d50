"""What a recommendation may look at: the chart, and what the criteria already concluded from it."""

from __future__ import annotations

from dataclasses import dataclass

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
    def leading(self) -> RefractoryVerdict:
        """The verdict of the profile the site chose."""
        return self.refractory[0]
