"""A repeat biopsy, and the multidisciplinary team.

Proteinuria, sediment and creatinine do not show histology: with a flare, or when proteinuria or function goes on or
worsens after 6 months of treatment, ACR 2024 repeats the biopsy. Refractory disease is for nephrology and rheumatology
together.
"""

from __future__ import annotations

from lnfhir.chart.coverage import Need
from lnfhir.guideline import drafts
from lnfhir.guideline.drafts import Test
from lnfhir.guideline.escalation.failure import known_to_fail
from lnfhir.guideline.escalation.gates import BIOPSY_AGE, recent_biopsy
from lnfhir.guideline.outlook import OUTLOOK
from lnfhir.guideline.recommendation import Guidance, Recommendation
from lnfhir.guideline.record import diagnosed_now, shown
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DIGEST, DING_2025, KDIGO_2024, PRIMARY, SECONDARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.whom import has_lupus_nephritis, only_informed
from lnfhir.logic import Finding, any_of, not_met
from lnfhir.message import say
from lnfhir.terminology import concepts

CITES_BIOPSY = (ACR_2024.at("repeat biopsy", PRIMARY), KDIGO_2024.at("repeat biopsy", DIGEST))
CITES_TEAM = (DING_2025.at("multidisciplinary team", SECONDARY),)
BIOPSY = Test("Repeat kidney biopsy", snomed="7246002")
KIDNEY_BIOPSY = Test("Kidney biopsy", snomed="7246002")
TEAM = Test("Nephrology and rheumatology multidisciplinary case review: refractory lupus nephritis")


def biopsy_is_ordered(situation: Situation) -> Finding:
    """An active order for a kidney biopsy."""
    chart = situation.chart
    found = [o.evidence for o in chart.service_orders if concepts.KIDNEY_BIOPSY in o.concepts and o.active]
    return shown(chart, say("a kidney biopsy is ordered"), found, Need.SERVICE_ORDERS)


BIOPSY_SENTENCES = Sentences(
    question=say("a repeat kidney biopsy should be considered"),
    advise=say("Treatment has failed or a response was lost, no biopsy in 6 months: consider a repeat biopsy"),
    barred=lambda reason: say("Repeat biopsy: {reason}", reason=reason),
    open=lambda what: say("Repeat biopsy: needed to know is {what}", what=what),
    done=say("A recent kidney biopsy is on record or one is ordered"),
    not_needed=say("Nothing calls for a repeat kidney biopsy"),
)
BLEEDING = say(
    "Ask for a bleeding history (acquired haemophilia occurs in SLE); pause anticoagulants, control pressure"
)
WHY = say("It tells active from chronic lesions and shows microangiopathy; proteinuria alone does not")


def decide_biopsy(situation: Situation) -> Guidance:
    """Whether the biopsy is to be repeated."""
    chart = situation.chart
    pressure = diagnosed_now(chart, say("there is a hypertensive crisis"), concepts.HYPERTENSIVE_CRISIS)
    return judge(
        "repeat-biopsy",
        CITES_BIOPSY,
        BIOPSY_SENTENCES,
        Start(
            whom=has_lupus_nephritis(chart),
            already=any_of(
                say("a recent biopsy is on record or ordered"), recent_biopsy(chart), biopsy_is_ordered(situation)
            ),
            indicated=known_to_fail(situation),
            withheld=only_informed(chart),
            gates=(pressure,),
            notes=(WHY, BLEEDING),
            drafts=(drafts.request(chart, BIOPSY, say("Request a repeat kidney biopsy")),),
        ),
    )


TEAM_SENTENCES = Sentences(
    question=say("the case is for nephrology and rheumatology together"),
    advise=say("Treatment has failed or a response was lost: nephrology and rheumatology together"),
    barred=lambda reason: say("Multidisciplinary team: {reason}", reason=reason),
    open=lambda what: say("Multidisciplinary team: needed to know is {what}", what=what),
    done=say("The multidisciplinary team is involved"),
    not_needed=say("Nothing calls for the multidisciplinary team"),
)
AIM = say("Activity assessed precisely, a plan for this patient, the risk of off-label use weighed")


def decide_team(situation: Situation) -> Guidance:
    """Whether to bring both specialties together."""
    chart = situation.chart
    return judge(
        "mdt-referral",
        CITES_TEAM,
        TEAM_SENTENCES,
        Start(
            whom=has_lupus_nephritis(chart),
            already=not_met(say("a referral is on record")),
            indicated=known_to_fail(situation),
            withheld=not_met(say("the advice is information only")),
            notes=(AIM, *OUTLOOK),
            drafts=(drafts.request(chart, TEAM, say("Request a multidisciplinary case review")),),
        ),
    )


REPEAT_BIOPSY = Recommendation(
    rule="repeat-biopsy",
    title=say("Repeat kidney biopsy"),
    statement=say(
        "Repeat the biopsy with a flare, or when proteinuria or kidney function goes on or worsens after 6 months of"
        " treatment."
    ),
    cites=CITES_BIOPSY,
    parameters=(BIOPSY_AGE,),
    decide=decide_biopsy,
)
MDT_REFERRAL = Recommendation(
    rule="mdt-referral",
    title=say("Multidisciplinary team"),
    statement=say("Refractory lupus nephritis is assessed by nephrology and rheumatology together."),
    cites=CITES_TEAM,
    parameters=(),
    decide=decide_team,
)
