"""What can be done next when treatment has failed, in the order of the guideline a site chose.

KDIGO 2024: verify adherence, ensure the dose, repeat the biopsy, then switch or add. ACR 2024: dual to triple therapy,
triple to another triple or an anti-CD20 antibody; refractory disease: anti-CD20, all three, or a trial. EULAR 2025: any
alternative, combined; an expert centre. For information: no option is started from here, and no biologic is drafted.
"""

from __future__ import annotations

from collections.abc import Iterator

from lnfhir.guideline import drafts
from lnfhir.guideline.choices import Choice, Standing
from lnfhir.guideline.drafts import Test
from lnfhir.guideline.escalation import criteria, gates
from lnfhir.guideline.escalation.agents import CNI, Agent, uses_in_force
from lnfhir.guideline.escalation.catalogue import BY_KEY
from lnfhir.guideline.escalation.failure import (
    induction_of,
    leading,
    microangiopathy,
    new_course_runs,
    response_was_lost,
    treatment_failed,
    under_treated,
)
from lnfhir.guideline.escalation.offering import choices
from lnfhir.guideline.escalation.option import Kind
from lnfhir.guideline.recommendation import Draft, Guidance, Outcome, Recommendation
from lnfhir.guideline.record import holds
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, DIGEST, EULAR_2025, KDIGO_2024, PRIMARY
from lnfhir.guideline.starting import Sentences, Start, judge, offer
from lnfhir.guideline.whom import has_kidney_transplant, has_lupus_nephritis, is_pregnant, only_informed
from lnfhir.logic import Finding, Truth, all_of, any_of, met, none_of, not_met
from lnfhir.message import Message, say

CITE_OF = {
    "kdigo2024": KDIGO_2024.at("unsatisfactory response to treatment", DIGEST),
    "acr2024": ACR_2024.at("inadequate response and refractory disease", PRIMARY),
    "eular2025": EULAR_2025.at("non-response", DIGEST),
}
NAME_OF = {"kdigo2024": say("KDIGO 2024"), "acr2024": say("ACR 2024"), "eular2025": say("EULAR 2025")}
TRIAL_REFERRAL = Test("Referral to a clinical trial or expert centre for refractory lupus nephritis")
FRAMEWORK = say("Definitions of refractory disease are proposals; this list informs, a clinician decides")
INDIVIDUALISE = say("Partial response after triple therapy: individualise by the trajectory (ACR 2024)")


# Why there is no list


def other_mechanism(situation: Situation) -> Finding:
    """C4 is known not to hold."""
    verdict = leading(situation)
    says = say("another mechanism explains the picture")
    if verdict is None or verdict.c4.truth is not Truth.NOT_MET:
        return not_met(says)
    return met(says, *verdict.c4.evidence)


def never_induced(situation: Situation) -> Finding:
    """Standard induction is known never to have been given."""
    verdict = leading(situation)
    says = say("no standard induction is on record")
    if verdict is None or verdict.c2.truth is not Truth.NOT_MET or induction_of(situation) is not None:
        return not_met(says)
    return met(says, *verdict.c2.evidence)


def kidney_failure(situation: Situation) -> Finding:
    """Chronic dialysis: chronicity and extrarenal activity are asked first."""
    verdict = leading(situation)
    says = say("the kidneys have failed (chronic dialysis)")
    if verdict is None or verdict.state != "kidney-failure":
        return not_met(says)
    return met(says, *verdict.c3.evidence)


def known(finding: Finding) -> Finding:
    """Only what is known stands in the way of the list; what is open becomes a gate."""
    return finding if holds(finding) else not_met(finding.says, *finding.evidence)


def diversions(situation: Situation) -> tuple[tuple[Finding, Message], ...]:
    """What leads to another rule than the list, with what is said then."""
    chart = situation.chart
    return (
        (known(is_pregnant(chart)), say("Pregnant: the list does not apply, see pregnancy-branch")),
        (known(has_kidney_transplant(chart)), say("A transplanted kidney: this list does not apply")),
        (
            kidney_failure(situation),
            say("Chronic dialysis: look for chronicity and extrarenal activity, no renal escalation"),
        ),
        (known(microangiopathy(situation)), say("Thrombotic microangiopathy first (see tma-branch): no list")),
        (other_mechanism(situation), say("Another mechanism explains the picture: treat it first, no list")),
        (never_induced(situation), say("No standard induction is on record: it comes first")),
        (known(under_treated(situation)), say("Optimise dose and adherence first (see optimise-first): no list")),
        (new_course_runs(situation), say("A new course was begun after the failure: it is to be judged first")),
        (
            response_was_lost(situation),
            say("Relapse after a response: first-line treatment again (see first-line-again), not this list"),
        ),
    )


def first_line(situation: Situation) -> Finding:
    """C1, or lupus nephritis at least where no verdict was reached."""
    verdict = leading(situation)
    return has_lupus_nephritis(situation.chart) if verdict is None else verdict.c1


# What is drafted


def drug_drafts(situation: Situation, offered: tuple[Choice, ...]) -> Iterator[Draft]:
    """Offered drugs without an open check, biologics aside, and only when what decides the gates is settled."""
    if not all(map(holds, gates.decisive_gates(situation))):
        return
    for choice in offered:
        option = BY_KEY[choice.key]
        plain = option.kind is Kind.DRUG and not option.biologic and bool(option.products)
        if plain and choice.standing is Standing.OFFERED:
            label = say("{name}, dose by the clinician", name=option.name)
            yield drafts.medication(situation.chart, option.products[0], label)


def trial_draft(situation: Situation, offered: tuple[Choice, ...]) -> Iterator[Draft]:
    """One referral for all the trials that can be considered."""
    if any(BY_KEY[choice.key].kind is Kind.TRIAL for choice in offered):
        label = say("Refer to a clinical trial or expert centre (cell therapy, bispecific antibody)")
        yield drafts.request(situation.chart, TRIAL_REFERRAL, label)


# The recommendation


def sentences(situation: Situation) -> Sentences:
    """What is said in each outcome; the sentence for silence names the other rule."""
    guideline = NAME_OF[situation.policy.escalation_order]
    silent = say("Treatment has not failed by the profile that leads")
    verdict = leading(situation)
    if verdict is not None and verdict.c3.pending_until is not None:
        silent = say("Too early to escalate: the deadline of the leading profile has not passed")
    for finding, says in diversions(situation):
        if holds(finding):
            silent = says
            break
    return Sentences(
        question=say("escalation should be considered"),
        advise=say(
            "Treatment has failed: options in the order of {guideline}, after the checks named", guideline=guideline
        ),
        barred=lambda why: say("Escalation: {reason}", reason=why),
        open=lambda what: say("Escalation options; needed first: {what}", what=what),
        done=silent,
        not_needed=silent,
    )


def decide(situation: Situation) -> Guidance:
    """The list, or why there is none."""
    chart = situation.chart
    diverted = tuple(finding for finding, _ in diversions(situation))
    indicated = all_of(
        say("treatment has failed and escalation is the next step"),
        treatment_failed(situation),
        none_of(say("nothing else comes first"), any_of(say("something else comes first"), *diverted)),
    )
    told = sentences(situation)
    guidance = judge(
        "escalate",
        (CITE_OF[situation.policy.escalation_order],),
        told,
        Start(
            whom=first_line(situation),
            already=not_met(say("escalation is in place")),
            indicated=indicated,
            withheld=only_informed(chart),
        ),
    )
    if guidance.outcome is not Outcome.ADVISE:
        return guidance
    notes = (FRAMEWORK, *((INDIVIDUALISE,) if on_triple_therapy(situation) else ()))
    return with_choices(guidance, situation, choices(situation), *notes)


def on_triple_therapy(situation: Situation) -> bool:
    """Mycophenolate with belimumab or a calcineurin inhibitor, today."""
    agents = frozenset(uses_in_force(situation.chart))
    return Agent.MPAA in agents and bool(agents & (CNI | {Agent.BELIMUMAB}))


def with_choices(guidance: Guidance, situation: Situation, found: tuple[Choice, ...], *also: Message) -> Guidance:
    """The guidance with the options weighed, the gates, and drafts of what is offered without an open check."""
    offered = tuple(choice for choice in found if choice.offered)
    withheld = only_informed(situation.chart)
    tests = tuple(gates.screening_requests(situation))
    wanted = (*drug_drafts(situation, offered), *trial_draft(situation, offered))
    drafted, notes = offer(wanted, withheld)
    return Guidance(
        rule=guidance.rule,
        outcome=guidance.outcome,
        indicator=guidance.indicator,
        says=guidance.says,
        because=guidance.because,
        cites=(*guidance.cites, *(c for key, c in CITE_OF.items() if key != situation.policy.escalation_order)),
        gates=gates.global_gates(situation),
        notes=(*notes, *also),
        drafts=(*drafted, *(() if holds(withheld) else tests)),
        choices=found,
    )


ESCALATE = Recommendation(
    rule="escalate",
    title=say("Escalation when treatment has failed"),
    statement=say(
        "When treatment has failed: verify dose and adherence, consider a repeat biopsy, screen for infection and"
        " pregnancy; then add or switch in the order of the guideline chosen. No biologic is drafted."
    ),
    cites=tuple(CITE_OF.values()),
    parameters=(
        criteria.NEPHROTIC,
        criteria.OBINUTUZUMAB_UPCR,
        criteria.BELIMUMAB_EGFR,
        criteria.BELIMUMAB_AGE,
        criteria.ADULT,
        criteria.MEASURED_WITHIN,
        criteria.SCORE_WITHIN,
        criteria.CAR_T_NEUTROPHILS,
        *gates.PARAMETERS,
    ),
    decide=decide,
)
