"""Worsening after a response that is milder than a relapse, and the flare of the AURORA 2 trial. Notes, not verdicts.

KDIGO 2012, mild relapse: haematuria from below 5 to above 15 red cells per field with at least 2 acanthocytes, or a red
cell cast again. AURORA 2, renal flare: UPCR above 1 g/g from below 0.2, or above 2 g/g from 0.2 to 1.0. A mild relapse
does not end a course: the 12-month rule goes on (R45). Acanthocytes have no code, so haematuria alone is a question.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Result
from lnfhir.citation import Guideline, Parameter
from lnfhir.guideline.response import Judgement
from lnfhir.guideline.sources import KDIGO_2012, SECONDARY
from lnfhir.guideline.trajectory import Trajectory
from lnfhir.logic import Truth
from lnfhir.measures.sediment import red_cell_casts, urine_red_cells
from lnfhir.message import Message, say
from lnfhir.quantity import Amount

AURORA_2 = Guideline("aurora2", "AURORA 2 extension trial of voclosporin", 2024, "https://doi.org/10.1002/art.42657")
_TABLE = KDIGO_2012.at("relapse table, mild", SECONDARY)
_FLARE = AURORA_2.at("renal flare", SECONDARY)
QUIET_RED_CELLS = Parameter("urine red cells below which a mild relapse must start", 5, "/hpf", _TABLE)
RED_CELLS = Parameter("urine red cells above which a relapse may be mild", 15, "/hpf", _TABLE)
LOW_UPCR = Parameter("UPCR below which a rise above 1 g/g is a flare", 0.2, "g/g", _FLARE)
LOW_FLARE = Parameter("UPCR above which it is a flare from below 0.2 g/g, and up to which it must start otherwise",
                      1.0, "g/g", _FLARE)  # fmt: skip
HIGH_FLARE = Parameter("UPCR above which it is a flare from 0.2 to 1.0 g/g", 2.0, "g/g", _FLARE)


def flare_notes(course: Trajectory, responded: Judgement, latest: Judgement) -> tuple[Message, ...]:
    """What the sediment and the urine of the latest assessment say against those of the response."""
    if latest.assessment.day <= responded.assessment.day:
        return ()
    return (*_sediment(course, responded, latest), *_flare(responded, latest))


def _sediment(course: Trajectory, responded: Judgement, latest: Judgement) -> tuple[Message, ...]:
    chart, before, now = course.chart, responded.assessment.day, latest.assessment.day
    casts, cells = _amounts(red_cell_casts, chart, before, now), _amounts(urine_red_cells, chart, before, now)
    if casts is not None and casts[0].at_most(0) is casts[1].above(0) is Truth.MET:
        return (say("red cell casts again on {day}: a mild relapse by KDIGO 2012", day=now),)
    if cells is not None and cells[0].below(QUIET_RED_CELLS.value) is cells[1].above(RED_CELLS.value) is Truth.MET:
        return (say("haematuria again on {day}: with acanthocytes a mild relapse by KDIGO 2012", day=now),)
    return ()


def _amounts(
    found_near: Callable[[Chart, date], Result | None], chart: Chart, before: date, now: date
) -> tuple[Amount, Amount] | None:
    """The finding on both days, where it was counted."""
    then, today = found_near(chart, before), found_near(chart, now)
    if then is None or then.amount is None or today is None or today.amount is None:
        return None
    return then.amount, today.amount


def _flare(responded: Judgement, latest: Judgement) -> tuple[Message, ...]:
    was, is_ = responded.assessment.proteinuria.amount, latest.assessment.proteinuria.amount
    from_low = was.below(LOW_UPCR.value) is Truth.MET and is_.above(LOW_FLARE.value) is Truth.MET
    middle = was.at_least(LOW_UPCR.value) is Truth.MET and was.at_most(LOW_FLARE.value) is Truth.MET
    if from_low or (middle and is_.above(HIGH_FLARE.value) is Truth.MET):
        return (say("a renal flare by the definition of AURORA 2"),)
    return ()
