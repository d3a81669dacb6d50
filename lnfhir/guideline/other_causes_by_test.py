"""Other causes that a test shows or excludes: each finding asserts that the cause explains the picture."""

from __future__ import annotations

from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import LABEL, Diagnosis, Result
from lnfhir.citation import Parameter
from lnfhir.guideline.microangiopathy import ONLY_READ, confirmation, is_present, recent_biopsy
from lnfhir.guideline.record import ACUTE_LASTS
from lnfhir.guideline.sources import ENGINEERING, LNFHIR, SECONDARY
from lnfhir.logic import Finding, Truth, all_of, met, not_met, unknown
from lnfhir.measures.sources import SLEDAI_2K
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts

_ITEMS = LNFHIR.at("items of criterion 4", ENGINEERING)
BP_MONTHS = Parameter("period over which blood pressure is judged", 92, "days", _ITEMS)
BP_HIGH_SYSTOLIC = Parameter("systolic pressure of uncontrolled hypertension", 160, "mmHg", _ITEMS)
BP_HIGH_DIASTOLIC = Parameter("diastolic pressure of uncontrolled hypertension", 100, "mmHg", _ITEMS)
BP_CONTROLLED_SYSTOLIC = Parameter("mean systolic pressure below which hypertension is excluded", 140, "mmHg", _ITEMS)
BP_CONTROLLED_DIASTOLIC = Parameter("mean diastolic pressure below which hypertension is excluded", 90, "mmHg", _ITEMS)
HBA1C_DIABETES = Parameter("HbA1c from which diabetes is suspected", 6.5, "%", _ITEMS)
INFECTION_DAYS = Parameter("days around the assessment in which an infection matters", 30, "days", _ITEMS)
PYURIA = Parameter(
    "urine white cells per field above which infection is possible", 5, "/hpf",
    SLEDAI_2K.at("pyuria", SECONDARY),
)  # fmt: skip
URINALYSIS_DAYS = Parameter("age at which a urinalysis still excludes infection", 92, "days", _ITEMS)
OBESITY_BMI = Parameter("body mass index of obesity", 30, "kg/m2", _ITEMS)
HEPATITIS = (concepts.HEPATITIS_B, concepts.HEPATITIS_C)
VIRAL_TESTS = (Analyte.HBSAG, Analyte.HBV_DNA, Analyte.ANTI_HCV)


@per_chart
def advanced_chronicity(chart: Chart, day: date) -> Finding:
    """Class VI or advanced sclerosis; no cut-off of the chronicity index is published, so it is only shown."""
    says = say("advanced chronic damage explains the picture")
    last = chart.biopsies[-1] if chart.biopsies else None
    if last is not None and ("VI" in last.classes or last.sclerosis is True):
        if last.from_text:
            return unknown(says, ONLY_READ, evidence=(last.evidence,))
        return met(says, last.evidence)
    recent = recent_biopsy(chart, day)
    if recent is None:
        return unknown(says, say("a kidney biopsy within 12 months"))
    notes: tuple[Message, ...] = ()
    if recent.chronicity_index is not None:
        notes = (say("NIH chronicity index {value}", value=recent.chronicity_index),)
    return not_met(says, recent.evidence, notes=notes)


def hypertensive_damage(chart: Chart, day: date, function_failed: Finding) -> Finding:
    """Uncontrolled hypertension, which explains a loss of function only (R40)."""
    return all_of(
        say("uncontrolled hypertension explains the picture"), function_failed, uncontrolled_hypertension(chart, day)
    )


@per_chart
def uncontrolled_hypertension(chart: Chart, day: date) -> Finding:
    """160/100 or more repeatedly in 3 months, or so coded; excluded by a mean below 140/90."""
    says = say("hypertension is uncontrolled")
    coded = chart.diagnosed(concepts.HYPERTENSIVE_NEPHROPATHY, concepts.HYPERTENSIVE_CRISIS)
    active = [d for d in coded if d.active]
    sure = [d.evidence for d in active if d.certainty == "confirmed"]
    if sure:
        return met(says, *sure)
    first = day - timedelta(days=int(BP_MONTHS.value))
    systolic, diastolic = (
        [r for r in chart.results_of(analyte) if first <= r.day <= day and r.amount is not None and r.amount.exact]
        for analyte in (Analyte.SYSTOLIC, Analyte.DIASTOLIC)
    )
    high = [r for r in systolic if r.amount and r.amount.low >= BP_HIGH_SYSTOLIC.value]
    high += [r for r in diastolic if r.amount and r.amount.low >= BP_HIGH_DIASTOLIC.value]
    if len({r.day for r in high}) >= 2:
        return met(says, *(r.evidence for r in high))
    if len({r.day for r in systolic}) < 2 or not diastolic:
        return unknown(says, say("two blood pressures in the last 3 months"))
    means = [sum(r.amount.low for r in side if r.amount) / len(side) for side in (systolic, diastolic)]
    evidence = tuple(r.evidence for r in (*systolic, *diastolic))
    if means[0] < BP_CONTROLLED_SYSTOLIC.value and means[1] < BP_CONTROLLED_DIASTOLIC.value and not active:
        return not_met(says, *evidence)
    return unknown(
        says, say("a mean blood pressure below 140/90, or repeated readings from 160/100"), evidence=evidence
    )


@per_chart
def diabetic_damage(chart: Chart, day: date) -> Finding:
    """Diabetic nephropathy; diabetes or a raised HbA1c alone leaves it open unless a biopsy excludes it (R41)."""
    says = say("diabetic nephropathy explains the picture")
    nephropathy = [d for d in chart.diagnosed(concepts.DIABETIC_NEPHROPATHY) if d.active]
    sure = [d.evidence for d in nephropathy if d.certainty == "confirmed"]
    if sure:
        return met(says, *sure)
    if nephropathy:
        evidence = tuple(d.evidence for d in nephropathy)
        return unknown(says, *map(confirmation, nephropathy), evidence=evidence)
    recent = recent_biopsy(chart, day)
    if recent is not None and not recent.from_text and not recent.other_disease and not recent.others_in_text:
        return not_met(says, recent.evidence)
    hba1c = chart.latest(Analyte.HBA1C)
    raised = hba1c.amount.at_least(HBA1C_DIABETES.value) if hba1c is not None and hba1c.amount is not None else None
    diabetes = [d.evidence for d in chart.diagnosed(concepts.DIABETES) if d.active]
    if diabetes or raised is Truth.MET:
        need = say("a kidney biopsy within 12 months that excludes diabetic nephropathy")
        return unknown(says, need, evidence=(*diabetes, *((hba1c.evidence,) if hba1c and raised is Truth.MET else ())))
    if hba1c is not None and raised is Truth.NOT_MET:
        return not_met(says, hba1c.evidence)
    if chart.searched(Need.CONDITIONS):
        return not_met(says, notes=(say("no diabetes on record"),))
    return unknown(says, say("HbA1c, or a complete list of diagnoses"))


@per_chart
def infection(chart: Chart, day: date) -> Finding:
    """An infection near the assessment, or a chronic viral one, leaves it open; a clean urine and no such diagnosis
    exclude it."""
    says = say("infection explains the picture")
    found = chart.diagnosed(concepts.URINARY_INFECTION, concepts.SEPSIS, concepts.VIRAL_INFECTION, *HEPATITIS)
    near = [d for d in found if not _is_chronic(d) and _is_near(d, day)]
    chronic = [d for d in found if _is_chronic(d) and (d.active or _is_near(d, day))]
    tested = _viral_tests(chart)
    if near or chronic or tested:
        needs = [say("urine protein and creatinine after the infection has resolved")] if near else []
        needs += [say("whether {label} explains the picture", label=d.label) for d in chronic]
        needs += [say("whether {label} explains the picture", label=LABEL[r.analyte]) for r in tested]
        evidence = (*(d.evidence for d in (*near, *chronic)), *(r.evidence for r in tested))
        return unknown(says, *dict.fromkeys(needs), evidence=evidence)
    cells = chart.latest(Analyte.URINE_WBC, since=day - timedelta(days=int(URINALYSIS_DAYS.value)))
    if cells is not None and cells.amount is not None:
        clean = cells.amount.at_most(PYURIA.value)
        if clean is Truth.MET and chart.searched(Need.CONDITIONS):
            return not_met(says, cells.evidence)
        if clean is Truth.NOT_MET:
            return unknown(says, say("a urine culture: white cells are raised"), evidence=(cells.evidence,))
    return unknown(says, say("a urinalysis within 3 months"))


def _is_chronic(diagnosis: Diagnosis) -> bool:
    """Hepatitis B or C: it stays what it is, however long ago it was diagnosed."""
    return bool(diagnosis.concepts & set(HEPATITIS))


def _is_near(diagnosis: Diagnosis, day: date) -> bool:
    """Not begun more than 30 days later, nor over for more than 30 days, nor so old that it was just never closed."""
    around = timedelta(days=int(INFECTION_DAYS.value))
    if diagnosis.start is not None and diagnosis.start > day + around:
        return False
    if diagnosis.end is not None:
        return diagnosis.end >= day - around
    if diagnosis.start is None:
        return diagnosis.active
    return (day - diagnosis.start).days <= ACUTE_LASTS.value


def _viral_tests(chart: Chart) -> list[Result]:
    """The latest hepatitis B antigen or DNA and hepatitis C antibody that are positive."""
    latest = (chart.latest(analyte) for analyte in VIRAL_TESTS)
    return [result for result in latest if result is not None and is_present(result)]


@per_chart
def obesity_related(chart: Chart) -> Finding:
    """Obesity-related glomerulopathy, only where a biopsy says so."""
    says = say("obesity-related glomerulopathy explains the picture")
    shown = [b.evidence for b in chart.biopsies if "obes" in b.other_disease.lower()]
    bmi = chart.latest(Analyte.BMI)
    if shown:
        return met(says, *shown)
    notes: tuple[Message, ...] = ()
    if bmi is not None and bmi.amount is not None and bmi.amount.at_least(OBESITY_BMI.value) is Truth.MET:
        notes = (say("body mass index is 30 or more: consider obesity-related glomerulopathy"),)
    return not_met(says, notes=notes)
