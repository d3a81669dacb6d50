"""An order for voclosporin, tacrolimus or ciclosporin, or for something that does not go with them.

Voclosporin (label 2025): not at an eGFR of 45 or below unless the benefit outweighs the risk, not at a pressure above
165/105 mmHg, contraindicated with strong CYP3A4 inhibitors, not with strong inducers, not with cyclophosphamide, not
in severe liver disease (Child-Pugh C). Tacrolimus and ciclosporin: eGFR above 45, pressure and potassium controlled,
mind strong inhibitors and inducers.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.blood_pressure import VOCLOSPORIN_DIASTOLIC, VOCLOSPORIN_SYSTOLIC
from lnfhir.guideline.care_sources import LUPKYNIS_LABEL
from lnfhir.guideline.infection_prevention import CYCLOPHOSPHAMIDE_WITHIN, was_given
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.ras_blockade import CHEMISTRY_AGE, K_NO_START, potassium_forbids_start
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import MEDICATIONS, allergic_to, diagnosed, open_question, shown, takes
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ENGINEERING, FROM_MEMORY, KDIGO_2024, LNFHIR, PRIMARY
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding, any_of, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.vital_signs import latest_blood_pressure
from lnfhir.message import say
from lnfhir.quantity import small_enough
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import (
    MODERATE_CYP3A4_INHIBITORS,
    STRONG_CYP3A4_INDUCERS,
    STRONG_CYP3A4_INHIBITORS,
)

VOCLOSPORIN = frozenset({"voclosporin"})
OTHERS = frozenset({"tacrolimus", "ciclosporin"})
CYCLOPHOSPHAMIDE = frozenset({"cyclophosphamide"})
EGFR_LIMIT = Parameter(
    "eGFR at or below which voclosporin is not used", 45, "mL/min/1.73m2", LUPKYNIS_LABEL.at("dosage, renal", PRIMARY)
)
EGFR_LIMIT_OTHERS = Parameter(
    "eGFR at or below which tacrolimus or ciclosporin is not started", 45, "mL/min/1.73m2",
    KDIGO_2024.at("calcineurin inhibitors, eligibility", FROM_MEMORY),
)  # fmt: skip
RECENT = Parameter(
    "oldest eGFR and blood pressure on which the order can rest", 30, "days",
    LNFHIR.at("calcineurin inhibitor order", ENGINEERING),
)  # fmt: skip
HIGH_SYSTOLIC = Parameter(
    "systolic pressure from which hypertension is uncontrolled", 160, "mmHg",
    KDIGO_2024.at("uncontrolled hypertension", FROM_MEMORY),
)  # fmt: skip
HIGH_DIASTOLIC = Parameter(
    "diastolic pressure from which hypertension is uncontrolled", 100, "mmHg",
    KDIGO_2024.at("uncontrolled hypertension", FROM_MEMORY),
)  # fmt: skip
CITES = (LUPKYNIS_LABEL.at("contraindications, warnings, dosage", PRIMARY),)
CITES_OTHERS = (KDIGO_2024.at("calcineurin inhibitors, eligibility", FROM_MEMORY),)


# Findings


def egfr_is_at_most(situation: Situation, limit: Parameter) -> Finding:
    """A recent eGFR at or below the limit."""
    says = say("eGFR is {limit} or below", limit=int(limit.value))
    return egfr_today(situation, RECENT).finding(says, lambda egfr: egfr.at_most(limit.value))


def pressure_is_above(chart: Chart) -> Finding:
    """The latest pressure, a recent one, is above 165/105."""
    latest = latest_blood_pressure(chart, RECENT.value)
    return latest.finding(
        say("blood pressure is above 165/105 mmHg"),
        lambda bp: bp.systolic > VOCLOSPORIN_SYSTOLIC.value or bp.diastolic > VOCLOSPORIN_DIASTOLIC.value,
    )


def pressure_is_uncontrolled(chart: Chart) -> Finding:
    """The latest pressure, a recent one, is at or above 160/100."""
    latest = latest_blood_pressure(chart, RECENT.value)
    return latest.finding(
        say("blood pressure is 160/100 mmHg or more"),
        lambda bp: small_enough(HIGH_SYSTOLIC.value, bp.systolic) or small_enough(HIGH_DIASTOLIC.value, bp.diastolic),
    )


def strong_inhibitor_meets(chart: Chart) -> Finding:
    """A strong CYP3A4 inhibitor in use or ordered."""
    return takes(chart, say("a strong CYP3A4 inhibitor is in use or ordered"), STRONG_CYP3A4_INHIBITORS)


def strong_inducer_meets(chart: Chart) -> Finding:
    """A strong CYP3A4 inducer in use or ordered."""
    return takes(chart, say("a strong CYP3A4 inducer is in use or ordered"), STRONG_CYP3A4_INDUCERS)


def cyclophosphamide_meets(chart: Chart) -> Finding:
    """Cyclophosphamide in use, given lately or ordered."""
    found = map(use_evidence, was_given(chart, CYCLOPHOSPHAMIDE, CYCLOPHOSPHAMIDE_WITHIN))
    return shown(chart, say("cyclophosphamide is given or ordered"), found, *MEDICATIONS)


def liver_disease_is_severe(chart: Chart) -> Finding:
    """Child-Pugh C; the record only says whether there is liver disease at all."""
    says = say("liver disease is severe (Child-Pugh C)")
    known = diagnosed(chart, says, concepts.LIVER_DISEASE)
    return unknown(says, say("the Child-Pugh class"), evidence=known.evidence) if known.evidence else known


def takes_after(ordering: Ordering, drugs: frozenset[str]) -> Finding:
    """In use or ordered."""
    return takes(ordering.after.chart, say("the calcineurin inhibitor is in use or ordered"), drugs)


# Voclosporin

SENTENCES = WatchSentences(
    question=say("voclosporin meets something that forbids it"),
    found=say("something forbids voclosporin"),
    open=lambda what: say("Voclosporin; needed before the order: {what}", what=what),
    fine=say("Voclosporin: nothing on record forbids it"),
    not_used=say("Voclosporin is neither in use nor ordered"),
)
MODERATE = say("With a moderate CYP3A4 inhibitor voclosporin is halved in the evening (15.8 mg and 7.9 mg)")
CHILD_PUGH = say(
    "Liver disease on record: clarify the Child-Pugh class; class C excludes voclosporin, A and B reduce it"
)


def decide_voclosporin(ordering: Ordering) -> Guidance:
    """The gates of voclosporin; a partner of a harmful combination may be what is ordered."""
    chart, after = ordering.now.chart, ordering.after.chart
    hazards = [
        Hazard(
            strong_inhibitor_meets(after),
            say("Voclosporin with a strong CYP3A4 inhibitor: contraindicated"),
            Indicator.CRITICAL,
        ),
        Hazard(
            cyclophosphamide_meets(after),
            say("Voclosporin with cyclophosphamide: not recommended by its label, never combine"),
            Indicator.CRITICAL,
        ),
        Hazard(strong_inducer_meets(after), say("Voclosporin with a strong CYP3A4 inducer: avoid"), Indicator.CRITICAL),
    ]
    if ordering.ordered(VOCLOSPORIN):
        hazards += [
            Hazard(
                egfr_is_at_most(ordering.now, EGFR_LIMIT),
                say("Voclosporin at an eGFR of 45 or below: not recommended unless the benefit outweighs the risk"),
                Indicator.CRITICAL,
            ),
            Hazard(
                pressure_is_above(chart),
                say("Voclosporin at a blood pressure above 165/105 mmHg: do not start, stop if in use"),
                Indicator.CRITICAL,
            ),
            Hazard(
                allergic_to(chart, say("there was a reaction to voclosporin"), VOCLOSPORIN),
                say("Voclosporin ordered despite an allergy or intolerance to it"),
                Indicator.CRITICAL,
            ),
            Hazard(
                liver_disease_is_severe(chart),
                say("Voclosporin in severe liver disease (Child-Pugh C): do not use"),
                Indicator.CRITICAL,
            ),
        ]
    liver = liver_disease_is_severe(chart)
    moderate = takes(after, say("a moderate CYP3A4 inhibitor is in use"), MODERATE_CYP3A4_INHIBITORS)
    notes = [MODERATE] if moderate.evidence else []
    if liver.evidence:
        notes.append(CHILD_PUGH)
    wanted = (
        (egfr_is_at_most(ordering.now, EGFR_LIMIT), drafts.CREATININE),
        (pressure_is_above(chart), drafts.BLOOD_PRESSURE),
    )
    return watch(
        "voc-gate",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=takes_after(ordering, VOCLOSPORIN),
            hazards=tuple(hazards),
            notes=tuple(notes),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
            unsettled=Indicator.CRITICAL if ordering.ordered(VOCLOSPORIN) else Indicator.INFO,
        ),
    )


# Tacrolimus and ciclosporin

SENTENCES_OTHERS = WatchSentences(
    question=say("a calcineurin inhibitor meets something that speaks against it"),
    found=say("something speaks against it"),
    open=lambda what: say("Tacrolimus or ciclosporin; needed before the order: {what}", what=what),
    fine=say("Tacrolimus or ciclosporin: nothing on record speaks against it"),
    not_used=say("Neither tacrolimus nor ciclosporin is in use or ordered"),
)
LEVELS = say("Measure trough levels more often; the dose may have to change a lot")


def decide_others(ordering: Ordering) -> Guidance:
    """The gates of tacrolimus and ciclosporin."""
    chart, after = ordering.now.chart, ordering.after.chart
    hazards = [
        Hazard(
            any_of(
                say("a strong CYP3A4 inhibitor or inducer is in use or ordered"),
                strong_inhibitor_meets(after),
                strong_inducer_meets(after),
            ),
            say("Calcineurin inhibitor with a strong CYP3A4 inhibitor or inducer: avoid, or follow levels closely"),
            outcome=Outcome.ADVISE,
            notes=(LEVELS,),
        ),
    ]
    if ordering.ordered(OTHERS):
        hazards += [
            Hazard(
                egfr_is_at_most(ordering.now, EGFR_LIMIT_OTHERS),
                say("Calcineurin inhibitor at an eGFR of 45 or below: not suggested"),
            ),
            Hazard(
                pressure_is_uncontrolled(chart),
                say("Calcineurin inhibitor with uncontrolled blood pressure: control it first"),
            ),
            Hazard(
                potassium_forbids_start(chart, ordering.now.policy.k_no_start),
                say("Calcineurin inhibitor with high potassium: correct it first"),
            ),
        ]
    wanted = (
        (egfr_is_at_most(ordering.now, EGFR_LIMIT_OTHERS), drafts.CREATININE),
        (pressure_is_uncontrolled(chart), drafts.BLOOD_PRESSURE),
        (potassium_forbids_start(chart, ordering.now.policy.k_no_start), drafts.POTASSIUM),
    )
    return watch(
        "cni-gate",
        CITES_OTHERS,
        SENTENCES_OTHERS,
        Watch(
            whom=in_scope(chart),
            using=takes_after(ordering, OTHERS),
            hazards=tuple(hazards),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
            unsettled=Indicator.WARNING if ordering.ordered(OTHERS) else Indicator.INFO,
        ),
    )


CYP3A4 = STRONG_CYP3A4_INHIBITORS | STRONG_CYP3A4_INDUCERS
RULES = (
    OrderRule(
        rule="voc-gate",
        title=say("Voclosporin: gates"),
        statement=say(
            "No voclosporin at an eGFR of 45 or below, at a pressure above 165/105 mmHg, with strong CYP3A4 inhibitors"
            " or inducers, with cyclophosphamide, or in severe liver disease."
        ),
        cites=CITES,
        parameters=(EGFR_LIMIT, VOCLOSPORIN_SYSTOLIC, VOCLOSPORIN_DIASTOLIC, RECENT, CYCLOPHOSPHAMIDE_WITHIN),
        concerns=VOCLOSPORIN | CYCLOPHOSPHAMIDE | CYP3A4,
        decide=decide_voclosporin,
    ),
    OrderRule(
        rule="cni-gate",
        title=say("Tacrolimus and ciclosporin: gates"),
        statement=say(
            "Tacrolimus or ciclosporin is for an eGFR above 45 with controlled pressure and potassium; strong CYP3A4"
            " inhibitors and inducers are avoided or levels followed."
        ),
        cites=CITES_OTHERS,
        parameters=(EGFR_LIMIT_OTHERS, HIGH_SYSTOLIC, HIGH_DIASTOLIC, RECENT, K_NO_START, CHEMISTRY_AGE),
        concerns=OTHERS | CYP3A4,
        decide=decide_others,
    ),
)
