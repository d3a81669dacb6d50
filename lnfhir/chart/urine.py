"""Results that are worked out of other results, and results that stand in each other's way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lnfhir.chart.entries import Result
from lnfhir.plausibility import WINDOW
from lnfhir.quantity import Amount, Analyte

RACE_SPECIFIC = frozenset(("48642-3", "48643-1", "88293-6", "88294-4"))
"""LOINC codes of eGFR reported once for each of two races."""


def computed_ratios(results: Iterable[Result]) -> list[Result]:
    """UPCR from urine protein and urine creatinine of one moment (or the only ones of one day).

    Only for days without a UPCR from the laboratory. Both in mg/dL, so that their ratio is in g/g.
    """
    proteins: dict[date, list[Result]] = {}
    creatinines: dict[date, list[Result]] = {}
    reported: set[date] = set()
    for result in results:
        if result.analyte is Analyte.UPCR:
            reported.add(result.day)
        elif result.analyte is Analyte.URINE_PROTEIN:
            proteins.setdefault(result.day, []).append(result)
        elif result.analyte is Analyte.URINE_CREATININE:
            creatinines.setdefault(result.day, []).append(result)
    found = []
    for day in proteins.keys() & creatinines.keys() - reported:
        for protein in proteins[day]:
            partner = _partner(protein, proteins[day], creatinines[day])
            ratio = _ratio(protein, partner) if partner is not None else None
            if ratio is not None:
                found.append(ratio)
    return found


def _partner(protein: Result, proteins: list[Result], creatinines: list[Result]) -> Result | None:
    same = [item for item in creatinines if item.order == protein.order and item.collection == protein.collection]
    if len(same) == 1 and sum(item.order == protein.order for item in proteins) == 1:
        return same[0]
    if len(proteins) == 1 and len(creatinines) == 1 and creatinines[0].collection == protein.collection:
        return creatinines[0]
    return None


def _ratio(protein: Result, creatinine: Result) -> Result | None:
    above, below = protein.amount, creatinine.amount
    if above is None or below is None or not below.exact or below.low <= 0:
        return None
    low, high = above.low / below.low, above.high / below.low
    if not WINDOW[Analyte.UPCR].holds(low if low > 0 else high):
        return None
    amount = Amount(low, high, Analyte.UPCR.unit, above.low_open, above.high_open)
    return Result(
        Analyte.UPCR,
        protein.day,
        protein.order,
        protein.reference,
        amount,
        sent_value=str(amount),
        sent_unit=Analyte.UPCR.unit,
        collection=protein.collection,
        computed_from=(protein.reference, creatinine.reference),
    )


def race_free(results: list[Result]) -> tuple[list[Result], list[Result]]:
    """Set aside race-specific eGFR where anything else tells the function; and where two of a day differ.

    Returns the results that stay, and those set aside. Which of two race-specific values holds cannot be known.
    """
    race = [r for r in results if r.analyte is Analyte.EGFR and r.code in RACE_SPECIFIC]
    if not race:
        return results, []
    others = any(
        r.analyte is Analyte.CREATININE or (r.analyte is Analyte.EGFR and r.code not in RACE_SPECIFIC) for r in results
    )
    codes_of_day: dict[date, set[str]] = {}
    for result in race:
        codes_of_day.setdefault(result.day, set()).add(result.code)
    aside = [r for r in race if others or len(codes_of_day[r.day]) > 1]
    gone = {id(r) for r in aside}
    return [r for r in results if id(r) not in gone], aside
