"""One course as it was measured: its baseline, and every assessment that can count as a response."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline.courses import Course
from lnfhir.guideline.sources import DIGEST, ENGINEERING, KDIGO_CKD_2024, LNFHIR
from lnfhir.logic import Evidence, Known, Missing, missing
from lnfhir.measures.assessment import Assessment, assessments
from lnfhir.measures.baseline import BaselineProteinuria, baseline_function, baseline_proteinuria
from lnfhir.measures.immunosuppression import GAP, exposure_spans
from lnfhir.measures.kidney import KidneyFunction, kidney_function_series
from lnfhir.measures.pregnancy import is_hidden_by_pregnancy
from lnfhir.measures.urine_protein import Proteinuria, proteinuria_series
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.terminology.drug_groups import (
    CALCINEURIN_INHIBITORS,
    IMMUNOSUPPRESSANTS,
    RAS_BLOCKERS,
    SGLT2_INHIBITORS,
)

FIRST_COUNTED = Parameter(
    "days after the start of treatment before a result can count as response",
    28, "days", LNFHIR.at("ruling R23", ENGINEERING),
)  # fmt: skip
HAEMODYNAMIC_WINDOW = Parameter(
    "time after starting a drug with a haemodynamic effect in which a fall of eGFR may be its effect",
    56, "days", LNFHIR.at("treatment failure, recent start of a haemodynamic drug", ENGINEERING),
)  # fmt: skip
HAEMODYNAMIC_FALL = Parameter(
    "largest fall of eGFR that a haemodynamic effect explains", 0.30, "fraction",
    KDIGO_CKD_2024.at("practice point on creatinine after starting RAS blockade", DIGEST),
)  # fmt: skip
HAEMODYNAMIC_DRUGS = RAS_BLOCKERS | SGLT2_INHIBITORS | CALCINEURIN_INHIBITORS


@dataclass(frozen=True, slots=True)
class Trajectory:
    """`assessments` lie after day 28 and before the next course, oldest first; the baseline is never among them.

    `treated_until` is the day to which treatment can be said to have failed: 90 days after the last immunosuppressant,
    where none follows; None while it goes on.
    """

    course: Course
    chart: Chart
    policy: Policy
    p0: Known[BaselineProteinuria] | Missing
    g0: Known[KidneyFunction] | Missing
    assessments: tuple[Assessment, ...]
    until: date
    treated_until: date | None = None

    @property
    def over(self) -> bool:
        """Another course or cell therapy ended it: what had not come by then will not come."""
        return self.course.end is not None

    def day(self, n: float) -> date:
        """Day `n` of the course; only asked where T0 is known."""
        assert self.course.t0 is not None
        return self.course.t0 + timedelta(days=int(n))

    def between(self, first: date, last: date) -> tuple[Assessment, ...]:
        """Assessments from `first` to `last`, both included."""
        return tuple(a for a in self.assessments if first <= a.day <= last)


@dataclass(frozen=True, slots=True)
class Series:
    """Proteinuria, kidney function and their pairing over the whole record: computed once, used by every course."""

    proteinuria: tuple[Proteinuria, ...]
    function: tuple[KidneyFunction, ...]
    assessments: tuple[Assessment, ...]


def series_of(chart: Chart, policy: Policy) -> Series:
    """Measure the whole record."""
    protein, function = proteinuria_series(chart, policy), kidney_function_series(chart, policy)
    return Series(protein, function, assessments(chart, policy, protein, function))


def trajectory(course: Course, chart: Chart, policy: Policy, series: Series) -> Trajectory:
    """Collect what bears on one course."""
    until = min(chart.as_of, course.end - timedelta(days=1)) if course.end else chart.as_of
    if course.t0 is None:
        need = missing(say("the date on which induction treatment started"))
        return Trajectory(course, chart, policy, need, need, (), until)
    p0 = baseline_proteinuria(chart, course.t0, policy, series.proteinuria)
    g0 = baseline_function(chart, course.t0, policy, series.function)
    used = p0.value.chosen.evidence if isinstance(p0, Known) else None
    first = course.t0 + timedelta(days=int(FIRST_COUNTED.value))
    counted = tuple(
        a
        for a in series.assessments
        if first <= a.day <= until and a.proteinuria.evidence != used and not is_hidden_by_pregnancy(chart, a.day)
    )
    return Trajectory(course, chart, policy, p0, g0, counted, until, _treated_until(chart, course.t0, until))


def _treated_until(chart: Chart, t0: date, until: date) -> date | None:
    """90 days after the last immunosuppressant from T0 on, where that is past (B2); an unknown end is none."""
    last: date | None = None
    for first, end in chart.once("immunosuppression", lambda: _immunosuppression(chart)):
        if end < t0:
            continue
        if last is not None and (first - last).days - 1 > GAP.value:
            break
        last = end if last is None else max(last, end)
    ends = None if last is None else last + timedelta(days=int(GAP.value))
    return ends if ends is not None and ends < until else None


def _immunosuppression(chart: Chart) -> list[tuple[date, date]]:
    """The first and last day of every span of any immunosuppressant, doubtful days included, oldest first."""
    drugs = sorted(IMMUNOSUPPRESSANTS & {use.drug for use in chart.drugs})
    spans = [span for drug in drugs for span in exposure_spans(chart, drug)]
    return sorted((span.first or date.min, span.last or chart.as_of) for span in spans)


def haemodynamic_starts(chart: Chart, day: date, drugs: frozenset[str] = HAEMODYNAMIC_DRUGS) -> tuple[Evidence, ...]:
    """Such drugs (RAS blockers, SGLT2 and calcineurin inhibitors) newly started within 8 weeks before a day."""
    first = day - timedelta(days=int(HAEMODYNAMIC_WINDOW.value))
    found = []
    for drug in sorted(drugs & {use.drug for use in chart.drugs}):
        uses = [use for use in chart.uses_of(drug) if use.start is not None]
        starts = [uses[0], *(b for a, b in pairwise(uses) if _is_restart(a.end, b.start))] if uses else []
        found += [Evidence(u.reference, u.drug, when=u.start) for u in starts if u.start and first <= u.start <= day]
    return tuple(found)


def _is_restart(end: date | None, start: date | None) -> bool:
    return end is not None and start is not None and start - end > timedelta(days=int(HAEMODYNAMIC_WINDOW.value))
