"""An order for an anti-CD20 antibody: hepatitis B first, never two of them, no active infection.

Obinutuzumab and rituximab carry a boxed warning: HBsAg and anti-HBc are tested before the first dose; with either
positive hepatology comes first. Not with progressive multifocal leukoencephalopathy.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import GAZYVA_LABEL
from lnfhir.guideline.infection_prevention import was_given
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator
from lnfhir.guideline.record import MEDICATIONS, SEARCH, diagnosed, diagnosed_now
from lnfhir.guideline.sources import ENGINEERING, LNFHIR, PRIMARY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.logic import Finding, any_of, met, not_met, unknown
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import ANTI_CD20

TEST_AGE = Parameter(
    "oldest negative hepatitis B test that still counts",
    365,
    "days",
    LNFHIR.at("hepatitis B before anti-CD20", ENGINEERING),
)
ANOTHER_WITHIN = Parameter(
    "time after another anti-CD20 antibody that counts as together", 183, "days",
    LNFHIR.at("two anti-CD20 antibodies", ENGINEERING),
)  # fmt: skip
BOXED = (GAZYVA_LABEL.at("boxed warning, hepatitis B", PRIMARY),)
INFECTIONS = (concepts.SEPSIS, concepts.URINARY_INFECTION, concepts.VIRAL_INFECTION, concepts.TUBERCULOSIS)


def serology_is_positive(chart: Chart, analyte: Analyte, says: Message, wanted: Message) -> Finding:
    """Positive at any time; a negative counts when it is the latest and recent enough."""
    read = [r for r in chart.results_of(analyte) if r.positive is not None]
    positive = [r.evidence for r in read if r.positive]
    if positive:
        return met(says, *positive)
    since = chart.as_of - timedelta(days=TEST_AGE.value)
    if read and read[-1].day >= since:
        return not_met(says, read[-1].evidence)
    return unknown(says, wanted)


def hepatitis_b_is_or_was(chart: Chart) -> Finding:
    """HBsAg, anti-HBc, HBV DNA or the diagnosis."""
    parts = [
        serology_is_positive(chart, Analyte.HBSAG, say("HBsAg is positive"), say("HBsAg of the last 12 months")),
        serology_is_positive(
            chart, Analyte.ANTI_HBC, say("anti-HBc is positive"), say("anti-HBc of the last 12 months")
        ),
    ]
    known = diagnosed(chart, say("hepatitis B is on the problem list"), concepts.HEPATITIS_B)
    return any_of(say("there is or was hepatitis B"), *parts, *((known,) if known.evidence else ()))


HBV_SENTENCES = WatchSentences(
    question=say("an anti-CD20 antibody is ordered with hepatitis B not excluded"),
    found=say("there is or was hepatitis B"),
    open=lambda what: say("Anti-CD20 antibody ordered, hepatitis B untested; needed first: {what}", what=what),
    fine=say("Anti-CD20 antibody ordered; hepatitis B is excluded"),
    not_used=say("No anti-CD20 antibody is ordered"),
)


def decide_hepatitis_b(ordering: Ordering) -> Guidance:
    """Tested, and negative."""
    chart = ordering.now.chart
    return watch(
        "hbv-before-cd20",
        BOXED,
        HBV_SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("an anti-CD20 antibody is ordered"), ANTI_CD20),
            hazards=(
                Hazard(
                    hepatitis_b_is_or_was(chart),
                    say("Anti-CD20 antibody ordered despite signs of hepatitis B: hepatology first"),
                    Indicator.CRITICAL,
                ),
            ),
            requests=(drafts.request(chart, drafts.HBSAG), drafts.request(chart, drafts.ANTI_HBC)),
            unsettled=Indicator.CRITICAL,
        ),
    )


def two_antibodies(ordering: Ordering) -> Finding:
    """More than one anti-CD20 antibody, ordered or given lately."""
    says = say("two anti-CD20 antibodies meet")
    chart = ordering.after.chart
    uses = was_given(chart, frozenset(ANTI_CD20), ANOTHER_WITHIN)
    if len({use.drug for use in uses}) > 1:
        return met(says, *map(use_evidence, uses))
    unsearched = [SEARCH[n] for n in (*MEDICATIONS, Need.ADMINISTRATIONS) if not chart.searched(n)]
    return unknown(says, *unsearched) if unsearched else not_met(says, *map(use_evidence, uses))


SAFETY_SENTENCES = WatchSentences(
    question=say("an anti-CD20 antibody is ordered although something speaks against it"),
    found=say("something speaks against the antibody"),
    open=lambda what: say("Anti-CD20 antibody ordered; to be checked first: {what}", what=what),
    fine=say("Anti-CD20 antibody ordered; nothing on record speaks against it"),
    not_used=say("No anti-CD20 antibody is ordered"),
)


def decide_safety(ordering: Ordering) -> Guidance:
    """Two antibodies, PML, active infection."""
    chart = ordering.now.chart
    return watch(
        "anti-cd20-safety",
        (GAZYVA_LABEL.at("warnings and precautions", PRIMARY),),
        SAFETY_SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("an anti-CD20 antibody is ordered"), ANTI_CD20),
            hazards=(
                Hazard(
                    two_antibodies(ordering),
                    say("Two anti-CD20 antibodies: never together, and not within months of each other"),
                    Indicator.CRITICAL,
                ),
                Hazard(
                    diagnosed(chart, say("there is PML"), concepts.PROGRESSIVE_MULTIFOCAL_LEUKOENCEPHALOPATHY),
                    say("Anti-CD20 antibody ordered with progressive multifocal leukoencephalopathy on record"),
                    Indicator.CRITICAL,
                ),
                Hazard(
                    diagnosed_now(chart, say("there is an active infection"), *INFECTIONS),
                    say("Anti-CD20 antibody ordered during an active infection: treat it first"),
                ),
            ),
        ),
    )


RULES = (
    OrderRule(
        rule="hbv-before-cd20",
        title=say("Hepatitis B before an anti-CD20 antibody"),
        statement=say(
            "HBsAg and anti-HBc are tested before an anti-CD20 antibody; with either positive hepatology comes first."
        ),
        cites=BOXED,
        parameters=(TEST_AGE,),
        concerns=ANTI_CD20,
        decide=decide_hepatitis_b,
    ),
    OrderRule(
        rule="anti-cd20-safety",
        title=say("Anti-CD20 antibody: safety"),
        statement=say(
            "Two anti-CD20 antibodies are never combined; none is given with progressive multifocal leukoencephalopathy"
            " or during an active infection."
        ),
        cites=(GAZYVA_LABEL.at("warnings and precautions", PRIMARY),),
        parameters=(ANOTHER_WITHIN,),
        concerns=ANTI_CD20,
        decide=decide_safety,
    ),
)
