"""What may begin a course of treatment: an immunosuppressant, a steroid episode on top of one, an add-on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.guideline.courses import TOGETHER
from lnfhir.guideline.trajectory import Series
from lnfhir.measures.daily_dose import DailyDose
from lnfhir.measures.immunosuppression import InductionSpan, exposure_spans, induction_spans
from lnfhir.measures.steroids import SteroidEpisode
from lnfhir.policy import Policy
from lnfhir.terminology.drug_groups import ANTI_CD20, CALCINEURIN_INHIBITORS

ADD_ONS = ("belimumab", *sorted(CALCINEURIN_INHIBITORS), *sorted(ANTI_CD20))
INDUCTION = ("mpaa", "cyc")
"""The kinds of span that every definition takes for induction."""


@dataclass(frozen=True, slots=True)
class TreatmentRecord:
    """What courses are found in; `any_standard` when calcineurin inhibitors and biologics make courses too."""

    chart: Chart
    policy: Policy
    series: Series
    episodes: tuple[SteroidEpisode, ...]
    mycophenolate: DailyDose
    any_standard: bool = False


@dataclass(frozen=True, slots=True)
class TreatmentStart:
    """Something that may begin a course."""

    day: date
    span: InductionSpan
    episode: SteroidEpisode | None = None
    addon: bool = False


def treatment_starts(record: TreatmentRecord) -> tuple[TreatmentStart, ...]:
    """Every start on record, oldest first."""
    spans = spans_of(record)
    starts = [TreatmentStart(span.first or date.min, span) for span in spans]
    for episode in (e for e in record.episodes if not e.uncertain):
        base = next((span for span in reversed(spans) if _already_running(span, episode.start)), None)
        if base is not None and at_induction_dose(record, base, episode.start):
            starts.append(TreatmentStart(episode.start, base, episode))
    for drug in ADD_ONS:
        added = (span for span in exposure_spans(record.chart, drug) if span not in spans)
        starts += [TreatmentStart(span.first, span, addon=True) for span in added if span.first is not None]
    return tuple(sorted(starts, key=lambda start: (start.day, start.addon)))


def spans_of(record: TreatmentRecord) -> tuple[InductionSpan, ...]:
    """The spans of what counts as induction, oldest first."""
    induction = induction_spans(record.chart)
    if not record.any_standard:
        return induction
    others = [
        span
        for drug in ADD_ONS
        for span in exposure_spans(record.chart, drug)
        if span.first is not None and _stands_alone(record, induction, span.first)
    ]
    return tuple(sorted((*induction, *others), key=lambda span: (span.first or date.min, span.kind)))


def _stands_alone(record: TreatmentRecord, induction: tuple[InductionSpan, ...], day: date) -> bool:
    """With glucocorticoid, and with neither mycophenolate nor cyclophosphamide within 60 days."""
    near = timedelta(days=int(TOGETHER.value))
    joined = any((s.first is None or s.first <= day + near) and s.lasts_to(day - near) for s in induction)
    steroid = any(e.start <= day + near and (e.end is None or e.end >= day - near) for e in record.episodes)
    return steroid and not joined


def _already_running(span: InductionSpan, day: date) -> bool:
    begun = span.first is None or span.first < day - timedelta(days=int(TOGETHER.value))
    return begun and span.lasts_to(day)


def at_induction_dose(record: TreatmentRecord, span: InductionSpan, day: date) -> bool:
    """Within 60 days of a day; only mycophenolate has a dose to be asked about."""
    if span.kind != "mpaa":
        return True
    until = min(day + timedelta(days=int(TOGETHER.value)), record.chart.as_of)
    return record.mycophenolate.days_at_least(record.policy.mmf_min, day, until).certain > 0
