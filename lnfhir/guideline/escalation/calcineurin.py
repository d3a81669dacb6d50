"""Calcineurin inhibitors: tacrolimus and voclosporin."""

from __future__ import annotations

from lnfhir.guideline.drafts import Product
from lnfhir.guideline.escalation.agents import CNI, Agent
from lnfhir.guideline.escalation.conventional import contraception, pregnancy
from lnfhir.guideline.escalation.criteria import reacted_to
from lnfhir.guideline.escalation.option import Kind, Option, Trial
from lnfhir.guideline.escalation.sources import AURA_LV, AURORA_1, EVIDENCE, TAC_CHINA, TAC_LONG
from lnfhir.guideline.escalation.wording import (
    CREATININE,
    POTASSIUM,
    PRESSURE,
    acr,
    approved,
    eular,
    kdigo,
    not_found,
    off_label,
)
from lnfhir.guideline.order_safety.calcineurin_inhibitors import (
    EGFR_LIMIT,
    EGFR_LIMIT_OTHERS,
    egfr_is_at_most,
    liver_disease_is_severe,
    pressure_is_above,
    pressure_is_uncontrolled,
    strong_inducer_meets,
    strong_inhibitor_meets,
)
from lnfhir.guideline.ras_blockade import potassium_forbids_start
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, PRIMARY, SECONDARY
from lnfhir.logic import Finding
from lnfhir.message import say


def egfr_forbids_voclosporin(situation: Situation) -> Finding:
    """At or below 45."""
    return egfr_is_at_most(situation, EGFR_LIMIT)


def egfr_forbids_tacrolimus(situation: Situation) -> Finding:
    """At or below 45."""
    return egfr_is_at_most(situation, EGFR_LIMIT_OTHERS)


def pressure_forbids_voclosporin(situation: Situation) -> Finding:
    """Above 165/105."""
    return pressure_is_above(situation.chart)


def pressure_forbids_tacrolimus(situation: Situation) -> Finding:
    """160/100 or more."""
    return pressure_is_uncontrolled(situation.chart)


def potassium_forbids(situation: Situation) -> Finding:
    """Above the site's limit."""
    return potassium_forbids_start(situation.chart, situation.policy.k_no_start)


def inhibitor(situation: Situation) -> Finding:
    """A strong CYP3A4 inhibitor."""
    return strong_inhibitor_meets(situation.chart)


def inducer(situation: Situation) -> Finding:
    """A strong CYP3A4 inducer."""
    return strong_inducer_meets(situation.chart)


def severe_liver_disease(situation: Situation) -> Finding:
    """Child-Pugh C."""
    return liver_disease_is_severe(situation.chart)


PODOCYTES = say("A fall of proteinuria on it may overstate the immune response (effect on podocytes)")
TACROLIMUS = Option(
    key="tacrolimus",
    name=say("tacrolimus (with mycophenolate)"),
    kind=Kind.DRUG,
    mechanism=say("calcineurin inhibitor: T cells, podocytes"),
    drugs=frozenset({"tacrolimus", "ciclosporin"}),
    products=(Product("tacrolimus", "tacrolimus", "42316", "L04AD02"),),
    adds=frozenset({Agent.CALCINEURIN_INHIBITOR}),
    replaces=frozenset({Agent.BELIMUMAB, *CNI}),
    partners=frozenset({Agent.MPAA}),
    bars=(egfr_forbids_tacrolimus, pressure_forbids_tacrolimus, potassium_forbids, inhibitor, inducer,
          reacted_to("tacrolimus", "ciclosporin")),
    evidence=(
        Trial(299, say("Randomised, n=299 (China): not inferior to intravenous cyclophosphamide at 24 weeks"),
              TAC_CHINA.at("primary result", SECONDARY)),
        Trial(234, say("n=234: tacrolimus with MMF better and safer than cyclophosphamide with MMF"),
              EVIDENCE.at("tacrolimus with MMF", SECONDARY)),
        Trial(150, say("10-year follow-up of a randomised trial, n=150: tacrolimus or MMF, then azathioprine: outcomes"
                       " alike"), TAC_LONG.at("results", SECONDARY)),
    ),
    statuses=(*off_label("US", "EU"), *not_found("CN")),
    positions=(kdigo(say("mycophenolate with a calcineurin inhibitor")), acr(say("triple therapy")),
               eular(say("with mycophenolate"))),
    dose=say("0.05 to 0.1 mg/kg/d, by trough (about 5.5 ng/mL in KDIGO)"),
    monitoring=(say("trough level"), POTASSIUM, say("magnesium, glucose"), CREATININE, PRESSURE),
    notes=(say("Compatible with pregnancy"), PODOCYTES),
)  # fmt: skip
VOCLOSPORIN = Option(
    key="voclosporin",
    name=say("voclosporin (with mycophenolate and glucocorticoid)"),
    kind=Kind.DRUG,
    mechanism=say("calcineurin inhibitor: T cells, podocytes"),
    drugs=frozenset({"voclosporin"}),
    products=(Product("voclosporin", "voclosporin", "2475166", "L04AD03"),),
    adds=frozenset({Agent.VOCLOSPORIN}),
    replaces=frozenset({Agent.BELIMUMAB, *CNI}),
    partners=frozenset({Agent.MPAA}),
    bars=(pregnancy, egfr_forbids_voclosporin, pressure_forbids_voclosporin, inhibitor, inducer, severe_liver_disease,
          reacted_to("voclosporin")),
    fits=(contraception,),
    evidence=(
        Trial(357, say("AURORA 1, phase III, n=357: complete response at week 52 in 41 against 23 %, safety alike"),
              AURORA_1.at("primary result", DIGEST)),
        Trial(None, say("AURA-LV, phase II: better renal response, but more adverse events including deaths"),
              AURA_LV.at("safety", SECONDARY), against=True),
    ),
    statuses=(approved("US", "2021-01", PRIMARY), approved("EU", "", SECONDARY), *not_found("CN")),
    positions=(kdigo(say("mycophenolate with a calcineurin inhibitor")), acr(say("triple therapy")),
               eular(say("with mycophenolate"))),
    dose=say("23.7 mg twice daily; 15.8 mg twice daily at eGFR below 30 (only if benefit exceeds risk) or Child-Pugh"
             " A or B; 15.8 mg and 7.9 mg with a moderate CYP3A4 inhibitor"),
    monitoring=(say("blood pressure and eGFR every 2 weeks for a month, then every 4 weeks"), POTASSIUM),
    notes=(
        say("eGFR down 20 to 30 % and below 60: lower by 7.9 mg twice daily; down 30 % or more: stop"),
        say("Stop at week 24 without benefit; no grapefruit; mind QT and statins; not with cyclophosphamide"),
        PODOCYTES,
    ),
)  # fmt: skip

OPTIONS = (TACROLIMUS, VOCLOSPORIN)
