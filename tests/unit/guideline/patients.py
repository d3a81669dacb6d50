"""Patients of the worked examples, as charts: what the criteria see, without FHIR in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from msgspec import structs

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Biopsy, Diagnosis, DrugUse, Person, ProcedureDone, Result
from lnfhir.guideline.course_of_treatment import courses_of_treatment
from lnfhir.guideline.refractory import refractory_verdicts
from lnfhir.guideline.trajectory import Trajectory, series_of
from lnfhir.guideline.verdict import RefractoryVerdict
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import answered, biopsy, chart, creatinine, dispensed, given, result, upcr, use, weight, woman

Entry = Result | DrugUse | Diagnosis | ProcedureDone | Biopsy


def kidney(*rows: tuple[int, float, float]) -> list[Entry]:
    """Rows of (day, UPCR g/g by 24-hour collection, creatinine mg/dL)."""
    return [item for day, protein, scr in rows for item in (upcr(day, protein), creatinine(day, scr))]


def induction(mg: float = 60, mmf: float = 2000, until: int | None = None, pulse: bool = True) -> list[Entry]:
    """Pulses of 500 mg on three days, oral prednisone from day 3, mycophenolate from day 14, all dispensed."""
    pulses = [given("methylprednisolone", day, 500) for day in range(3)] if pulse else []
    oral: list[Entry] = [
        use("prednisone", 3 if pulse else 0, 40, mg=mg),
        use("prednisone", 41, until, mg=5, active=until is None),
        use("mycophenolate-mofetil", 14, until, mg=mmf, active=until is None),
    ]
    return [*pulses, *oral, *supply(0, 760)]


def supply(first: int, last: int) -> list[Entry]:
    """Mycophenolate handed over every 30 days."""
    return [dispensed("mycophenolate-mofetil", day, 30, 2000) for day in range(first, last, 30)]


def active_biopsy(day: int = -5, *classes: str) -> Biopsy:
    """A biopsy with active lesions and neither TMA nor sclerosis."""
    return replace(biopsy(day, *(classes or ("IV",))), active_lesions=True, tma=False, sclerosis=False)


def clean_urine(*days: int) -> list[Entry]:
    """No pyuria on these days."""
    return [result(Analyte.URINE_WBC, day, 2) for day in days]


def antibodies_negative(day: int = 0) -> list[Entry]:
    """Both antiphospholipid tests negative."""
    return [answered(Analyte.APL_CARDIOLIPIN, day, False), answered(Analyte.APL_LUPUS_ANTICOAGULANT, day, False)]


def no_haemolysis(day: int = 0) -> list[Entry]:
    """A haptoglobin that the laboratory calls normal."""
    return [structs.replace(result(Analyte.HAPTOGLOBIN, day, 1.2), flag="normal")]


def patient(*groups: Iterable[Entry] | Entry, as_of: int, kg: float | None = 60, person: Person | None = None) -> Chart:
    """A chart of these groups with a weight, a biopsy of class IV and a clean urine."""
    entries: list[Entry] = [active_biopsy(), *clean_urine(*range(0, as_of + 1, 30), as_of)]
    if kg is not None:
        entries.append(weight(0, kg))
    for group in groups:
        entries.extend(group if isinstance(group, Iterable) else [group])
    return chart(*(e for e in entries if _start(e) <= as_of), person=person or woman(), as_of=as_of)


def _start(entry: Entry) -> int:
    day = entry.day if isinstance(entry, Result | Biopsy | ProcedureDone) else entry.start
    return -9999 if day is None else (day - date(2024, 1, 15)).days


def courses(patient_chart: Chart, policy: Policy | None = None) -> tuple[Trajectory, ...]:
    """The courses found in a chart."""
    chosen = policy or Policy()
    return courses_of_treatment(patient_chart, chosen, series_of(patient_chart, chosen))


def verdicts(patient_chart: Chart, policy: Policy | None = None) -> dict[str, RefractoryVerdict]:
    """Every profile's verdict by its key."""
    chosen = policy or Policy()
    found = refractory_verdicts(patient_chart, chosen, courses(patient_chart, chosen))
    return {verdict.profile: verdict for verdict in found}


def states(verdict: RefractoryVerdict) -> str:
    """The four criteria and the conjunction in one line."""
    return " ".join(f.state for f in (verdict.c1, verdict.c2, verdict.c3, verdict.c4, verdict.overall))
