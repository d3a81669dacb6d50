"""Hydroxychloroquine: the highest dose for this patient, and the schedule of tablets that fits under it.

At most 5 mg of the sulfate per kg of actual weight a day (AAO 2016 and the joint statement), commonly at most 400 mg.
Below an eGFR of 30 KDIGO asks for at least a quarter less, EULAR 2019 for half.
"""

from __future__ import annotations

from collections.abc import Callable

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import AAO_2016, DEVINE, HCQ_JOINT_2021, HCQ_OBESITY
from lnfhir.guideline.recommendation import Draft
from lnfhir.guideline.record import holds
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, ENGINEERING, EULAR_2019, FROM_MEMORY, KDIGO_2024, LNFHIR, SECONDARY
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.whom import is_on_dialysis
from lnfhir.logic import Known, Missing, Truth, missing
from lnfhir.measures.body import bmi, height_near, latest_weight
from lnfhir.message import Message, say
from lnfhir.quantity import small_enough

CEILING_PER_KG = Parameter(
    "highest daily dose of the sulfate per kg of actual weight", 5.0, "mg/kg/d",
    AAO_2016.at("dose, also the joint statement", SECONDARY),
)  # fmt: skip
CAP = Parameter("highest daily dose (site setting `hcq_cap_mg`)", 400, "mg/d", HCQ_JOINT_2021.at("dose", SECONDARY))
REDUCED_BELOW = Parameter(
    "eGFR below which the dose is reduced", 30, "mL/min/1.73m2", KDIGO_2024.at("hydroxychloroquine, dose", DIGEST)
)
REDUCTION = Parameter(
    "share by which it is reduced (site setting `hcq_egfr30_reduction`)", 0.25, "fraction",
    KDIGO_2024.at("hydroxychloroquine, dose", DIGEST),
)  # fmt: skip
REDUCTION_EULAR = Parameter(
    "the other share a site can choose", 0.5, "fraction", EULAR_2019.at("hydroxychloroquine, dose", DIGEST)
)
OBESE_BMI = Parameter(
    "BMI from which levels are high for the dose per kg", 30, "kg/m2", HCQ_OBESITY.at("blood levels", SECONDARY)
)
EGFR_AGE = Parameter(
    "oldest eGFR that a dose can rest on", 365, "days", LNFHIR.at("hydroxychloroquine dose", ENGINEERING)
)
_DEVINE = DEVINE.at("formula, only at the site setting `hcq_obese_weight` = ideal", FROM_MEMORY)
IDEAL_AT_5_FEET = {
    "female": Parameter("ideal weight at 152.4 cm, female", 45.5, "kg", _DEVINE),
    "male": Parameter("ideal weight at 152.4 cm, male", 50.0, "kg", _DEVINE),
}
IDEAL_PER_INCH = Parameter("ideal weight per inch above 152.4 cm", 2.3, "kg", _DEVINE)

SCHEDULES = (400, 300, 200)
"""Daily averages in mg that tablets allow, largest first: 400, 300 (or 200 and 400 alternating), 200."""


# The weight and the ceiling


def dosing_weight(situation: Situation) -> Known[float] | Missing:
    """Actual weight in kg; ideal weight in obesity where the site chose so."""
    chart = situation.chart
    weight = latest_weight(chart)
    if situation.policy.hcq_obese_weight == "actual":
        return weight
    index, height = bmi(chart), height_near(chart, chart.as_of)
    if isinstance(index, Known) and index.value < OBESE_BMI.value:
        return weight
    sex = chart.person.sex
    if isinstance(height, Missing) or isinstance(weight, Missing) or sex not in IDEAL_AT_5_FEET:
        return missing(say("weight, height and sex, for ideal body weight"))
    inches = max(height.value - 152.4, 0) / 2.54
    ideal = IDEAL_AT_5_FEET[sex].value + IDEAL_PER_INCH.value * inches
    return Known(min(ideal, weight.value), weight.evidence + height.evidence, weight.notes)


def ceiling_by_weight(situation: Situation) -> Known[float] | Missing:
    """5 mg/kg, at most the site's cap, in mg/d; kidney function aside."""
    cap = situation.policy.hcq_cap_mg
    return _mapped(dosing_weight(situation), lambda kg: min(CEILING_PER_KG.value * kg, cap))


def ceiling(situation: Situation) -> Known[float] | Missing:
    """The highest daily dose in mg, kidney function considered; Missing on dialysis: a specialist's question."""
    by_weight, egfr = ceiling_by_weight(situation), egfr_today(situation, EGFR_AGE)
    if holds(is_on_dialysis(situation.chart)):
        return missing(say("a specialist's advice on the dose on dialysis"))
    if isinstance(by_weight, Missing) or isinstance(egfr, Missing):
        return missing(*(need for part in (by_weight, egfr) if isinstance(part, Missing) for need in part.needs))
    low = egfr.value.below(REDUCED_BELOW.value)
    if low is Truth.UNKNOWN:
        return missing(say("an exact eGFR"))
    factor = 1 - situation.policy.hcq_egfr30_reduction if low is Truth.MET else 1.0
    return Known(by_weight.value * factor, by_weight.evidence + egfr.evidence, by_weight.notes)


def largest_schedule(limit: float) -> int | None:
    """The largest schedule at or under a ceiling; None when none fits."""
    return next((mg for mg in SCHEDULES if small_enough(mg, limit)), None)


def _mapped(value: Known[float] | Missing, change: Callable[[float], float]) -> Known[float] | Missing:
    return value.map(change) if isinstance(value, Known) else value


# What can be drafted


def schedule_drafts(chart: Chart, mg_per_day: int) -> tuple[Draft, ...]:
    """Orders for a daily average of 200, 300 (two ways) or 400 mg."""
    tablet = drafts.HYDROXYCHLOROQUINE_200
    if mg_per_day == 300:
        alternating = (
            drafts.every(2, drafts.amount(200), "200 mg by mouth every other day", 1),
            drafts.every(2, drafts.amount(400), "400 mg by mouth on the days between", 1),
        )
        daily = drafts.every(1, drafts.amount(300), "300 mg by mouth once daily")
        return (
            drafts.medication(chart, tablet, say("Hydroxychloroquine 200 and 400 mg on alternate days"), *alternating),
            drafts.medication(chart, drafts.HYDROXYCHLOROQUINE_300, say("Hydroxychloroquine 300 mg daily"), daily),
        )
    text = "400 mg by mouth once daily" if mg_per_day == 400 else "200 mg by mouth once daily"
    label = say("Hydroxychloroquine {mg} mg daily", mg=mg_per_day)
    return (drafts.medication(chart, tablet, label, drafts.every(1, drafts.amount(mg_per_day), text)),)


def dose_advice(situation: Situation) -> tuple[tuple[Draft, ...], Message]:
    """The largest schedule under the ceiling as drafts, and a sentence; no dose where none fits or is known."""
    limit = ceiling(situation)
    if isinstance(limit, Missing):
        return (), say("No dose is proposed without {what}", what=limit.needs[0])
    schedule = largest_schedule(limit.value)
    if schedule is None:
        return (), say("No usual schedule fits under the ceiling of {mg} mg/d: no dose is proposed", mg=limit.value)
    sentence = say("Ceiling {mg} mg/d; largest usual schedule {schedule} mg/d", mg=limit.value, schedule=schedule)
    return schedule_drafts(situation.chart, schedule), sentence


PARAMETERS = (
    CEILING_PER_KG,
    CAP,
    REDUCED_BELOW,
    REDUCTION,
    REDUCTION_EULAR,
    OBESE_BMI,
    EGFR_AGE,
    *IDEAL_AT_5_FEET.values(),
    IDEAL_PER_INCH,
)
"""Every number this file uses."""
