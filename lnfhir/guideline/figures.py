"""The figures a clinician looks for first: where the kidneys stand, how far they have come, what is being taken."""

from __future__ import annotations

from dataclasses import dataclass

from lnfhir.chart.chart import Chart
from lnfhir.guideline.outlook import at_first_biopsy, histology_markers
from lnfhir.guideline.trajectory import Series, Trajectory
from lnfhir.logic import Known, Missing, missing
from lnfhir.measures.baseline import creatinine_change, egfr_change, fall
from lnfhir.measures.body import bmi, latest_weight
from lnfhir.measures.hydroxychloroquine import hydroxychloroquine_dose, hydroxychloroquine_per_kg
from lnfhir.measures.immunosuppression import daily_mycophenolate
from lnfhir.measures.kidney import KidneyFunction
from lnfhir.measures.sediment import renal_sledai
from lnfhir.measures.steroids import steroid_on
from lnfhir.measures.urine_protein import set_aside_proteinuria
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One figure of the report: what it is, its value or what it lacks, its unit."""

    key: str
    label: Message
    value: Known[float] | Known[str] | Missing
    unit: str = ""


def figures(chart: Chart, policy: Policy, series: Series, courses: tuple[Trajectory, ...]) -> tuple[MeasureLine, ...]:
    """Every figure, in the order of the report; a Missing says what would give it."""
    del policy
    course = courses[-1] if courses else None
    return (
        *_kidney(chart, series),
        *(_since_baseline(series, course) if course is not None else ()),
        *_treatment(chart),
        MeasureLine("weight", say("weight"), latest_weight(chart), "kg"),
        MeasureLine("bmi", say("body mass index"), bmi(chart), "kg/m2"),
        *(_risk(chart) if chart.biopsies else ()),
    )


def _risk(chart: Chart) -> tuple[MeasureLine, ...]:
    """What went with refractory disease in the literature; no rule reads it."""
    markers = histology_markers(chart.biopsies[-1])
    score = at_first_biopsy(chart, Analyte.SLEDAI_2K, say("a SLEDAI-2K recorded within 30 days of the first biopsy"))
    albumin = at_first_biopsy(chart, Analyte.ALBUMIN, say("serum albumin within 30 days of the first biopsy"))
    return (
        MeasureLine("risk-histology", say("risk marker: histology of the last biopsy"), markers),
        MeasureLine("risk-sledai", say("risk marker: SLEDAI-2K at the first biopsy"), _text(score), "points"),
        MeasureLine("risk-albumin", say("risk marker: albumin at the first biopsy"), _text(albumin), "g/L"),
    )


def _text(value: Known[Amount] | Missing) -> Known[str] | Missing:
    return value if isinstance(value, Missing) else Known(str(value.value), value.evidence, value.notes)


def _kidney(chart: Chart, series: Series) -> tuple[MeasureLine, ...]:
    protein: Known[str] | Missing = missing(say("a urine protein/creatinine ratio"))
    if series.proteinuria:
        last = series.proteinuria[-1]
        protein = Known(str(last.amount), (last.evidence,), last.notes)
    egfr: Known[str] | Missing = missing(say("serum creatinine"))
    creatinine: Known[str] | Missing = egfr
    if series.function:
        function = series.function[-1]
        egfr = _shown(function.egfr, function, Missing(function.needs or (say("serum creatinine"),)))
        creatinine = _shown(function.creatinine, function, missing(say("serum creatinine")))
    sledai = renal_sledai(chart, chart.as_of, series.proteinuria)
    score = str(sledai.lowest) if sledai.lowest == sledai.highest else f"{sledai.lowest}-{sledai.highest}"
    return (
        MeasureLine("upcr", say("latest proteinuria"), protein, "g/g"),
        *_not_used(chart, series),
        MeasureLine("egfr", say("latest eGFR"), egfr, "mL/min/1.73m2"),
        MeasureLine("creatinine", say("latest creatinine"), creatinine, "mg/dL"),
        MeasureLine("renal-sledai", say("renal SLEDAI-2K"), Known(score, sledai.evidence), "points"),
    )


def _not_used(chart: Chart, series: Series) -> tuple[MeasureLine, ...]:
    """The latest 24-hour protein that cannot stand in for a ratio, where it is newer than what was used."""
    aside = set_aside_proteinuria(chart)
    if not aside or (series.proteinuria and series.proteinuria[-1].day >= (aside[-1].evidence.when or chart.as_of)):
        return ()
    label = say("24-hour urine protein, not used: {why}", why=aside[-1].why)
    return (MeasureLine("protein-not-used", label, Known(aside[-1].evidence.value, (aside[-1].evidence,)), "g/24h"),)


def _shown(amount: Amount | None, function: KidneyFunction, otherwise: Missing) -> Known[str] | Missing:
    return otherwise if amount is None else Known(f"{amount}", (function.evidence,), function.notes)


def _since_baseline(series: Series, course: Trajectory) -> tuple[MeasureLine, ...]:
    p0, g0 = course.p0, course.g0
    start: Known[str] | Missing = p0 if isinstance(p0, Missing) else Known(str(p0.value.chosen.amount), p0.evidence)
    lines = [MeasureLine("baseline-upcr", say("baseline proteinuria"), start, "g/g")]
    if isinstance(p0, Known) and series.proteinuria:
        change = fall(p0.value.chosen, series.proteinuria[-1])
        if change is not None:
            value = Known(-change * 100, (*p0.evidence, series.proteinuria[-1].evidence))
            lines.append(MeasureLine("upcr-change", say("change of proteinuria from baseline"), value, "%"))
    if isinstance(g0, Missing):
        lines.append(MeasureLine("baseline-egfr", say("baseline eGFR"), g0, "mL/min/1.73m2"))
        return tuple(lines)
    baseline = _shown(g0.value.egfr, g0.value, Missing(g0.value.needs or (say("serum creatinine"),)))
    lines.append(MeasureLine("baseline-egfr", say("baseline eGFR"), baseline, "mL/min/1.73m2"))
    if series.function:
        now = series.function[-1]
        evidence = (*g0.evidence, now.evidence)
        for key, label, ratio in (
            ("egfr-change", say("change of eGFR from baseline"), egfr_change(g0.value, now)),
            ("creatinine-change", say("change of creatinine from baseline"), creatinine_change(g0.value, now)),
        ):
            if ratio is not None:
                lines.append(MeasureLine(key, label, Known(ratio * 100, evidence), "%"))
    return tuple(lines)


def _treatment(chart: Chart) -> tuple[MeasureLine, ...]:
    today = chart.as_of
    return (
        MeasureLine("prednisone", say("prednisone-equivalent today"), steroid_on(chart, today), "mg/d"),
        MeasureLine("mycophenolate", say("mycophenolate today"), daily_mycophenolate(chart).on(today), "g/d"),
        MeasureLine("hcq-dose", say("hydroxychloroquine today"), hydroxychloroquine_dose(chart), "mg/d"),
        MeasureLine("hcq-per-kg", say("hydroxychloroquine per kg"), hydroxychloroquine_per_kg(chart), "mg/kg/d"),
    )
