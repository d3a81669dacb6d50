"""SGLT2 inhibitors: what speaks for one, and when lupus nephritis is stable enough.

A UACR of 200 mg/g or more (a UPCR of 0.5 g/g stands in), an eGFR of 20 to 45, heart failure, or type 2 diabetes with
kidney disease (KDIGO CKD guideline, UKKA 2023). Stable: no pulse for 28 days, no fall of eGFR beyond 15 % in 90 days,
and the first months of induction over.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline.care_sources import UKKA_2023
from lnfhir.guideline.record import SEARCH, diagnosed, open_question, recent, when_known
from lnfhir.guideline.sglt2_gates import EGFR_AGE, EGFR_TO_START
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ENGINEERING, KDIGO_CKD_2024, LNFHIR, PRIMARY, SECONDARY
from lnfhir.guideline.today import egfr_today, proteinuria_today
from lnfhir.guideline.whom import has_lupus_nephritis
from lnfhir.logic import Finding, Missing, Truth, all_of, any_of, met, none_of, not_met, unknown
from lnfhir.measures.baseline import egfr_ratio
from lnfhir.measures.kidney import KidneyFunction, kidney_function_series
from lnfhir.measures.steroids import pulses, unreadable_infusions
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts

UACR_TO_START = Parameter(
    "UACR from which an SGLT2 inhibitor is recommended",
    200,
    "mg/g",
    KDIGO_CKD_2024.at("SGLT2 inhibition, 1A", SECONDARY),
)
UPCR_PROXY = Parameter(
    "UPCR that stands in for that UACR", 0.5, "g/g", LNFHIR.at("ruling R50; UKKA 2023 prints 35 mg/mmol", ENGINEERING)
)
EGFR_MODERATE = Parameter(
    "eGFR below which less albuminuria suffices", 45, "mL/min/1.73m2", UKKA_2023.at("CKD without diabetes, 1B", PRIMARY)
)
PROTEINURIA_AGE = Parameter(
    "oldest proteinuria that still speaks for today", 183, "days", LNFHIR.at("SGLT2 start", ENGINEERING)
)
NO_PULSE_FOR = Parameter(
    "time without a methylprednisolone pulse in stable disease", 28, "days", LNFHIR.at("ruling R50", ENGINEERING)
)
STABLE_FALL = Parameter("largest fall of eGFR in stable disease", 15, "%", LNFHIR.at("ruling R50", ENGINEERING))
STABLE_WINDOW = Parameter("time over which that fall is judged", 90, "days", LNFHIR.at("ruling R50", ENGINEERING))
STAND_IN = Parameter(
    "oldest eGFR that stands in for a second one of that time", 183, "days", LNFHIR.at("SGLT2 start", ENGINEERING)
)
DAYS_IN_MONTH = Parameter("mean length of a month", 30.4375, "days", LNFHIR.at("calendar", ENGINEERING))


# Indicated by any of
PARAMETERS = (
    UACR_TO_START,
    UPCR_PROXY,
    EGFR_MODERATE,
    PROTEINURIA_AGE,
    NO_PULSE_FOR,
    STABLE_FALL,
    STABLE_WINDOW,
    STAND_IN,
    DAYS_IN_MONTH,
)
"""Every number this file uses."""


def albuminuria_is_high(situation: Situation) -> Finding:
    """UACR of 200 mg/g; a UPCR stands in where no UACR is recent."""
    wanted = say("a UACR or UPCR of the last {days} days", days=int(PROTEINURIA_AGE.value))
    uacr = recent(situation.chart, Analyte.UACR, PROTEINURIA_AGE, wanted)
    by_uacr = when_known(
        uacr,
        say("UACR is {limit} mg/g or more", limit=int(UACR_TO_START.value)),
        lambda mg_g: mg_g.at_least(UACR_TO_START.value),
        wanted,
    )
    if not open_question(by_uacr):
        return by_uacr
    upcr = proteinuria_today(situation, PROTEINURIA_AGE)
    if isinstance(upcr, Missing):
        return by_uacr
    return when_known(
        upcr,
        say("UPCR, standing in for UACR, is {limit} g/g or more", limit=UPCR_PROXY.value),
        lambda upcr: upcr.at_least(UPCR_PROXY.value),
        wanted,
    )


def function_is_moderately_low(situation: Situation) -> Finding:
    """An eGFR from 20 to below 45."""
    wanted = say("a creatinine or eGFR of the last {days} days", days=int(EGFR_AGE.value))
    egfr = egfr_today(situation, EGFR_AGE)
    return all_of(
        say("eGFR is from 20 to below 45"),
        when_known(egfr, say("eGFR is 20 or more"), lambda e: e.at_least(EGFR_TO_START.value), wanted),
        when_known(egfr, say("eGFR is below 45"), lambda e: e.below(EGFR_MODERATE.value), wanted),
    )


def has_heart_failure(chart: Chart) -> Finding:
    """Heart failure."""
    return diagnosed(chart, say("there is heart failure"), concepts.HEART_FAILURE)


def has_type_2_diabetes_with_kidney_disease(chart: Chart) -> Finding:
    """Type 2 diabetes in someone with lupus nephritis."""
    return all_of(
        say("type 2 diabetes with kidney disease"),
        diagnosed(chart, say("type 2 diabetes is diagnosed"), concepts.TYPE_2_DIABETES),
        has_lupus_nephritis(chart),
    )


def there_is_a_reason(situation: Situation) -> Finding:
    """One of the indications, or of those two that the site accepts."""
    chart = situation.chart
    reasons: tuple[Finding, ...] = (has_heart_failure(chart), has_type_2_diabetes_with_kidney_disease(chart))
    if situation.policy.sglt2_policy != "only_if_T2D_or_HF":
        reasons = (albuminuria_is_high(situation), function_is_moderately_low(situation), *reasons)
    return any_of(say("there is an indication"), *reasons)


# And only in stable disease


def was_pulsed_lately(chart: Chart) -> Finding:
    """A methylprednisolone pulse in the last 28 days."""
    says = say("there was a methylprednisolone pulse in the last {days} days", days=int(NO_PULSE_FOR.value))
    since = chart.as_of - timedelta(days=NO_PULSE_FOR.value)
    found = [item for pulse in pulses(chart) if pulse.day >= since for item in pulse.evidence]
    if found:
        return met(says, *found)
    doubtful = [dose for dose in unreadable_infusions(chart) if dose.day >= since]
    needs = [say("dose of IV glucocorticoid on {day}", day=dose.day) for dose in doubtful]
    needs += [SEARCH[n] for n in (Need.ORDERS, Need.ADMINISTRATIONS) if not chart.searched(n)]
    return unknown(says, *needs) if needs else not_met(says)


def function_is_stable(situation: Situation) -> Finding:
    """eGFR fell by at most 15 % from the best to the latest value of the last 90 days.

    With a single value in that time, one of the last half year stands in: it can show stability, not its loss.
    """
    says = say("eGFR fell by no more than {percent} % in 90 days", percent=int(STABLE_FALL.value))
    wanted = say("two eGFRs within {days} days", days=int(STABLE_WINDOW.value))
    as_of = situation.chart.as_of
    series = [f for f in kidney_function_series(situation.chart, situation.policy) if f.egfr is not None]
    since, stand_in = as_of - timedelta(days=STABLE_WINDOW.value), as_of - timedelta(days=STAND_IN.value)
    lately = [f for f in series if f.day >= since]
    earlier = [f for f in series if stand_in <= f.day < since]
    if not lately or len(lately) + len(earlier) < 2:
        return unknown(says, wanted)
    compared = lately[:-1] or earlier[-1:]
    kept = 1 - STABLE_FALL.value / 100
    fell = any_of(
        say("eGFR fell by more than {percent} %", percent=int(STABLE_FALL.value)),
        *(_fell(before, lately[-1], kept, wanted) for before in compared),
    )
    if fell.truth is Truth.UNKNOWN or (fell.truth is Truth.MET and len(lately) < 2):
        return unknown(says, wanted, evidence=fell.evidence)
    if fell.truth is Truth.MET:
        return not_met(says, *fell.evidence)
    return met(says, *(f.evidence for f in (*compared, lately[-1])))


def _fell(before: KidneyFunction, after: KidneyFunction, kept: float, wanted: Message) -> Finding:
    says = say("eGFR fell since {day}", day=before.day)
    ratio = egfr_ratio(before, after)
    truth = Truth.UNKNOWN if ratio is None else ratio.below(kept)
    if truth is Truth.UNKNOWN:
        return unknown(says, wanted)
    judged = met if truth is Truth.MET else not_met
    return judged(says, before.evidence, after.evidence)


def induction_is_some_time_ago(situation: Situation) -> Finding:
    """The minimum of months since the start of induction has passed, or there was none."""
    months = situation.policy.min_months_since_induction
    says = say("induction began {months} months ago or earlier, or there was none", months=months)
    course = situation.course
    if course is None:
        unsearched = [SEARCH[n] for n in (Need.ORDERS, Need.ADMINISTRATIONS) if not situation.chart.searched(n)]
        return unknown(says, *unsearched) if unsearched else met(says)
    begun = situation.begun_by
    if begun is not None and (situation.chart.as_of - begun).days >= months * DAYS_IN_MONTH.value:
        return met(says, *course.evidence)
    if course.t0 is None:
        return unknown(says, say("start of induction"))
    return not_met(says, *course.evidence)


def disease_is_stable(situation: Situation) -> Finding:
    """No pulse lately, stable function, and not in the first months of induction."""
    return all_of(
        say("the disease is stable"),
        none_of(say("no pulse lately"), was_pulsed_lately(situation.chart)),
        function_is_stable(situation),
        induction_is_some_time_ago(situation),
    )
