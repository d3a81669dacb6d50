"""The measures as they stand today: the latest, no older than a rule allows, with what is missing otherwise."""

from __future__ import annotations

from datetime import timedelta

from lnfhir.citation import Parameter
from lnfhir.guideline.situation import Situation
from lnfhir.logic import Known, Missing, missing
from lnfhir.measures.kidney import kidney_function_series
from lnfhir.measures.urine_protein import proteinuria_series
from lnfhir.message import say
from lnfhir.quantity import Amount


def egfr_today(situation: Situation, within: Parameter) -> Known[Amount] | Missing:
    """The latest eGFR (mL/min/1.73m2) of the last `within` days."""
    since = situation.chart.as_of - timedelta(days=within.value)
    for function in reversed(kidney_function_series(situation.chart, situation.policy)):
        if function.day >= since and function.egfr is not None:
            return Known(function.egfr, (function.evidence,), function.notes)
    return missing(say("a creatinine or eGFR of the last {days} days", days=int(within.value)))


def proteinuria_today(situation: Situation, within: Parameter) -> Known[Amount] | Missing:
    """The latest proteinuria (g/g) of the last `within` days."""
    since = situation.chart.as_of - timedelta(days=within.value)
    series = proteinuria_series(situation.chart, situation.policy)
    if series and series[-1].day >= since:
        return Known(series[-1].amount, (series[-1].evidence,), series[-1].notes)
    return missing(say("a UPCR of the last {days} days", days=int(within.value)))
