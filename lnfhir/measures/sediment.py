"""The urine sediment, and the renal part of SLEDAI-2K that it decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Result
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Finding, Truth, any_of, unknown
from lnfhir.measures.sources import SECONDARY, SLEDAI_2K, by_default
from lnfhir.measures.urine_protein import Proteinuria
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts

SEDIMENT_WINDOW = Parameter(
    "largest distance in time of a urine sediment that goes with a day", 30, "days", by_default("active sediment")
)
_WEIGHTS = SLEDAI_2K.at("renal descriptors", SECONDARY)
ITEM_WEIGHT = Parameter("weight of each renal item", 4, "points", _WEIGHTS)
HAEMATURIA_ABOVE = Parameter("red cells above which there is haematuria", 5, "/hpf", _WEIGHTS)
PYURIA_ABOVE = Parameter("white cells above which there is pyuria", 5, "/hpf", _WEIGHTS)
PROTEINURIA_ABOVE = Parameter("proteinuria above which it scores", 0.5, "g/24h", _WEIGHTS)
SCORE_WINDOW = Parameter("days up to the day of the score in which an item counts", 10, "days", _WEIGHTS)


def active_sediment(chart: Chart, day: date) -> Finding:
    """Red cell casts, or more than 5 red cells per high-power field, within 30 days of a day.

    Infection and stones are not excluded here.
    """
    return any_of(
        say("active urine sediment near {day}", day=day),
        _has_casts(_near(chart, day, Analyte.RBC_CASTS)),
        _more_than(_near(chart, day, Analyte.URINE_RBC), HAEMATURIA_ABOVE, say("urine red cells"),
                   say("more than 5 red cells per high-power field")),
    )  # fmt: skip


def urine_red_cells(chart: Chart, day: date) -> Result | None:
    """The urine red cells nearest a day, within 30 days."""
    return _near(chart, day, Analyte.URINE_RBC)


def red_cell_casts(chart: Chart, day: date) -> Result | None:
    """The red cell casts nearest a day, within 30 days."""
    return _near(chart, day, Analyte.RBC_CASTS)


def _near(chart: Chart, day: date, analyte: Analyte, window: float | None = None) -> Result | None:
    most = SEDIMENT_WINDOW.value if window is None else window
    found = [r for r in chart.results_of(analyte) if abs((r.day - day).days) <= most]
    return min(reversed(found), key=lambda r: abs((r.day - day).days), default=None)


def _has_casts(result: Result | None) -> Finding:
    says = say("red cell casts")
    if result is None:
        return unknown(says, say("urine sediment: red cell casts"))
    if result.amount is None:
        if result.positive is None:
            return unknown(says, say("urine sediment: red cell casts"), evidence=(result.evidence,))
        return Finding(says, Truth.MET if result.positive else Truth.NOT_MET, (result.evidence,))
    truth = result.amount.above(0)
    return _judged(says, truth, result, say("urine sediment: red cell casts"))


def _more_than(result: Result | None, limit: Parameter, what: Message, says: Message) -> Finding:
    need = say("urine sediment: {item}", item=what)
    if result is None or result.amount is None:
        return unknown(says, need, evidence=() if result is None else (result.evidence,))
    return _judged(says, result.amount.above(limit.value), result, need)


def _judged(says: Message, truth: Truth, result: Result, need: Message) -> Finding:
    if truth is Truth.UNKNOWN:
        return unknown(says, need, evidence=(result.evidence,))
    return Finding(says, truth, (result.evidence,))


@dataclass(frozen=True, slots=True)
class RenalSledai:
    """The renal items of SLEDAI-2K: between `lowest` and `highest` points of 16; `missing` would settle the rest."""

    lowest: int
    highest: int
    items: tuple[Finding, ...]
    missing: tuple[Message, ...]
    evidence: tuple[Evidence, ...]


def renal_sledai(
    chart: Chart, day: date, proteinuria: tuple[Proteinuria, ...], window_days: float | None = None
) -> RenalSledai:
    """Score the four renal items (casts, haematuria, proteinuria, pyuria) on a day, as an interval.

    The score has a window of 10 days (a 30-day variant exists: `window_days`). A urinary infection on record leaves
    haematuria and pyuria open, kidney stones leave haematuria open.
    """
    window_days = SCORE_WINDOW.value if window_days is None else window_days
    stones = any(d.active for d in chart.diagnosed(concepts.NEPHROLITHIASIS))
    infected = any(
        d.active and (d.start is None or abs((d.start - day).days) <= SEDIMENT_WINDOW.value)
        for d in chart.diagnosed(concepts.URINARY_INFECTION)
    )
    items = (
        _has_casts(_near(chart, day, Analyte.RBC_CASTS, window_days)),
        _unless(infected or stones,
                _more_than(_near(chart, day, Analyte.URINE_RBC, window_days), HAEMATURIA_ABOVE,
                           say("urine red cells"), say("more than 5 red cells per high-power field"))),
        _protein_item(day, proteinuria, window_days),
        _unless(infected, _more_than(_near(chart, day, Analyte.URINE_WBC, window_days), PYURIA_ABOVE,
                                     say("urine white cells"), say("more than 5 white cells per high-power field"))),
    )  # fmt: skip
    weight = int(ITEM_WEIGHT.value)
    return RenalSledai(
        weight * sum(item.truth is Truth.MET for item in items),
        weight * sum(item.truth is not Truth.NOT_MET for item in items),
        items,
        tuple(dict.fromkeys(need for item in items for need in item.missing)),
        tuple(dict.fromkeys(e for item in items for e in item.evidence)),
    )


def _unless(otherwise_explained: bool, item: Finding) -> Finding:
    if otherwise_explained and item.truth is Truth.MET:
        return unknown(item.says, say("urine sediment without infection or stones"), evidence=item.evidence)
    return item


def _protein_item(day: date, series: tuple[Proteinuria, ...], window_days: float) -> Finding:
    says = say("proteinuria above 0.5 g a day")
    near = [value for value in series if abs((value.day - day).days) <= window_days]
    if not near:
        return unknown(says, say("urine protein near {day}", day=day))
    value = min(reversed(near), key=lambda v: abs((v.day - day).days))
    truth = value.amount.above(PROTEINURIA_ABOVE.value)
    if truth is Truth.UNKNOWN:
        return unknown(says, say("urine protein near {day}", day=day), evidence=(value.evidence,))
    return Finding(says, truth, (value.evidence,))
