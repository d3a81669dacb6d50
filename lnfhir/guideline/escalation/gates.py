"""What is checked before any escalation.

The dose was adequate and was taken; other mechanisms are excluded; a repeat biopsy was considered; hepatitis B and C,
HIV and tuberculosis, IgG and the blood count are known; pregnancy and contraception are settled; vaccines are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.drafts import Test
from lnfhir.guideline.escalation.failure import induction_of, leading
from lnfhir.guideline.order_safety.anti_cd20 import hepatitis_b_is_or_was, serology_is_positive
from lnfhir.guideline.order_safety.belimumab import IGG_AGE
from lnfhir.guideline.recommendation import Draft
from lnfhir.guideline.record import MEDICATIONS, SEARCH, diagnosed, open_question
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, ENGINEERING, LNFHIR, PRIMARY
from lnfhir.guideline.whom import contraception_is_effective, is_pregnant
from lnfhir.logic import Finding, met, none_of, not_met, unknown
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts

BIOPSY_AGE = Parameter(
    "age of a biopsy beyond which a repeat biopsy is considered (6 months of treatment)", 183, "days",
    ACR_2024.at("repeat biopsy", PRIMARY),
)  # fmt: skip
COUNT_AGE = Parameter("oldest blood count before an escalation", 30, "days", LNFHIR.at("escalation", ENGINEERING))
PARAMETERS = (BIOPSY_AGE, COUNT_AGE, IGG_AGE)

ANTI_HCV = Test("Hepatitis C virus antibody in Serum", "13955-0")
HIV_TEST = Test("HIV antigen and antibody test")
TB_TEST = Test("Interferon-gamma release assay for tuberculosis")
IGG_TEST = Test("IgG in Serum", "2465-3")
BLOOD_COUNT = Test("Complete blood count with differential")


def recent_biopsy(chart: Chart) -> Finding:
    """A biopsy of the last 6 months."""
    says = say("a kidney biopsy of the last {days} days is on record", days=int(BIOPSY_AGE.value))
    since = chart.as_of - timedelta(days=BIOPSY_AGE.value)
    found = [b.evidence for b in chart.biopsies if b.day >= since]
    found += [p.evidence for p in chart.procedures if concepts.KIDNEY_BIOPSY in p.concepts and p.day and p.day >= since]
    if found:
        return met(says, *found)
    unsearched = [SEARCH[n] for n in (Need.REPORTS, Need.PROCEDURES) if not chart.searched(n)]
    return unknown(says, *unsearched) if unsearched else not_met(says)


def biopsy_is_considered(chart: Chart) -> Finding:
    """A recent biopsy answers it; otherwise somebody has to decide."""
    recent = recent_biopsy(chart)
    says = say("a repeat biopsy was considered (chronicity, microangiopathy, class)")
    if recent.evidence:
        return met(says, *recent.evidence)
    return unknown(says, say("the decision on a repeat biopsy"))


def hepatitis_c(chart: Chart) -> Finding:
    """Anti-HCV or the diagnosis."""
    says = say("there is or was hepatitis C")
    known = diagnosed(chart, says, concepts.HEPATITIS_C)
    if known.evidence:
        return known
    return serology_is_positive(chart, Analyte.ANTI_HCV, says, say("anti-HCV of the last 12 months"))


def untested(chart: Chart, says: Message, wanted: Message, concept: str) -> Finding:
    """HIV and tuberculosis: only a diagnosis is read from the record, no test."""
    known = diagnosed(chart, says, concept)
    return known if known.evidence else unknown(says, wanted)


def igg_is_known(chart: Chart) -> Finding:
    """Measured lately; low values are weighed by each option."""
    return _measured(chart, say("IgG is known"), say("an IgG of the last {days} days", days=int(IGG_AGE.value)),
                     IGG_AGE, Analyte.IGG)  # fmt: skip


def count_is_known(chart: Chart) -> Finding:
    """A blood count lately."""
    wanted = say("a blood count of the last {days} days", days=int(COUNT_AGE.value))
    return _measured(chart, say("the blood count is known"), wanted, COUNT_AGE, Analyte.NEUTROPHILS, Analyte.WBC)


def _measured(chart: Chart, says: Message, wanted: Message, within: Parameter, *analytes: Analyte) -> Finding:
    since = chart.as_of - timedelta(days=within.value)
    found = [r.evidence for r in chart.results_of(*analytes) if r.day >= since]
    return met(says, *found[-1:]) if found else unknown(says, wanted)


def vaccines_are_reviewed() -> Finding:
    """No record read here answers it."""
    return unknown(say("vaccines were reviewed"), say("the vaccination record"))


def treatment_is_known(chart: Chart) -> Finding:
    """Combinations can only be judged when today's medication is known."""
    says = say("today's medication is known")
    unsearched = [SEARCH[need] for need in MEDICATIONS if not chart.searched(need)]
    return unknown(says, *unsearched) if unsearched else met(says)


def decisive_gates(situation: Situation) -> tuple[Finding, ...]:
    """What must be settled before a drug is drafted at all."""
    chart, induction = situation.chart, induction_of(situation)
    first = (induction.adequacy, induction.adherence) if induction is not None else ()
    return (
        *first,
        treatment_is_known(chart),
        none_of(say("hepatitis B is excluded"), hepatitis_b_is_or_was(chart)),
        none_of(say("a pregnancy is excluded"), is_pregnant(chart)),
    )


def global_gates(situation: Situation) -> tuple[Finding, ...]:
    """Everything to be checked before any option, in the order of the guidelines."""
    chart, verdict = situation.chart, leading(situation)
    hcv = hepatitis_c(chart)
    hiv = untested(chart, say("there is HIV"), say("an HIV test"), concepts.HIV)
    tb = untested(chart, say("there is tuberculosis"), say("a test for latent tuberculosis"), concepts.TUBERCULOSIS)
    return (
        *decisive_gates(situation),
        *((verdict.c4,) if verdict is not None else ()),
        biopsy_is_considered(chart),
        none_of(say("hepatitis C is excluded"), hcv),
        none_of(say("HIV is excluded"), hiv),
        none_of(say("tuberculosis is excluded"), tb),
        igg_is_known(chart),
        count_is_known(chart),
        contraception_is_effective(chart),
        vaccines_are_reviewed(),
    )


def screening_requests(situation: Situation) -> Iterator[Draft]:
    """The tests that would settle what is open."""
    chart = situation.chart
    wanted = (
        (hepatitis_b_is_or_was(chart), (drafts.HBSAG, drafts.ANTI_HBC)),
        (hepatitis_c(chart), (ANTI_HCV,)),
        (untested(chart, say("there is HIV"), say("an HIV test"), concepts.HIV), (HIV_TEST,)),
        (
            untested(chart, say("there is tuberculosis"), say("a test for latent tuberculosis"), concepts.TUBERCULOSIS),
            (TB_TEST,),
        ),
        (igg_is_known(chart), (IGG_TEST,)),
        (count_is_known(chart), (BLOOD_COUNT,)),
        (is_pregnant(chart), (drafts.HCG,)),
    )
    for finding, tests in wanted:
        if open_question(finding):
            yield from (drafts.request(chart, test) for test in tests)
