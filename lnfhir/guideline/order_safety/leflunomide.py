"""An order for leflunomide: the liver, and what it is combined with.

Boxed warnings: not in pregnancy (checked with the other teratogens), not with liver disease or ALT above twice the
upper limit. Caution with mycophenolate, and with methotrexate (both harm the liver).
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import LEFLUNOMIDE_LABEL
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.record import diagnosed, takes, when_known
from lnfhir.guideline.sources import ENGINEERING, FROM_MEMORY, LNFHIR
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding, Known, all_of, met, none_of, not_met, unknown
from lnfhir.message import say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import MYCOPHENOLATES

LEFLUNOMIDE = frozenset({"leflunomide", "teriflunomide"})
METHOTREXATE = frozenset({"methotrexate"})
ALT_AGE = Parameter("oldest ALT on which the order can rest", 30, "days", LNFHIR.at("leflunomide order", ENGINEERING))
ALT_TIMES = Parameter(
    "ALT as a multiple of the laboratory's upper limit above which it is not used", 2, "ratio",
    LEFLUNOMIDE_LABEL.at("boxed warnings", FROM_MEMORY),
)  # fmt: skip
CITES = (LEFLUNOMIDE_LABEL.at("boxed warnings", FROM_MEMORY),)


def alt_is_not_recent(chart: Chart) -> Finding:
    """No ALT of the last 30 days."""
    says = say("no ALT of the last {days} days is on record", days=int(ALT_AGE.value))
    since = chart.as_of - timedelta(days=ALT_AGE.value)
    found = [r.evidence for r in chart.results_of(Analyte.ALT) if r.day >= since]
    return not_met(says, *found) if found else met(says)


def alt_against_its_limit(chart: Chart) -> Finding:
    """By the limit that the laboratory sent with the latest ALT of the last 30 days; without one it is to be asked."""
    says = say("ALT is at most twice the upper limit of the laboratory")
    wanted = say("ALT compared with the laboratory's upper limit")
    latest = next(iter(chart.results_of(Analyte.ALT)[-1:]), None)
    if latest is None:
        return unknown(says, wanted)
    limit, since = latest.upper_limit, chart.as_of - timedelta(days=ALT_AGE.value)
    if latest.amount is None or limit is None or latest.day < since:
        return unknown(says, wanted, evidence=(latest.evidence,))
    judged = Known(
        latest.amount, (latest.evidence,), (say("the laboratory's upper limit is {limit} U/L", limit=limit),)
    )
    return when_known(judged, says, lambda alt: alt.at_most(ALT_TIMES.value * limit), wanted)


SENTENCES = WatchSentences(
    question=say("leflunomide meets something that speaks against it"),
    found=say("something speaks against leflunomide"),
    open=lambda what: say("Leflunomide; to be checked first: {what}", what=what),
    fine=say("Leflunomide: nothing on record speaks against it"),
    not_used=say("Leflunomide is neither in use nor ordered"),
)


def decide(ordering: Ordering) -> Guidance:
    """Liver and combinations."""
    now, after = ordering.now.chart, ordering.after.chart
    in_force = takes(after, say("leflunomide is in use or ordered"), LEFLUNOMIDE)
    hazards = [
        Hazard(
            takes(after, say("mycophenolate is in use or ordered"), MYCOPHENOLATES),
            say("Leflunomide with mycophenolate: caution, follow counts and infection"),
            Indicator.WARNING,
            Outcome.ADVISE,
        ),
        Hazard(
            takes(after, say("methotrexate is in use or ordered"), METHOTREXATE),
            say("Leflunomide with methotrexate: caution, both harm the liver"),
            Indicator.WARNING,
            Outcome.ADVISE,
        ),
        Hazard(
            none_of(say("ALT is above twice the upper limit of the laboratory"), alt_against_its_limit(now)),
            say("Leflunomide with ALT above twice the upper limit of the laboratory: boxed warning, do not use"),
            Indicator.CRITICAL,
        ),
    ]
    if ordering.ordered(LEFLUNOMIDE):
        hazards += [
            Hazard(
                diagnosed(now, say("there is liver disease"), concepts.LIVER_DISEASE),
                say("Leflunomide ordered with liver disease on record: boxed warning, do not use"),
                Indicator.CRITICAL,
            ),
            Hazard(
                all_of(say("liver enzymes are not known"), alt_is_not_recent(now)),
                say("Leflunomide ordered without an ALT of the last 30 days: test first"),
                Indicator.WARNING,
                Outcome.ADVISE,
                (drafts.request(now, drafts.ALT),),
            ),
        ]
    return watch(
        "leflunomide-safety",
        CITES,
        SENTENCES,
        Watch(in_scope(now), in_force, tuple(hazards)),
    )


RULES = (
    OrderRule(
        rule="leflunomide-safety",
        title=say("Leflunomide: liver and combinations"),
        statement=say(
            "Leflunomide is not used with liver disease or ALT above twice the upper limit; caution with mycophenolate"
            " and with methotrexate."
        ),
        cites=CITES,
        parameters=(ALT_AGE, ALT_TIMES),
        concerns=LEFLUNOMIDE | MYCOPHENOLATES | METHOTREXATE,
        decide=decide,
    ),
)
