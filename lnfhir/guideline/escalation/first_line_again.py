"""A relapse after a response is not refractory disease: the initial treatments are weighed again.

In the order of the guideline a site chose, with the same checks, labels and evidence as an escalation. What led to the
response may lead there again; what is in use is raised to the dose of induction first.
"""

from __future__ import annotations

from lnfhir.guideline.escalation import criteria, gates
from lnfhir.guideline.escalation.escalate import CITE_OF, NAME_OF, diversions, first_line, with_choices
from lnfhir.guideline.escalation.failure import response_was_lost
from lnfhir.guideline.escalation.offering import first_line_choices
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DIGEST, EULAR_2025, KDIGO_2024, PRIMARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.whom import only_informed
from lnfhir.logic import all_of, any_of, none_of, not_met
from lnfhir.message import say

INITIAL = {
    "kdigo2024": KDIGO_2024.at("initial therapy", DIGEST),
    "acr2024": ACR_2024.at("initial therapy", PRIMARY),
    "eular2025": EULAR_2025.at("initial therapy", DIGEST),
}


def decide(situation: Situation) -> Guidance:
    """The initial treatments, or why they are not the next step."""
    order = situation.policy.escalation_order
    lost = response_was_lost(situation)
    others = tuple(finding for finding, _ in diversions(situation) if finding.says != lost.says)
    not_now = say("No relapse after a response, or something else comes first")
    guidance = judge(
        "first-line-again",
        (INITIAL[order],),
        Sentences(
            question=say("first-line treatment is the next step again"),
            advise=say("Relapse after a response: first-line treatment again, as in {guideline}",
                       guideline=NAME_OF[order]),
            barred=lambda why: say("First-line treatment again: {reason}", reason=why),
            open=lambda what: say("First-line treatment again; needed first: {what}", what=what),
            done=not_now,
            not_needed=not_now,
        ),
        Start(
            whom=first_line(situation),
            already=not_met(say("treatment of the relapse is in place")),
            indicated=all_of(
                say("a response was lost and nothing else comes first"),
                lost,
                none_of(say("nothing else comes first"), any_of(say("something else comes first"), *others)),
            ),
            withheld=only_informed(situation.chart),
            indicator=Indicator.WARNING,
        ),
    )  # fmt: skip
    if guidance.outcome is not Outcome.ADVISE:
        return guidance
    return with_choices(guidance, situation, first_line_choices(situation))


FIRST_LINE_AGAIN = Recommendation(
    rule="first-line-again",
    title=say("First-line treatment again after a relapse"),
    statement=say(
        "A relapse after a response is treated like a first episode: the initial treatments of the guideline chosen,"
        " after dose and adherence, biopsy, infection and pregnancy were considered. No biologic is drafted."
    ),
    cites=(*INITIAL.values(), *CITE_OF.values()),
    parameters=(criteria.NEPHROTIC, criteria.BELIMUMAB_EGFR, criteria.MEASURED_WITHIN, *gates.PARAMETERS),
    decide=decide,
)
