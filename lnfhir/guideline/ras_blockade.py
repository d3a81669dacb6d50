"""Blockade of the renin-angiotensin system: when to start it.

KDIGO 2024 and ACR 2024 ask for an ACE inhibitor or an ARB in lupus nephritis with proteinuria (from 0.5 g/g; ACR,
conditionally, with any raised proteinuria), titrated to the highest dose that is tolerated; the KDIGO CKD guideline
adds raised albuminuria, and hypertension is a reason of its own. It is not started in pregnancy, after angioedema
(ACE inhibitor), with renal artery stenosis, high potassium or low pressure, in acute kidney injury, or beside
aliskiren in diabetes; a woman who can become pregnant needs a known pregnancy status first.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import UK_POTASSIUM
from lnfhir.guideline.ras_conflict import (
    ARB_CONTAINING,
    CONFLICT,
    aliskiren_with_diabetes,
    had_angioedema,
    takes_ras_blocker,
)
from lnfhir.guideline.ras_follow_up import FOLLOW_UP, LOW_SYSTOLIC, PRESSURE_AGE, pressure_is_low
from lnfhir.guideline.recommendation import Draft, Guidance, Indicator, Recommendation
from lnfhir.guideline.record import allergic_to, diagnosed, diagnosed_now, holds, open_question, recent, when_known
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import (
    ACR_2024,
    DIGEST,
    ENGINEERING,
    FROM_MEMORY,
    KDIGO_2024,
    KDIGO_CKD_2024,
    LNFHIR,
    PRIMARY,
    SECONDARY,
)
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.today import proteinuria_today
from lnfhir.guideline.whom import contraception_is_effective, has_lupus, has_lupus_nephritis, is_pregnant, only_informed
from lnfhir.logic import Finding, Truth, all_of, any_of, met, not_met, unknown
from lnfhir.measures.body import measured
from lnfhir.message import say
from lnfhir.quantity import Analyte, small_enough
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import ACE_INHIBITORS

UPCR_TO_START = Parameter(
    "UPCR from which a blocker is started (site setting `ras_threshold`; 0 means any measurable proteinuria)", 0.5,
    "g/g", ACR_2024.at("RAS inhibition: 0.5 g/g and above; below conditionally", PRIMARY),
)  # fmt: skip
UACR_TO_START = Parameter(
    "UACR from which a blocker is started (A2)", 30, "mg/g", KDIGO_CKD_2024.at("RAS inhibition, A2 and A3", FROM_MEMORY)
)
PROTEINURIA_AGE = Parameter(
    "oldest proteinuria that still speaks for today", 183, "days", LNFHIR.at("RAS start", ENGINEERING)
)
CHEMISTRY_AGE = Parameter(
    "oldest potassium and creatinine on which a start can rest", 30, "days", LNFHIR.at("RAS start", ENGINEERING)
)
K_NO_START = Parameter(
    "potassium above which (site setting 5.5: from which) a blocker is not started (`k_no_start`)", 5.0, "mmol/L",
    UK_POTASSIUM.at("RAS inhibitors", SECONDARY),
)  # fmt: skip
AKI_RISE = Parameter(
    "factor by which creatinine rises in acute kidney injury", 1.5, "ratio",
    KDIGO_CKD_2024.at("acute kidney injury by creatinine", FROM_MEMORY),
)  # fmt: skip
AKI_WINDOW = Parameter(
    "time in which it rises so", 7, "days", KDIGO_CKD_2024.at("acute kidney injury by creatinine", FROM_MEMORY)
)
LOSARTAN_START = Parameter("starting dose of losartan", 50, "mg/d", KDIGO_2024.at("RAS inhibition", FROM_MEMORY))
RAMIPRIL_START = Parameter("starting dose of ramipril", 2.5, "mg/d", KDIGO_2024.at("RAS inhibition", FROM_MEMORY))

CITES = (
    KDIGO_2024.at("renin-angiotensin blockade", DIGEST),
    ACR_2024.at("RAS inhibition", PRIMARY),
    KDIGO_CKD_2024.at("RAS inhibition", DIGEST),
)


# Indicated by any of


def proteinuria_calls_for_blockade(situation: Situation) -> Finding:
    """UPCR at or above the site's threshold."""
    limit = situation.policy.ras_threshold
    proteinuria = proteinuria_today(situation, PROTEINURIA_AGE)
    wanted = say("a UPCR of the last {days} days", days=int(PROTEINURIA_AGE.value))
    if limit == 0:
        return when_known(proteinuria, say("there is measurable proteinuria"), lambda upcr: upcr.above(0), wanted)
    return when_known(
        proteinuria, say("UPCR is {limit} g/g or more", limit=limit), lambda upcr: upcr.at_least(limit), wanted
    )


def albuminuria_calls_for_blockade(chart: Chart) -> Finding:
    """UACR of category A2 or A3."""
    wanted = say("a UACR of the last {days} days", days=int(PROTEINURIA_AGE.value))
    uacr = recent(chart, Analyte.UACR, PROTEINURIA_AGE, wanted)
    says = say("UACR is {limit} mg/g or more", limit=int(UACR_TO_START.value))
    return when_known(uacr, says, lambda mg_g: mg_g.at_least(UACR_TO_START.value), wanted)


def hypertension_with_nephritis(chart: Chart) -> Finding:
    """Hypertension in lupus nephritis."""
    return all_of(
        say("hypertension with lupus nephritis"),
        diagnosed_now(
            chart, say("hypertension is diagnosed"), concepts.HYPERTENSION, concepts.HYPERTENSIVE_NEPHROPATHY
        ),
        has_lupus_nephritis(chart),
    )


def blockade_is_indicated(situation: Situation) -> Finding:
    """Proteinuria, albuminuria or hypertension; a UPCR below the threshold settles proteinuria without a UACR."""
    chart = situation.chart
    proteinuria = proteinuria_calls_for_blockade(situation)
    albuminuria = albuminuria_calls_for_blockade(chart)
    parts = [proteinuria, albuminuria, hypertension_with_nephritis(chart)]
    if proteinuria.truth is Truth.NOT_MET and albuminuria.truth is Truth.UNKNOWN:
        parts.remove(albuminuria)
    return any_of(say("blockade is indicated"), *parts)


# Barred by any of


def potassium_forbids_start(chart: Chart, k_no_start: float) -> Finding:
    """Above 5.0 at the setting 5.0; from 5.5 at the setting 5.5."""
    wanted = say("a potassium of the last {days} days", days=int(CHEMISTRY_AGE.value))
    potassium = recent(chart, Analyte.POTASSIUM, CHEMISTRY_AGE, wanted)
    if k_no_start > K_NO_START.value:
        says = say("potassium is {limit} mmol/L or more", limit=k_no_start)
        return when_known(potassium, says, lambda k: k.at_least(k_no_start), wanted)
    says = say("potassium is above {limit} mmol/L", limit=k_no_start)
    return when_known(potassium, says, lambda k: k.above(k_no_start), wanted)


def kidney_injury_is_acute(chart: Chart) -> Finding:
    """Acute kidney injury on the problem list, or creatinine up by half within 7 days."""
    return any_of(
        say("there is acute kidney injury"),
        diagnosed_now(chart, say("acute kidney injury is on the problem list"), concepts.ACUTE_KIDNEY_INJURY),
        creatinine_rose_acutely(chart),
    )


def creatinine_rose_acutely(chart: Chart) -> Finding:
    """The latest creatinine, a recent one, is at least 1.5 times one of the 7 days before it."""
    says = say("creatinine rose by half within {days} days", days=int(AKI_WINDOW.value))
    values = measured(chart, Analyte.CREATININE)
    if not values or values[-1][1].day < chart.as_of - timedelta(days=CHEMISTRY_AGE.value):
        return unknown(says, say("a creatinine of the last {days} days", days=int(CHEMISTRY_AGE.value)))
    latest, now = values[-1]
    since = now.day - timedelta(days=AKI_WINDOW.value)
    lowest, then = min(((value, r) for value, r in values if r.day >= since), key=lambda pair: pair[0])
    if small_enough(lowest * AKI_RISE.value, latest):
        return met(says, then.evidence, now.evidence)
    return not_met(says, now.evidence)


def artery_stenosis_is_known(chart: Chart) -> Finding:
    """Narrowed renal arteries; the codes do not say whether both are."""
    return diagnosed(chart, say("renal artery stenosis is on the problem list"), concepts.RENAL_ARTERY_STENOSIS)


def both_classes_are_not_tolerated(chart: Chart) -> Finding:
    """Allergy or intolerance to an ACE inhibitor and to an ARB."""
    return all_of(
        say("neither ACE inhibitors nor ARBs are tolerated"), reacts_to_ace_inhibitors(chart), reacts_to_arbs(chart)
    )


def reacts_to_ace_inhibitors(chart: Chart) -> Finding:
    """Allergy or intolerance to an ACE inhibitor."""
    return allergic_to(chart, say("there is an intolerance to ACE inhibitors"), ACE_INHIBITORS)


def reacts_to_arbs(chart: Chart) -> Finding:
    """Allergy or intolerance to an ARB."""
    return allergic_to(chart, say("there is an intolerance to ARBs"), ARB_CONTAINING)


def start_is_barred(situation: Situation) -> Finding:
    """Anything that forbids a start today."""
    chart = situation.chart
    return any_of(
        say("something forbids a start"),
        is_pregnant(chart),
        potassium_forbids_start(chart, situation.policy.k_no_start),
        kidney_injury_is_acute(chart),
        pressure_is_low(chart),
        artery_stenosis_is_known(chart),
        aliskiren_with_diabetes(chart),
        both_classes_are_not_tolerated(chart),
    )


# The recommendation

SENTENCES = Sentences(
    question=say("renin-angiotensin blockade should be started"),
    advise=say("RAS blockade is indicated and not on record: consider an ACE inhibitor or an ARB, never both"),
    barred=lambda reason: say("RAS blockade is indicated but not to be started now: {reason}", reason=reason),
    open=lambda what: say("RAS blockade: needed to decide on a start: {what}", what=what),
    done=say("RAS blockade is in use"),
    not_needed=say("RAS blockade is not indicated by proteinuria, albuminuria or hypertension"),
)
TITRATE = say("Titrate to the highest tolerated dose; check potassium and creatinine in 2 to 4 weeks")
TITRATE_SOON = say("1 week if eGFR is below 30 or potassium above 4.5 mmol/L")
AFTER_ANGIOEDEMA = say("After angioedema: no ACE inhibitor; an ARB only with caution, so no order is drafted")


def start_drafts(chart: Chart) -> tuple[Draft, ...]:
    """Losartan or ramipril, whichever no recorded reaction speaks against; none after angioedema."""
    if had_angioedema(chart).truth is not Truth.NOT_MET:
        return ()
    offered = []
    if reacts_to_arbs(chart).truth is Truth.NOT_MET:
        dose = drafts.once_daily(LOSARTAN_START.value)
        offered.append(
            drafts.medication(
                chart, drafts.LOSARTAN_50, say("Start losartan {mg} mg daily", mg=LOSARTAN_START.value), dose
            )
        )
    if reacts_to_ace_inhibitors(chart).truth is Truth.NOT_MET:
        dose = drafts.once_daily(RAMIPRIL_START.value)
        offered.append(
            drafts.medication(
                chart, drafts.RAMIPRIL_2_5, say("Start ramipril {mg} mg daily", mg=RAMIPRIL_START.value), dose
            )
        )
    return tuple(offered)


def decide_start(situation: Situation) -> Guidance:
    """Whether to start an ACE inhibitor or an ARB."""
    chart = situation.chart
    angioedema, informed = had_angioedema(chart), only_informed(chart)
    wanted = (
        (potassium_forbids_start(chart, situation.policy.k_no_start), drafts.POTASSIUM),
        (creatinine_rose_acutely(chart), drafts.CREATININE),
        (is_pregnant(chart), drafts.HCG),
        (proteinuria_calls_for_blockade(situation), drafts.UPCR),
        (pressure_is_low(chart), drafts.BLOOD_PRESSURE),
    )
    return judge(
        "ras-start",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=takes_ras_blocker(chart),
            indicated=blockade_is_indicated(situation),
            barred=start_is_barred(situation),
            withheld=informed,
            gates=(angioedema, contraception_is_effective(chart)),
            notes=(TITRATE, TITRATE_SOON) if angioedema.truth is Truth.NOT_MET else (AFTER_ANGIOEDEMA, TITRATE),
            drafts=start_drafts(chart),
            requests=tuple(drafts.request(chart, test) for finding, test in wanted if open_question(finding)),
            indicator=Indicator.INFO if holds(informed) else Indicator.WARNING,
        ),
    )


START = Recommendation(
    rule="ras-start",
    title=say("Renin-angiotensin blockade: start"),
    statement=say(
        "Offer an ACE inhibitor or an ARB in lupus nephritis with proteinuria of 0.5 g/g or more (ACR: any raised"
        " proteinuria, conditionally), with raised albuminuria, or with hypertension; titrate to the highest"
        " tolerated dose."
    ),
    cites=CITES,
    parameters=(
        UPCR_TO_START,
        UACR_TO_START,
        PROTEINURIA_AGE,
        CHEMISTRY_AGE,
        K_NO_START,
        AKI_RISE,
        AKI_WINDOW,
        LOW_SYSTOLIC,
        PRESSURE_AGE,
        LOSARTAN_START,
        RAMIPRIL_START,
    ),
    decide=decide_start,
)

RECOMMENDATIONS: tuple[Recommendation, ...] = (START, CONFLICT, FOLLOW_UP)
