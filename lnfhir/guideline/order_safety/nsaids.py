"""An order for an NSAID in lupus nephritis: it harms the kidney and clouds the judgement of response."""

from __future__ import annotations

from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.ras_conflict import BLOCKERS
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import holds, takes
from lnfhir.guideline.sources import DIGEST, KDIGO_CKD_2024
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus_nephritis
from lnfhir.message import say
from lnfhir.terminology.drug_groups import DIURETICS, NSAIDS

CITES = (KDIGO_CKD_2024.at("medicines and nephrotoxins", DIGEST),)
SENTENCES = WatchSentences(
    question=say("an NSAID is ordered in lupus nephritis"),
    found=say("there is lupus nephritis"),
    open=lambda what: say("NSAID ordered; needed: {what}", what=what),
    fine=say("NSAID ordered; no lupus nephritis is on record"),
    not_used=say("No NSAID is ordered"),
)
TRIPLE = say("With RAS blockade and a diuretic the risk of acute kidney injury rises further")


def decide(ordering: Ordering) -> Guidance:
    """An NSAID in lupus nephritis."""
    chart = ordering.after.chart
    blocked = holds(takes(chart, say("a RAS blocker is in use"), BLOCKERS))
    diuretic = holds(takes(chart, say("a diuretic is in use"), DIURETICS))
    return watch(
        "nsaid",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("an NSAID is ordered"), NSAIDS),
            hazards=(
                Hazard(
                    has_lupus_nephritis(chart),
                    say("NSAID ordered in lupus nephritis: avoid, it harms the kidney and clouds the response"),
                    Indicator.WARNING,
                    Outcome.ADVISE,
                    notes=(TRIPLE,) if blocked and diuretic else (),
                ),
            ),
        ),
    )


RULES = (
    OrderRule(
        rule="nsaid",
        title=say("NSAID in lupus nephritis"),
        statement=say("NSAIDs are avoided in lupus nephritis."),
        cites=CITES,
        parameters=(),
        concerns=NSAIDS,
        decide=decide,
    ),
)
