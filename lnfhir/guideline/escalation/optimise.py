"""Before calling it failure: was the dose adequate, and was it taken?

KDIGO 2024 and ACR 2024 ask to verify adherence and dose first. An under-dosed or untaken treatment has not failed:
adherence is talked about, the dose brought to the target, a mycophenolic acid level taken; nothing is escalated.
"""

from __future__ import annotations

from lnfhir.guideline import drafts
from lnfhir.guideline.drafts import Test
from lnfhir.guideline.escalation.failure import INADEQUATE, leading, treatment_failed, under_treated
from lnfhir.guideline.immunosuppressant_adequacy import ENOUGH_DAYS, TITRATED_BY
from lnfhir.guideline.recommendation import Guidance, Indicator, Recommendation
from lnfhir.guideline.record import holds
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DIGEST, KDIGO_2024, PRIMARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.whom import has_lupus_nephritis, only_informed
from lnfhir.logic import Finding, Truth, all_of, met, not_met
from lnfhir.measures.adherence import COVERED_ENOUGH
from lnfhir.message import say
from lnfhir.terminology.drug_groups import MYCOPHENOLATES

CITES = (
    ACR_2024.at("before inadequate response: dose and adherence", PRIMARY),
    KDIGO_2024.at("unsatisfactory response: adherence, dose, levels", DIGEST),
)
MPA_LEVEL = Test("Mycophenolic acid trough in Serum or Plasma", "72667-9")


def response_is_wanting(situation: Situation) -> Finding:
    """No response that settles the course was reached; before the deadline too."""
    says = say("no sufficient response was reached so far")
    verdict = leading(situation)
    if verdict is None:
        return not_met(says)
    reached = verdict.c3.truth is Truth.NOT_MET and verdict.state != INADEQUATE
    return not_met(says, *verdict.c3.evidence) if reached else met(says, *verdict.c3.evidence)


def treatment_was_too_weak(situation: Situation) -> Finding:
    """Too low a dose, or not taken. Whether it was taken is asked only once treatment has failed."""
    weak = under_treated(situation)
    if weak.truth is Truth.UNKNOWN and not holds(treatment_failed(situation)):
        return not_met(weak.says, *weak.evidence)
    return weak


SENTENCES = Sentences(
    question=say("dose and adherence come before escalation"),
    advise=say("Under-treated rather than refractory: optimise dose and adherence before any escalation"),
    barred=lambda reason: say("Dose and adherence: {reason}", reason=reason),
    open=lambda what: say("Before escalation verify dose and adherence; needed: {what}", what=what),
    done=say("Dose and adherence are adequate"),
    not_needed=say("Dose and adherence give no reason to act"),
)
TALK = say("Ask about adherence without blame: side effects, cost, understanding, plans for pregnancy")
LEVEL = say("A mycophenolic acid level or a hydroxychloroquine blood level can show whether it is taken")


def decide(situation: Situation) -> Guidance:
    """Whether under-treatment explains the want of response."""
    chart = situation.chart
    mycophenolate = bool(chart.uses_of(*MYCOPHENOLATES))
    target = say("Mycophenolate at {floor} g/d or more unless it is not tolerated", floor=situation.policy.mmf_min)
    return judge(
        "optimise-first",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus_nephritis(chart),
            already=not_met(say("dose and adherence were optimised")),
            indicated=all_of(
                say("the response is wanting and treatment was too weak"),
                response_is_wanting(situation),
                treatment_was_too_weak(situation),
            ),
            withheld=only_informed(chart),
            notes=(TALK, LEVEL, *((target,) if mycophenolate else ())),
            drafts=(drafts.request(chart, MPA_LEVEL),) if mycophenolate else (),
            indicator=Indicator.WARNING,
        ),
    )


OPTIMISE = Recommendation(
    rule="optimise-first",
    title=say("Dose and adherence before escalation"),
    statement=say(
        "Before a response is called inadequate, dose and adherence are verified; an under-dosed or untaken treatment"
        " is optimised, not escalated."
    ),
    cites=CITES,
    parameters=(ENOUGH_DAYS, TITRATED_BY, COVERED_ENOUGH),
    decide=decide,
)
