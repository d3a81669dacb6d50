"""For whom the general-care advice is meant, and for whom it is information only.

The advice is for adults with lupus, not pregnant, without a kidney transplant; for the others the cards inform
and draft nothing.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline.record import diagnosed, holds, shown
from lnfhir.guideline.sources import ENGINEERING, FROM_MEMORY, KDIGO_2024, LNFHIR
from lnfhir.instants import completed_years
from lnfhir.logic import Evidence, Finding, Truth, any_of, met, not_met, unknown
from lnfhir.measures.dialysis import dialysis_periods
from lnfhir.measures.pregnancy import pregnancy_status
from lnfhir.message import say
from lnfhir.terminology import concepts

ADULT_AGE = Parameter(
    "age from which the general-care advice drafts orders", 18, "years", LNFHIR.at("general care", ENGINEERING)
)
DIALYSIS_RECENT = Parameter(
    "a dialysis within this time counts as being on dialysis", 90, "days", LNFHIR.at("acute dialysis", ENGINEERING)
)

FERTILE_FROM = Parameter("youngest age at which pregnancy is asked for", 15, "years", KDIGO_2024.at("RAS", FROM_MEMORY))
FERTILE_TO = Parameter("oldest age at which pregnancy is asked for", 50, "years", KDIGO_2024.at("RAS", FROM_MEMORY))


@per_chart
def has_lupus(chart: Chart) -> Finding:
    """Lupus or lupus nephritis on the problem list, or a biopsy here that shows lupus nephritis."""
    says = say("lupus or lupus nephritis is diagnosed, or shown by a biopsy")
    biopsies = [b.evidence for b in chart.biopsies if b.classes and not b.from_text]
    if biopsies:
        return met(says, *biopsies)
    return diagnosed(chart, says, concepts.SLE, concepts.LUPUS_NEPHRITIS)


@per_chart
def has_lupus_nephritis(chart: Chart) -> Finding:
    """Lupus nephritis by diagnosis or biopsy."""
    says = say("lupus nephritis is diagnosed, or shown by a biopsy")
    biopsies = [b.evidence for b in chart.biopsies if b.classes and not b.from_text]
    return met(says, *biopsies) if biopsies else diagnosed(chart, says, concepts.LUPUS_NEPHRITIS)


def age_is_below(chart: Chart, limit: Parameter) -> Finding:
    """Younger than so many completed years today."""
    says = say("the patient is under {age} years", age=int(limit.value))
    if chart.person.birth is None:
        return unknown(says, say("the date of birth"))
    age = completed_years(chart.person.birth, chart.as_of)
    evidence = Evidence(f"Patient/{chart.person.id}", "age", str(age), "years", chart.as_of)
    return met(says, evidence) if age < limit.value else not_met(says, evidence)


@per_chart
def is_under_18(chart: Chart) -> Finding:
    """A child or adolescent."""
    return age_is_below(chart, ADULT_AGE)


@per_chart
def is_pregnant(chart: Chart) -> Finding:
    """A pregnancy today; unknown in a woman of 15 to 50 years without a recent test (girls are informed only)."""
    status = pregnancy_status(chart)
    if status.truth is Truth.UNKNOWN and not status.evidence and chart.person.birth is not None:
        age = completed_years(chart.person.birth, chart.as_of)
        if age > FERTILE_TO.value:
            return not_met(status.says, Evidence(f"Patient/{chart.person.id}", "age", str(age), "years", chart.as_of))
    return status


@per_chart
def has_kidney_transplant(chart: Chart) -> Finding:
    """A kidney transplant, by diagnosis or procedure."""
    done = (p.evidence for p in chart.procedures if concepts.KIDNEY_TRANSPLANTATION in p.concepts)
    return any_of(
        say("there is a kidney transplant"),
        diagnosed(chart, say("a kidney transplant is on the problem list"), concepts.KIDNEY_TRANSPLANT),
        shown(chart, say("a kidney transplantation was done"), done, Need.PROCEDURES),
    )


@per_chart
def is_on_dialysis(chart: Chart) -> Finding:
    """A period of dialysis that goes on, or ended only lately."""
    since = chart.as_of - timedelta(days=DIALYSIS_RECENT.value)
    going_on = (p for p in dialysis_periods(chart) if p.last is None or p.last >= since)
    evidence = dict.fromkeys(item for period in going_on for item in period.evidence)
    return shown(chart, say("the patient is on dialysis"), evidence, Need.CONDITIONS, Need.PROCEDURES)


def only_informed(chart: Chart) -> Finding:
    """Under 18, pregnant or transplanted: the advice is information only."""
    return any_of(
        say("the advice is information only"),
        is_under_18(chart),
        is_pregnant(chart),
        has_kidney_transplant(chart),
    )


def only_informed_compatible(chart: Chart) -> Finding:
    """The same for what may be taken in pregnancy: a known pregnancy informs only, an unknown one does not matter."""
    pregnant = is_pregnant(chart)
    return any_of(
        say("the advice is information only"),
        is_under_18(chart),
        *((pregnant,) if holds(pregnant) else ()),
        has_kidney_transplant(chart),
    )


def contraception_is_effective(chart: Chart) -> Finding:
    """A gate that no record answers: whoever can become pregnant is to be asked."""
    pregnant = is_pregnant(chart)
    says = say("contraception is effective, or pregnancy is not possible")
    if chart.person.sex == "male":
        return met(says, Evidence(f"Patient/{chart.person.id}", "sex", "male"))
    age = None if chart.person.birth is None else completed_years(chart.person.birth, chart.as_of)
    if age is not None and not FERTILE_FROM.value <= age <= FERTILE_TO.value:
        return met(says, Evidence(f"Patient/{chart.person.id}", "age", str(age), "years", chart.as_of))
    if holds(pregnant):
        return not_met(says, *pregnant.evidence)
    return unknown(says, say("contraception, to be asked of the patient"))
