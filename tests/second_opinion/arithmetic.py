"""The arithmetic once more, in decimals and fractions, from the clinical reference and not from the product.

Nothing here may import the product: that is what makes it a second opinion.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 40


def egfr_adult(scr: Decimal, years: int, female: bool) -> Decimal:
    """142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age x 1.012 if female."""
    kappa = Decimal("0.7") if female else Decimal("0.9")
    alpha = Decimal("-0.241") if female else Decimal("-0.302")
    quotient = scr / kappa
    smaller = min(quotient, Decimal(1)) ** alpha
    larger = max(quotient, Decimal(1)) ** Decimal("-1.200")
    result = Decimal(142) * smaller * larger * Decimal("0.9938") ** years
    return result * Decimal("1.012") if female else result


def egfr_young(scr: Decimal, metres: Decimal, years: int, female: bool) -> Decimal:
    """K x height / Scr with the three pieces of K."""
    if female:
        pieces = (Decimal("36.1"), Decimal("1.008"), Decimal("1.023"), Decimal("41.4"))
    else:
        pieces = (Decimal("39.0"), Decimal("1.008"), Decimal("1.045"), Decimal("50.8"))
    at_12, young, older, adult = pieces
    if years >= 18:
        k = adult
    elif years >= 12:
        k = at_12 * older ** (years - 12)
    else:
        k = at_12 / young ** (12 - years)
    return k * metres / scr


def years_old(born: date, on: date) -> int:
    """Birthdays had, counted one by one."""
    years = 0
    while True:
        try:
            birthday = date(born.year + years + 1, born.month, born.day)
        except ValueError:
            birthday = date(born.year + years + 1, 3, 1)
        if birthday > on:
            return years
        years += 1


def percent_change(before: str, after: str) -> Fraction:
    """In percent, exactly, from the numbers as they are written."""
    return (Fraction(after) - Fraction(before)) / Fraction(before) * 100


def pick_baseline(values: list[tuple[int, int, str]]) -> tuple[int, int, str] | None:
    """Of (day from T0, rank of method, value): by the four steps of ruling R12, one filter after another."""
    left = [v for v in values if -90 <= v[0] <= 14]
    if not left:
        return None
    left = [v for v in left if v[0] <= 0] or left
    left = [v for v in left if -14 <= v[0] <= 14] or left
    best = min(rank for _, rank, _ in left)
    left = [v for v in left if v[1] == best]
    nearest = min(abs(day) for day, _, _ in left)
    return next(v for v in left if abs(v[0]) == nearest)


def pair(day: int, functions: list[int], gap: int) -> int | None:
    """The day of the function that goes with a day of proteinuria: nearest, the earlier of two."""
    for distance in range(gap + 1):
        for candidate in (day - distance, day + distance):
            if candidate in functions:
                return candidate
    return None


def daily_dose(orders: list[tuple[int, int | None, int]], today: int, day: int) -> int | None:
    """Of (first day, last day or None while active, mg), oldest first: what was in force on a day; None in doubt.

    The order begun last holds; of orders begun on one day the active ones add up, otherwise the last of them holds.
    An active order comes back after a later one of at least its dose, and is in doubt after a smaller one.
    """
    here = [o for o in orders if o[0] <= day <= (today if o[1] is None else o[1])]
    if not here:
        return 0
    newest = [o for o in here if o[0] == max(first for first, _, _ in here)]
    active = [o for o in newest if o[1] is None]
    chosen = active or newest[-1:]
    mg = sum(dose for _, _, dose in chosen)
    over = [o for o in orders if o[0] > chosen[0][0] and o[1] is not None and o[1] < day]
    if active and over:
        last = max(over, key=lambda o: (o[1], o[0]))
        return mg if mg <= last[2] else None
    return mg
