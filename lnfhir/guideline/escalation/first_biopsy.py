"""The first biopsy: lupus with proteinuria and no kidney biopsy on record.

ACR 2024 asks for a kidney biopsy in lupus with a UPCR above 0.5 g/g or an otherwise unexplained loss of function. Until
there is one, nephritis is not definite, and no treatment of it can be called failed.
"""

from __future__ import annotations

from lnfhir.guideline import drafts
from lnfhir.guideline.definite_nephritis import BIOPSY_NEEDS, BIOPSY_UPCR
from lnfhir.guideline.escalation.referrals import BLEEDING, KIDNEY_BIOPSY, biopsy_is_ordered
from lnfhir.guideline.ras_blockade import PROTEINURIA_AGE
from lnfhir.guideline.recommendation import Guidance, Recommendation
from lnfhir.guideline.record import open_question, shown, when_known
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.today import proteinuria_today
from lnfhir.guideline.whom import has_lupus, only_informed
from lnfhir.logic import Finding, any_of
from lnfhir.message import say
from lnfhir.terminology import concepts

CITES = (BIOPSY_UPCR.citation,)


def biopsy_was_done(situation: Situation) -> Finding:
    """A kidney biopsy on record, whatever it showed."""
    chart = situation.chart
    found = [biopsy.evidence for biopsy in chart.biopsies]
    found += [p.evidence for p in chart.procedures if concepts.KIDNEY_BIOPSY in p.concepts]
    return shown(chart, say("a kidney biopsy is on record"), found, *BIOPSY_NEEDS)


def proteinuria_calls_for_biopsy(situation: Situation) -> Finding:
    """The latest UPCR is above 0.5 g/g."""
    wanted = say("a UPCR of the last {days} days", days=int(PROTEINURIA_AGE.value))
    return when_known(
        proteinuria_today(situation, PROTEINURIA_AGE),
        say("UPCR is above {limit} g/g", limit=BIOPSY_UPCR.value),
        lambda upcr: upcr.above(BIOPSY_UPCR.value),
        wanted,
    )


SENTENCES = Sentences(
    question=say("a kidney biopsy should be considered"),
    advise=say("Lupus with proteinuria and no kidney biopsy on record: consider a biopsy"),
    barred=lambda reason: say("Kidney biopsy: {reason}", reason=reason),
    open=lambda what: say("Kidney biopsy: needed to know if one is due: {what}", what=what),
    done=say("A kidney biopsy is on record or one is ordered"),
    not_needed=say("Proteinuria does not call for a kidney biopsy"),
)
ALSO = say("Loss of kidney function that nothing else explains is a reason too, without proteinuria")


def decide(situation: Situation) -> Guidance:
    """Whether the first biopsy is due."""
    chart = situation.chart
    indicated = proteinuria_calls_for_biopsy(situation)
    request = drafts.request(chart, KIDNEY_BIOPSY, say("Request a kidney biopsy"))
    return judge(
        "first-biopsy",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus(chart),
            already=any_of(
                say("a kidney biopsy is on record or ordered"), biopsy_was_done(situation), biopsy_is_ordered(situation)
            ),
            indicated=indicated,
            withheld=only_informed(chart),
            notes=(ALSO, BLEEDING),
            drafts=(request,),
            requests=(drafts.request(chart, drafts.UPCR),) if open_question(indicated) else (),
        ),
    )


FIRST_BIOPSY = Recommendation(
    rule="first-biopsy",
    title=say("Kidney biopsy"),
    statement=say("Biopsy the kidney in lupus with a UPCR above 0.5 g/g or an unexplained loss of kidney function."),
    cites=CITES,
    parameters=(BIOPSY_UPCR, PROTEINURIA_AGE),
    decide=decide,
)
