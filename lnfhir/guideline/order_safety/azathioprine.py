"""An order for azathioprine, or for what does not go with it.

Never with mycophenolate; contraindicated with febuxostat; with allopurinol avoided, or cut to a third or a quarter with
blood counts. Before the start TPMT or NUDT15 is tested: deficiency forbids it, half activity asks for less.
"""

from __future__ import annotations

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import AZA_DIGEST, ULORIC_LABEL
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import allergic_to, in_use, takes
from lnfhir.guideline.sources import DIGEST, PRIMARY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding, met, not_met, unknown
from lnfhir.message import say
from lnfhir.quantity import Analyte
from lnfhir.terminology.drug_groups import MYCOPHENOLATES

AZATHIOPRINE = frozenset({"azathioprine", "mercaptopurine"})
ALLOPURINOL, FEBUXOSTAT = frozenset({"allopurinol"}), frozenset({"febuxostat"})
CITES = (
    ULORIC_LABEL.at("contraindications", PRIMARY),
    AZA_DIGEST.at("allopurinol, TPMT, NUDT15", DIGEST),
)


def thiopurine_test_is_missing(chart: Chart) -> Finding:
    """Neither TPMT activity nor a TPMT or NUDT15 genotype on record; a result is shown, not interpreted."""
    says = say("TPMT and NUDT15 were not tested")
    found = [r.evidence for r in chart.results_of(Analyte.TPMT, Analyte.TPMT_NUDT15_GENOTYPE)]
    if found:
        return not_met(says, *found)
    if not chart.searched(Need.CHEMISTRY):
        return unknown(says, say("TPMT or NUDT15 results"))
    return met(says)


SENTENCES = WatchSentences(
    question=say("azathioprine meets something that speaks against it"),
    found=say("something speaks against azathioprine"),
    open=lambda what: say("Azathioprine; to be checked first: {what}", what=what),
    fine=say("Azathioprine: nothing on record speaks against it"),
    not_used=say("Azathioprine is neither in use nor ordered"),
)
REDUCE = say("If allopurinol cannot be avoided: azathioprine at a third to a quarter of the dose, with blood counts")
INTERPRET = say(
    "A deficient TPMT or NUDT15 forbids azathioprine; intermediate activity asks for 30 to 80 % of the dose"
)


def decide(ordering: Ordering) -> Guidance:
    """Combinations of azathioprine once the order is signed, and the test before a start."""
    now, after = ordering.now.chart, ordering.after.chart
    hazards = [
        Hazard(
            takes(after, say("mycophenolate is in use or ordered"), MYCOPHENOLATES),
            say("Azathioprine with mycophenolate: never combine"),
            Indicator.CRITICAL,
        ),
        Hazard(
            takes(after, say("febuxostat is in use or ordered"), FEBUXOSTAT),
            say("Azathioprine with febuxostat: contraindicated"),
            Indicator.CRITICAL,
        ),
        Hazard(
            takes(after, say("allopurinol is in use or ordered"), ALLOPURINOL),
            say("Azathioprine with allopurinol: avoid, or cut azathioprine to a third or a quarter with counts"),
            Indicator.WARNING,
            Outcome.ADVISE,
            notes=(REDUCE,),
        ),
    ]
    if ordering.ordered(AZATHIOPRINE):
        hazards.append(
            Hazard(
                allergic_to(now, say("there is an intolerance to azathioprine"), AZATHIOPRINE),
                say("Azathioprine ordered despite an allergy or intolerance to it"),
            )
        )
    if ordering.ordered(AZATHIOPRINE) and not in_use(now, AZATHIOPRINE):
        hazards.append(
            Hazard(
                thiopurine_test_is_missing(now),
                say("Azathioprine ordered without a TPMT or NUDT15 test on record: test before the start"),
                Indicator.WARNING,
                Outcome.ADVISE,
                (drafts.request(now, drafts.TPMT),),
            )
        )
    return watch(
        "azathioprine-safety",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(now),
            using=takes(after, say("azathioprine is in use or ordered"), AZATHIOPRINE),
            hazards=tuple(hazards),
            notes=(INTERPRET,),
        ),
    )


RULES = (
    OrderRule(
        rule="azathioprine-safety",
        title=say("Azathioprine: combinations and thiopurine test"),
        statement=say(
            "Azathioprine is never combined with mycophenolate, contraindicated with febuxostat, avoided or cut with"
            " allopurinol, and preceded by a TPMT or NUDT15 test."
        ),
        cites=CITES,
        parameters=(),
        concerns=AZATHIOPRINE | MYCOPHENOLATES | ALLOPURINOL | FEBUXOSTAT,
        decide=decide,
    ),
)
