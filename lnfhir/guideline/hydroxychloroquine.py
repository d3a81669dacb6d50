"""Hydroxychloroquine for everyone with lupus nephritis.

KDIGO 2024 (10.2.1.1, graded 1C), ACR 2024 (strong) and EULAR 2023 recommend hydroxychloroquine, or an equivalent
antimalarial, for every person with lupus nephritis unless it is contraindicated: known retinopathy from it, allergy or
intolerance, porphyria; with caution in long QT, cardiomyopathy and G6PD deficiency. It is continued in pregnancy.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import HCQ_LABEL
from lnfhir.guideline.hydroxychloroquine_ceiling import dose_advice, dosing_weight
from lnfhir.guideline.hydroxychloroquine_dose import DOSE
from lnfhir.guideline.hydroxychloroquine_eye import EYE
from lnfhir.guideline.recommendation import Draft, Guidance, Recommendation
from lnfhir.guideline.record import allergic_to, diagnosed, holds, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, EULAR_2023, FROM_MEMORY, KDIGO_2024, PRIMARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.whom import age_is_below, has_lupus, is_pregnant, only_informed_compatible
from lnfhir.logic import Finding, Missing, any_of, met
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.hydroxychloroquine import HYDROXYCHLOROQUINE
from lnfhir.message import say
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import ANTIMALARIALS

YOUNGEST = Parameter(
    "age below which hydroxychloroquine is not started",
    6,
    "years",
    HCQ_LABEL.at("children, long-term use", FROM_MEMORY),
)
CITES = (
    KDIGO_2024.at("recommendation 10.2.1.1 (1C)", PRIMARY),
    ACR_2024.at("hydroxychloroquine for all (strong)", PRIMARY),
    EULAR_2023.at("hydroxychloroquine, target 5 mg/kg", PRIMARY),
)


# Contraindicated by any of


def retinopathy_is_known(chart: Chart) -> Finding:
    """Retinopathy from hydroxychloroquine or chloroquine."""
    return diagnosed(chart, say("there is hydroxychloroquine retinopathy"), concepts.HCQ_RETINOPATHY)


def is_not_tolerated(chart: Chart) -> Finding:
    """An allergy or intolerance on record, or an earlier course stopped for intolerance."""
    stopped = [u for u in chart.uses_of(HYDROXYCHLOROQUINE) if u.stopped_for == "intolerance"]
    if stopped:
        return met(say("hydroxychloroquine was stopped for intolerance"), *map(use_evidence, stopped))
    says = say("there is an allergy or intolerance to hydroxychloroquine")
    return allergic_to(chart, says, (HYDROXYCHLOROQUINE, "chloroquine"))


def is_contraindicated(chart: Chart) -> Finding:
    """Anything that forbids a start."""
    return any_of(
        say("hydroxychloroquine is contraindicated"),
        retinopathy_is_known(chart),
        is_not_tolerated(chart),
        diagnosed(chart, say("there is porphyria"), concepts.PORPHYRIA),
        age_is_below(chart, YOUNGEST),
    )


def caution_is_advised(chart: Chart) -> Finding:
    """A state in which a specialist weighs it; no order is drafted then."""
    return any_of(
        say("hydroxychloroquine needs caution"),
        diagnosed(chart, say("there is a long QT interval"), concepts.LONG_QT),
        diagnosed(chart, say("there is cardiomyopathy"), concepts.CARDIOMYOPATHY),
        diagnosed(chart, say("there is G6PD deficiency"), concepts.G6PD_DEFICIENCY),
    )


SENTENCES = Sentences(
    question=say("hydroxychloroquine should be started"),
    advise=say("Hydroxychloroquine is recommended for all with lupus nephritis and not on record: consider it"),
    barred=lambda reason: say("Hydroxychloroquine is not on record and contraindicated: {reason}", reason=reason),
    open=lambda what: say("Hydroxychloroquine: needed to know if it is missing: {what}", what=what),
    done=say("An antimalarial is in use"),
    not_needed=say("Hydroxychloroquine is not needed"),
)
EYE_FIRST = say("Baseline eye examination within the first year")
WITH_CAUTION = say("A caution is on record (QT, cardiomyopathy or G6PD): no order is drafted")
IN_PREGNANCY = say("Compatible with pregnancy: it is not stopped for it")


def start_drafts(situation: Situation) -> tuple[Draft, ...]:
    """The drug, with the largest schedule that fits if one can be known, and the baseline eye examination."""
    chart = situation.chart
    if holds(caution_is_advised(chart)):
        return ()
    dosed, _ = dose_advice(situation)
    plain = drafts.medication(chart, drafts.HYDROXYCHLOROQUINE, say("Hydroxychloroquine, dose by the clinician"))
    weight = dosing_weight(situation)
    weigh = (drafts.request(chart, drafts.BODY_WEIGHT),) if isinstance(weight, Missing) else ()
    eye = drafts.request(chart, drafts.EYE_EXAM, say("Request a baseline retinal examination"))
    return (*(dosed or (plain,)), *weigh, eye)


def decide_missing(situation: Situation) -> Guidance:
    """Whether hydroxychloroquine is missing."""
    chart = situation.chart
    caution = caution_is_advised(chart)
    notes = [dose_advice(situation)[1], EYE_FIRST]
    if holds(caution):
        notes.append(WITH_CAUTION)
    if holds(is_pregnant(chart)):
        notes.append(IN_PREGNANCY)
    return judge(
        "hcq-missing",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=takes(chart, say("an antimalarial is in use"), ANTIMALARIALS),
            indicated=met(say("everyone with lupus nephritis is to have it")),
            barred=is_contraindicated(chart),
            withheld=only_informed_compatible(chart),
            gates=(caution,),
            notes=tuple(notes),
            drafts=start_drafts(situation),
        ),
    )


MISSING = Recommendation(
    rule="hcq-missing",
    title=say("Hydroxychloroquine: for everyone"),
    statement=say(
        "Every person with lupus nephritis is to have hydroxychloroquine or an equivalent antimalarial unless it is"
        " contraindicated; it is continued in pregnancy."
    ),
    cites=CITES,
    parameters=(YOUNGEST,),
    decide=decide_missing,
)

RECOMMENDATIONS: tuple[Recommendation, ...] = (MISSING, DOSE, EYE)
