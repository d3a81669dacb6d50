"""Dosage instructions as milligrams a day, over the days they are valid. What is unclear stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lnfhir.chart.sig import Sig, read_sig
from lnfhir.chart.single_dose import Strength, number_of, single_dose
from lnfhir.chart.timing import DAYS, LONGEST_DURATION, days_later, doses_per_day, same_rate
from lnfhir.fhir.resource import Dosage, Repeat
from lnfhir.instants import instant
from lnfhir.message import Message, say

LONGEST_AVERAGED_INTERVAL = 7.0
"""Doses at most this many days apart are averaged to a daily dose; others are single infusions."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose schedule, valid from `start` to `end` (None: not said).

    `mg` is the single dose, `interval_days` the days between doses, `mg_per_day` their daily average where that
    makes sense (see DrugUse). `problem` says why `mg_per_day` is not known.
    """

    mg: float | None = None
    interval_days: float | None = None
    mg_per_day: float | None = None
    mg_per_kg_per_day: float | None = None
    start: date | None = None
    end: date | None = None
    days: float | None = None
    as_needed: bool = False
    from_text: bool = False
    problem: Message | None = None

    @property
    def bounded(self) -> bool:
        """It says itself when it ends or for how long it lasts."""
        return self.end is not None or self.days is not None

    def from_day(self, first: date | None) -> Dose:
        """The same with its days worked out, beginning on `first` unless it says otherwise."""
        start = self.start or first
        end = self.end
        if end is None and start is not None and self.days is not None:
            end = days_later(start, max(0, round(self.days) - 1))
        return replace(self, start=start, end=end)


NO_DOSAGE = Dose(problem=say("no dosage is given"))


def doses(
    dosages: Sequence[Dosage], strength: Strength, first: date | None, infusion: bool = False
) -> tuple[Dose, ...]:
    """The dose schedules of one order, oldest first.

    Concurrent instructions are added up, dated ones follow each other; undated ones in sequence stay unknown.
    `first` is the day from which the order holds, `infusion` that it is given intravenously.
    """
    read = [_events(dosage, _one(dosage, strength, infusion)) for dosage in dosages]
    all_ = [dose for group in read for dose in group]
    if not all_:
        return (replace(NO_DOSAGE, start=first),)
    needed, scheduled = [d for d in all_ if d.as_needed], [d for d in all_ if not d.as_needed]
    when_needed = tuple(dose.from_day(first) for dose in needed)
    if len(scheduled) < 2:
        return tuple(dose.from_day(first) for dose in scheduled) + when_needed
    spans = {(dose.start, dose.end, dose.days) for dose in scheduled}
    if len(spans) == 1 and (scheduled[0].bounded or _together(dosages)):
        return (_sum(scheduled).from_day(first), *when_needed)
    if len(spans) == 1 or not all(dose.bounded or dose.start for dose in scheduled[:-1]):
        return (Dose(start=first, problem=say("several doses, and not when each holds")), *when_needed)
    return tuple(_chain(scheduled, first)) + when_needed


def _together(dosages: Sequence[Dosage]) -> bool:
    """Nothing says that these instructions follow each other: the same sequence, or different times of one day."""
    if len({dosage.sequence for dosage in dosages}) == 1:
        return True
    moments = [
        (*dosage.timing.repeat.when, *dosage.timing.repeat.timeOfDay)
        for dosage in dosages
        if dosage.timing is not None and dosage.timing.repeat is not None
    ]
    return len(moments) == len(dosages) and all(moments) and len(set(moments)) == len(moments)


def _chain(scheduled: list[Dose], first: date | None) -> list[Dose]:
    """Each dose from its own start or from the day after the one before it."""
    found: list[Dose] = []
    cursor = first
    for dose in scheduled:
        dated = dose.from_day(cursor)
        found.append(dated)
        cursor = days_later(dated.end, 1) if dated.end is not None else cursor
    for index, dose in enumerate(found[:-1]):
        later = found[index + 1].start
        if dose.end is None and later is not None and dose.start is not None and dose.start < later:
            found[index] = replace(dose, end=days_later(later, -1))
    return found


def _sum(scheduled: list[Dose]) -> Dose:
    first = scheduled[0]
    problem = next((dose.problem for dose in scheduled if dose.problem is not None), None)
    per_day = [dose.mg_per_day for dose in scheduled if dose.mg_per_day is not None]
    if problem is None and len(per_day) < len(scheduled):
        problem = say("several doses that cannot be added up")
    same = len({dose.mg for dose in scheduled}) == 1
    return Dose(
        mg=first.mg if same else None,
        mg_per_day=sum(per_day) if problem is None else None,
        start=first.start,
        end=first.end,
        days=first.days,
        from_text=any(dose.from_text for dose in scheduled),
        problem=problem,
    )


def _events(dosage: Dosage, dose: Dose) -> list[Dose]:
    """A dose given on named days: one for each of them."""
    if dosage.timing is None or not dosage.timing.event:
        return [dose]
    days = sorted({moment.day for text in dosage.timing.event if (moment := instant(text)) and moment.day})
    if not days or dose.interval_days is not None:
        return [dose]
    problem = None if dose.mg is not None else dose.problem
    return [replace(dose, start=day, end=day, mg_per_day=dose.mg, problem=problem) for day in days]


def _one(dosage: Dosage, strength: Strength, infusion: bool) -> Dose:
    """One instruction, structure and text together."""
    sig = read_sig(text) if (text := dosage.text or dosage.patientInstruction) else Sig()
    start, end, days, over = _bounds(dosage.timing.repeat if dosage.timing else None)
    bounds = Dose(start=start, end=end, days=days)
    as_needed = bool(dosage.asNeededBoolean or dosage.asNeeded or dosage.asNeededCodeableConcept or sig.as_needed)
    if as_needed:
        return replace(bounds, as_needed=True, problem=say("to be taken as needed"))
    if over is not None:
        return replace(bounds, problem=over)
    if dosage.modifierExtension:
        return replace(bounds, problem=say("the dosage has a modifier that is not understood"))
    per_day = doses_per_day(dosage.timing)
    mg, per_kg = single_dose(dosage, strength)
    return _judge(bounds, sig, strength, mg, per_kg, per_day, infusion, _count(dosage))


def _count(dosage: Dosage) -> int | None:
    repeat = dosage.timing.repeat if dosage.timing else None
    return repeat.count if repeat is not None else None


def _judge(
    bounds: Dose,
    sig: Sig,
    strength: Strength,
    mg: float | Message | None,
    per_kg: float | None,
    per_day: float | Message | None,
    infusion: bool,
    count: int | None,
) -> Dose:
    """Bring structure and text together; where they disagree, the dose is not known."""
    if sig.changing:
        return replace(bounds, problem=say("the text describes a changing dose"))
    for problem in (mg, per_day):
        if isinstance(problem, Message):
            return replace(bounds, problem=problem)
    assert not isinstance(mg, Message)
    assert not isinstance(per_day, Message)
    written = _written_mg(sig, strength)
    rate = sig.per_day if sig.per_day is not None else (1.0 if sig.single else None)
    if isinstance(written, Message) or (sig.unclear and (mg is None or per_day is None)):
        return replace(bounds, problem=say("the text of the dosage is not clear"))
    if not sig.unclear and _contradict(sig, mg, per_day, written, rate):
        return replace(bounds, problem=say("the text and the structure of the dosage contradict each other"))
    from_text = (mg is None and written is not None) or (per_day is None and rate is not None)
    single = (sig.single and per_day is None) or count == 1
    days = bounds.days if bounds.bounded else 1.0 if single else sig.days
    per_day = per_day if per_day is not None else rate
    if days is None and not bounds.bounded and count and count > 0 and per_day:
        days = min(count / per_day, LONGEST_DURATION)
    bounds = replace(bounds, days=days, from_text=from_text)
    if mg is None and per_kg is None and written is None and sig.mg_per_day is not None:
        return replace(bounds, mg_per_day=sig.mg_per_day, from_text=True)
    mg = mg if mg is not None else (written if per_kg is None else None)
    return _schedule(bounds, mg, per_kg, per_day, infusion, single)


def _schedule(
    bounds: Dose, mg: float | None, per_kg: float | None, per_day: float | None, infusion: bool, single: bool
) -> Dose:
    if single and mg is not None:
        return replace(bounds, mg=mg, mg_per_day=mg)
    interval = 1 / per_day if per_day else None
    if per_kg is not None:
        by_weight = per_kg * per_day if per_day is not None else None
        problem = say("the dose is ordered by body size")
        return replace(bounds, interval_days=interval, mg_per_kg_per_day=by_weight, problem=problem)
    if mg is None:
        return replace(bounds, interval_days=interval, problem=say("no dose is given"))
    if per_day is None or interval is None:
        return replace(bounds, mg=mg, problem=say("how often is not given"))
    intermittent = interval > LONGEST_AVERAGED_INTERVAL + 1e-6 or (infusion and interval > 1 + 1e-6)
    return replace(bounds, mg=mg, interval_days=interval, mg_per_day=None if intermittent else mg * per_day)


def _contradict(sig: Sig, mg: float | None, per_day: float | None, written: float | None, rate: float | None) -> bool:
    if rate is not None and per_day is not None and not same_rate(rate, per_day) and sig.mg_per_day is None:
        return True
    if mg is not None and written is not None and not same_rate(mg, written):
        return True
    return (
        sig.mg_per_day is not None and mg is not None and per_day is not None
        and not same_rate(sig.mg_per_day, mg * per_day)
    )  # fmt: skip


def _written_mg(sig: Sig, strength: Strength) -> float | Message | None:
    """The single dose the text gives: in mg, or as a number of tablets."""
    if sig.count is None:
        return sig.mg
    counted = sig.count * strength.mg if strength.mg is not None else None
    if sig.mg is None:
        return counted
    if counted is None:
        return sig.mg if sig.count == 1 else say("the text of the dosage is not clear")
    if strength.mg is not None and same_rate(sig.mg, strength.mg):
        return counted
    return sig.mg if same_rate(sig.mg, counted) else say("the text of the dosage is not clear")


def _bounds(repeat: Repeat | None) -> tuple[date | None, date | None, float | None, Message | None]:
    """First day, last day, number of days; and why they are not readable."""
    if repeat is None:
        return None, None, None, None
    start = end = None
    if repeat.boundsPeriod is not None:
        first = instant(repeat.boundsPeriod.start) if repeat.boundsPeriod.start else None
        last = instant(repeat.boundsPeriod.end) if repeat.boundsPeriod.end else None
        if (repeat.boundsPeriod.start and first is None) or (repeat.boundsPeriod.end and last is None):
            return None, None, None, say("the period of the dosage is not readable")
        start, end = (first.first if first else None), (last.last if last else None)
        if start is not None and end is not None and end < start:
            return None, None, None, say("the period of the dosage ends before it begins")
    days = None
    if repeat.boundsDuration is not None:
        unit = repeat.boundsDuration.code or repeat.boundsDuration.unit or ""
        number = number_of(repeat.boundsDuration.value)
        days = number * DAYS[unit] if number is not None and unit in DAYS else None
        if days is None or not 0 < days <= LONGEST_DURATION:
            return start, end, None, say("the duration of the dosage is not readable")
    return start, end, days, None
