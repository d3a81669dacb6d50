"""An order for cyclophosphamide: the lifetime dose, neutrophils, infection.

The lifetime dose is tracked: asked about above 10 g, warned of above 25 g, avoided above 36 g. Not with neutrophils
below 1.5, nor during an active infection. Pregnancy and voclosporin are checked by their own rules.
"""

from __future__ import annotations

from lnfhir.citation import Parameter
from lnfhir.guideline.care_sources import CYC_REVIEW
from lnfhir.guideline.order_safety.anti_cd20 import INFECTIONS
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import diagnosed_now, recent, when_known
from lnfhir.guideline.sources import DIGEST, ENGINEERING, FROM_MEMORY, LNFHIR
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding
from lnfhir.measures.cyclophosphamide import cumulative_cyclophosphamide
from lnfhir.message import say
from lnfhir.quantity import Analyte, small_enough

CYCLOPHOSPHAMIDE = frozenset({"cyclophosphamide"})
ASK_ABOVE = Parameter(
    "lifetime cyclophosphamide above which it is asked about", 10, "g", CYC_REVIEW.at("lifetime dose", FROM_MEMORY)
)
WARN_ABOVE = Parameter(
    "lifetime cyclophosphamide above which it is warned of", 25, "g", CYC_REVIEW.at("lifetime dose", DIGEST)
)
AVOID_ABOVE = Parameter(
    "lifetime cyclophosphamide above which it is avoided", 36, "g", CYC_REVIEW.at("lifetime dose", DIGEST)
)
LOW_NEUTROPHILS = Parameter(
    "neutrophils below which it is not given", 1.5, "10*9/L", CYC_REVIEW.at("neutrophils", FROM_MEMORY)
)
COUNT_AGE = Parameter(
    "oldest neutrophil count on which the order can rest", 30, "days", LNFHIR.at("cyclophosphamide order", ENGINEERING)
)
CITES = (CYC_REVIEW.at("lifetime dose", DIGEST),)


def lifetime_dose_is_above(ordering: Ordering, limit: Parameter) -> Finding:
    """What is on record, the order itself aside."""
    says = say("lifetime cyclophosphamide is above {limit} g", limit=int(limit.value))
    return cumulative_cyclophosphamide(ordering.now.chart).finding(says, lambda g: not small_enough(g, limit.value))


def neutrophils_are_low(ordering: Ordering) -> Finding:
    """Neutrophils below 1.5."""
    wanted = say("a neutrophil count of the last {days} days", days=int(COUNT_AGE.value))
    count = recent(ordering.now.chart, Analyte.NEUTROPHILS, COUNT_AGE, wanted)
    says = say("neutrophils are below {limit}", limit=LOW_NEUTROPHILS.value)
    return when_known(count, says, lambda n: n.below(LOW_NEUTROPHILS.value), wanted)


SENTENCES = WatchSentences(
    question=say("cyclophosphamide is ordered although something speaks against it"),
    found=say("something speaks against cyclophosphamide"),
    open=lambda what: say("Cyclophosphamide ordered; needed first: {what}", what=what),
    fine=say("Cyclophosphamide ordered; lifetime dose and counts allow it by the record"),
    not_used=say("Cyclophosphamide is not ordered"),
)
EXTERNAL = say("Doses given elsewhere may be missing from the record: ask")
FERTILITY = say("Discuss fertility protection; mind pneumocystis prophylaxis and the nadir of the counts")


def decide(ordering: Ordering) -> Guidance:
    """Lifetime dose, neutrophils, infection."""
    chart = ordering.now.chart
    infection = diagnosed_now(chart, say("there is an active infection"), *INFECTIONS)
    return watch(
        "cyc-cumulative",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("cyclophosphamide is ordered"), CYCLOPHOSPHAMIDE),
            hazards=(
                Hazard(
                    lifetime_dose_is_above(ordering, AVOID_ABOVE),
                    say("Lifetime cyclophosphamide is above 36 g: avoid more"),
                    Indicator.CRITICAL,
                ),
                Hazard(
                    lifetime_dose_is_above(ordering, WARN_ABOVE),
                    say("Lifetime cyclophosphamide is above 25 g: weigh the risk of cancer"),
                    outcome=Outcome.ADVISE,
                ),
                Hazard(neutrophils_are_low(ordering), say("Cyclophosphamide ordered with neutrophils below 1.5")),
                Hazard(infection, say("Cyclophosphamide ordered during an active infection: treat it first")),
                Hazard(
                    lifetime_dose_is_above(ordering, ASK_ABOVE),
                    say("Lifetime cyclophosphamide is above 10 g: confirm the total, also doses given elsewhere"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                ),
            ),
            notes=(EXTERNAL, FERTILITY),
        ),
    )


RULES = (
    OrderRule(
        rule="cyc-cumulative",
        title=say("Cyclophosphamide: lifetime dose and counts"),
        statement=say(
            "Track the lifetime dose of cyclophosphamide: ask above 10 g, warn above 25 g, avoid above 36 g; not with"
            " neutrophils below 1.5 or during an active infection."
        ),
        cites=CITES,
        parameters=(ASK_ABOVE, WARN_ABOVE, AVOID_ABOVE, LOW_NEUTROPHILS, COUNT_AGE),
        concerns=CYCLOPHOSPHAMIDE,
        decide=decide,
    ),
)
