"""What forbids an option or is asked for by it, beyond the criteria of the order checks."""

from __future__ import annotations

from collections.abc import Callable

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline.care_sources import GAZYVA_LABEL
from lnfhir.guideline.counted_courses import ACR_COURSES
from lnfhir.guideline.escalation.sources import BEL_LABEL
from lnfhir.guideline.order_safety.anti_cd20 import INFECTIONS
from lnfhir.guideline.order_safety.ordering import Ordering
from lnfhir.guideline.record import MEDICATIONS, allergic_to, diagnosed, diagnosed_now, shown
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DIGEST, ENGINEERING, LNFHIR, PRIMARY
from lnfhir.guideline.today import egfr_today, proteinuria_today
from lnfhir.guideline.whom import age_is_below
from lnfhir.logic import Evidence, Finding, Truth, all_of, met, not_met, unknown
from lnfhir.measures.cyclophosphamide import is_lymphodepletion
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.sediment import renal_sledai
from lnfhir.measures.urine_protein import proteinuria_series
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts

MEASURED_WITHIN = Parameter(
    "oldest eGFR and proteinuria on which an escalation can rest", 92, "days", LNFHIR.at("escalation", ENGINEERING)
)
NEPHROTIC = Parameter(
    "UPCR from which mycophenolate with a calcineurin inhibitor is preferred", 3.0, "g/g",
    ACR_2024.at("choice of triple therapy", PRIMARY),
)  # fmt: skip
OBINUTUZUMAB_UPCR = Parameter("lowest UPCR of the obinutuzumab trials", 1.0, "g/g", GAZYVA_LABEL.at("LN", DIGEST))
BELIMUMAB_EGFR = Parameter(
    "eGFR below which belimumab is not offered", 30, "mL/min/1.73m2", BEL_LABEL.at("renal impairment", DIGEST)
)
BELIMUMAB_AGE = Parameter("youngest age for belimumab", 5, "years", BEL_LABEL.at("lupus nephritis, children", PRIMARY))
ADULT = Parameter("youngest age for telitacicept", 18, "years", LNFHIR.at("telitacicept, adults", ENGINEERING))
SCORE_WITHIN = Parameter(
    "oldest SLEDAI-2K that still shows extrarenal activity", 92, "days", LNFHIR.at("escalation", ENGINEERING)
)
CAR_T_NEUTROPHILS = Parameter(
    "neutrophils below which cell therapy is not proposed", 1.0, "10*9/L", LNFHIR.at("cell therapy", ENGINEERING)
)

Criterion = Callable[[Situation], Finding]


def as_is(situation: Situation) -> Ordering:
    """The situation as the order checks see it, with nothing ordered."""
    return Ordering(situation, situation, ())


def infection_is_active(situation: Situation) -> Finding:
    """Sepsis, urinary, viral infection or tuberculosis on the problem list today."""
    return diagnosed_now(situation.chart, say("there is an active infection"), *INFECTIONS)


def pml_is_known(situation: Situation) -> Finding:
    """Progressive multifocal leukoencephalopathy."""
    says = say("there is PML")
    return diagnosed(situation.chart, says, concepts.PROGRESSIVE_MULTIFOCAL_LEUKOENCEPHALOPATHY)


def reacted_to(*drugs: str) -> Criterion:
    """A criterion: an allergy or intolerance to any of these."""

    def reacted(situation: Situation) -> Finding:
        says = say("an allergy or intolerance to it is on record")
        stopped = [u for u in situation.chart.uses_of(*drugs) if u.stopped_for == "intolerance"]
        if stopped:
            return met(says, *map(use_evidence, stopped))
        return allergic_to(situation.chart, says, drugs)

    return reacted


def egfr_is_below_30(situation: Situation) -> Finding:
    """Belimumab: eGFR below 30."""
    says = say("eGFR is below {limit}", limit=int(BELIMUMAB_EGFR.value))
    return egfr_today(situation, MEASURED_WITHIN).finding(says, lambda egfr: egfr.below(BELIMUMAB_EGFR.value))


def is_under_5(situation: Situation) -> Finding:
    """Belimumab: younger than 5 years."""
    return age_is_below(situation.chart, BELIMUMAB_AGE)


def is_a_child(situation: Situation) -> Finding:
    """Telitacicept: adults only."""
    return age_is_below(situation.chart, ADULT)


def proteinuria_is_nephrotic(situation: Situation) -> Finding:
    """UPCR 3 g/g or more."""
    says = say("UPCR is {limit} g/g or more", limit=NEPHROTIC.value)
    return proteinuria_today(situation, MEASURED_WITHIN).finding(says, lambda upcr: upcr.at_least(NEPHROTIC.value))


def proteinuria_is_1_or_more(situation: Situation) -> Finding:
    """Obinutuzumab: UPCR of at least 1 g/g."""
    says = say("UPCR is {limit} g/g or more", limit=OBINUTUZUMAB_UPCR.value)
    found = proteinuria_today(situation, MEASURED_WITHIN)
    return found.finding(says, lambda upcr: upcr.at_least(OBINUTUZUMAB_UPCR.value))


PROLIFERATIVE = {
    "III": concepts.LUPUS_NEPHRITIS_CLASS_III,
    "IV": concepts.LUPUS_NEPHRITIS_CLASS_IV,
}


def class_is_proliferative(situation: Situation) -> Finding:
    """Class III or IV, with or without V, by the latest biopsy that gives a class, or by a histology-bearing code."""
    says = say("the class is III or IV")
    classed = [b for b in situation.chart.biopsies if b.classes and not b.from_text]
    if classed:
        latest = classed[-1]
        return met(says, latest.evidence) if latest.classes & set(PROLIFERATIVE) else not_met(says, latest.evidence)
    coded = [d.evidence for d in situation.chart.diagnosed(*PROLIFERATIVE.values()) if d.certainty == "confirmed"]
    return met(says, *coded) if coded else unknown(says, say("a kidney biopsy with ISN/RPS class"))


def extrarenal_activity(situation: Situation) -> Finding:
    """A recorded SLEDAI-2K above what the kidney can account for."""
    chart = situation.chart
    says = say("lupus is active outside the kidney")
    score = chart.latest(Analyte.SLEDAI_2K)
    if score is None or score.amount is None or (chart.as_of - score.day).days > SCORE_WITHIN.value:
        return unknown(says, say("a SLEDAI-2K of the last {days} days", days=int(SCORE_WITHIN.value)))
    renal = renal_sledai(chart, score.day, proteinuria_series(chart, situation.policy))
    evidence = (score.evidence, *renal.evidence)
    if score.amount.low > renal.highest:
        return met(says, *evidence)
    if score.amount.high <= renal.lowest:
        return not_met(says, *evidence)
    return unknown(says, say("the items of SLEDAI-2K outside the kidney"), evidence=evidence)


def two_courses_failed(situation: Situation) -> Finding:
    """Two standard courses without adequate response (the ACR 2024 count)."""
    says = say("{n} standard courses have failed", n=int(ACR_COURSES.value))
    found = next((v for v in situation.refractory if v.profile == "acr2024"), None)
    if found is None:
        return unknown(says, say("an evaluation of the courses of treatment"))
    evidence, truth = found.c3.evidence, found.c3.truth
    return Finding(says, truth, evidence, found.c3.missing)


def history_of(chart: Chart, drugs: frozenset[str]) -> tuple[Evidence, ...]:
    """Every use that began by today; cyclophosphamide of lymphodepletion is not treatment."""
    found = []
    for use in chart.uses_of(*drugs):
        if use.start is not None and use.start > chart.as_of:
            continue
        depleting = use.drug == "cyclophosphamide" and use.start is not None and is_lymphodepletion(chart, use.start)
        if not depleting:
            found.append(use_evidence(use))
    return tuple(found)


def was_treated_with(says: Message, *groups: frozenset[str]) -> Criterion:
    """A criterion: something of each group was used before."""

    def treated(situation: Situation) -> Finding:
        chart = situation.chart
        needs = (*MEDICATIONS, Need.ADMINISTRATIONS)
        parts = [shown(chart, say("it was used before"), history_of(chart, group), *needs) for group in groups]
        return all_of(says, *parts)

    return treated


def neutrophils_are_very_low(situation: Situation) -> Finding:
    """Cell therapy: neutrophils below 1.0."""
    says = say("neutrophils are below {limit}", limit=CAR_T_NEUTROPHILS.value)
    count = situation.chart.latest(Analyte.NEUTROPHILS)
    if count is None or count.amount is None:
        return unknown(says, say("a neutrophil count"))
    truth = count.amount.below(CAR_T_NEUTROPHILS.value)
    if truth is Truth.UNKNOWN:
        return unknown(says, say("a neutrophil count"), evidence=(count.evidence,))
    return Finding(says, truth, (count.evidence,))


def cns_lupus_is_known(situation: Situation) -> Finding:
    """Lupus of the nervous system."""
    return diagnosed_now(situation.chart, say("there is lupus of the nervous system"), concepts.CNS_LUPUS)


def heart_is_weak(situation: Situation) -> Finding:
    """Heart failure or cardiomyopathy (LVEF is not read from the record)."""
    says = say("there is heart failure or cardiomyopathy")
    return diagnosed_now(situation.chart, says, concepts.HEART_FAILURE, concepts.CARDIOMYOPATHY)


def viral_hepatitis_or_hiv(situation: Situation) -> Finding:
    """Belimumab: HIV, present or past hepatitis B or C, by the problem list."""
    viral = (concepts.HEPATITIS_B, concepts.HEPATITIS_C, concepts.HIV)
    return diagnosed(situation.chart, say("there is or was HIV, hepatitis B or C"), *viral)
