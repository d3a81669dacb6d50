"""The two arms of renal response: how much protein, and whether kidney function held.

Values are compared unrounded; an interval (a comparator) is decided only when both of its ends agree.
"""

from __future__ import annotations

from datetime import date

from msgspec import structs

from lnfhir.chart.chart import Chart
from lnfhir.citation import Guideline, Parameter
from lnfhir.guideline.response_definitions import ResponseDefinition
from lnfhir.guideline.sources import DIGEST, KDIGO_2024, SECONDARY
from lnfhir.guideline.trajectory import HAEMODYNAMIC_FALL, Trajectory, haemodynamic_starts
from lnfhir.instants import completed_years
from lnfhir.logic import Finding, Known, Missing, Truth, all_of, any_of, unknown
from lnfhir.measures.assessment import Assessment
from lnfhir.measures.baseline import (
    baseline_function,
    creatinine_change,
    creatinine_ratio,
    egfr_change,
    egfr_ratio,
    egfr_ratio_at_one_age,
    fall,
    remaining,
    remaining_by_mixed_methods,
)
from lnfhir.measures.kidney import KidneyFunction
from lnfhir.measures.steroids import steroid_on
from lnfhir.measures.urine_protein import Modality, Proteinuria
from lnfhir.message import Message, say
from lnfhir.quantity import CLOSE, Amount
from lnfhir.units import CREATININE_G_PER_MOL

_PRINTED = KDIGO_2024.at("thresholds printed in mg/mmol", DIGEST)
PRINTED_HALF = Parameter("printed twin of 0.5 g/g", 50, "mg/mmol", _PRINTED)
PRINTED_SEVEN = Parameter("printed twin of 0.7 g/g", 70, "mg/mmol", _PRINTED)
PRINTED_THREE = Parameter("printed twin of 3.0 g/g", 300, "mg/mmol", _PRINTED)
PRINTED = {0.5: PRINTED_HALF, 0.7: PRINTED_SEVEN, 3.0: PRINTED_THREE}
SPOT_STUDY = Guideline(
    "spot-upcr", "Hebert et al., random spot protein/creatinine ratio in lupus nephritis, Nephron Clin Pract", 2009,
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC2821433/",
)  # fmt: skip
_SPOT = SPOT_STUDY.at("agreement from 0.5 to 3.0 g/g; likewise over time in PMC6127448", SECONDARY)
SPOT_DOUBTFUL_FROM = Parameter("UPCR from which a spot sample is unreliable", 0.5, "g/g", _SPOT)
SPOT_DOUBTFUL_TO = Parameter("UPCR up to which a spot sample is unreliable", 3.0, "g/g", _SPOT)
ADULT = Parameter("age of adulthood for the adult thresholds", 18, "years", KDIGO_2024.at("children", DIGEST))


def is_child(chart: Chart, day: date) -> bool:
    """Known to be under 18 on that day."""
    return chart.person.birth is not None and completed_years(chart.person.birth, day) < ADULT.value


def proteinuria_is_below(
    definition: ResponseDefinition, assessment: Assessment, course: Trajectory, limit: Parameter | None = None
) -> Finding:
    """Proteinuria is below the definition's threshold, or below `limit`."""
    protein = assessment.proteinuria
    threshold = limit or definition.complete
    inclusive = definition.complete_inclusive and limit is None
    says = (
        say("proteinuria is at most {limit} g/g", limit=threshold.value)
        if inclusive
        else say("proteinuria is below {limit} g/g", limit=threshold.value)
    )
    amount, value = protein.amount, threshold.value
    printed = PRINTED.get(value)
    if course.policy.molar_threshold_mode == "printed" and protein.molar is not None and printed is not None:
        amount, value = Amount(protein.molar, protein.molar, printed.unit), printed.value
    truth = amount.at_most(value) if inclusive else amount.below(value)
    notes = _proteinuria_notes(protein, threshold)
    if truth is Truth.UNKNOWN:
        return unknown(says, say("an exact urine protein value"), evidence=(protein.evidence,), notes=notes)
    if _needs_collection(protein, course, truth, threshold):
        return unknown(says, say("a 24-hour urine collection"), evidence=(protein.evidence,), notes=notes)
    return Finding(says, truth, (protein.evidence,), notes=notes)


def _needs_collection(protein: Proteinuria, course: Trajectory, truth: Truth, threshold: Parameter) -> bool:
    if protein.modality is not Modality.UPCR_SPOT:
        return False
    if is_child(course.chart, protein.day) and truth is Truth.MET and threshold.value < SPOT_DOUBTFUL_TO.value:
        return True  # R32: a child's complete response is defined on a timed collection
    return course.policy.require_24h_for_verdict and _is_doubtful(protein)


def _is_doubtful(protein: Proteinuria) -> bool:
    inside = protein.amount.at_least(SPOT_DOUBTFUL_FROM.value), protein.amount.at_most(SPOT_DOUBTFUL_TO.value)
    return all(truth is Truth.MET for truth in inside)


def _proteinuria_notes(protein: Proteinuria, threshold: Parameter) -> tuple[Message, ...]:
    notes = list(protein.notes)
    printed, exact = PRINTED.get(threshold.value), threshold.value * CREATININE_G_PER_MOL
    if protein.molar is not None and printed is not None and printed.value <= protein.molar < exact:
        notes.append(
            say("{value} mg/mmol lies between the printed threshold {printed} and the exact one {exact}",
                value=protein.molar, printed=printed.value, exact=exact)
        )  # fmt: skip
    if protein.modality is Modality.UPCR_SPOT and _is_doubtful(protein):
        notes.append(say("spot sample between 0.5 and 3 g/g: confirm with a 24-hour collection"))
    return tuple(notes)


def proteinuria_has_responded(definition: ResponseDefinition, assessment: Assessment, course: Trajectory) -> Finding:
    """The proteinuria arm of a complete or a partial response: a fall of function beside it is isolated (R31)."""
    assert definition.partial_below is not None
    return any_of(
        say("proteinuria has responded"),
        proteinuria_is_below(definition, assessment, course),
        all_of(
            say("proteinuria has responded in part"),
            fall_is_enough(definition, assessment, course),
            proteinuria_is_below(definition, assessment, course, limit=definition.partial_below),
        ),
    )


def fall_is_enough(definition: ResponseDefinition, assessment: Assessment, course: Trajectory) -> Finding:
    """Proteinuria fell by at least the definition's fraction from baseline."""
    assert definition.partial_fall is not None
    return fell_by(definition.partial_fall, assessment, course)


def fell_by(fraction: Parameter, assessment: Assessment, course: Trajectory) -> Finding:
    """Proteinuria fell by at least a fraction; unknown when the spread of baseline values could turn the answer."""
    says = say("proteinuria fell by at least {percent} % from baseline", percent=fraction.value * 100)
    baseline, now = course.p0, assessment.proteinuria
    if not isinstance(baseline, Known):
        return Finding(says, Truth.UNKNOWN, (now.evidence,), baseline.needs)
    start = baseline.value
    evidence = (*baseline.evidence, now.evidence)
    if start.chosen.is_proxy != now.is_proxy:
        return unknown(says, say("proteinuria by the same method as at baseline"), evidence=evidence)
    left = [_left(before, now) for before in (start.lowest, start.highest)]
    change = fall(start.chosen, now)
    changed = (
        say("proteinuria changed by {percent} % from baseline", percent=-change * 100) if change is not None else None
    )
    notes = tuple(filter(None, (changed,))) + tuple(note for note in baseline.notes if note not in now.notes)
    truths = {Truth.UNKNOWN if part is None else part.at_most(1 - fraction.value) for part in left}
    if truths == {Truth.MET} or truths == {Truth.NOT_MET}:
        return Finding(says, truths.pop(), evidence, notes=notes)
    if start.chosen.modality is not now.modality:
        need = say("proteinuria by the same method as at baseline")
    elif start.lowest is not start.highest:
        need = say("one baseline proteinuria: values within 14 days of the start disagree")
    else:
        need = say("an exact urine protein value")
    return unknown(says, need, evidence=evidence, notes=notes)


def _left(before: Proteinuria, now: Proteinuria) -> Amount | None:
    return remaining(before, now) if before.modality is now.modality else remaining_by_mixed_methods(before, now)


def function_is_preserved(definition: ResponseDefinition, assessment: Assessment, course: Trajectory) -> Finding:
    """Kidney function is stable or improved within tolerance, or above the definition's floor."""
    tolerance = definition.tolerance.value
    if course.policy.function_tol is not None and definition.has_partial:  # R38: a trial's endpoint stays its own
        tolerance = course.policy.function_tol
    before, notes = _baseline_of(definition, course)
    if assessment.function is None:
        stable = unknown(_says_stable(tolerance), creatinine_beside(assessment, course))
    else:
        inclusive = definition.tolerance_inclusive
        stable = _stable(tolerance, assessment.function, course, before, inclusive=inclusive).noting(*notes)
    if definition.floor is None:
        return stable
    function = assessment.function
    says = say("eGFR is at least {floor} mL/min/1.73m2", floor=definition.floor.value)
    if function is None or function.egfr is None:
        above = unknown(says, creatinine_beside(assessment, course))
    else:
        above = Known(function.egfr, (function.evidence,)).finding(
            says, lambda egfr: egfr.at_least(definition.floor.value if definition.floor else 0)
        )
    return any_of(say("kidney function is preserved"), above, stable)


def _baseline_of(
    definition: ResponseDefinition, course: Trajectory
) -> tuple[Known[KidneyFunction] | Missing, tuple[Message, ...]]:
    """What the definition compares function with; the start of treatment stands in for an unknown pre-flare value."""
    if not definition.pre_flare or course.course.t0 is None or course.policy.baseline_function != "T0":
        return course.g0, ()
    before = baseline_function(
        course.chart, course.course.t0, structs.replace(course.policy, baseline_function="pre_flare")
    )
    if isinstance(before, Known):
        return before, ()
    return course.g0, (say("function before the flare is not on record: the start of treatment stands in"),)


def function_is_stable(tolerance: float, assessment: Assessment, course: Trajectory) -> Finding:
    """eGFR (or creatinine, by policy) is within tolerance of baseline; an improvement is never held against it."""
    if assessment.function is None:
        return unknown(_says_stable(tolerance), creatinine_beside(assessment, course))
    return function_held(tolerance, assessment.function, course)


def creatinine_beside(assessment: Assessment, course: Trajectory) -> Message:
    """What a urine test without a function lacks."""
    days = course.policy.assessment_gap_days
    return say("serum creatinine within {days} days of the urine test of {day}", days=days, day=assessment.day)


def _says_stable(tolerance: float) -> Message:
    return say("kidney function is within {percent} % of baseline or better", percent=tolerance * 100)


def function_held(tolerance: float, function: KidneyFunction, course: Trajectory) -> Finding:
    """The same for one measured function, whether or not proteinuria was measured beside it."""
    return _stable(tolerance, function, course, course.g0, inclusive=True)


def _stable(
    tolerance: float,
    function: KidneyFunction,
    course: Trajectory,
    baseline: Known[KidneyFunction] | Missing,
    *,
    inclusive: bool,
) -> Finding:
    says = _says_stable(tolerance)
    if not isinstance(baseline, Known):
        return Finding(says, Truth.UNKNOWN, (function.evidence,), baseline.needs)
    before, evidence = baseline.value, (*baseline.evidence, function.evidence)
    by_egfr, by_creatinine = _within(tolerance, before, function, inclusive=inclusive)
    use_creatinine = course.policy.function_metric == "creatinine"
    truth, other = (by_creatinine, by_egfr) if use_creatinine else (by_egfr, by_creatinine)
    if truth is Truth.UNKNOWN:
        need = say("an eGFR by the same equation as at baseline, or creatinine at both dates")
        return unknown(says, need, evidence=evidence)
    notes = _function_notes(before, function, disagree=other is not Truth.UNKNOWN and other is not truth)
    notes += tuple(note for note in baseline.notes if note not in function.notes)
    ageless = egfr_ratio_at_one_age(course.chart, before, function)
    if ageless is not None and not use_creatinine and _kept(ageless, 1 - tolerance, inclusive=inclusive) is not truth:
        notes = (*notes, say("a birthday between the two dates decides this: each lowers eGFR by 0.6 %"))
    starts = haemodynamic_starts(course.chart, function.day) if truth is Truth.NOT_MET else ()
    if starts and _within(HAEMODYNAMIC_FALL.value, before, function)[0] is Truth.MET:
        need = say("creatinine more than 8 weeks after starting {drug}", drug=starts[-1].label)
        note = say("a fall of up to 30 % may be the haemodynamic effect of a new drug")
        return unknown(says, need, evidence=(*evidence, *starts), notes=(*notes, note))
    return Finding(says, truth, evidence, notes=notes)


def _within(
    tolerance: float, before: KidneyFunction, after: KidneyFunction, *, inclusive: bool = True
) -> tuple[Truth, Truth]:
    """Whether eGFR, and whether creatinine, stayed within tolerance."""
    egfr, risen = egfr_ratio(before, after), creatinine_ratio(before, after)
    return (
        Truth.UNKNOWN if egfr is None else _kept(egfr, 1 - tolerance, inclusive=inclusive),
        Truth.UNKNOWN if risen is None else risen.at_most(1 + tolerance) if inclusive else risen.below(1 + tolerance),
    )


def _kept(ratio: Amount, share: float, *, inclusive: bool) -> Truth:
    return ratio.at_least(share) if inclusive else ratio.above(share)


def _function_notes(before: KidneyFunction, after: KidneyFunction, *, disagree: bool) -> tuple[Message, ...]:
    notes: list[Message] = []
    egfr, creatinine = egfr_change(before, after), creatinine_change(before, after)
    if egfr is not None:
        notes.append(say("eGFR changed by {percent} %", percent=egfr * 100))
    if creatinine is not None:
        notes.append(say("creatinine changed by {percent} %", percent=creatinine * 100))
    if disagree:
        notes.append(say("eGFR and creatinine disagree about this tolerance on the same sample"))
    return tuple(notes)


def steroid_is_within_cap(cap: Parameter, day: date, chart: Chart) -> Finding:
    """The daily prednisone-equivalent does not exceed the endpoint's cap."""
    says = say("prednisone-equivalent is at most {cap} mg a day", cap=cap.value)
    return steroid_on(chart, day).finding(says, lambda mg: mg <= cap.value * (1 + CLOSE))
