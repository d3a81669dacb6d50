"""An order for hydroxychloroquine: its dose, and whether it is contraindicated.

The dose is judged as in use: at most 5 mg of the sulfate per kg a day and 400 mg in all, less below an eGFR of 30. The
order is taken to replace the present one.
"""

from __future__ import annotations

from dataclasses import replace

from lnfhir.guideline import drafts
from lnfhir.guideline.hydroxychloroquine import (
    CITES,
    YOUNGEST,
    caution_is_advised,
    is_contraindicated,
)
from lnfhir.guideline.hydroxychloroquine_dose import DOSE, dose_guidance
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.measures.hydroxychloroquine import HYDROXYCHLOROQUINE
from lnfhir.message import say

CONCERNS = frozenset({HYDROXYCHLOROQUINE})


def decide_ordered_dose(ordering: Ordering) -> Guidance:
    """The dose ordered, in place of the one in use."""
    chart = ordering.after.chart
    others = tuple(use for use in chart.drugs if use.drug != HYDROXYCHLOROQUINE)
    kept = (*others, *ordering.ordered(CONCERNS))
    return dose_guidance(replace(ordering.after, chart=replace(chart, drugs=kept)), in_scope(chart))


SENTENCES = WatchSentences(
    question=say("hydroxychloroquine is ordered although something speaks against it"),
    found=say("something speaks against hydroxychloroquine"),
    open=lambda what: say("Hydroxychloroquine ordered; to be checked first: {what}", what=what),
    fine=say("Hydroxychloroquine ordered; nothing on record speaks against it"),
    not_used=say("Hydroxychloroquine is not ordered"),
)


def decide_contraindications(ordering: Ordering) -> Guidance:
    """Retinopathy, allergy, porphyria, age; cautions inform."""
    chart = ordering.now.chart
    eye = drafts.request(chart, drafts.EYE_EXAM, say("Request a baseline retinal examination"))
    return watch(
        "hcq-safety",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("hydroxychloroquine is ordered"), CONCERNS),
            hazards=(
                Hazard(
                    is_contraindicated(chart),
                    say("Hydroxychloroquine is contraindicated (retinopathy, intolerance, porphyria or age)"),
                ),
                Hazard(
                    caution_is_advised(chart),
                    say("Hydroxychloroquine ordered with a caution on record: QT, cardiomyopathy or G6PD"),
                    Indicator.INFO,
                    Outcome.ADVISE,
                    (eye,),
                ),
            ),
        ),
    )


RULES = (
    OrderRule(DOSE.rule, DOSE.title, DOSE.statement, DOSE.cites, DOSE.parameters, CONCERNS, decide_ordered_dose),
    OrderRule(
        rule="hcq-safety",
        title=say("Hydroxychloroquine: contraindications"),
        statement=say(
            "Hydroxychloroquine is not ordered with known retinopathy from it, allergy or intolerance, porphyria or"
            " under 6 years; with caution in long QT, cardiomyopathy and G6PD deficiency."
        ),
        cites=CITES,
        parameters=(YOUNGEST,),
        concerns=CONCERNS,
        decide=decide_contraindications,
    ),
)
