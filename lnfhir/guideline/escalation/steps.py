"""In which order each guideline offers the options.

KDIGO 2024: after dose, adherence and biopsy, add belimumab or a calcineurin inhibitor or switch to another first-line
treatment; then rituximab, an extended course of cyclophosphamide, or a trial. ACR 2024: dual to triple therapy; triple
to another triple or an anti-CD20 antibody; refractory disease: anti-CD20, all three together, or a trial. EULAR 2025:
any alternative of the initial list, combined if one drug was used alone; then rituximab; an expert centre. Whether an
add-on comes before a switch is the site's choice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lnfhir.guideline.escalation.agents import CNI, Agent
from lnfhir.guideline.escalation.criteria import extrarenal_activity, proteinuria_is_nephrotic
from lnfhir.guideline.record import holds
from lnfhir.guideline.situation import Situation
from lnfhir.message import Message, say


@dataclass(frozen=True, slots=True)
class Step:
    """Options of one step. `late`: only for disease that is refractory, or after two failed courses."""

    says: Message
    keys: tuple[str, ...]
    late: bool = False


CALCINEURIN = ("voclosporin", "tacrolimus")
SWAPS = ("cyclophosphamide", "mycophenolate")
TRIALS = (
    "cd19-car-t",
    "bcma-car-t",
    "dual-car-t",
    "allogeneic-car-t",
    "in-vivo-car-t",
    "teclistamab",
    "mesenchymal-stem-cells",
)
ELSEWHERE = ("telitacicept", "leflunomide", "daratumumab", "anifrolumab")
OUTSIDE = say("not in the guideline's order: by region, resources or expert centre")
ADD = say("add belimumab or a calcineurin inhibitor")
SWITCH = say("switch to another first-line treatment")


def add_ons(situation: Situation) -> tuple[str, ...]:
    """Belimumab and the calcineurin inhibitors, the preferred first: UPCR of 3 g/g or more speaks for the latter,
    a lower one or activity outside the kidney for belimumab; otherwise as the guidelines list them."""
    if holds(proteinuria_is_nephrotic(situation)) and not holds(extrarenal_activity(situation)):
        return (*CALCINEURIN, "belimumab")
    return ("belimumab", *CALCINEURIN)


def steps(situation: Situation, agents: Collection[Agent]) -> tuple[Step, ...]:
    """The steps of the guideline the site chose, the first to be considered first."""
    order = {"kdigo2024": _kdigo, "acr2024": _acr, "eular2025": _eular}[situation.policy.escalation_order]
    return order(situation, agents)


def first_line_steps(situation: Situation) -> tuple[Step, ...]:
    """The initial treatments of the guideline the site chose.

    KDIGO 2024: mycophenolate, cyclophosphamide, belimumab with either, a calcineurin inhibitor with mycophenolate.
    ACR 2024: mycophenolate with belimumab or a calcineurin inhibitor. EULAR 2025: mycophenolate or cyclophosphamide,
    with belimumab, a calcineurin inhibitor or obinutuzumab.
    """
    basis, added = ("mycophenolate", "cyclophosphamide"), add_ons(situation)
    alone = say("mycophenolate or cyclophosphamide, with glucocorticoid")
    if situation.policy.escalation_order == "acr2024":
        triple = say("triple therapy: mycophenolate with belimumab or a calcineurin inhibitor, and glucocorticoid")
        return (Step(triple, ("mycophenolate", *added)), Step(say("cyclophosphamide instead"), ("cyclophosphamide",)))
    if situation.policy.escalation_order == "eular2025":
        return (Step(alone, basis), Step(say("with belimumab, a calcineurin inhibitor or obinutuzumab"),
                                         (*added, "obinutuzumab")))  # fmt: skip
    return (Step(alone, basis), Step(say("with belimumab, or mycophenolate with a calcineurin inhibitor"), added))


def _kdigo(situation: Situation, agents: Collection[Agent]) -> tuple[Step, ...]:
    del agents
    add, switch = Step(ADD, add_ons(situation)), Step(SWITCH, SWAPS)
    first = (add, switch) if situation.policy.addon_before_swap else (switch, add)
    return (
        *first,
        Step(say("rituximab or an extended course of cyclophosphamide"),
             ("rituximab", "cyclophosphamide-extended"), late=True),
        Step(say("referral to a clinical trial"), TRIALS, late=True),
        Step(OUTSIDE, ("obinutuzumab", *ELSEWHERE), late=True),
    )  # fmt: skip


def _acr(situation: Situation, agents: Collection[Agent]) -> tuple[Step, ...]:
    triple = Agent.BELIMUMAB in agents or bool(CNI & frozenset(agents))
    anti_cd20 = ("obinutuzumab", "rituximab")
    if triple:
        first = (
            Step(say("from triple therapy to another triple therapy"), add_ons(situation)),
            Step(say("add an anti-CD20 antibody"), anti_cd20),
        )
    else:
        first = (
            Step(say("from dual to triple therapy"), add_ons(situation)),
            Step(say("an anti-CD20 antibody for refractory disease"), anti_cd20, late=True),
        )
    return (
        *first,
        Step(say("mycophenolate, belimumab and a calcineurin inhibitor together"), ("mycophenolate-belimumab-cni",),
             late=True),
        Step(say("referral to a clinical trial"), TRIALS, late=True),
        Step(OUTSIDE, (*SWAPS, *ELSEWHERE), late=True),
    )  # fmt: skip


def _eular(situation: Situation, agents: Collection[Agent]) -> tuple[Step, ...]:
    combined = len(frozenset(agents)) > 1
    add = Step(say("combine: belimumab, a calcineurin inhibitor or obinutuzumab"),
               (*add_ons(situation), "obinutuzumab"))  # fmt: skip
    switch = Step(say("switch to another drug of the initial list"), SWAPS)
    first = (add, switch) if situation.policy.addon_before_swap or not combined else (switch, add)
    return (
        *first,
        Step(say("rituximab for refractory disease"), ("rituximab",), late=True),
        Step(say("an expert centre: trials"), TRIALS, late=True),
        Step(OUTSIDE, ELSEWHERE, late=True),
    )
