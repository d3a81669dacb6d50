"""An order for belimumab: not beside an anti-CD20 antibody, and its other gates.

The only contraindication of the US label is earlier anaphylaxis to it. The EU product information (2024) does not
recommend it with HIV, present or past hepatitis B or C, IgG below 4 g/L or a transplant, and knows no data that support
giving it with rituximab; severe active central nervous lupus was not studied.
"""

from __future__ import annotations

from lnfhir.citation import Parameter
from lnfhir.guideline.care_sources import BENLYSTA_SMPC
from lnfhir.guideline.infection_prevention import ANTI_CD20_WITHIN, was_given
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import MEDICATIONS, allergic_to, diagnosed, recent, shown, when_known
from lnfhir.guideline.sources import ENGINEERING, LNFHIR, SECONDARY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_kidney_transplant
from lnfhir.logic import Finding, all_of
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import ANTI_CD20

BELIMUMAB = frozenset({"belimumab"})
LOW_IGG = Parameter("IgG below which belimumab is not recommended", 4, "g/L", BENLYSTA_SMPC.at("4.4", SECONDARY))
IGG_AGE = Parameter("oldest IgG that still counts", 183, "days", LNFHIR.at("belimumab order", ENGINEERING))
CITES = (BENLYSTA_SMPC.at("4.4", SECONDARY),)


def beside_anti_cd20(ordering: Ordering) -> Finding:
    """Belimumab and an anti-CD20 antibody, whichever is ordered."""
    chart = ordering.after.chart
    belimumab = map(use_evidence, was_given(chart, BELIMUMAB, ANTI_CD20_WITHIN))
    anti_cd20 = map(use_evidence, was_given(chart, frozenset(ANTI_CD20), ANTI_CD20_WITHIN))
    return all_of(
        say("belimumab and an anti-CD20 antibody meet"),
        shown(chart, say("belimumab is given or ordered"), belimumab, *MEDICATIONS),
        shown(chart, say("an anti-CD20 antibody is given or ordered"), anti_cd20, *MEDICATIONS),
    )


def igg_is_low(ordering: Ordering) -> Finding:
    """IgG below 4 g/L."""
    wanted = say("an IgG of the last {days} days", days=int(IGG_AGE.value))
    igg = recent(ordering.now.chart, Analyte.IGG, IGG_AGE, wanted)
    says = say("IgG is below {limit} g/L", limit=int(LOW_IGG.value))
    return when_known(igg, says, lambda g_l: g_l.below(LOW_IGG.value), wanted)


SENTENCES = WatchSentences(
    question=say("belimumab and an anti-CD20 antibody are combined"),
    found=say("the two meet"),
    open=lambda what: say("Belimumab and anti-CD20; to be checked first: {what}", what=what),
    fine=say("Belimumab and an anti-CD20 antibody are not combined"),
    not_used=say("Neither belimumab nor an anti-CD20 antibody is ordered"),
)


def decide_combination(ordering: Ordering) -> Guidance:
    """Belimumab with an anti-CD20 antibody."""
    return watch(
        "belimumab-anti-cd20",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(ordering.now.chart),
            using=ordering.is_ordered(say("belimumab or an anti-CD20 antibody is ordered"), BELIMUMAB | ANTI_CD20),
            hazards=(
                Hazard(
                    beside_anti_cd20(ordering),
                    say("Belimumab with an anti-CD20 antibody: no proven benefit together, more infection"),
                    Indicator.WARNING,
                    Outcome.ADVISE,
                ),
            ),
        ),
    )


GATE_SENTENCES = WatchSentences(
    question=say("belimumab is ordered although something speaks against it"),
    found=say("something speaks against belimumab"),
    open=lambda what: say("Belimumab ordered; to be checked first: {what}", what=what),
    fine=say("Belimumab ordered; nothing on record speaks against it"),
    not_used=say("Belimumab is not ordered"),
)


def decide_gates(ordering: Ordering) -> Guidance:
    """Contraindication and gates of belimumab."""
    chart = ordering.now.chart
    viral = (concepts.HEPATITIS_B, concepts.HEPATITIS_C, concepts.HIV)
    return watch(
        "belimumab-gates",
        CITES,
        GATE_SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("belimumab is ordered"), BELIMUMAB),
            hazards=(
                Hazard(
                    allergic_to(chart, say("there was a reaction to belimumab"), BELIMUMAB),
                    say("Belimumab ordered after a reaction to it: contraindicated after anaphylaxis"),
                    Indicator.CRITICAL,
                ),
                Hazard(
                    diagnosed(chart, say("there is or was HIV, hepatitis B or C"), *viral),
                    say("Belimumab is not recommended with HIV, or present or past hepatitis B or C"),
                ),
                Hazard(has_kidney_transplant(chart), say("Belimumab is not recommended after an organ transplant")),
                Hazard(
                    diagnosed(chart, say("there is lupus of the nervous system"), concepts.CNS_LUPUS),
                    say("Belimumab was not studied in severe active lupus of the nervous system"),
                    outcome=Outcome.ADVISE,
                ),
                Hazard(igg_is_low(ordering), say("Belimumab is not recommended with IgG below 4 g/L")),
                Hazard(
                    diagnosed(chart, say("there is depression"), concepts.DEPRESSION),
                    say("Belimumab with depression on record: watch mood and suicidality"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                ),
            ),
        ),
    )


RULES = (
    OrderRule(
        rule="belimumab-anti-cd20",
        title=say("Belimumab with an anti-CD20 antibody"),
        statement=say("Belimumab and an anti-CD20 antibody are not routinely combined."),
        cites=CITES,
        parameters=(ANTI_CD20_WITHIN,),
        concerns=BELIMUMAB | ANTI_CD20,
        decide=decide_combination,
    ),
    OrderRule(
        rule="belimumab-gates",
        title=say("Belimumab: gates"),
        statement=say(
            "Belimumab is contraindicated after anaphylaxis to it, and not recommended with HIV, present or past"
            " hepatitis B or C, IgG below 4 g/L or a transplant."
        ),
        cites=CITES,
        parameters=(LOW_IGG, IGG_AGE),
        concerns=BELIMUMAB,
        decide=decide_gates,
    ),
)
