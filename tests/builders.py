"""Small charts built by hand, without FHIR: day 0 is `T0`, and every entry gets its own reference."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Biopsy, Diagnosis, DrugUse, Person, ProcedureDone, Record, Result
from lnfhir.quantity import Amount, Analyte

T0 = date(2024, 1, 15)
_numbers = count(1)


def d(day: int) -> date:
    """Day `day` after T0."""
    return T0 + timedelta(days=day)


def _reference(kind: str) -> str:
    return f"{kind}/{next(_numbers)}"


def result(
    analyte: Analyte,
    day: int,
    value: float | Amount,
    *,
    collection: str = "",
    code: str = "",
    sent: tuple[str, str] = ("", ""),
    hour: int = 8,
    positive: bool | None = None,
    reference: str = "",
) -> Result:
    """A measurement on a day, exact unless an Amount is given."""
    amount = value if isinstance(value, Amount) else Amount(value, value, analyte.unit)
    moment = datetime.combine(d(day), time(hour), tzinfo=UTC)
    return Result(
        analyte, d(day), moment, reference or _reference("Observation"), amount, positive, *sent, collection, code
    )


def answered(analyte: Analyte, day: int, positive: bool) -> Result:
    """A qualitative test."""
    moment = datetime.combine(d(day), time(8), tzinfo=UTC)
    return Result(analyte, d(day), moment, _reference("Observation"), None, positive)


def upcr(day: int, value: float | Amount, collection: str = "24h", hour: int = 8) -> Result:
    """A urine protein/creatinine ratio in g/g."""
    return result(Analyte.UPCR, day, value, collection=collection, hour=hour)


def creatinine(day: int, value: float | Amount, hour: int = 8) -> Result:
    """A serum creatinine in mg/dL."""
    return result(Analyte.CREATININE, day, value, hour=hour)


def weight(day: int, kg: float) -> Result:
    """A body weight."""
    return result(Analyte.WEIGHT, day, kg)


def height(day: int, cm: float) -> Result:
    """A body height."""
    return result(Analyte.HEIGHT, day, cm)


def below(value: float, analyte: Analyte) -> Amount:
    """`<value`, as laboratories report it."""
    return Amount(0.0, value, analyte.unit, high_open=True)


def above(value: float, analyte: Analyte) -> Amount:
    """`>value`, as laboratories report it."""
    return Amount(value, float("inf"), analyte.unit, low_open=True)


def use(
    drug: str,
    start: int | None,
    end: int | None = None,
    *,
    mg: float | None = None,
    dose: float | None = None,
    every: float | None = None,
    per_kg: float | None = None,
    record: Record = Record.ORDER,
    active: bool | None = None,
    route: str = "oral",
    as_needed: bool = False,
    supply: float | None = None,
    stopped_for: str = "",
) -> DrugUse:
    """A drug use; an order or statement without an end is active unless told otherwise."""
    planned = record in (Record.ORDER, Record.STATEMENT)
    return DrugUse(
        drug=drug,
        record=record,
        start=None if start is None else d(start),
        end=None if end is None else d(end),
        reference=_reference("MedicationRequest"),
        active=(planned and end is None) if active is None else active,
        mg_per_day=mg,
        mg_per_dose=dose,
        interval_days=every,
        mg_per_kg_per_day=per_kg,
        route=route,
        as_needed=as_needed,
        days_supply=supply,
        stopped_for=stopped_for,
    )


def given(drug: str, day: int, mg: float | None, route: str = "iv") -> DrugUse:
    """One administration."""
    return use(drug, day, day, mg=mg, dose=mg, record=Record.ADMINISTRATION, route=route)


def dispensed(drug: str, day: int, days: float | None, mg: float | None = None) -> DrugUse:
    """One dispense with its days of supply."""
    end = None if days is None else day + max(0, round(days) - 1)
    return use(drug, day, end, mg=mg, record=Record.DISPENSE, supply=days)


def diagnosis(
    concept: str,
    start: int | None = None,
    end: int | None = None,
    *,
    active: bool | None = None,
    certainty: str = "confirmed",
) -> Diagnosis:
    """A diagnosis; active unless it ended."""
    return Diagnosis(
        frozenset({concept}),
        certainty,
        end is None if active is None else active,
        None if start is None else d(start),
        None if end is None else d(end),
        _reference("Condition"),
        concept,
    )


def procedure(concept: str, day: int | None) -> ProcedureDone:
    """A procedure that was done."""
    return ProcedureDone(frozenset({concept}), None if day is None else d(day), _reference("Procedure"), concept)


def biopsy(day: int, *classes: str) -> Biopsy:
    """A kidney biopsy."""
    return Biopsy(d(day), _reference("DiagnosticReport"), frozenset(classes))


def woman(born: date = date(1995, 9, 1)) -> Person:
    """28 years old at T0 unless told otherwise."""
    return Person("p", "female", born)


def man(born: date = date(1982, 9, 1)) -> Person:
    """41 years old at T0 unless told otherwise."""
    return Person("p", "male", born)


def chart(
    *entries: Result | DrugUse | Diagnosis | ProcedureDone | Biopsy,
    person: Person | None = None,
    as_of: int = 183,
    searched: Iterable[Need] = tuple(Need),
) -> Chart:
    """A chart of these entries as of day `as_of`, in order of time; completely searched unless told otherwise."""
    results = sorted((e for e in entries if isinstance(e, Result)), key=lambda r: r.order)
    drugs = sorted((e for e in entries if isinstance(e, DrugUse)), key=lambda u: u.start or date.min)
    return Chart(
        as_of=d(as_of),
        person=woman() if person is None else person,
        results=tuple(results),
        drugs=tuple(drugs),
        diagnoses=tuple(e for e in entries if isinstance(e, Diagnosis)),
        procedures=tuple(e for e in entries if isinstance(e, ProcedureDone)),
        biopsies=tuple(e for e in entries if isinstance(e, Biopsy)),
        coverage=dict.fromkeys(searched, Coverage.COMPLETE),
    )
