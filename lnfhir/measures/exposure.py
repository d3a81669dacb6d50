"""What was taken, from orders, administrations, dispenses and statements, without counting anything twice.

Continuous (oral) treatment becomes steps of a daily dose. On any day the order or statement begun last is in force;
orders of one drug begun on the same day and still active are added. An order without an end runs while it is
active, or to the next order of the drug. Administrations raise or stand in for what was ordered; a dispense counts
only where nothing else is recorded. Infusions become single doses; administrations win over their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import DrugUse, Record
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Missing
from lnfhir.measures.body import weight_near
from lnfhir.measures.daily_dose import DAY, DoseSpan, joined
from lnfhir.measures.sources import by_default
from lnfhir.message import Message, say

RUNS_TO_NEXT = Parameter(
    "longest time an order without an end is taken to run to the next order of the same drug", 90, "days",
    by_default("completed or stopped orders without an end"),
)  # fmt: skip
SAME_INFUSIONS = Parameter(
    "distance from the days of an order within which administrations are taken as its own", 7, "days",
    by_default("administrations win over orders"),
)  # fmt: skip

_PLANNED = (Record.ORDER, Record.STATEMENT)


def use_evidence(use: DrugUse) -> Evidence:
    """A drug use as a reason: its daily dose, else its single dose."""
    dose, unit = (use.mg_per_day, "mg/d") if use.mg_per_day is not None else (use.mg_per_dose, "mg")
    value = f"{dose:g}" if dose is not None else ""
    return Evidence(use.reference, use.display or use.drug, value, unit if value else "", use.start)


@dataclass(frozen=True, slots=True)
class _Read:
    """A daily dose times its factor, or what it lacks, and where it was read."""

    dose: float | None
    need: Message | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One use as days: `open` while active without an end; not `in_use` when it may not have been taken on them."""

    first: date
    last: date
    use: DrugUse
    read: _Read
    open: bool = False
    in_use: bool = True

    @property
    def dose(self) -> float | None:
        return self.read.dose


def continuous(chart: Chart, uses: Iterable[DrugUse], factors: Mapping[str, float]) -> tuple[DoseSpan, ...]:
    """The daily dose of drugs that replace each other: mg/d times the drug's factor, as steps up to `as_of`."""
    stretches = _stretches(chart, [use for use in uses if use.start is None or use.start <= chart.as_of], factors)
    if not stretches:
        return ()
    stretches.sort(key=lambda s: s.first)
    edges = sorted({edge for s in stretches for edge in (s.first, s.last + DAY)})
    spans: list[DoseSpan] = []
    current: list[_Stretch] = []
    ended: list[_Stretch] = []
    at = 0
    for first, following in pairwise(edges):
        ended += [s for s in current if s.last < first and s.use.record in _PLANNED]
        current = [s for s in current if s.last >= first]
        while at < len(stretches) and stretches[at].first <= first:
            current.append(stretches[at])
            at += 1
        if current:
            spans.append(_step(first, following - DAY, current, ended))
    return joined(spans)


def _stretches(chart: Chart, uses: list[DrugUse], factors: Mapping[str, float]) -> list[_Stretch]:
    starts = sorted({use.start for use in uses if use.start is not None and _in_force(use)})
    found: list[_Stretch] = []
    for use in uses:
        found += _days_of(chart.as_of, use, _dose_of(chart, use, factors.get(use.drug)), starts)
    return [s for s in found if s.first <= s.last]


def _dose_of(chart: Chart, use: DrugUse, factor: float | None) -> _Read:
    """The daily dose times the factor, or what is missing for it; a dose per kg is multiplied by the weight."""
    name = use.display or use.drug
    evidence: tuple[Evidence, ...] = (use_evidence(use),)
    if factor is None:
        return _Read(None, say("an accepted prednisone equivalent of {drug}", drug=name), evidence)
    if use.as_needed:
        return _Read(None, say("how much {drug} was taken (as needed)", drug=name), evidence)
    mg = use.mg_per_day
    if mg is None and use.record is Record.ADMINISTRATION:
        mg = use.mg_per_dose
    if mg is None and use.mg_per_kg_per_day is not None:
        weight = weight_near(chart, use.start or chart.as_of)
        if isinstance(weight, Missing):
            return _Read(None, weight.needs[0], evidence)
        mg = use.mg_per_kg_per_day * weight.value
        evidence += weight.evidence
    if mg is None:
        why = use.dose_problem or say("no dose is given")
        return _Read(None, say("daily dose of {drug}: {why}", drug=name, why=why), evidence)
    return _Read(mg * factor, None, evidence)


def _in_force(use: DrugUse) -> bool:
    return use.record in _PLANNED and not use.as_needed


def _days_of(today: date, use: DrugUse, read: _Read, starts: list[date]) -> list[_Stretch]:
    """The days of a use, up to today."""
    name = use.display or use.drug
    if use.start is None:
        last = min(use.end, today) if use.end is not None else today
        undated = _Read(None, say("start of {drug}", drug=name), read.evidence)
        if use.active and last >= today:
            before = _Stretch(date.min, today - DAY, use, undated, in_use=False)
            return [before, _Stretch(today, today, use, read)]
        return [_Stretch(date.min, last, use, undated, in_use=False)]
    in_use = not use.as_needed
    if use.end is not None:
        return [_Stretch(use.start, min(use.end, today), use, read, in_use=in_use)]
    if use.record is Record.ADMINISTRATION:
        return [_Stretch(use.start, use.start, use, read, in_use=in_use)]
    if use.active and use.record in _PLANNED:
        return [_Stretch(use.start, today, use, read, open=True, in_use=in_use)]
    if use.days_supply is not None:
        last = use.start + timedelta(days=max(int(use.days_supply), 1) - 1)
        return [_Stretch(use.start, min(last, today), use, read, in_use=in_use)]
    following = next((start for start in starts if start > use.start), None)
    if following is not None and (following - use.start).days <= RUNS_TO_NEXT.value:
        return [_Stretch(use.start, following - DAY, use, read, in_use=in_use)]
    ending = _Read(None, say("end of {drug} begun on {day}", drug=name, day=use.start), read.evidence)
    first = _Stretch(use.start, use.start, use, read, in_use=in_use)
    return [first, _Stretch(use.start + DAY, today, use, ending, in_use=False)]


def _step(first: date, last: date, current: list[_Stretch], ended: list[_Stretch]) -> DoseSpan:
    planned = [s for s in current if _in_force(s.use)]
    given = [s for s in current if s.use.record is Record.ADMINISTRATION]
    if planned:
        chosen, resumed = _in_charge(planned, ended)
    elif given:
        chosen, resumed = [], True
    else:
        rest = [s for s in current if s.use.record is Record.DISPENSE] or current
        latest = max(s.first for s in rest)
        chosen, resumed = [s for s in rest if s.first == latest][-1:], True
    evidence = tuple(dict.fromkeys(item for s in (*chosen, *given) for item in s.read.evidence))
    doses = [s.dose for s in chosen]
    administered = sum(s.dose for s in given if s.dose is not None)
    if resumed and all(dose is not None for dose in doses) and (chosen or all(s.dose is not None for s in given)):
        ordered = sum(dose for dose in doses if dose is not None)
        return DoseSpan(first, last, max(ordered, administered), True, evidence)
    if not resumed:
        needs: tuple[Message, ...] = tuple(
            say("whether {drug} begun on {day} is still taken", drug=s.use.display or s.use.drug, day=s.first)
            for s in chosen
        )
    else:
        needs = tuple(dict.fromkeys(s.read.need for s in (*chosen, *given) if s.read.need is not None))
    if given and resumed and administered > 0 and all(s.dose is not None for s in given):
        return DoseSpan(first, last, administered, True, evidence)
    in_use = bool(given) or any(s.in_use for s in chosen)
    return DoseSpan(first, last, administered, False, evidence, needs, in_use)


def _in_charge(planned: list[_Stretch], ended: list[_Stretch]) -> tuple[list[_Stretch], bool]:
    """The orders in force, and whether that is sure.

    What states no start, and a statement that states no dose, give way to the others. An open order that a later,
    meanwhile ended, one had replaced is in force again only if the later one was the higher (a burst on top of a
    maintenance dose); after a lower one it may just never have been closed.
    """
    planned = [s for s in planned if s.use.start is not None] or planned
    dosed = [s for s in planned if s.dose is not None or s.use.record is Record.ORDER]
    if any(s.dose is not None for s in dosed):
        planned = dosed
    latest = max(s.first for s in planned)
    same = [s for s in planned if s.first == latest]
    orders = [s for s in same if s.use.record is Record.ORDER] or same
    active = [s for s in orders if s.use.active]
    chosen = active if active else orders[-1:]
    if chosen[0].use.record is Record.STATEMENT:
        chosen = chosen[-1:]
    replaced_by = [s for s in ended if s.first > latest and not s.use.as_needed]
    if not any(s.open for s in chosen) or not replaced_by:
        return chosen, True
    later = max(replaced_by, key=lambda s: (s.last, s.first))
    doses = [s.dose for s in chosen]
    if later.dose is None or any(dose is None for dose in doses):
        return chosen, False
    return chosen, sum(dose for dose in doses if dose is not None) <= later.dose


@dataclass(frozen=True, slots=True)
class SingleDose:
    """One day's dose in mg (None when not known); `ordered_only` when no administration confirms it."""

    day: date
    mg: float | None
    drug: str
    evidence: tuple[Evidence, ...]
    ordered_only: bool = False


def single_doses(chart: Chart, uses: Iterable[DrugUse]) -> tuple[SingleDose, ...]:
    """The infusions or injections of one drug, one per day, oldest first, up to `as_of`."""
    dated = [use for use in uses if use.start is not None and use.start <= chart.as_of and not use.as_needed]
    given = [use for use in dated if use.record is Record.ADMINISTRATION]
    days: dict[date, list[DrugUse]] = {}
    for use in given:
        for day in _dose_days(use, chart.as_of):
            days.setdefault(day, []).append(use)
    doses = [_sum(day, found, ordered_only=False) for day, found in days.items()]
    planned: dict[date, list[DrugUse]] = {}
    for use in dated:
        if use.record in _PLANNED and not _confirmed(use, given, chart.as_of):
            for day in _dose_days(use, chart.as_of):
                planned.setdefault(day, []).append(use)
    doses += [_sum(day, _not_replaced(found), ordered_only=True) for day, found in planned.items() if day not in days]
    return tuple(sorted(doses, key=lambda dose: dose.day))


def _dose_days(use: DrugUse, as_of: date) -> list[date]:
    assert use.start is not None
    step = use.interval_days
    end = use.end
    if end is None:
        if step is None or not use.active or use.record is Record.ADMINISTRATION:
            return [use.start]
        end = as_of
    if step is None:
        if use.mg_per_day is None:
            return [use.start]
        step = 1
    count = int(((min(end, as_of) - use.start).days + 0.5) // max(step, 1))
    return [use.start + timedelta(days=round(max(step, 1) * i)) for i in range(count + 1)]


def _confirmed(use: DrugUse, given: list[DrugUse], as_of: date) -> bool:
    slack = timedelta(days=int(SAME_INFUSIONS.value))
    assert use.start is not None
    last = use.end or (as_of if use.active and use.interval_days is not None else use.start)
    return any(g.start is not None and use.start - slack <= g.start <= last + slack for g in given)


def _not_replaced(uses: list[DrugUse]) -> list[DrugUse]:
    orders = [use for use in uses if use.record is Record.ORDER]
    if not orders:
        return uses[-1:]
    return orders if all(use.active for use in orders) else orders[-1:]


def _sum(day: date, uses: list[DrugUse], *, ordered_only: bool) -> SingleDose:
    amounts = [_mg_on_one_day(use) for use in uses]
    known = [mg for mg in amounts if mg is not None]
    total = sum(known) if len(known) == len(amounts) else None
    return SingleDose(day, total, uses[0].drug, tuple(dict.fromkeys(map(use_evidence, uses))), ordered_only)


def _mg_on_one_day(use: DrugUse) -> float | None:
    """Several doses on a day count together; of doses further apart one alone does."""
    several = use.interval_days is not None and use.interval_days <= 1 and use.mg_per_day is not None
    if several or use.mg_per_dose is None:
        return use.mg_per_day
    return use.mg_per_dose
