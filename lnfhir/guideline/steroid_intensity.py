"""
C2a, glucocorticoid intensity.

The framework asks literally for prednisone of at least 1 mg/kg a day. KDIGO 2024, ACR 2024 and EULAR now start with
methylprednisolone pulses and 0.3 to 0.6 mg/kg, so that no modern patient would ever meet it; a randomised comparison of
0.5 and 1 mg/kg found no difference in response. Three readings are therefore computed, and each profile names its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.citation import Parameter
from lnfhir.guideline.response_arms import is_child
from lnfhir.guideline.sources import ACR_2024, DING_2025, ENGINEERING, EULAR_2019, LNFHIR, PRIMARY, SECONDARY
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Evidence, Finding, Known, Missing, Truth, all_of, any_of, met, not_met, pending, unknown
from lnfhir.measures.body import weight_near
from lnfhir.measures.daily_dose import DailyDose, Days
from lnfhir.measures.steroids import Pulse, is_full_pulse, oral_steroid, pulses, unreadable_infusions
from lnfhir.message import Message, say

_WINDOW = LNFHIR.at("ruling R14", ENGINEERING)
STRICT_DOSE = Parameter("prednisone of standard induction", 1.0, "mg/kg/d", DING_2025.at("criterion 2", SECONDARY))
STRICT_DAYS = Parameter("consecutive days at that dose", 7, "days", LNFHIR.at("strict_seed", ENGINEERING))
WITH_PULSE = Parameter(
    "oral dose after a pulse", 0.3, "mg/kg/d", EULAR_2019.at("initial treatment, 0.3-0.5 mg/kg/d", PRIMARY)
)
WITHOUT_PULSE = Parameter(
    "oral dose without a pulse", 0.5, "mg/kg/d", ACR_2024.at("glucocorticoid therapy, up to 0.5 mg/kg/d", PRIMARY)
)
BEFORE = Parameter("days before T0 from which doses count", 7, "days", _WINDOW)
EARLIEST = Parameter("earliest day before T0 from which an earlier episode counts", 90, "days", _WINDOW)
CAPPED_DOSE = Parameter(
    "oral dose after a pulse that suffices in an adult without a weight", 60, "mg/d",
    LNFHIR.at("ruling R15", ENGINEERING),
)  # fmt: skip
AFTER = Parameter("days after T0 until which doses count", 42, "days", _WINDOW)
SURELY_LESS = Parameter("peak dose at which no adult reaches 1 mg/kg", 30, "mg/d", LNFHIR.at("C2a", ENGINEERING))
SURELY_NONE = Parameter("peak dose at which no adult reaches 0.5 mg/kg", 10, "mg/d", LNFHIR.at("C2a", ENGINEERING))


@dataclass(frozen=True, slots=True)
class Intensity:
    """What was given around T0, in the window of R14."""

    first: date
    last: date
    due: date
    oral: DailyDose
    pulses: tuple[Pulse, ...]
    unreadable: tuple[Evidence, ...]
    weight: Known[float] | Missing
    adult: bool
    gc_tol: float
    cap_mg: float | None

    @property
    def nothing(self) -> bool:
        """No glucocorticoid is on record in the window."""
        return not self.oral.between(self.first, self.last) and not self.pulses and not self.unreadable


def intensity(course: Trajectory, anchor: date) -> Intensity:
    """Collect the doses around a T0; the window may reach back to an earlier steroid episode, at most 90 days."""
    begin = anchor - timedelta(days=int(BEFORE.value))
    if course.course.steroid_from is not None and course.course.steroid_from < begin:
        begin = max(course.course.steroid_from, anchor - timedelta(days=int(EARLIEST.value)))
    due = anchor + timedelta(days=int(AFTER.value))
    last = min(due, course.chart.as_of)
    chart, policy = course.chart, course.policy
    return Intensity(
        begin, last, due, oral_steroid(chart),
        tuple(p for p in pulses(chart) if begin <= p.day <= last),
        tuple(e for d in unreadable_infusions(chart) if begin <= d.day <= last for e in d.evidence),
        weight_near(chart, anchor), not is_child(chart, anchor), policy.gc_tol,
        float(policy.gc_cap_mg) if policy.cap_counts_as_1mgkg else None,
    )  # fmt: skip


def glucocorticoid_intensity(course: Trajectory, mode: str) -> Finding:
    """C2a under one of the three readings; the others are noted.

    After a change for failure the course before speaks for this one (R5), unless steroid given anew says more.
    """
    own, anchor = course.course.t0, course.course.steroid_anchor
    assert own is not None
    if anchor is None or anchor == own:
        return _read(course, intensity(course, own), mode)
    before = _read(course, intensity(course, anchor), mode)
    if before.truth is not Truth.NOT_MET:
        return before
    anew = intensity(course, own)
    again = _read(course, anew, mode)
    return before if anew.nothing or again.truth is Truth.NOT_MET else again


def _read(course: Trajectory, given: Intensity, mode: str) -> Finding:
    says = say("glucocorticoid was given at the intensity of standard induction")
    if given.nothing:
        return unknown(says, say("glucocorticoid orders (may be external)"))
    readings = {"strict_seed": strict(given), "pulse_or_mgkg": pulse_or_strict(given), "guideline": by_guideline(given)}
    chosen = readings[mode]
    if chosen.truth is Truth.NOT_MET and course.chart.as_of < given.due:
        chosen = pending(chosen.says, given.due, *chosen.evidence)
    return Finding(
        says, chosen.truth, chosen.evidence, chosen.missing, (chosen,), _notes(given, readings), chosen.pending_until
    )


def _notes(given: Intensity, readings: dict[str, Finding]) -> tuple[Message, ...]:
    peak = given.oral.peak(given.first, given.last)
    if isinstance(peak, Missing) or isinstance(given.weight, Missing):
        return ()
    return (
        say("highest oral dose {dose} mg/kg/d (1 mg/kg reading: {strict}; guideline reading: {guideline})",
            dose=peak.value / given.weight.value, strict=readings["strict_seed"].state,
            guideline=readings["guideline"].state),
    )  # fmt: skip


def strict(given: Intensity) -> Finding:
    """At least 1 mg/kg a day for 7 consecutive days, literally."""
    says = say("oral prednisone-equivalent was at least 1 mg/kg/d for 7 days")
    if given.cap_mg is not None:
        capped = _run(given, given.cap_mg)
        if capped.certain >= STRICT_DAYS.value:
            return met(says, *_evidence(given), notes=(say("a capped dose counts as 1 mg/kg at this site"),))
    return _oral_reaches(given, says, STRICT_DOSE.value - given.gc_tol, SURELY_LESS.value)


def pulse_or_strict(given: Intensity) -> Finding:
    """A full methylprednisolone pulse, or the strict reading."""
    says = say("a methylprednisolone pulse, or 1 mg/kg/d, was given")
    return any_of(says, full_pulse(given), strict(given))


def by_guideline(given: Intensity) -> Finding:
    """A pulse followed by at least 0.3 mg/kg a day, or 0.5 mg/kg without a pulse."""
    pulse = full_pulse(given)
    after_pulse = _oral_reaches(given, say("oral prednisone-equivalent was at least 0.3 mg/kg/d"), WITH_PULSE.value)
    if after_pulse.truth is Truth.UNKNOWN and pulse.truth is Truth.MET and _sixty(given):
        after_pulse = met(after_pulse.says, *_evidence(given))
    alone = _oral_reaches(
        given, say("oral prednisone-equivalent was at least 0.5 mg/kg/d"), WITHOUT_PULSE.value, SURELY_NONE.value
    )
    both = all_of(say("a pulse was followed by at least 0.3 mg/kg/d"), pulse, after_pulse)
    return any_of(say("glucocorticoid followed a guideline scheme"), both, alone)


def _sixty(given: Intensity) -> bool:
    """R15: an adult without a weight on the capped oral dose after a pulse."""
    return given.adult and _run(given, CAPPED_DOSE.value).certain > 0


def full_pulse(given: Intensity) -> Finding:
    """Methylprednisolone of at least 250 mg on a day and 500 mg in all."""
    says = say("a methylprednisolone pulse was given")
    evidence = tuple(item for pulse in given.pulses for item in pulse.evidence)
    if is_full_pulse(given.pulses):
        return met(says, *evidence)
    if given.unreadable:
        return unknown(says, say("the dose of an intravenous glucocorticoid"), evidence=given.unreadable)
    return not_met(says, *evidence)


def _oral_reaches(given: Intensity, says: Message, per_kg: float, surely_not: float = 0.0) -> Finding:
    """Whether a dose per kg was reached; up to `surely_not` mg a day no adult of any weight reaches it."""
    evidence = _evidence(given)
    if isinstance(given.weight, Missing):
        peak = given.oral.peak(given.first, given.last)
        if given.adult and isinstance(peak, Known) and peak.value <= surely_not:
            return not_met(says, *evidence)
        return Finding(says, Truth.UNKNOWN, evidence, given.weight.needs)
    evidence = (*evidence, *given.weight.evidence)
    run = _run(given, per_kg * given.weight.value)
    if run.certain >= STRICT_DAYS.value:
        return met(says, *evidence, notes=given.weight.notes)
    if run.possible >= STRICT_DAYS.value:
        steps = given.oral.steps(given.first, given.last)
        needs = tuple(dict.fromkeys(need for step in steps if not step.exact for need in step.needs))
        return Finding(says, Truth.UNKNOWN, evidence, needs or (given.oral.need,))
    return not_met(says, *evidence, notes=given.weight.notes)


def _run(given: Intensity, mg: float) -> Days:
    return given.oral.longest_run(mg, given.first, given.last)


def _evidence(given: Intensity) -> tuple[Evidence, ...]:
    spans = given.oral.between(given.first, given.last)
    return tuple(dict.fromkeys(item for span in spans for item in span.evidence))
