"""Worsening under treatment calls for urgent review; it is not yet refractory disease.

Creatinine up by 0.3 mg/dL or 30 % on two tests, with or without proteinuria beside it, or proteinuria up by half,
after at least 4 weeks of treatment and seen in the last 3 months. So does a function beyond tolerance of baseline
beside which no proteinuria was measured.
"""

from __future__ import annotations

from datetime import timedelta

from lnfhir.citation import Parameter
from lnfhir.guideline import drafts
from lnfhir.guideline.drafts import Test
from lnfhir.guideline.recommendation import Guidance, Indicator, Recommendation
from lnfhir.guideline.response_arms import function_held
from lnfhir.guideline.response_definitions import KDIGO_TOLERANCE
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.sources import ACR_2024, ENGINEERING, LNFHIR, SECONDARY
from lnfhir.guideline.starting import Sentences, Start, judge
from lnfhir.guideline.trajectory import FIRST_COUNTED, Trajectory, haemodynamic_starts
from lnfhir.guideline.whom import has_lupus_nephritis, only_informed
from lnfhir.guideline.worsening import CREATININE_FRACTION, CREATININE_RISE, PROTEIN_FRACTION, TESTS, worsening
from lnfhir.logic import Evidence, Finding, Known, Truth, any_of, met, not_met
from lnfhir.measures.baseline import creatinine_ratio
from lnfhir.measures.kidney import kidney_function_series
from lnfhir.measures.pregnancy import is_hidden_by_pregnancy
from lnfhir.measures.urine_protein import proteinuria_series
from lnfhir.message import say
from lnfhir.quantity import CLOSE

SEEN_WITHIN = Parameter(
    "time in which worsening was seen to call for urgent review", 92, "days", LNFHIR.at("urgent review", ENGINEERING)
)
CITES = (
    LNFHIR.at("early failure, B4", ENGINEERING),
    ACR_2024.at("worsening under treatment", SECONDARY),
)


def kidneys_got_worse(situation: Situation) -> Finding:
    """Proteinuria or creatinine of the present course, in the last 3 months; an assessment has both."""
    says = say("proteinuria or creatinine has worsened under treatment")
    course = situation.trajectories[-1] if situation.trajectories else None
    if course is None or course.course.t0 is None:
        return not_met(says)
    as_of = situation.chart.as_of
    first = max(course.day(FIRST_COUNTED.value), as_of - timedelta(days=SEEN_WITHIN.value))
    found = worsening(course, first, as_of) if first <= as_of else None
    return met(says, *found.evidence) if found is not None else not_met(says)


def creatinine_rose(situation: Situation) -> Finding:
    """Two creatinines above baseline, the latest among them, whether or not proteinuria was measured beside them."""
    says = say("creatinine has risen on {n} tests", n=int(TESTS.value))
    course = situation.trajectories[-1] if situation.trajectories else None
    if course is None or course.course.t0 is None or not isinstance(course.g0, Known):
        return not_met(says)
    high = _high_creatinines(situation, course)
    return met(says, *high) if len(high) >= TESTS.value else not_met(says, *high)


def _high_creatinines(situation: Situation, course: Trajectory) -> tuple[Evidence, ...]:
    """The latest unbroken run of raised creatinines."""
    assert isinstance(course.g0, Known)
    before = course.g0.value
    as_of = situation.chart.as_of
    first = max(course.day(FIRST_COUNTED.value), as_of - timedelta(days=SEEN_WITHIN.value))
    run: list[Evidence] = []
    for function in reversed(kidney_function_series(situation.chart, situation.policy)):
        ratio = creatinine_ratio(before, function)
        if function.day < first or ratio is None or before.creatinine is None or function.creatinine is None:
            break
        absolute = function.creatinine.low - before.creatinine.high >= CREATININE_RISE.value - CLOSE
        if not absolute and ratio.at_least(1 + CREATININE_FRACTION.value) is not Truth.MET:
            break
        run.append(function.evidence)
    return tuple(reversed(run))


def function_fell_alone(situation: Situation) -> Finding:
    """The latest function is beyond tolerance of baseline, and no proteinuria was measured beside it (R26).

    Neither response nor failure can be told from it. A fall that a new drug may explain asks for a later creatinine.
    """
    says = say("kidney function has fallen, and proteinuria was not measured with it")
    chart, policy = situation.chart, situation.policy
    course = situation.trajectories[-1] if situation.trajectories else None
    if course is None or course.course.t0 is None or not isinstance(course.g0, Known):
        return not_met(says)
    first = max(course.day(FIRST_COUNTED.value), chart.as_of - timedelta(days=SEEN_WITHIN.value))
    series = [f for f in kidney_function_series(chart, policy) if not is_hidden_by_pregnancy(chart, f.day)]
    if not series or series[-1].day < first:
        return not_met(says)
    last = series[-1]
    gap = timedelta(days=policy.assessment_gap_days)
    if any(abs(protein.day - last.day) <= gap for protein in proteinuria_series(chart, policy)):
        return not_met(says)
    tolerance = KDIGO_TOLERANCE.value if policy.function_tol is None else policy.function_tol
    held = function_held(tolerance, last, course)
    if held.truth is Truth.UNKNOWN and not haemodynamic_starts(chart, last.day):
        return not_met(says)
    return Finding(says, ~held.truth, held.evidence, held.missing, notes=held.notes)


SENTENCES = Sentences(
    question=say("the kidneys need urgent review"),
    advise=say("Worsening under treatment: urgent review for adherence, infection, drugs, TMA and repeat biopsy"),
    barred=lambda reason: say("Urgent review: {reason}", reason=reason),
    open=lambda what: say("Urgent review; needed: {what}", what=what),
    done=say("The worsening was reviewed"),
    not_needed=say("No worsening under treatment in the last 3 months"),
)
NOT_REFRACTORY = say("Worsening is a reason to look now, not yet a verdict of refractory disease")
HAEMODYNAMIC = say("A drug that lowers glomerular pressure was started lately: up to 30 % may be its effect")


def decide(situation: Situation) -> Guidance:
    """Whether to look now."""
    chart = situation.chart
    recent = haemodynamic_starts(chart, chart.as_of)
    tests: tuple[Test, ...] = (drafts.CREATININE, drafts.UPCR)
    return judge(
        "urgent-review",
        CITES,
        SENTENCES,
        Start(
            whom=has_lupus_nephritis(chart),
            already=not_met(say("a review is on record")),
            indicated=any_of(
                say("the kidneys get worse under treatment"),
                kidneys_got_worse(situation),
                creatinine_rose(situation),
                function_fell_alone(situation),
            ),
            withheld=only_informed(chart),
            notes=(NOT_REFRACTORY, *((HAEMODYNAMIC,) if recent else ())),
            drafts=tuple(drafts.request(chart, test) for test in tests),
            indicator=Indicator.WARNING,
        ),
    )


URGENT_REVIEW = Recommendation(
    rule="urgent-review",
    title=say("Worsening under treatment"),
    statement=say(
        "Creatinine up by 0.3 mg/dL or 30 % on two tests, or proteinuria up by half, after 4 weeks of treatment or more"
        " calls for urgent review; so does a loss of function beside which no proteinuria was measured."
    ),
    cites=CITES,
    parameters=(KDIGO_TOLERANCE, CREATININE_RISE, CREATININE_FRACTION, TESTS, PROTEIN_FRACTION, SEEN_WITHIN),
    decide=decide,
)
