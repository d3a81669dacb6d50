"""Body size: the weight that goes with a day, height, BMI and body surface area.

Weights and heights are actual, as measured; a censored or qualitative entry is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import sqrt

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.entries import Result
from lnfhir.citation import Parameter
from lnfhir.instants import completed_years
from lnfhir.logic import Known, Missing, missing
from lnfhir.measures.sources import ENGINEERING, LNFHIR, MOSTELLER, SECONDARY, by_default
from lnfhir.message import Message, say
from lnfhir.quantity import Analyte

ADULT_AGE = Parameter(
    "age from which a person counts as an adult", 18, "years", LNFHIR.at("children, treatment failure", ENGINEERING)
)
WEIGHT_WINDOW_ADULT = Parameter(
    "largest distance in time of the weight used for a dose per kg, adults", 90, "days",
    by_default("standard induction, weight nearest the start"),
)  # fmt: skip
WEIGHT_WINDOW_CHILD = Parameter(
    "largest distance in time of the weight used for a dose per kg, children", 30, "days",
    by_default("standard induction, weight nearest the start"),
)  # fmt: skip
HEIGHT_WINDOW_CHILD = Parameter(
    "largest distance in time of the height of someone who may still grow", 90, "days",
    by_default("height near the date"),
)  # fmt: skip
LATEST_WEIGHT_ADULT = Parameter(
    "oldest weight that still counts as the present weight, adults", 365, "days", by_default("present weight")
)
LATEST_WEIGHT_CHILD = Parameter(
    "oldest weight that still counts as the present weight, children", 90, "days", by_default("present weight")
)
OEDEMA_ALBUMIN = Parameter(
    "serum albumin below which oedema may inflate the weight", 25, "g/L",
    by_default("standard induction, note on weight"),
)  # fmt: skip
OEDEMA_WINDOW = Parameter(
    "largest distance in time of an albumin that says something about a weight", 30, "days",
    by_default("standard induction, note on weight"),
)  # fmt: skip
MOSTELLER_DIVISOR = Parameter(
    "divisor of height (cm) times weight (kg) under the root", 3600, "cm.kg/m4",
    MOSTELLER.at("formula", SECONDARY),
)  # fmt: skip


def age_on(chart: Chart, day: date) -> int | None:
    """Completed years on a day (R46); None when the day of birth is not known."""
    birth = chart.person.birth
    return None if birth is None else completed_years(birth, day)


def is_child(chart: Chart, day: date) -> bool | None:
    """Younger than 18 on a day; None when the day of birth is not known."""
    age = age_on(chart, day)
    return None if age is None else age < ADULT_AGE.value


def measured(chart: Chart, analyte: Analyte) -> tuple[tuple[float, Result], ...]:
    """The exact values above zero of an analyte with their results, oldest first."""
    exact = ((r.amount.low, r) for r in chart.results_of(analyte) if r.amount is not None and r.amount.exact)
    return tuple(pair for pair in exact if pair[0] > 0)


def nearest(values: tuple[tuple[float, Result], ...], day: date, window_days: float) -> tuple[float, Result] | None:
    """The value nearest a day within a window; of two equally near the earlier, of one day the last."""
    best: tuple[float, Result] | None = None
    best_distance = window_days
    for value, result in values:
        distance = abs((result.day - day).days)
        if distance < best_distance or (distance == best_distance and (best is None or best[1].day == result.day)):
            best, best_distance = (value, result), distance
    return best


def weight_near(chart: Chart, day: date) -> Known[float] | Missing:
    """Actual body weight in kg nearest a day: within 90 days, of a child (or at unknown age) within 30 days."""
    return weight_finder(chart)(day)


def weight_finder(chart: Chart) -> Callable[[date], Known[float] | Missing]:
    """`weight_near` for many days of one chart."""
    weights, albumins = measured(chart, Analyte.WEIGHT), measured(chart, Analyte.ALBUMIN)

    def find(day: date) -> Known[float] | Missing:
        window = WEIGHT_WINDOW_ADULT if is_child(chart, day) is False else WEIGHT_WINDOW_CHILD
        found = nearest(weights, day, window.value)
        return missing(say("body weight near {day}", day=day)) if found is None else _known_weight(found, albumins)

    return find


@per_chart
def latest_weight(chart: Chart) -> Known[float] | Missing:
    """The present body weight in kg: the latest of the last year, of a child of the last 90 days."""
    window = LATEST_WEIGHT_ADULT if is_child(chart, chart.as_of) is False else LATEST_WEIGHT_CHILD
    weights = measured(chart, Analyte.WEIGHT)
    if not weights or weights[-1][1].day < chart.as_of - timedelta(days=int(window.value)):
        return missing(say("a recent body weight"))
    return _known_weight(weights[-1], measured(chart, Analyte.ALBUMIN))


def _known_weight(found: tuple[float, Result], albumins: tuple[tuple[float, Result], ...]) -> Known[float]:
    value, result = found
    notes: tuple[Message, ...] = ()
    albumin = nearest(albumins, result.day, OEDEMA_WINDOW.value)
    if albumin is not None and albumin[0] < OEDEMA_ALBUMIN.value:
        notes = (
            say("serum albumin was {albumin} g/L on {day}: oedema may inflate the weight",
                albumin=albumin[0], day=albumin[1].day),
        )  # fmt: skip
    return Known(value, (result.evidence,), notes)


def height_near(chart: Chart, day: date) -> Known[float] | Missing:
    """Height in cm for a day: of a child within 90 days; of an adult any height measured as an adult."""
    heights = measured(chart, Analyte.HEIGHT)
    found = nearest(heights, day, HEIGHT_WINDOW_CHILD.value)
    if found is None and is_child(chart, day) is False:
        grown = tuple(pair for pair in heights if is_child(chart, pair[1].day) is False)
        found = nearest(grown, day, float("inf"))
    if found is None:
        return missing(say("height near {day}", day=day))
    return Known(found[0], (found[1].evidence,))


@per_chart
def bmi(chart: Chart) -> Known[float] | Missing:
    """The present body mass index in kg/m2: weight / height squared, else the latest reported one of the last year."""
    weight, height = latest_weight(chart), height_near(chart, chart.as_of)
    if isinstance(weight, Known) and isinstance(height, Known):
        value = weight.value / (height.value / 100) ** 2
        return Known(value, weight.evidence + height.evidence, weight.notes)
    reported = measured(chart, Analyte.BMI)
    oldest = chart.as_of - timedelta(days=int(LATEST_WEIGHT_ADULT.value))
    if reported and reported[-1][1].day >= oldest:
        return Known(reported[-1][0], (reported[-1][1].evidence,))
    return _both(weight, height)


def mosteller(weight_kg: float, height_cm: float) -> float:
    """Body surface area in m2: the root of height (cm) times weight (kg) over 3600 (Mosteller)."""
    return sqrt(weight_kg * height_cm / MOSTELLER_DIVISOR.value)


def body_surface(chart: Chart, day: date) -> Known[float] | Missing:
    """Body surface area in m2 near a day, from the weight and height that go with it."""
    weight, height = weight_near(chart, day), height_near(chart, day)
    if isinstance(weight, Known) and isinstance(height, Known):
        return Known(mosteller(weight.value, height.value), weight.evidence + height.evidence, weight.notes)
    return _both(weight, height)


def _both(*values: Known[float] | Missing) -> Missing:
    return missing(*(need for value in values if isinstance(value, Missing) for need in value.needs))
