"""Whether the patient is pregnant: diagnoses with their dates, pregnancy tests, and who cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import Result
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Finding, Truth, met, not_met, unknown
from lnfhir.measures.body import age_on
from lnfhir.measures.sources import ENGINEERING, LNFHIR, by_default
from lnfhir.message import say
from lnfhir.quantity import Analyte

TEST_LASTS = Parameter(
    "age beyond which a negative pregnancy test says nothing", 14, "days", LNFHIR.at("ruling R51", ENGINEERING)
)
PREGNANCY_LASTS = Parameter(
    "longest time a pregnancy diagnosed or tested positive can last", 301, "days",
    by_default("pregnancy, 43 weeks"),
)  # fmt: skip
YOUNGEST = Parameter("youngest age at which pregnancy is considered", 10, "years", by_default("pregnancy"))
OLDEST = Parameter("oldest age at which pregnancy is considered", 55, "years", by_default("pregnancy"))
LATE_FROM = Parameter(
    "gestation from which proteinuria and function cannot be judged", 20, "weeks",
    LNFHIR.at("pregnancy, treatment failure", ENGINEERING),
)  # fmt: skip
AFTERWARDS = Parameter(
    "time after birth during which proteinuria and function cannot be judged", 12, "weeks",
    LNFHIR.at("pregnancy, treatment failure", ENGINEERING),
)  # fmt: skip

RECENT_TEST = say("a pregnancy test within 14 days")


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """A recorded pregnancy; `first` None when its onset is not stated, `last` None while it goes on."""

    first: date | None
    last: date | None
    confirmed: bool
    evidence: Evidence


@per_chart
def pregnancies(chart: Chart) -> tuple[Pregnancy, ...]:
    """The pregnancies diagnosed, oldest first; an open one ends 43 weeks after its stated onset.

    One that is over on a day that is not stated ends, for want of better, on the day before the chart.
    """
    found = []
    for diagnosis in chart.diagnosed("pregnancy"):
        last = diagnosis.end
        if last is None and diagnosis.start is not None:
            longest = diagnosis.start + timedelta(days=int(PREGNANCY_LASTS.value))
            if not diagnosis.active:
                last = min(longest, chart.as_of - timedelta(days=1))
            elif longest < chart.as_of:
                last = longest
        if diagnosis.start is None and last is None and not diagnosis.active:
            continue  # some time in the past
        confirmed = diagnosis.certainty == "confirmed"
        found.append(Pregnancy(diagnosis.start, last, confirmed, diagnosis.evidence))
    return tuple(sorted(found, key=lambda p: p.first or date.min))


def cannot_be_pregnant(chart: Chart) -> bool:
    """A man, or younger than 10 or older than 55; an unknown sex or age excludes nothing."""
    age = age_on(chart, chart.as_of)
    return chart.person.sex == "male" or (age is not None and not YOUNGEST.value <= age <= OLDEST.value)


@per_chart
def pregnancy_status(chart: Chart) -> Finding:
    """Pregnant on the day of the chart: by an open diagnosis or a positive test not contradicted since.

    Not pregnant when that is impossible by sex or age, or by a negative test of the last 14 days (R51); else unknown.
    """
    says = say("the patient is pregnant")
    if cannot_be_pregnant(chart):
        return not_met(says)
    open_now = [p for p in pregnancies(chart) if p.last is None or p.last >= chart.as_of]
    open_now = [p for p in open_now if p.first is None or p.first <= chart.as_of]
    test = _latest_test(chart)
    confirmed = tuple(p.evidence for p in open_now if p.confirmed)
    unconfirmed = tuple(p.evidence for p in open_now if not p.confirmed)
    age = (chart.as_of - test.day).days if test is not None else None
    if test is not None and age is not None and _is_positive(test) is False and age <= TEST_LASTS.value:
        if confirmed:
            return unknown(says, RECENT_TEST, evidence=(*confirmed, test.evidence))
        return not_met(says, test.evidence)
    if confirmed:
        return met(says, *confirmed)
    if test is not None and age is not None and _is_positive(test) and age <= PREGNANCY_LASTS.value:
        if not _ended_since(chart, test.day):
            return met(says, test.evidence)
        return unknown(says, RECENT_TEST, evidence=(test.evidence,))
    return unknown(says, RECENT_TEST, evidence=unconfirmed)


def _latest_test(chart: Chart) -> Result | None:
    read = [r for r in chart.results_of(Analyte.HCG) if _is_positive(r) is not None]
    return read[-1] if read else None


HCG_NEGATIVE = Parameter(
    "serum hCG below which a pregnancy test is negative", 5, "IU/L", by_default("quantitative hCG without a reading")
)
HCG_POSITIVE = Parameter(
    "serum hCG from which a pregnancy test is positive", 25, "IU/L", by_default("quantitative hCG without a reading")
)


def _is_positive(test: Result) -> bool | None:
    if test.positive is not None or test.amount is None:
        return test.positive
    if test.amount.high < HCG_NEGATIVE.value or (test.amount.high_open and test.amount.high <= HCG_NEGATIVE.value):
        return False
    return True if test.amount.low >= HCG_POSITIVE.value else None


def _ended_since(chart: Chart, day: date) -> bool:
    return any(d.end is not None and day <= d.end <= chart.as_of for d in chart.diagnosed("pregnancy"))


def in_pregnancy(chart: Chart, day: date) -> bool:
    """The day lies in a confirmed pregnancy whose onset is stated, or in the 12 weeks after it."""
    after = timedelta(weeks=AFTERWARDS.value)
    return any(
        p.confirmed and p.first is not None and p.first <= day and (p.last is None or day <= p.last + after)
        for p in pregnancies(chart)
    )


def is_hidden_by_pregnancy(chart: Chart, day: date) -> bool:
    """Known to lie in the time in which proteinuria and function mislead: neither a baseline nor a response."""
    return bool(pregnancies(chart)) and hides_kidney_response(chart, day).truth is Truth.MET


def _late_from(chart: Chart, pregnancy: Pregnancy) -> date:
    if pregnancy.first is None:
        return (pregnancy.last or chart.as_of) - timedelta(days=int(PREGNANCY_LASTS.value))
    return pregnancy.first + timedelta(weeks=LATE_FROM.value)


def hides_kidney_response(chart: Chart, day: date) -> Finding:
    """The day lies between 20 weeks of a pregnancy and 12 weeks after it, when proteinuria and function mislead.

    The recorded onset may be late, so all of a pregnancy whose onset is not stated counts: the 43 weeks up to its end,
    or up to the day of the chart.
    """
    says = say("late pregnancy or the 12 weeks after it on {day}", day=day)
    after = timedelta(weeks=AFTERWARDS.value)
    found = [
        p.evidence
        for p in pregnancies(chart)
        if p.confirmed and _late_from(chart, p) <= day and (p.last is None or day <= p.last + after)
    ]
    if found:
        return met(says, *found)
    return not_met(says) if chart.searched(Need.CONDITIONS) else unknown(says, say("the problem list"))
