"""Other causes read from drugs and diagnoses: each finding asserts that the cause explains the picture."""

from __future__ import annotations

from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Parameter
from lnfhir.guideline.record import diagnosed_now, shown
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.guideline.trajectory import HAEMODYNAMIC_DRUGS, haemodynamic_starts
from lnfhir.logic import Evidence, Finding, Truth, all_of, any_of, met, not_met, unknown
from lnfhir.measures.pregnancy import AFTERWARDS, PREGNANCY_LASTS, pregnancy_status
from lnfhir.message import Message, say
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import DIURETICS, NEPHROTOXINS, NSAIDS

_ITEMS = LNFHIR.at("items of criterion 4", ENGINEERING)
DRUG_DAYS = Parameter("days before the assessment in which a nephrotoxic drug matters", 30, "days", _ITEMS)
MEDICATION_NEEDS = (Need.ORDERS, Need.STATEMENTS)


def _evidence(use: DrugUse) -> Evidence:
    return Evidence(use.reference, use.display or use.drug, when=use.start)


def _taken(chart: Chart, drugs: frozenset[str], day: date) -> tuple[DrugUse, ...]:
    """Uses that overlap the 30 days before a day."""
    first = day - timedelta(days=int(DRUG_DAYS.value))
    return tuple(
        use for use in chart.uses_of(*drugs)
        if use.start is not None and use.start <= day and (use.end >= first if use.end else use.active)
    )  # fmt: skip


def nephrotoxic_drugs(chart: Chart, day: date, function_failed: Finding, proteinuria_failed: Finding) -> Finding:
    """An NSAID explains either arm; the other nephrotoxins explain a loss of function (R40, R42)."""
    return any_of(
        say("a nephrotoxic drug explains the picture"),
        all_of(
            say("an anti-inflammatory drug was taken and an arm of response failed"),
            any_of(say("an arm of response failed"), function_failed, proteinuria_failed),
            drug_taken(chart, NSAIDS, day),
        ),
        all_of(
            say("a nephrotoxic drug was taken and kidney function fell"),
            function_failed,
            drug_taken(chart, NEPHROTOXINS - NSAIDS, day),
        ),
    )


def drug_taken(chart: Chart, drugs: frozenset[str], day: date) -> Finding:
    """A drug of the group was taken in the 30 days before the assessment."""
    says = say("a nephrotoxic drug was taken")
    taken = _taken(chart, drugs, day)
    if taken:
        return met(says, *(_evidence(use) for use in taken))
    if chart.searched(*MEDICATION_NEEDS):
        return not_met(says)
    return unknown(says, say("a complete medication list"))


def haemodynamic_cause(chart: Chart, day: date, function_failed: Finding, proteinuria_responded: Finding) -> Finding:
    """A recent haemodynamic start, volume depletion or heart failure explains a loss of function only (R40, R42).

    Where proteinuria has not responded either, it cannot explain the picture, but hides how much function is lost.
    """
    says = say("a haemodynamic change explains the picture")
    found = all_of(says, function_failed, haemodynamic_change(chart, day))
    if found.truth is not Truth.MET or proteinuria_responded.truth is Truth.MET:
        return found
    need = say("creatinine once volume and haemodynamic drugs are steady: proteinuria is not explained by them")
    return unknown(says, need, evidence=found.evidence)


@per_chart
def haemodynamic_change(chart: Chart, day: date) -> Finding:
    """Something lowered glomerular pressure in the last 8 weeks."""
    says = say("glomerular pressure was lowered within 8 weeks")
    starts = haemodynamic_starts(chart, day, HAEMODYNAMIC_DRUGS | DIURETICS)
    illness = diagnosed_now(
        chart, say("volume depletion, hypotension or heart failure is present"),
        concepts.HYPOVOLAEMIA, concepts.HYPOTENSION, concepts.HEART_FAILURE,
    )  # fmt: skip
    started = shown(chart, say("a drug that lowers glomerular pressure was started"), starts, *MEDICATION_NEEDS)
    return any_of(says, started, illness)


def obstruction_or_vascular_disease(chart: Chart, function_failed: Finding) -> Finding:
    """Renal-vein thrombosis on record; obstruction or a narrowed renal artery explain a loss of function only (R39)."""
    says = say("obstruction or vascular disease of the kidney explains the picture")
    thrombosis = _diagnosed(chart, says, concepts.RENAL_VEIN_THROMBOSIS)
    if thrombosis.truth is Truth.MET:
        return thrombosis
    recorded = say("obstruction or a narrowed renal artery is on record")
    narrowed = _diagnosed(chart, recorded, concepts.URINARY_OBSTRUCTION, concepts.RENAL_ARTERY_STENOSIS)
    if narrowed.truth is not Truth.MET:
        return not_met(says)
    found = all_of(says, narrowed, function_failed)
    if found.truth is not Truth.NOT_MET:
        return found
    return found.noting(
        say("obstruction or a narrowed renal artery is on record, but explains a loss of function only")
    )


@per_chart
def other_glomerulonephritis(chart: Chart) -> Finding:
    """Another glomerular disease on record or on biopsy."""
    says = say("another glomerular disease explains the picture")
    shown = [b.evidence for b in chart.biopsies if b.other_disease]
    if shown:
        return met(says, *shown)
    diagnosed = _diagnosed(chart, says, concepts.OTHER_GLOMERULONEPHRITIS)
    read = [(b, name) for b in chart.biopsies for name in b.others_in_text]
    if read and diagnosed.truth is not Truth.MET:
        needs = [
            say("whether {disease}, which the text of the biopsy of {day} names, explains the picture",
                disease=name, day=b.day)
            for b, name in read
        ]  # fmt: skip
        return unknown(says, *dict.fromkeys(needs), evidence=tuple(dict.fromkeys(b.evidence for b, _ in read)))
    return diagnosed


@per_chart
def pre_eclampsia(chart: Chart, day: date) -> Finding:
    """Pre-eclampsia in the pregnancy, or 12 weeks after it, of the day: of a pregnancy long over it explains nothing.

    A pregnancy that proteinuria and function do not hide (before 20 weeks) is noted.
    """
    says = say("pre-eclampsia explains the picture")
    since = day - timedelta(days=PREGNANCY_LASTS.value) - timedelta(weeks=AFTERWARDS.value)
    found = [
        d.evidence
        for d in chart.diagnosed(concepts.PRE_ECLAMPSIA)
        if d.active and d.certainty == "confirmed" and (d.start is None or d.start >= since)
    ]
    pregnant = pregnancy_status(chart)
    if found:
        return met(says, *found)
    notes = (say("pregnancy: proteinuria and eGFR change with it"),) if pregnant.truth is Truth.MET else ()
    return not_met(says, notes=notes)


def _diagnosed(chart: Chart, says: Message, *wanted: str) -> Finding:
    """Outside the core an unsearched record is not held against the criterion: only presence counts."""
    found = [d.evidence for d in chart.diagnosed(*wanted) if d.active and d.certainty == "confirmed"]
    return met(says, *found) if found else not_met(says)
