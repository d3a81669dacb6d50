"""An order for a blocker of the renin-angiotensin system: combinations, and potassium.

Never an ACE inhibitor with an ARB. A new blocker is not started with potassium above the site's limit (5.0, or 5.5),
one in use is stopped from 6.0. Trimethoprim-sulfamethoxazole beside a blocker raises potassium.
"""

from __future__ import annotations

from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import UK_POTASSIUM
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.ras_blockade import CHEMISTRY_AGE, K_NO_START, potassium_forbids_start
from lnfhir.guideline.ras_conflict import BLOCKERS, CONFLICT, RENIN_BLOCKERS, conflict_guidance
from lnfhir.guideline.ras_follow_up import FOLLOW_UP_RESULTS, K_STOP, potassium_demands_a_stop
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import in_use, takes
from lnfhir.guideline.sources import SECONDARY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding, all_of
from lnfhir.message import say

ALL_BLOCKERS = BLOCKERS | RENIN_BLOCKERS
TRIMETHOPRIM = frozenset({"trimethoprim", "trimethoprim-sulfamethoxazole"})
CITES = (UK_POTASSIUM.at("RAS inhibitors", SECONDARY),)
PARAMETERS: tuple[Parameter, ...] = (K_NO_START, K_STOP, CHEMISTRY_AGE, FOLLOW_UP_RESULTS)


def decide_combination(ordering: Ordering) -> Guidance:
    """The blockers in force once the order is signed."""
    return conflict_guidance(ordering.after, in_scope(ordering.now.chart))


def is_a_start(ordering: Ordering) -> bool:
    """No blocker is in use yet."""
    return not in_use(ordering.now.chart, ALL_BLOCKERS)


def potassium_is_too_high(ordering: Ordering) -> Finding:
    """Above the limit for a start, or from the limit for a stop when a blocker is in use already."""
    now = ordering.now
    if is_a_start(ordering):
        limit = potassium_forbids_start(now.chart, now.policy.k_no_start)
    else:
        limit = potassium_demands_a_stop(now)
    ordered = ordering.is_ordered(say("a RAS blocker is ordered"), ALL_BLOCKERS)
    return all_of(say("a RAS blocker is ordered with high potassium"), ordered, limit)


def trimethoprim_beside_blocker(ordering: Ordering) -> Finding:
    """Trimethoprim beside a blocker, whichever is ordered."""
    chart = ordering.after.chart
    return all_of(
        say("trimethoprim and a RAS blocker are used together"),
        takes(chart, say("trimethoprim is in use or ordered"), TRIMETHOPRIM),
        takes(chart, say("a RAS blocker is in use or ordered"), ALL_BLOCKERS),
    )


SENTENCES = WatchSentences(
    question=say("potassium speaks against the order"),
    found=say("potassium is, or will be, too high"),
    open=lambda what: say("RAS blocker ordered; needed first: {what}", what=what),
    fine=say("Potassium allows the order"),
    not_used=say("No drug that raises potassium is ordered"),
)


def decide_potassium(ordering: Ordering) -> Guidance:
    """Potassium before a blocker."""
    chart = ordering.now.chart
    concerned = ALL_BLOCKERS | TRIMETHOPRIM
    return watch(
        "ras-potassium",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("a drug that raises potassium is ordered"), concerned),
            hazards=(
                Hazard(
                    potassium_is_too_high(ordering),
                    say("Potassium is too high to start or continue the RAS blocker ordered"),
                ),
                Hazard(
                    trimethoprim_beside_blocker(ordering),
                    say("Trimethoprim beside a RAS blocker raises potassium: check it within days"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                    (drafts.request(chart, drafts.POTASSIUM),),
                ),
            ),
            requests=(drafts.request(chart, drafts.POTASSIUM),),
            unsettled=Indicator.WARNING if is_a_start(ordering) else Indicator.INFO,
        ),
    )


RULES = (
    OrderRule(
        CONFLICT.rule,
        CONFLICT.title,
        CONFLICT.statement,
        CONFLICT.cites,
        CONFLICT.parameters,
        ALL_BLOCKERS,
        decide_combination,
    ),
    OrderRule(
        rule="ras-potassium",
        title=say("Potassium before a renin-angiotensin blocker"),
        statement=say(
            "A renin-angiotensin blocker is not started with potassium above 5.0 mmol/L (a site may choose 5.5) and is"
            " stopped from 6.0; trimethoprim beside it raises potassium."
        ),
        cites=CITES,
        parameters=PARAMETERS,
        concerns=ALL_BLOCKERS | TRIMETHOPRIM,
        decide=decide_potassium,
    ),
)
