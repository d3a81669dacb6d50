"""Blockade of the renin-angiotensin system in use: when to check, when to review, when to go on.

After the start potassium and creatinine are checked within 2 to 4 weeks (1 week when eGFR is below 30 or potassium
above 4.5). Treatment goes on, also below an eGFR of 30, unless creatinine rises by more than 30 % within 4 weeks,
potassium cannot be controlled, or the pressure is too low (KDIGO CKD guideline as digested; UK potassium guidance).
"""

from __future__ import annotations

from datetime import date, timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.care_sources import UK_POTASSIUM
from lnfhir.guideline.ras_conflict import BLOCKERS, takes_ras_blocker
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome, Recommendation
from lnfhir.guideline.record import SEARCH, diagnosed_now, holds, in_use, recent, when_known
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import DIGEST, ENGINEERING, FROM_MEMORY, KDIGO_CKD_2024, LNFHIR, SECONDARY
from lnfhir.guideline.today import egfr_today
from lnfhir.guideline.watching import Hazard, Watch, WatchSentences, watch
from lnfhir.guideline.whom import has_lupus
from lnfhir.logic import Finding, all_of, any_of, met, not_met, unknown
from lnfhir.measures.body import measured
from lnfhir.measures.exposure import use_evidence
from lnfhir.message import say
from lnfhir.quantity import Analyte, small_enough
from lnfhir.terminology import concepts

CREATININE_RISE = Parameter(
    "rise of creatinine after the start beyond which the blocker is reviewed", 30, "%",
    KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST),
)  # fmt: skip
RISE_WINDOW = Parameter(
    "time after the start in which such a rise is looked for", 28, "days",
    KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST),
)  # fmt: skip
CHECK_SOON = Parameter(
    "potassium and creatinine are checked at the latest this long after the start", 28, "days",
    KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST),
)  # fmt: skip
CHECK_VERY_SOON = Parameter(
    "the same when eGFR is below 30 or potassium above 4.5", 7, "days",
    KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST),
)  # fmt: skip
BASELINE_CREATININE = Parameter(
    "oldest creatinine that counts as the one before the start", 90, "days", LNFHIR.at("RAS follow-up", ENGINEERING)
)
FOLLOW_UP_RESULTS = Parameter(
    "oldest potassium that still speaks for today on treatment", 183, "days", LNFHIR.at("RAS follow-up", ENGINEERING)
)
LOW_SYSTOLIC = Parameter(
    "systolic pressure below which a blocker is not started and is reviewed", 100, "mmHg",
    KDIGO_CKD_2024.at("RAS inhibition; 90-100 in the sources, the safer end taken", FROM_MEMORY),
)  # fmt: skip
PRESSURE_AGE = Parameter(
    "oldest blood pressure that still speaks for today", 183, "days", LNFHIR.at("blood pressure", ENGINEERING)
)
EARLY_TREATMENT = Parameter(
    "time after the start in which its first checks are still asked for", 90, "days",
    LNFHIR.at("RAS follow-up", ENGINEERING),
)  # fmt: skip
LOW_EGFR = Parameter(
    "eGFR below which the first check comes early", 30, "mL/min/1.73m2",
    KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST),
)  # fmt: skip
HIGH_NORMAL_POTASSIUM = Parameter(
    "potassium above which the first check comes early", 4.5, "mmol/L",
    KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST),
)  # fmt: skip
K_STOP = Parameter(
    "potassium from which a blocker is stopped (site setting `k_stop`)", 6.0, "mmol/L",
    UK_POTASSIUM.at("RAS inhibitors", SECONDARY),
)  # fmt: skip

CITES = (KDIGO_CKD_2024.at("RAS inhibition, as digested", DIGEST), UK_POTASSIUM.at("RAS inhibitors", SECONDARY))


def potassium_demands_a_stop(situation: Situation) -> Finding:
    """Potassium at or above the site's limit for stopping."""
    limit = situation.policy.k_stop
    wanted = say("a potassium of the last {days} days", days=int(FOLLOW_UP_RESULTS.value))
    potassium = recent(situation.chart, Analyte.POTASSIUM, FOLLOW_UP_RESULTS, wanted)
    says = say("potassium is {limit} mmol/L or more", limit=limit)
    return when_known(potassium, says, lambda k: k.at_least(limit), wanted)


def pressure_is_low(chart: Chart) -> Finding:
    """The latest systolic pressure is below the limit, or hypotension is on the problem list."""
    wanted = say("a blood pressure of the last {days} days", days=int(PRESSURE_AGE.value))
    systolic = recent(chart, Analyte.SYSTOLIC, PRESSURE_AGE, wanted)
    says = say("systolic pressure is below {limit} mmHg", limit=int(LOW_SYSTOLIC.value))
    return any_of(
        say("blood pressure is low"),
        when_known(systolic, says, lambda mmhg: mmhg.below(LOW_SYSTOLIC.value), wanted),
        diagnosed_now(chart, say("hypotension is on the problem list"), concepts.HYPOTENSION),
    )


def started_on(chart: Chart) -> date | None:
    """The first day of the blockers now in use, over all records of the same drugs; None when one is not stated."""
    starts = [use.start for use in chart.uses_of(*{use.drug for use in in_use(chart, BLOCKERS)})]
    known = [day for day in starts if day is not None]
    return min(known) if known and len(known) == len(starts) else None


def started_lately(chart: Chart) -> Finding:
    """So lately that the first weeks are still of interest."""
    says = say("the RAS blocker was started in the last {days} days", days=int(EARLY_TREATMENT.value))
    start = started_on(chart)
    if start is None:
        return unknown(says, say("the start date of the RAS blocker"))
    evidence = tuple(use_evidence(use) for use in in_use(chart, BLOCKERS))
    lately = chart.as_of - start <= timedelta(days=EARLY_TREATMENT.value)
    return met(says, *evidence) if lately else not_met(says, *evidence)


def creatinine_rose(chart: Chart) -> Finding:
    """A creatinine within 4 weeks of the start that is more than 30 % above the last one before it."""
    says = say("creatinine rose by more than {percent} % within 4 weeks", percent=int(CREATININE_RISE.value))
    start = started_on(chart)
    if start is None:
        return unknown(says, say("the start date of the RAS blocker"))
    values = measured(chart, Analyte.CREATININE)
    oldest = start - timedelta(days=BASELINE_CREATININE.value)
    before = [(value, r.evidence) for value, r in values if oldest <= r.day <= start]
    latest = start + timedelta(days=RISE_WINDOW.value)
    after = [(value, r.evidence) for value, r in values if start < r.day <= latest]
    if not before:
        return unknown(
            says, say("a creatinine of the {days} days before the start", days=int(BASELINE_CREATININE.value))
        )
    limit = before[-1][0] * (1 + CREATININE_RISE.value / 100)
    risen = [evidence for value, evidence in after if not small_enough(value, limit)]
    if risen:
        return met(says, before[-1][1], *risen)
    if not after:
        return unknown(says, say("a creatinine of the {days} days after the start", days=int(RISE_WINDOW.value)))
    return not_met(says, before[-1][1], *(evidence for _, evidence in after))


def creatinine_rose_after_the_start(chart: Chart) -> Finding:
    """The rise, where the start is recent."""
    return all_of(
        say("creatinine rose too far after the start of the RAS blocker"), started_lately(chart), creatinine_rose(chart)
    )


def first_check_by(situation: Situation) -> date | None:
    """The day by which potassium and creatinine are to be checked; sooner in low eGFR or high-normal potassium."""
    start = started_on(situation.chart)
    if start is None:
        return None
    egfr = egfr_today(situation, FOLLOW_UP_RESULTS)
    potassium = recent(situation.chart, Analyte.POTASSIUM, FOLLOW_UP_RESULTS, say("a potassium"))
    at_risk = any_of(
        say("an early check is needed"),
        egfr.finding(say("eGFR is low"), lambda e: e.below(LOW_EGFR.value)),
        potassium.finding(say("potassium is high-normal"), lambda k: k.above(HIGH_NORMAL_POTASSIUM.value)),
    )
    return start + timedelta(days=(CHECK_VERY_SOON if holds(at_risk) else CHECK_SOON).value)


def first_check_is_missing(chart: Chart) -> Finding:
    """A recent start, and not both a potassium and a creatinine since."""
    says = say("potassium and creatinine were not both checked since the start")
    lately = started_lately(chart)
    start = started_on(chart)
    if start is None:
        return all_of(says, lately)
    since = [{r.analyte: r for r in chart.results_of(Analyte.POTASSIUM, Analyte.CREATININE) if r.day > start}]
    if len(since[0]) == 2:
        absent = not_met(says, *(r.evidence for r in since[0].values()))
    else:
        unsearched = [SEARCH[n] for n in (Need.CHEMISTRY, Need.KIDNEY_FUNCTION) if not chart.searched(n)]
        absent = unknown(says, *unsearched) if unsearched else met(says)
    return all_of(say("the first check of potassium and creatinine is still to come"), lately, absent)


FOLLOW_UP_SENTENCES = WatchSentences(
    question=say("RAS blockade in a person with lupus needs attention"),
    found=say("a check is due, or a result asks for a review"),
    open=lambda what: say("Follow-up of RAS blockade needs {what}", what=what),
    fine=say("RAS blockade: no result on record asks for a change"),
    not_used=say("No RAS blocker is in use"),
)
GOES_ON = say("An eGFR below 30 is no reason to stop")
SICK_DAYS = say("On sick days with vomiting, diarrhoea or poor intake the blocker is paused")
DO_NOT_STOP = say("A rise of creatinine up to 30 % after the start is expected and no reason to stop")


def decide_follow_up(situation: Situation) -> Guidance:
    """What the first weeks and the latest results ask for."""
    chart = situation.chart
    tests = (drafts.request(chart, drafts.POTASSIUM), drafts.request(chart, drafts.CREATININE))
    by = first_check_by(situation)
    overdue = by is not None and by < chart.as_of
    return watch(
        "ras-followup",
        CITES,
        FOLLOW_UP_SENTENCES,
        Watch(
            whom=has_lupus(chart),
            using=takes_ras_blocker(chart),
            hazards=(
                Hazard(
                    potassium_demands_a_stop(situation),
                    say(
                        "Potassium {limit} mmol/L or more on a RAS blocker: stop it and treat",
                        limit=situation.policy.k_stop,
                    ),
                ),
                Hazard(
                    creatinine_rose_after_the_start(chart),
                    say("Creatinine rose >30 % within 4 weeks of RAS blockade: review volume, drugs, renal arteries"),
                    outcome=Outcome.ADVISE,
                ),
                Hazard(
                    pressure_is_low(chart),
                    say(
                        "Systolic pressure below {limit} mmHg on a RAS blocker: review the dose",
                        limit=int(LOW_SYSTOLIC.value),
                    ),
                    outcome=Outcome.ADVISE,
                ),
                Hazard(
                    first_check_is_missing(chart),
                    say(
                        "Check potassium and creatinine after the start of the RAS blocker, by {day}",
                        day=by or chart.as_of,
                    ),
                    Indicator.WARNING if overdue else Indicator.INFO,
                    Outcome.ADVISE,
                    tests,
                ),
            ),
            notes=(DO_NOT_STOP, GOES_ON, SICK_DAYS),
            requests=tests,
        ),
    )


FOLLOW_UP = Recommendation(
    rule="ras-followup",
    title=say("Renin-angiotensin blockade: follow-up"),
    statement=say(
        "Check potassium and creatinine 2 to 4 weeks after the start. Continue, also below an eGFR of 30, unless"
        " creatinine rises by more than 30 % within 4 weeks, potassium is uncontrolled or pressure is too low."
    ),
    cites=CITES,
    parameters=(
        CREATININE_RISE,
        RISE_WINDOW,
        CHECK_SOON,
        CHECK_VERY_SOON,
        BASELINE_CREATININE,
        FOLLOW_UP_RESULTS,
        LOW_SYSTOLIC,
        PRESSURE_AGE,
        EARLY_TREATMENT,
        LOW_EGFR,
        HIGH_NORMAL_POTASSIUM,
        K_STOP,
    ),
    decide=decide_follow_up,
)
