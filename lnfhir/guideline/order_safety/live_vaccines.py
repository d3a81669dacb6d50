"""An order for a live vaccine: not under immunosuppression."""

from __future__ import annotations

from lnfhir.guideline.infection_prevention import is_immunosuppressed
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator
from lnfhir.guideline.sources import EULAR_2023, FROM_MEMORY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.message import say
from lnfhir.terminology.drug_groups import LIVE_VACCINES

CITES = (EULAR_2023.at("vaccination", FROM_MEMORY),)
SENTENCES = WatchSentences(
    question=say("a live vaccine is ordered under immunosuppression"),
    found=say("immunosuppressive treatment is in use or ordered"),
    open=lambda what: say("Live vaccine ordered; needed first: {what}", what=what),
    fine=say("Live vaccine ordered; no immunosuppression is on record"),
    not_used=say("No live vaccine is ordered"),
)


def decide(ordering: Ordering) -> Guidance:
    """A live vaccine under immunosuppression."""
    return watch(
        "live-vaccine",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(ordering.now.chart),
            using=ordering.is_ordered(say("a live vaccine is ordered"), LIVE_VACCINES),
            hazards=(
                Hazard(
                    is_immunosuppressed(ordering.after.chart),
                    say("Live vaccine ordered under immunosuppression: do not give"),
                    Indicator.CRITICAL,
                ),
            ),
            unsettled=Indicator.WARNING,
        ),
    )


RULES = (
    OrderRule(
        rule="live-vaccine",
        title=say("Live vaccines under immunosuppression"),
        statement=say("Live vaccines are not given under immunosuppression."),
        cites=CITES,
        parameters=(),
        concerns=LIVE_VACCINES,
        decide=decide,
    ),
)
