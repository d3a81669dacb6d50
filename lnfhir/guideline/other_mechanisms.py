"""
C4, other mechanisms of kidney injury are excluded.

Persistent proteinuria or a falling GFR is refractory nephritis only if nothing else explains it: chronic damage,
thrombotic microangiopathy, hypertension, diabetes, nephrotoxic drugs, haemodynamics, infection; and, where
recorded, obstruction, vascular disease, another glomerulonephritis, pre-eclampsia or obesity. An item that is
present counts only if it explains the picture; one that is not assessed leaves the criterion open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import structs

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Biopsy
from lnfhir.citation import Parameter
from lnfhir.guideline import other_causes_by_record as recorded
from lnfhir.guideline import other_causes_by_test as tested
from lnfhir.guideline.microangiopathy import thrombotic_microangiopathy
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.logic import Finding, Truth, met, none_of
from lnfhir.message import Message, say

_RULINGS = LNFHIR.at("rulings R39 to R44", ENGINEERING)
BIOPSY_BEFORE = Parameter("age at which a biopsy still excludes other causes", 365, "days", _RULINGS)
BIOPSY_AFTER = Parameter("how long after the failure a biopsy still excludes other causes", 183, "days", _RULINGS)
BIOPSY_OLD = Parameter("age from which a repeat biopsy is advised", 183, "days", _RULINGS)


@dataclass(frozen=True, slots=True)
class Picture:
    """What has to be explained: which arm of response failed, and on which day.

    `proteinuria_responded`: a partial response of proteinuria at least, so that a fall of function is isolated (R31).
    """

    chart: Chart
    day: date
    function_failed: Finding
    proteinuria_failed: Finding
    proteinuria_responded: Finding


def other_mechanisms_excluded(picture: Picture) -> Finding:
    """C4: no other mechanism explains the picture; items outside the core count only when something speaks for them."""
    says = say("other mechanisms of kidney injury are excluded")
    chart, day = picture.chart, picture.day
    biopsy = decisive_biopsy(chart, day)
    core = [
        *_core_items_a_biopsy_settles(picture, biopsy),
        recorded.nephrotoxic_drugs(chart, day, picture.function_failed, picture.proteinuria_failed),
        recorded.haemodynamic_cause(chart, day, picture.function_failed, picture.proteinuria_responded),
        tested.infection(chart, day),
    ]
    also = [
        recorded.obstruction_or_vascular_disease(chart, picture.function_failed),
        *(() if biopsy and not biopsy.others_in_text else (recorded.other_glomerulonephritis(chart),)),
        recorded.pre_eclampsia(chart, day),
        tested.obesity_related(chart),
    ]
    present = [item for item in also if item.truth is not Truth.NOT_MET]
    finding = none_of(says, *core, *present).noting(*_notes(biopsy, day, also))
    return finding if biopsy is None else _with(finding, biopsy)


def _core_items_a_biopsy_settles(picture: Picture, biopsy: Biopsy | None) -> tuple[Finding, ...]:
    """All four without a decisive biopsy; with one only what came to light after it, or what it leaves open (R43)."""
    chart, day = picture.chart, picture.day
    items = (
        tested.advanced_chronicity(chart, day),
        thrombotic_microangiopathy(chart, day),
        tested.hypertensive_damage(chart, day, picture.function_failed),
        tested.diabetic_damage(chart, day),
    )
    if biopsy is None:
        return items
    pressure = tested.uncontrolled_hypertension(chart, day)
    causes = (items[0], items[1], pressure, items[3])
    newer = [item for item, cause in zip(items, causes, strict=True) if _is_newer(cause, biopsy.day)]
    if biopsy.tma is None and items[1].truth is Truth.UNKNOWN and items[1].evidence:  # R41: the report is silent
        newer.append(items[1])
    return tuple(item for item in newer if item.truth is not Truth.NOT_MET)


def _is_newer(cause: Finding, day: date) -> bool:
    """Present, and not known to have been before the biopsy."""
    return cause.truth is Truth.MET and any(e.when is None or e.when > day for e in cause.evidence)


def decisive_biopsy(chart: Chart, day: date) -> Biopsy | None:
    """A biopsy near enough that shows active lesions without TMA or advanced sclerosis (R43)."""
    first, last = day - timedelta(days=int(BIOPSY_BEFORE.value)), day + timedelta(days=int(BIOPSY_AFTER.value))
    near = [b for b in chart.biopsies if first <= b.day <= last and not b.from_text]
    if not near:
        return None
    latest = near[-1]
    active = latest.active_lesions is True or (latest.activity_index is not None and latest.activity_index > 0)
    clean = latest.tma is not True and latest.sclerosis is not True and "VI" not in latest.classes
    return latest if active and clean and not latest.other_disease else None


def _with(finding: Finding, biopsy: Biopsy) -> Finding:
    shown = met(say("a biopsy shows active lesions and neither TMA nor advanced sclerosis"), biopsy.evidence)
    evidence = (*finding.evidence, biopsy.evidence) if finding.truth is Truth.MET else finding.evidence
    return structs.replace(finding, evidence=evidence, parts=(shown, *finding.parts))


def _notes(biopsy: Biopsy | None, day: date, also: list[Finding]) -> tuple[Message, ...]:
    notes = [note for item in also for note in item.notes]
    if biopsy is not None and day - biopsy.day > timedelta(days=int(BIOPSY_OLD.value)):
        notes.append(say("the biopsy is older than 6 months: a repeat biopsy is advised"))
    return tuple(notes)
