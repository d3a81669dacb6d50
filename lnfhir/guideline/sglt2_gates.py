"""SGLT2 inhibitors: what forbids them, and what the labels say about immunosuppression.

Not in type 1 diabetes or after ketoacidosis, on dialysis, in pregnancy, with genital mycotic infection, after
Fournier's gangrene, with urinary infection, sepsis, volume depletion or low pressure, in polycystic kidney disease.
The two US labels differ: dapagliflozin is not recommended for kidney disease with any present or recent
immunosuppression, empagliflozin only with intravenous immunosuppression or more than 45 mg of prednisone.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline.care_sources import DIABETES_CRITERIA, FARXIGA_LABEL, JARDIANCE_LABEL
from lnfhir.guideline.ras_follow_up import pressure_is_low
from lnfhir.guideline.record import (
    MEDICATIONS,
    allergic_to,
    diagnosed,
    diagnosed_now,
    holds,
    is_current,
    recent,
    shown,
    when_known,
)
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, ENGINEERING, FROM_MEMORY, KDIGO_CKD_2024, LNFHIR, PRIMARY
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.whom import is_on_dialysis, is_pregnant
from lnfhir.logic import Finding, any_of, met, not_met, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.measures.steroids import steroid_on
from lnfhir.message import say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import GLUCOCORTICOIDS, IMMUNOSUPPRESSANTS, SGLT2_INHIBITORS

EGFR_TO_START = Parameter(
    "eGFR from which an SGLT2 inhibitor is started", 20, "mL/min/1.73m2",
    KDIGO_CKD_2024.at("SGLT2 inhibition", FROM_MEMORY),
)  # fmt: skip
EGFR_AGE = Parameter("oldest eGFR on which a start can rest", 90, "days", LNFHIR.at("SGLT2 start", ENGINEERING))
DIABETIC_HBA1C = Parameter("HbA1c from which diabetes is likely", 6.5, "%", DIABETES_CRITERIA.at("HbA1c", FROM_MEMORY))
HBA1C_AGE = Parameter("oldest HbA1c that still speaks for today", 365, "days", LNFHIR.at("glycaemia", ENGINEERING))
HIGH_PREDNISONE = Parameter(
    "prednisone-equivalent above which caution is advised", 20, "mg/d", LNFHIR.at("SGLT2 cautions", ENGINEERING)
)
LOW_NEUTROPHILS = Parameter(
    "neutrophils below which caution is advised", 1.0, "10*9/L", LNFHIR.at("SGLT2 cautions", ENGINEERING)
)
NEUTROPHIL_AGE = Parameter(
    "oldest neutrophil count that still speaks for today", 90, "days", LNFHIR.at("SGLT2 cautions", ENGINEERING)
)
DAPAGLIFLOZIN_RECENT = Parameter(
    "how long after its end immunosuppression counts as recent history", 183, "days",
    LNFHIR.at("reading of the Farxiga label", ENGINEERING),
)  # fmt: skip
EMPAGLIFLOZIN_PREDNISONE = Parameter(
    "prednisone-equivalent above which the label advises against empagliflozin", 45, "mg/d",
    JARDIANCE_LABEL.at("important safety information", PRIMARY),
)  # fmt: skip
EMPAGLIFLOZIN_RECENT = Parameter(
    "how long after an infusion intravenous immunosuppression counts as required", 90, "days",
    LNFHIR.at("reading of the Jardiance label", ENGINEERING),
)  # fmt: skip
FARXIGA_TEXT = FARXIGA_LABEL.at("limitations of use, chronic kidney disease", DIGEST)
PARAMETERS = (
    EGFR_TO_START,
    EGFR_AGE,
    DIABETIC_HBA1C,
    HBA1C_AGE,
    HIGH_PREDNISONE,
    LOW_NEUTROPHILS,
    NEUTROPHIL_AGE,
    DAPAGLIFLOZIN_RECENT,
    EMPAGLIFLOZIN_PREDNISONE,
    EMPAGLIFLOZIN_RECENT,
)
"""Every number this file uses."""


def diabetes_is_type_1(chart: Chart) -> Finding:
    """Type 1; open while the type of a known diabetes, or glycaemia, is not known."""
    says = say("there is type 1 diabetes")
    type_1 = diagnosed(chart, says, concepts.TYPE_1_DIABETES)
    type_2 = diagnosed(chart, say("there is type 2 diabetes"), concepts.TYPE_2_DIABETES)
    if holds(type_1) or type_1.missing:
        return type_1
    if holds(type_2):
        return not_met(says, *type_2.evidence)
    if holds(diagnosed(chart, say("there is diabetes"), concepts.DIABETES)):
        return unknown(says, say("the type of diabetes"))
    wanted = say("an HbA1c of the last {days} days", days=int(HBA1C_AGE.value))
    hba1c = recent(chart, Analyte.HBA1C, HBA1C_AGE, wanted)
    diabetic = when_known(hba1c, says, lambda percent: percent.at_least(DIABETIC_HBA1C.value), wanted)
    return unknown(says, say("the type of diabetes"), evidence=diabetic.evidence) if holds(diabetic) else diabetic


def had_ketoacidosis(chart: Chart) -> Finding:
    """Any diabetic ketoacidosis."""
    return diagnosed(chart, say("there was diabetic ketoacidosis"), concepts.DIABETIC_KETOACIDOSIS)


def egfr_is_too_low(situation: Situation) -> Finding:
    """Below the level at which an SGLT2 inhibitor is started."""
    wanted = say("a creatinine or eGFR of the last {days} days", days=int(EGFR_AGE.value))
    says = say("eGFR is below {limit}", limit=int(EGFR_TO_START.value))
    return when_known(egfr_today(situation, EGFR_AGE), says, lambda egfr: egfr.below(EGFR_TO_START.value), wanted)


def genital_infection(chart: Chart) -> Finding:
    """A genital mycotic infection now, or more than one before."""
    says = say("genital mycotic infection is present or recurrent")
    found = [d for d in chart.diagnosed(concepts.GENITAL_MYCOTIC_INFECTION) if d.certainty == "confirmed"]
    if len(found) > 1 or any(d.active for d in found):
        return met(says, *(d.evidence for d in found))
    return diagnosed_now(chart, says, concepts.GENITAL_MYCOTIC_INFECTION)


def infection_forbids(chart: Chart) -> Finding:
    """Infections with which an SGLT2 inhibitor is not used."""
    return any_of(
        say("an infection speaks against it"),
        genital_infection(chart),
        diagnosed(chart, say("there was Fournier's gangrene"), concepts.FOURNIER_GANGRENE),
        diagnosed_now(chart, say("there is a urinary tract infection"), concepts.URINARY_INFECTION),
        diagnosed_now(chart, say("there is sepsis"), concepts.SEPSIS),
        diagnosed_now(chart, say("there is an indwelling urinary catheter"), concepts.INDWELLING_URINARY_CATHETER),
    )


def is_volume_depleted(chart: Chart) -> Finding:
    """Volume depletion now."""
    return diagnosed_now(chart, say("there is volume depletion"), concepts.HYPOVOLAEMIA)


def start_is_barred(situation: Situation) -> Finding:
    """Anything that forbids a start."""
    chart = situation.chart
    return any_of(
        say("something forbids a start"),
        diabetes_is_type_1(chart),
        had_ketoacidosis(chart),
        is_pregnant(chart),
        is_on_dialysis(chart),
        egfr_is_too_low(situation),
        infection_forbids(chart),
        is_volume_depleted(chart),
        pressure_is_low(chart),
        diagnosed(chart, say("there is polycystic kidney disease"), concepts.POLYCYSTIC_KIDNEY),
        allergic_to(chart, say("there is an intolerance to SGLT2 inhibitors"), SGLT2_INHIBITORS),
    )


# Cautions: no order is drafted while one holds


def much_prednisone(chart: Chart) -> Finding:
    """More than 20 mg prednisone-equivalent a day."""
    says = say("prednisone-equivalent is above {limit} mg/d", limit=int(HIGH_PREDNISONE.value))
    return steroid_on(chart, chart.as_of).finding(says, lambda mg: mg > HIGH_PREDNISONE.value)


def is_neutropenic(chart: Chart) -> Finding:
    """Neutrophils below 1.0."""
    wanted = say("a neutrophil count of the last {days} days", days=int(NEUTROPHIL_AGE.value))
    count = recent(chart, Analyte.NEUTROPHILS, NEUTROPHIL_AGE, wanted)
    says = say("neutrophils are below {limit}", limit=LOW_NEUTROPHILS.value)
    return when_known(count, says, lambda n: n.below(LOW_NEUTROPHILS.value), wanted)


def caution_is_advised(chart: Chart) -> Finding:
    """Either caution."""
    return any_of(
        say("caution with infection risk"),
        much_prednisone(chart),
        is_neutropenic(chart),
        diagnosed_now(chart, say("neutropenia is on the problem list"), concepts.NEUTROPENIA),
    )


# The labels


def dapagliflozin_label_advises_against(chart: Chart) -> Finding:
    """Any immunosuppressive treatment, now or lately; glucocorticoid counts."""
    says = say("dapagliflozin label advises against: immunosuppression now or lately")
    since = chart.as_of - timedelta(days=DAPAGLIFLOZIN_RECENT.value)
    uses = chart.uses_of(*IMMUNOSUPPRESSANTS, *GLUCOCORTICOIDS)
    found = [u for u in uses if is_current(u, chart) or (u.end or u.start or chart.as_of) >= since]
    return shown(chart, says, map(use_evidence, found), *MEDICATIONS)


def empagliflozin_label_advises_against(chart: Chart) -> Finding:
    """Intravenous immunosuppression, pulses among it, or more than 45 mg prednisone-equivalent a day."""
    since = chart.as_of - timedelta(days=EMPAGLIFLOZIN_RECENT.value)
    uses = [u for u in chart.uses_of(*IMMUNOSUPPRESSANTS, *GLUCOCORTICOIDS) if u.route == "iv"]
    infused = [use_evidence(u) for u in uses if is_current(u, chart) or (u.end or u.start or chart.as_of) >= since]
    limit = EMPAGLIFLOZIN_PREDNISONE.value
    return any_of(
        say("empagliflozin label advises against: IV immunosuppression or >45 mg prednisone"),
        shown(chart, say("immunosuppression was infused lately"), infused, Need.ORDERS, Need.ADMINISTRATIONS),
        steroid_on(chart, chart.as_of).finding(
            say("prednisone-equivalent is above {limit} mg/d", limit=int(limit)), lambda mg: mg > limit
        ),
    )
