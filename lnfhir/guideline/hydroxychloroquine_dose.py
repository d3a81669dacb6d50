"""Hydroxychloroquine: how much.

At most 5 mg of the sulfate per kg of actual weight a day (AAO 2016 and the joint statement), commonly at most 400 mg;
5.0 mg/kg itself is allowed. Below an eGFR of 30 KDIGO asks for at least a quarter less, EULAR 2019 for half. Doses of
2 to 3 mg/kg did not keep blood levels; the full dose is the aim (EULAR 2023). In obesity levels are high for the dose
per kg, so that levels and earlier eye screening are worth considering.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts, hydroxychloroquine_ceiling
from lnfhir.guideline.care_sources import HCQ_TRIAL
from lnfhir.guideline.hydroxychloroquine_ceiling import (
    CEILING_PER_KG,
    EGFR_AGE,
    OBESE_BMI,
    REDUCED_BELOW,
    ceiling,
    ceiling_by_weight,
    dose_advice,
    dosing_weight,
    largest_schedule,
)
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import diagnosed, holds, open_question, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, ENGINEERING, EULAR_2023, KDIGO_2024, LNFHIR, SECONDARY
from lnfhir.guideline.starting import offer
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus, is_on_dialysis, is_under_18, only_informed_compatible
from lnfhir.logic import Finding, Known, Missing, Truth, all_of, missing, none_of, not_met, unknown
from lnfhir.measures.body import bmi
from lnfhir.measures.hydroxychloroquine import HYDROXYCHLOROQUINE, hydroxychloroquine_dose
from lnfhir.message import say
from lnfhir.quantity import small_enough
from lnfhir.terminology import concepts

CRITICAL_PER_KG = Parameter(
    "daily dose per kg above which a card is critical", 6.5, "mg/kg/d", LNFHIR.at("card catalogue", ENGINEERING)
)
LOW_PER_KG = Parameter(
    "daily dose per kg up to which it is too low", 3.0, "mg/kg/d", HCQ_TRIAL.at("blood levels at 2-3 mg/kg", SECONDARY)
)
LOWISH_PER_KG = Parameter(
    "daily dose per kg up to which it is below the aim", 4.0, "mg/kg/d", LNFHIR.at("ruling R48", ENGINEERING)
)
NO_ALERT_UP_TO = Parameter(
    "daily dose without a ceiling alert in an adult of unknown weight", 200, "mg/d",
    LNFHIR.at("hydroxychloroquine without a weight", ENGINEERING),
)  # fmt: skip
CITES = (
    CEILING_PER_KG.citation,
    KDIGO_2024.at("hydroxychloroquine, dose", DIGEST),
    EULAR_2023.at("hydroxychloroquine, target 5 mg/kg", SECONDARY),
)


# What may be wrong with a dose (mg/d)

Dose = Known[float] | Missing


def per_kg(dose: Dose, situation: Situation) -> Dose:
    """The dose per kg of the dosing weight."""
    weight = dosing_weight(situation)
    if isinstance(dose, Known) and isinstance(weight, Known):
        return Known(dose.value / weight.value, dose.evidence + weight.evidence, dose.notes + weight.notes)
    return missing(*(need for part in (dose, weight) if isinstance(part, Missing) for need in part.needs))


def exceeds_per_kg(dose: Dose, situation: Situation, limit: float) -> Finding:
    """Above so many mg/kg, unrounded; up to 200 mg/d without a weight raises no alarm in an adult."""
    says = say("the dose is above {limit} mg/kg/d", limit=limit)
    if isinstance(dosing_weight(situation), Missing) and isinstance(dose, Known):
        small = small_enough(dose.value, NO_ALERT_UP_TO.value)
        if small and is_under_18(situation.chart).truth is Truth.NOT_MET:
            return not_met(says, *dose.evidence)
    return per_kg(dose, situation).finding(says, lambda mg_kg: not small_enough(mg_kg, limit))


def exceeds_cap(dose: Dose, situation: Situation) -> Finding:
    """Above the common cap, whatever the weight."""
    cap = situation.policy.hcq_cap_mg
    return dose.finding(say("the dose is above {cap} mg/d", cap=cap), lambda mg: not small_enough(mg, cap))


def exceeds_reduced_ceiling(dose: Dose, situation: Situation) -> Finding:
    """Above the ceiling for an eGFR below 30; a dose below that ceiling is fine whatever the eGFR."""
    chart = situation.chart
    share = situation.policy.hcq_egfr30_reduction
    by_weight = ceiling_by_weight(situation)
    above = say("the dose is above the ceiling reduced by {percent} %", percent=int(share * 100))
    if isinstance(by_weight, Missing):
        cap = situation.policy.hcq_cap_mg * (1 - share)
        over = unknown(above, *by_weight.needs)
        if isinstance(dose, Known) and not small_enough(dose.value, cap):
            over = dose.finding(above, lambda mg: mg > cap)
    else:
        limit = by_weight.value * (1 - share)
        over = _joined(dose, by_weight).finding(above, lambda mg: not small_enough(mg, limit))
    low = say("eGFR is below {limit}", limit=int(REDUCED_BELOW.value))
    if holds(is_on_dialysis(chart)):
        kidney = unknown(low, say("a specialist's advice on the dose on dialysis"))
    else:
        kidney = egfr_today(situation, EGFR_AGE).finding(low, lambda egfr: egfr.below(REDUCED_BELOW.value))
    return all_of(say("the dose is too high for the kidney function"), over, kidney)


def _joined(dose: Dose, other: Known[float]) -> Dose:
    return dose if isinstance(dose, Missing) else Known(dose.value, dose.evidence + other.evidence, other.notes)


def is_below(dose: Dose, situation: Situation, limit: Parameter) -> Finding:
    """At most so many mg/kg, a larger schedule would fit, and the eyes are no reason for restraint."""
    says = say("the dose is {limit} mg/kg/d or less", limit=limit.value)
    low = per_kg(dose, situation).finding(says, lambda mg_kg: small_enough(mg_kg, limit.value))
    return all_of(
        say("the dose is lower than it needs to be"),
        low,
        could_be_larger(dose, situation),
        none_of(say("the eyes are no reason for restraint"), eyes_ask_for_restraint(situation.chart)),
    )


def could_be_larger(dose: Dose, situation: Situation) -> Finding:
    """A larger schedule fits under the ceiling; where the eGFR is not known, under the reduced one at least."""
    says = say("a larger schedule fits under the ceiling")
    by_weight, limit = ceiling_by_weight(situation), ceiling(situation)
    if isinstance(dose, Missing) or isinstance(by_weight, Missing):
        return missing(*(n for part in (dose, by_weight) if isinstance(part, Missing) for n in part.needs)).finding(
            says, bool
        )
    at_most, surely = largest_schedule(by_weight.value), None
    if at_most is None or small_enough(at_most, dose.value):
        return not_met(says, *dose.evidence, *by_weight.evidence)
    if isinstance(limit, Known):
        surely = largest_schedule(limit.value)
    elif not holds(is_on_dialysis(situation.chart)):
        surely = largest_schedule(by_weight.value * (1 - situation.policy.hcq_egfr30_reduction))
    if surely is not None and not small_enough(surely, dose.value):
        return dose.finding(says, lambda _: True)
    if isinstance(limit, Missing):
        return limit.finding(says, bool)
    return not_met(says, *dose.evidence, *limit.evidence)


def eyes_ask_for_restraint(chart: Chart) -> Finding:
    """Known retinopathy or macular disease."""
    return diagnosed(
        chart, say("there is retinal or macular disease"), concepts.HCQ_RETINOPATHY, concepts.MACULAR_DISEASE
    )


def is_obese(chart: Chart) -> Finding:
    """BMI of 30 or more."""
    says = say("BMI is {limit} or more", limit=int(OBESE_BMI.value))
    return bmi(chart).finding(says, lambda index: small_enough(OBESE_BMI.value, index))


# The recommendation

SENTENCES = WatchSentences(
    question=say("the dose of hydroxychloroquine needs attention"),
    found=say("something about the dose needs attention"),
    open=lambda what: say("Hydroxychloroquine dose cannot be judged without {what}", what=what),
    fine=say("Hydroxychloroquine dose is within its limits"),
    not_used=say("Hydroxychloroquine is not in use"),
)
CHECK_LEVEL = say("Consider a hydroxychloroquine blood level and earlier annual eye screening")
SULFATE = say("Doses are of the sulfate (200 mg sulfate is 155 mg base); several days' schedules are averaged")


def decide_dose(situation: Situation) -> Guidance:
    """Whether the dose in use is too high, too low, or fine."""
    return dose_guidance(situation, has_lupus(situation.chart))


def dose_guidance(situation: Situation, whom: Finding) -> Guidance:
    """The same for whom it may concern."""
    chart, policy = situation.chart, situation.policy
    dose = hydroxychloroquine_dose(chart)
    proposed, sentence = dose_advice(situation)
    drafted, withheld = offer(proposed, only_informed_compatible(chart))
    tolerated = CEILING_PER_KG.value + policy.hcq_tolerance
    hazards = [
        Hazard(
            exceeds_per_kg(dose, situation, CRITICAL_PER_KG.value),
            say("Hydroxychloroquine is above {limit} mg/kg/d: reduce the dose", limit=CRITICAL_PER_KG.value),
            Indicator.CRITICAL,
            Outcome.ADVISE,
            drafted,
        ),
        Hazard(
            exceeds_per_kg(dose, situation, tolerated),
            say("Hydroxychloroquine is above {limit} mg/kg/d of actual weight: consider a lower dose", limit=tolerated)
            if policy.hcq_obese_weight == "actual"
            else say("Hydroxychloroquine is above {limit} mg/kg/d: consider a lower dose", limit=tolerated),
            Indicator.WARNING,
            Outcome.ADVISE,
            drafted,
        ),
        Hazard(
            exceeds_reduced_ceiling(dose, situation),
            say("Hydroxychloroquine is not reduced for an eGFR below {limit}", limit=int(REDUCED_BELOW.value)),
            Indicator.WARNING,
            Outcome.ADVISE,
            drafted,
        ),
        Hazard(
            exceeds_cap(dose, situation),
            say("Hydroxychloroquine is above {cap} mg/d, the usual highest dose", cap=policy.hcq_cap_mg),
            Indicator.WARNING,
            Outcome.ADVISE,
            drafted,
        ),
        Hazard(
            is_below(dose, situation, LOW_PER_KG),
            say("Hydroxychloroquine is at most {limit} mg/kg/d, too low to keep blood levels", limit=LOW_PER_KG.value),
            Indicator.WARNING,
            Outcome.ADVISE,
            drafted,
        ),
        Hazard(
            is_below(dose, situation, LOWISH_PER_KG),
            say("Hydroxychloroquine is at most {limit} mg/kg/d; the aim is 5 mg/kg/d", limit=LOWISH_PER_KG.value),
            Indicator.INFO,
            Outcome.ADVISE,
            drafted,
        ),
    ]
    if isinstance(bmi(chart), Known):
        hazards.append(
            Hazard(
                is_obese(chart),
                say("Hydroxychloroquine in obesity: blood levels run high for the dose per kg"),
                Indicator.INFO,
                Outcome.ADVISE,
                notes=(CHECK_LEVEL,),
            )
        )
    wanted = (
        (dosing_weight(situation).finding(say("the weight is known"), lambda _: True), drafts.BODY_WEIGHT),
        (egfr_today(situation, EGFR_AGE).finding(say("the eGFR is known"), lambda _: True), drafts.CREATININE),
    )
    return watch(
        "hcq-dose",
        CITES,
        SENTENCES,
        Watch(
            whom=whom,
            using=takes(chart, say("hydroxychloroquine is in use"), (HYDROXYCHLOROQUINE,)),
            hazards=tuple(hazards),
            notes=(*withheld, sentence, SULFATE),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
        ),
    )


DOSE = Recommendation(
    rule="hcq-dose",
    title=say("Hydroxychloroquine: dose"),
    statement=say(
        "At most 5 mg of hydroxychloroquine sulfate per kg of actual weight a day and 400 mg in all; at least a quarter"
        " less below an eGFR of 30; not 2 to 3 mg/kg without a reason; mind blood levels in obesity."
    ),
    cites=CITES,
    parameters=(
        *hydroxychloroquine_ceiling.PARAMETERS,
        CRITICAL_PER_KG,
        LOW_PER_KG,
        LOWISH_PER_KG,
        NO_ALERT_UP_TO,
    ),
    decide=decide_dose,
)
