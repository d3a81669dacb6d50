"""Hydroxychloroquine: the eyes.

A baseline examination within a year of the start; then yearly from the fifth year (AAO 2016), or from the first when
the dose is above 5 mg/kg, the eGFR below 60 (KDIGO), with tamoxifen or macular disease, and, where a site wants it,
with a BMI above 35. One that is ordered is not asked for again within the year. SD-OCT with an automated visual
field; wide-angle tests where the pattern may be pericentral.
"""

from __future__ import annotations

from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import ProcedureDone
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import AAO_2016, HCQ_OBESITY
from lnfhir.guideline.hydroxychloroquine_ceiling import CEILING_PER_KG, EGFR_AGE
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import SEARCH, diagnosed, holds, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, KDIGO_2024, SECONDARY
from lnfhir.guideline.starting import offer
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus, is_under_18, only_informed_compatible
from lnfhir.instants import completed_years
from lnfhir.logic import Evidence, Finding, Known, Missing, any_of, met, not_met, unknown
from lnfhir.measures.body import bmi
from lnfhir.measures.hydroxychloroquine import HYDROXYCHLOROQUINE, hydroxychloroquine_per_kg, hydroxychloroquine_since
from lnfhir.message import say
from lnfhir.quantity import small_enough
from lnfhir.terminology import concepts

BASELINE_WITHIN = Parameter(
    "time after the start within which the baseline examination is due",
    365,
    "days",
    AAO_2016.at("screening", SECONDARY),
)
YEARLY_FROM = Parameter(
    "years of treatment from which examinations are yearly", 5, "years", AAO_2016.at("screening", SECONDARY)
)
INTERVAL = Parameter("time between yearly examinations", 365, "days", AAO_2016.at("screening", SECONDARY))
RISK_EGFR = Parameter(
    "eGFR below which examinations are yearly from the first year", 60, "mL/min/1.73m2",
    KDIGO_2024.at("hydroxychloroquine, eye screening", DIGEST),
)  # fmt: skip
RISK_BMI = Parameter(
    "BMI above which they are, at the site setting `hcq_screen_bmi35`", 35, "kg/m2",
    HCQ_OBESITY.at("retinopathy in obesity", SECONDARY),
)  # fmt: skip
CITES = (AAO_2016.at("screening", SECONDARY), KDIGO_2024.at("hydroxychloroquine, eye screening", DIGEST))


def eye_examinations(chart: Chart) -> tuple[tuple[date, ProcedureDone], ...]:
    """Eye screenings with a date, oldest first."""
    found = [(p.day, p) for p in chart.procedures if concepts.EYE_SCREENING in p.concepts and p.day is not None]
    return tuple(sorted(found, key=lambda pair: pair[0]))


def retina_is_at_risk(situation: Situation) -> Finding:
    """Any reason for yearly examinations from the first year."""
    chart = situation.chart
    reasons = [
        hydroxychloroquine_per_kg(chart).finding(
            say("the dose is above {limit} mg/kg/d", limit=CEILING_PER_KG.value),
            lambda mg_kg: not small_enough(mg_kg, CEILING_PER_KG.value),
        ),
        egfr_today(situation, EGFR_AGE).finding(
            say("eGFR is below {limit}", limit=int(RISK_EGFR.value)), lambda egfr: egfr.below(RISK_EGFR.value)
        ),
        takes(chart, say("tamoxifen is in use"), ("tamoxifen",)),
        diagnosed(chart, say("there is macular disease"), concepts.MACULAR_DISEASE),
    ]
    if situation.policy.hcq_screen_bmi35:
        says = say("BMI is above {limit}", limit=int(RISK_BMI.value))
        reasons.append(bmi(chart).finding(says, lambda index: not small_enough(index, RISK_BMI.value)))
    return any_of(say("the retina is at raised risk"), *reasons)


def seen_to_within_a_year(chart: Chart) -> tuple[Evidence, ...]:
    """The latest examination, or an order for one, when it is recent enough to settle every question."""
    since = chart.as_of - timedelta(days=INTERVAL.value)
    examined = [p.evidence for day, p in eye_examinations(chart)[-1:] if day >= since]
    orders = (o for o in chart.service_orders if concepts.EYE_SCREENING in o.concepts)
    return tuple(examined or [o.evidence for o in orders if o.day is not None and o.day >= since])


def baseline_is_to_come(chart: Chart) -> Finding:
    """Within the first year, none on record from a year before the start on, and none ordered."""
    says = say("the baseline eye examination of the first year is to come")
    recent, since = seen_to_within_a_year(chart), hydroxychloroquine_since(chart)
    if recent:
        return not_met(says, *recent)
    if isinstance(since, Missing):
        return unknown(says, *since.needs)
    due = since.value + timedelta(days=BASELINE_WITHIN.value)
    first_useful = since.value - timedelta(days=BASELINE_WITHIN.value)
    found = [p.evidence for day, p in eye_examinations(chart) if day >= first_useful]
    if chart.as_of > due or found:
        return not_met(says, *since.evidence, *found)
    unsearched = [SEARCH[need] for need in (Need.PROCEDURES, Need.REPORTS) if not chart.searched(need)]
    return unknown(says, *unsearched) if unsearched else met(says, *since.evidence)


def examination_is_overdue(situation: Situation) -> Finding:
    """After the first year: none within the last year, nor ordered, although examinations are yearly by now."""
    chart = situation.chart
    says = say("the yearly eye examination is overdue")
    examined, recent = eye_examinations(chart), seen_to_within_a_year(chart)
    if recent:
        return not_met(says, *recent)
    since = hydroxychloroquine_since(chart)
    if isinstance(since, Missing):
        return unknown(says, *since.needs)
    if chart.as_of <= since.value + timedelta(days=BASELINE_WITHIN.value):
        return not_met(says, *since.evidence)
    if not examined:
        return unknown(says, say("an eye examination: none found in the record (may be external)"))
    last = examined[-1][1].evidence
    if completed_years(since.value, chart.as_of) >= YEARLY_FROM.value:
        return met(says, *since.evidence, last)
    risk = retina_is_at_risk(situation)
    return any_of(says, risk).noting(say("last eye examination on {day}", day=examined[-1][0]))


def retinopathy_despite_use(chart: Chart) -> Finding:
    """Known retinopathy from hydroxychloroquine or chloroquine."""
    return diagnosed(chart, say("there is hydroxychloroquine retinopathy"), concepts.HCQ_RETINOPATHY)


SENTENCES = WatchSentences(
    question=say("the eyes need attention under hydroxychloroquine"),
    found=say("an eye examination or an ophthalmologist is needed"),
    open=lambda what: say("Eye screening for hydroxychloroquine; needed: {what}", what=what),
    fine=say("Eye screening for hydroxychloroquine is up to date"),
    not_used=say("Hydroxychloroquine is not in use"),
)
WIDE_ANGLE = say("Add wide-angle (extramacular) tests where a pericentral pattern is likely")
CHILD = say("In children pigmentation and mild retinal change were seen: keep to yearly examinations")


def decide_eye(situation: Situation) -> Guidance:
    """Whether an eye examination is due."""
    chart = situation.chart
    wanted = (drafts.request(chart, drafts.EYE_EXAM, say("Request retinal screening: OCT and visual field")),)
    offered, withheld = offer(wanted, only_informed_compatible(chart))
    since = hydroxychloroquine_since(chart)
    to_come = say("Baseline eye examination for hydroxychloroquine is due within the first year")
    if isinstance(since, Known):
        due = since.value + timedelta(days=BASELINE_WITHIN.value)
        to_come = say(
            "Baseline eye examination for hydroxychloroquine: none found in the record, due by {day}", day=due
        )
    return watch(
        "hcq-eye",
        CITES,
        SENTENCES,
        Watch(
            whom=has_lupus(chart),
            using=takes(chart, say("hydroxychloroquine is in use"), (HYDROXYCHLOROQUINE,)),
            hazards=(
                Hazard(
                    retinopathy_despite_use(chart),
                    say("Hydroxychloroquine in use despite retinopathy on record: involve ophthalmology"),
                    Indicator.WARNING,
                    Outcome.CONTRAINDICATED,
                ),
                Hazard(baseline_is_to_come(chart), to_come, Indicator.INFO, Outcome.ADVISE, offered),
                Hazard(
                    examination_is_overdue(situation),
                    say("Yearly eye examination for hydroxychloroquine is overdue by the record"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                    offered,
                ),
            ),
            notes=(*withheld, WIDE_ANGLE, *((CHILD,) if holds(is_under_18(chart)) else ())),
            requests=offered,
        ),
    )


EYE = Recommendation(
    rule="hcq-eye",
    title=say("Hydroxychloroquine: eye screening"),
    statement=say(
        "Examine the eyes within a year of starting hydroxychloroquine, yearly from the fifth year, and yearly from the"
        " first when the dose is above 5 mg/kg, eGFR below 60, or with tamoxifen or macular disease."
    ),
    cites=CITES,
    parameters=(BASELINE_WITHIN, YEARLY_FROM, INTERVAL, RISK_EGFR, RISK_BMI),
    decide=decide_eye,
)
