"""When CAR-T cells were infused: by administrations, procedures and statements; an order alone says only the intent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse, Record
from lnfhir.logic import Evidence
from lnfhir.measures.exposure import use_evidence
from lnfhir.terminology import concepts
from lnfhir.terminology.drug_groups import CELL_THERAPIES

INFUSION_NEEDS = (Need.ADMINISTRATIONS, Need.PROCEDURES)
"""Where an infusion would be recorded: searched without one, an order was not carried out, or not yet."""


@dataclass(frozen=True, slots=True)
class CellTherapy:
    """One infusion; `day` is None when it is not stated."""

    day: date | None
    evidence: Evidence


@per_chart
def cell_therapies(chart: Chart) -> tuple[CellTherapy, ...]:
    """The infusions up to the day of the chart, oldest first, those without a day before them.

    An order counts only where neither administrations nor procedures could be searched for the infusion, and not while
    it is on hold.
    """
    uses = [use for use in chart.uses_of(*CELL_THERAPIES) if not use.on_hold]
    told = [use for use in uses if use.record in (Record.ADMINISTRATION, Record.STATEMENT)]
    found = [CellTherapy(use.start, use_evidence(use)) for use in told]
    found += [CellTherapy(p.day, p.evidence) for p in chart.procedures if concepts.CAR_T_INFUSION in p.concepts]
    if not found and not chart.searched(*INFUSION_NEEDS):
        found = [CellTherapy(use.start, use_evidence(use)) for use in uses if use.record is Record.ORDER]
    return tuple(sorted(found, key=lambda one: (one.day or date.min, one.evidence.reference)))


@per_chart
def cell_therapy_days(chart: Chart) -> tuple[date, ...]:
    """The days of the infusions, oldest first."""
    return tuple(sorted({one.day for one in cell_therapies(chart) if one.day is not None}))


@per_chart
def ordered_cell_therapy(chart: Chart) -> tuple[DrugUse, ...]:
    """The dated orders and dispenses of a product of which no infusion is on record, up to the day of the chart."""
    if cell_therapies(chart):
        return ()
    return tuple(use for use in chart.uses_of(*CELL_THERAPIES) if use.start is not None and use.start <= chart.as_of)
