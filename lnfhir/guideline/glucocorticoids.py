"""Glucocorticoid: down to 5 mg a day by six months, then out.

ACR 2024 asks for prednisone 5 mg a day or less by 6 months; EULAR 2023 for maintenance at 5 mg or less and withdrawal
when possible; EULAR 2019 for 7.5 mg or less by 3 to 6 months. A site chooses its target; 5.0 mg itself passes. After
weeks of more than 5 mg it is never stopped at once: these cards ask for a taper and draft no dose. After cell therapy
glucocorticoid is weaned by another plan, and they are silent.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import MEDICATIONS, SEARCH, shown
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import (
    ACR_2024,
    ENGINEERING,
    EULAR_2019,
    EULAR_2023,
    FROM_MEMORY,
    LNFHIR,
    PRIMARY,
)
from lnfhir.guideline.verdict import ResponseState, ResponseVerdict
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus
from lnfhir.logic import Finding, Truth, all_of, met, none_of, not_met, unknown
from lnfhir.measures.cell_therapy import cell_therapies
from lnfhir.measures.steroids import steroid_on
from lnfhir.message import Message, say
from lnfhir.quantity import small_enough

TARGET = Parameter("prednisone-equivalent to be reached", 5.0, "mg/d", ACR_2024.at("glucocorticoid taper", PRIMARY))
TARGET_BY = Parameter(
    "days after the start of treatment by which it is to be reached (6 months)", 183, "days",
    ACR_2024.at("glucocorticoid taper", PRIMARY),
)  # fmt: skip
TARGET_EULAR_2019 = Parameter(
    "prednisone-equivalent to be reached by EULAR 2019", 7.5, "mg/d", EULAR_2019.at("glucocorticoid target", PRIMARY)
)
WITHDRAW_FROM = Parameter(
    "lowest dose at which withdrawal is raised", 2.5, "mg/d", EULAR_2023.at("glucocorticoid withdrawal", FROM_MEMORY)
)
REMISSION_FOR = Parameter(
    "time in complete response before withdrawal is raised", 365, "days",
    EULAR_2023.at("glucocorticoid withdrawal", FROM_MEMORY),
)  # fmt: skip
RESPONSE_AGE = Parameter(
    "oldest response that still speaks for today", 183, "days", LNFHIR.at("glucocorticoid withdrawal", ENGINEERING)
)
CITES_TAPER = (
    TARGET.citation,
    EULAR_2023.at("glucocorticoid maintenance", PRIMARY),
    TARGET_EULAR_2019.citation,
)
CITES_WITHDRAW = (EULAR_2023.at("glucocorticoid withdrawal", PRIMARY),)

STEPWISE = say("Taper in steps: after 3 to 4 weeks above 5 mg/d it is never stopped at once (adrenal insufficiency)")


# When the rules speak


def takes_glucocorticoid(chart: Chart) -> Finding:
    """Systemic glucocorticoid today, pulses aside."""
    says = say("systemic glucocorticoid is in use")
    return steroid_on(chart, chart.as_of).finding(says, lambda mg: mg > 0)


def had_cell_therapy(chart: Chart) -> Finding:
    """CAR-T cells were infused. Alerts end with it, so an order alone is not enough."""
    found = (therapy.evidence for therapy in cell_therapies(chart))
    return shown(chart, say("cell therapy was given"), found, *MEDICATIONS)


def six_months_have_passed(situation: Situation) -> Finding:
    """At least 183 days since the start of the present course."""
    says = say("treatment began at least {days} days ago", days=int(TARGET_BY.value))
    course, chart = situation.course, situation.chart
    if course is None:
        unsearched = [SEARCH[n] for n in (Need.ORDERS, Need.ADMINISTRATIONS) if not chart.searched(n)]
        return unknown(says, *unsearched) if unsearched else not_met(says)
    begun = situation.begun_by
    if begun is not None and chart.as_of - begun >= timedelta(days=TARGET_BY.value):
        return met(says, *course.evidence)
    if course.t0 is None:
        return unknown(says, say("start of induction"))
    return not_met(says, *course.evidence)


# The dose


def dose_is_above(chart: Chart, limit: Parameter) -> Finding:
    """Strictly above so many mg prednisone-equivalent a day."""
    says = say("prednisone-equivalent is above {limit} mg/d", limit=limit.value)
    return steroid_on(chart, chart.as_of).finding(says, lambda mg: not small_enough(mg, limit.value))


def dose_is_low(chart: Chart) -> Finding:
    """From 2.5 to 5 mg prednisone-equivalent a day."""
    says = say("prednisone-equivalent is {low} to {high} mg/d", low=WITHDRAW_FROM.value, high=TARGET.value)
    return steroid_on(chart, chart.as_of).finding(
        says, lambda mg: small_enough(WITHDRAW_FROM.value, mg) and small_enough(mg, TARGET.value)
    )


# Remission


def response_has_lasted(situation: Situation) -> Finding:
    """Complete response now, and at every judged milestone back to one that is at least 12 months old."""
    says = say("complete response has lasted {days} days", days=int(REMISSION_FOR.value))
    as_of = situation.chart.as_of
    leading = [v for v in situation.responses if v.definition == situation.policy.response_profile]
    dated = sorted(((v.day, v) for v in leading if v.day is not None), key=lambda pair: pair[0])
    if not dated or dated[-1][0] < as_of - timedelta(days=RESPONSE_AGE.value):
        return unknown(says, say("a response judged in the last {days} days", days=int(RESPONSE_AGE.value)))
    run: list[ResponseVerdict] = []
    for day, verdict in reversed(dated):
        if verdict.state is not ResponseState.COMPLETE:
            return _short_run(says, verdict)
        run.append(verdict)
        if day <= as_of - timedelta(days=REMISSION_FOR.value):
            return met(says, *dict.fromkeys(item for v in run for item in v.complete.evidence))
    return not_met(says, *dict.fromkeys(item for v in run for item in v.complete.evidence))


def _short_run(says: Message, verdict: ResponseVerdict) -> Finding:
    if verdict.complete.truth is Truth.UNKNOWN:
        return unknown(says, *verdict.complete.missing)
    return not_met(says, *verdict.complete.evidence)


# The recommendations


def decide_taper(situation: Situation) -> Guidance:
    """Whether the dose is above the target when it should have been reached."""
    chart = situation.chart
    takes, cells, late = takes_glucocorticoid(chart), had_cell_therapy(chart), six_months_have_passed(situation)
    due = all_of(
        say("the glucocorticoid target applies"),
        takes,
        none_of(say("no cell therapy was given"), cells),
        late,
    )
    if takes.truth is Truth.NOT_MET:
        silent = say("No glucocorticoid is in use")
    elif cells.truth is Truth.MET:
        silent = say("After cell therapy glucocorticoid is weaned by another plan")
    else:
        silent = say("The glucocorticoid target applies from 6 months after the start of treatment")
    hazards = [_above(chart, TARGET, Indicator.WARNING)]
    if situation.policy.gc_target == "eular2019":
        hazards = [_above(chart, TARGET_EULAR_2019, Indicator.WARNING), _above(chart, TARGET, Indicator.INFO)]
    sentences = WatchSentences(
        question=say("glucocorticoid is above its target"),
        found=say("the dose is above the target"),
        open=lambda what: say("Glucocorticoid target; needed: {what}", what=what),
        fine=say("Glucocorticoid is at its target"),
        not_used=silent,
    )
    return watch("gc-taper", CITES_TAPER, sentences, Watch(has_lupus(chart), due, tuple(hazards), notes=(STEPWISE,)))


def _above(chart: Chart, limit: Parameter, indicator: Indicator) -> Hazard:
    says = say("Glucocorticoid is above {limit} mg/d prednisone after 6 months of treatment: taper", limit=limit.value)
    return Hazard(dose_is_above(chart, limit), says, indicator, Outcome.ADVISE)


def decide_withdraw(situation: Situation) -> Guidance:
    """Whether withdrawal may be raised."""
    chart = situation.chart
    cells = had_cell_therapy(chart)
    applies = all_of(
        say("low-dose glucocorticoid is in use"),
        dose_is_low(chart),
        none_of(say("no cell therapy was given"), cells),
    )
    silent = say("No low-dose glucocorticoid (2.5 to 5 mg/d prednisone) is in use")
    if cells.truth is Truth.MET:
        silent = say("After cell therapy glucocorticoid is weaned by another plan")
    sentences = WatchSentences(
        question=say("withdrawal of glucocorticoid can be considered"),
        found=say("complete response has lasted long enough"),
        open=lambda what: say("Glucocorticoid withdrawal; needed: {what}", what=what),
        fine=say("Glucocorticoid withdrawal is not to be raised yet"),
        not_used=silent,
    )
    hazard = Hazard(
        response_has_lasted(situation),
        say("Complete response for 12 months on low-dose glucocorticoid: consider slow withdrawal"),
        Indicator.INFO,
        Outcome.ADVISE,
    )
    return watch(
        "gc-withdraw", CITES_WITHDRAW, sentences, Watch(has_lupus(chart), applies, (hazard,), notes=(STEPWISE,))
    )


RECOMMENDATIONS: tuple[Recommendation, ...] = (
    Recommendation(
        rule="gc-taper",
        title=say("Glucocorticoid: taper to the target"),
        statement=say(
            "Taper prednisone to 5 mg a day or less by 6 months (EULAR 2019: 7.5 mg or less by 3 to 6 months); taper in"
            " steps, never stop at once."
        ),
        cites=CITES_TAPER,
        parameters=(TARGET, TARGET_BY, TARGET_EULAR_2019),
        decide=decide_taper,
    ),
    Recommendation(
        rule="gc-withdraw",
        title=say("Glucocorticoid: withdrawal"),
        statement=say(
            "Withdraw glucocorticoid when possible: after 12 months of complete response on 2.5 to 5 mg a day, consider"
            " a slow withdrawal."
        ),
        cites=CITES_WITHDRAW,
        parameters=(WITHDRAW_FROM, TARGET, REMISSION_FOR, RESPONSE_AGE),
        decide=decide_withdraw,
    ),
)
