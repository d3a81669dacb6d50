"""When the patient was on dialysis, or lives with a transplanted kidney: no creatinine tells function then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence
from lnfhir.measures.sources import ENGINEERING, LNFHIR, by_default

CHRONIC_FROM = Parameter(
    "length of dialysis from which it counts as chronic", 90, "days", LNFHIR.at("dialysis, ruling R30", ENGINEERING)
)
WASHOUT = Parameter(
    "time after dialysis before creatinine tells kidney function again",
    14,
    "days",
    LNFHIR.at("ruling R30", ENGINEERING),
)
SAME_PERIOD = Parameter(
    "longest time between two recorded sessions of one period of dialysis", 35, "days",
    by_default("dialysis sessions are often recorded monthly"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DialysisPeriod:
    """`first` is None when the start is not stated (it may reach back for ever); `last` None when still going on."""

    first: date | None
    last: date | None
    evidence: tuple[Evidence, ...]

    def chronic_on(self, day: date) -> bool | None:
        """Whether it had lasted 90 days by a day; None when the start is not stated."""
        if self.first is None:
            return None
        end = day if self.last is None else min(day, self.last)
        return (end - self.first).days >= CHRONIC_FROM.value

    def hides_function_on(self, day: date) -> bool:
        """During dialysis and the 14 days after it, creatinine and eGFR say nothing about the kidneys."""
        if self.first is not None and day < self.first:
            return False
        return self.last is None or day <= self.last + timedelta(days=int(WASHOUT.value))


@per_chart
def dialysis_periods(chart: Chart) -> tuple[DialysisPeriod, ...]:
    """Periods of dialysis, oldest first, from dialysis procedures and diagnoses of dialysis dependence (R30).

    Sessions at most 35 days apart are one period. An undated session counts only when none is dated.
    """
    spans: list[tuple[date, date | None, Evidence]] = [
        (p.day, None if p.ongoing else p.end or p.day, p.evidence)
        for p in chart.procedures
        if "dialysis" in p.concepts and p.day is not None
    ]
    undated = [p.evidence for p in chart.procedures if "dialysis" in p.concepts and p.day is None]
    open_ended: list[DialysisPeriod] = []
    for diagnosis in chart.diagnosed("dialysis-dependence"):
        if diagnosis.certainty != "confirmed":
            continue
        ended = diagnosis.end or (None if diagnosis.active else diagnosis.start)
        if diagnosis.start is None:
            if diagnosis.active or diagnosis.end is not None:
                open_ended.append(DialysisPeriod(None, diagnosis.end, (diagnosis.evidence,)))
        else:
            spans.append((diagnosis.start, ended, diagnosis.evidence))
    if undated and not spans and not open_ended:
        open_ended.append(DialysisPeriod(None, None, tuple(undated)))
    return (*open_ended, *_merged(spans))


def _merged(spans: list[tuple[date, date | None, Evidence]]) -> tuple[DialysisPeriod, ...]:
    gap = timedelta(days=int(SAME_PERIOD.value))
    periods: list[DialysisPeriod] = []
    for first, last, evidence in sorted(spans, key=lambda span: span[0]):
        before = periods[-1] if periods else None
        if before is not None and before.first is not None and (before.last is None or first - before.last <= gap):
            end = None if before.last is None or last is None else max(before.last, last)
            periods[-1] = DialysisPeriod(before.first, end, (*before.evidence, evidence))
        else:
            periods.append(DialysisPeriod(first, last, (evidence,)))
    return tuple(periods)


def transplanted_kidney(chart: Chart) -> tuple[Evidence, ...]:
    """The data that say this patient has a kidney transplant; empty when none does."""
    diagnoses = (d.evidence for d in chart.diagnosed("kidney-transplant") if d.certainty == "confirmed")
    wanted = {"kidney-transplantation", "kidney-transplant"}
    return (*diagnoses, *(p.evidence for p in chart.procedures if p.concepts & wanted))
