"""Drugs that harm an unborn child: not in pregnancy, and not while the pregnancy status is unknown.

Mycophenolate, cyclophosphamide, leflunomide, methotrexate, blockers of the renin-angiotensin system, SGLT2 inhibitors
and voclosporin. Mycophenolate asks for negative tests before the start and contraception until 6 weeks after its end.
"""

from __future__ import annotations

from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import MMF_LABEL
from lnfhir.guideline.order_safety.ordering import Ordering, OrderRule, in_scope
from lnfhir.guideline.recommendation import Guidance, Indicator
from lnfhir.guideline.sources import EULAR_2023, FROM_MEMORY, PRIMARY
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import contraception_is_effective, is_pregnant
from lnfhir.message import say
from lnfhir.terminology.drug_groups import MYCOPHENOLATES, SGLT2_INHIBITORS, TERATOGENS

HARMFUL = TERATOGENS | SGLT2_INHIBITORS
CITES = (
    MMF_LABEL.at("boxed warning, pregnancy", PRIMARY),
    EULAR_2023.at("pregnancy", FROM_MEMORY),
)

SENTENCES = WatchSentences(
    question=say("a drug that harms an unborn child is ordered"),
    found=say("the patient is pregnant"),
    open=lambda what: say("Drug harmful in pregnancy ordered; needed first: {what}", what=what),
    fine=say("Drug harmful in pregnancy ordered; a pregnancy is excluded"),
    not_used=say("No drug harmful in pregnancy is ordered"),
)
CONTRACEPTION = say("Contraception is needed during treatment; with mycophenolate until 6 weeks after it")
MEN = say("For men on mycophenolate: contraception until 90 days after it")


def decide(ordering: Ordering) -> Guidance:
    """Pregnant, possibly pregnant, or not."""
    chart = ordering.now.chart
    man_on_mycophenolate = chart.person.sex == "male" and bool(ordering.ordered(MYCOPHENOLATES))
    return watch(
        "teratogen-pregnancy",
        CITES,
        SENTENCES,
        Watch(
            whom=in_scope(chart),
            using=ordering.is_ordered(say("a drug harmful in pregnancy is ordered"), HARMFUL),
            hazards=(
                Hazard(
                    is_pregnant(chart),
                    say("Harmful in pregnancy and the patient is pregnant: do not order"),
                    Indicator.CRITICAL,
                ),
            ),
            gates=(contraception_is_effective(chart),),
            notes=(MEN,) if man_on_mycophenolate else (CONTRACEPTION,) if chart.person.sex != "male" else (),
            requests=(drafts.request(chart, drafts.HCG),),
            unsettled=Indicator.CRITICAL,
        ),
    )


RULES = (
    OrderRule(
        rule="teratogen-pregnancy",
        title=say("Drugs harmful in pregnancy"),
        statement=say(
            "Mycophenolate, cyclophosphamide, leflunomide, methotrexate, renin-angiotensin blockers, SGLT2 inhibitors"
            " and voclosporin are not ordered in pregnancy, nor while its status is unknown."
        ),
        cites=CITES,
        parameters=(),
        concerns=HARMFUL,
        decide=decide,
    ),
)
