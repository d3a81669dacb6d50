"""Proteinuria as one series, whatever the laboratory sent. Albumin/creatinine never stands in for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from msgspec import structs

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.entries import Result
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence, Known, Missing
from lnfhir.measures.body import body_surface, is_child, weight_finder
from lnfhir.measures.sources import DIGEST, ENGINEERING, KDIGO_2024, LNFHIR, by_default
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.quantity import Amount, Analyte, molar_ratio
from lnfhir.units import CREATININE_G_PER_MOL

PROXY_LIGHTEST = Parameter(
    "lightest weight at which a 24-h protein stands in for a ratio", 45, "kg",
    LNFHIR.at("24-h protein as a proxy", ENGINEERING),
)  # fmt: skip
PROXY_HEAVIEST = Parameter(
    "heaviest weight at which a 24-h protein stands in for a ratio", 100, "kg",
    LNFHIR.at("24-h protein as a proxy", ENGINEERING),
)  # fmt: skip
STANDARD_SURFACE = Parameter(
    "body surface to which a child's 24-h protein is related", 1.73, "m2", KDIGO_2024.at("children, response", DIGEST)
)
SUDDEN_DROP = Parameter(
    "fall between two values that suggests a mistaken unit", 40, "fold",
    by_default("a ratio sent as mg/g instead of mg/mmol; about 50-fold in the worked example"),
)  # fmt: skip


class Modality(Enum):
    """How proteinuria was measured, in order of trust."""

    UPCR_24H = "24-h UPCR"
    UPCR_SPOT = "spot UPCR"
    UTP_24H = "24-h urine protein"


TRUST: dict[Modality, int] = {modality: rank for rank, modality in enumerate(Modality)}
"""Lower is better: 24-h UPCR before spot UPCR before 24-h protein."""


@dataclass(frozen=True, slots=True)
class Proteinuria:
    """One day's proteinuria in g/g; a 24-h protein stands in as g/24h with the same number (`is_proxy`), a child's as
    g/24h per 1.73 m2.

    `molar` is the value in mg/mmol when it was sent so: printed thresholds (50, 70, 300) then apply by policy.
    """

    day: date
    amount: Amount
    modality: Modality
    evidence: Evidence
    molar: float | None = None
    notes: tuple[Message, ...] = ()

    @property
    def is_proxy(self) -> bool:
        """A 24-h protein used as if it were a ratio."""
        return self.modality is Modality.UTP_24H


@dataclass(frozen=True, slots=True)
class SetAside:
    """A urine protein that is not used as proteinuria, and why."""

    evidence: Evidence
    why: Message


@per_chart
def proteinuria_series(chart: Chart, policy: Policy) -> tuple[Proteinuria, ...]:
    """Proteinuria, one per day, oldest first: 24-h UPCR before spot before 24-h protein, then the later of a kind."""
    del policy  # no choice of a site changes the series
    best: dict[date, Result] = {}
    for result in chart.results_of(Analyte.UPCR):
        kept = best.get(result.day)
        if result.amount is not None and (kept is None or _modality(kept) >= _modality(result)):
            best[result.day] = result
    series = {day: _ratio(result) for day, result in best.items()}
    for value in _proxies(chart):
        if isinstance(value, Proteinuria) and value.day not in best:
            series[value.day] = value
    return _with_drops_noted([series[day] for day in sorted(series)])


def set_aside_proteinuria(chart: Chart) -> tuple[SetAside, ...]:
    """The 24-h proteins that cannot stand in for a ratio, with the reason."""
    return tuple(value for value in _proxies(chart) if isinstance(value, SetAside))


def _modality(result: Result) -> int:
    return TRUST[Modality.UPCR_24H if result.collection == "24h" else Modality.UPCR_SPOT]


def _ratio(result: Result) -> Proteinuria:
    assert result.amount is not None
    modality = Modality.UPCR_24H if result.collection == "24h" else Modality.UPCR_SPOT
    return Proteinuria(result.day, result.amount, modality, result.evidence, _molar(result, result.amount))


def _molar(result: Result, amount: Amount) -> float | None:
    """The ratio in mg/mmol, only if it was sent per mole of creatinine and as a plain number."""
    if (
        not amount.exact
        or "mol" not in result.sent_unit
        or molar_ratio(result.sent_value, result.sent_unit, None) is None
    ):
        return None
    return round(amount.low * CREATININE_G_PER_MOL, 9)


def _proxies(chart: Chart) -> Iterator[Proteinuria | SetAside]:
    weigh = weight_finder(chart)
    for result in chart.results_of(Analyte.UTP):
        if result.amount is not None and is_child(chart, result.day):
            yield _of_a_child(result, result.amount, body_surface(chart, result.day))
        elif result.amount is not None:
            yield _proxy(result, result.amount, is_child(chart, result.day), weigh(result.day))


def _of_a_child(result: Result, amount: Amount, surface: Known[float] | Missing) -> Proteinuria | SetAside:
    """A child's 24-h protein per 1.73 m2, to which KDIGO's 0.5 g a day applies."""
    if isinstance(surface, Missing):
        why = say("a child's 24-hour protein needs weight and height, or the urine creatinine of the collection")
        return SetAside(result.evidence, why)
    share = STANDARD_SURFACE.value / surface.value
    per_surface = structs.replace(amount, low=amount.low * share, high=amount.high * share, unit=Analyte.UPCR.unit)
    notes = (
        say("24-hour protein per 1.73 m2 used as if it were g/g"),
        say("completeness of the 24-hour collection is not known"),
    )
    return Proteinuria(result.day, per_surface, Modality.UTP_24H, result.evidence, notes=notes)


def _proxy(
    result: Result, amount: Amount, child: bool | None, weight: Known[float] | Missing
) -> Proteinuria | SetAside:
    """An adult's 24-h protein in g/24h used numerically as g/g; not at unusual weight (R33)."""
    notes = [
        say("24-hour protein in g/24h used as if it were g/g"),
        say("completeness of the 24-hour collection is not known"),
    ]
    if isinstance(weight, Known):
        if not PROXY_LIGHTEST.value <= weight.value <= PROXY_HEAVIEST.value:
            why = say("at {weight} kg a 24-hour protein needs the urine creatinine of the collection",
                      weight=weight.value)  # fmt: skip
            return SetAside(result.evidence, why)
    else:
        notes.append(say("body weight near the 24-hour collection is not known"))
    if child is None:
        notes.append(say("age at the 24-hour collection is not known"))
    as_ratio = structs.replace(amount, unit=Analyte.UPCR.unit)
    return Proteinuria(result.day, as_ratio, Modality.UTP_24H, result.evidence, notes=tuple(notes))


def _with_drops_noted(series: list[Proteinuria]) -> tuple[Proteinuria, ...]:
    for i in range(1, len(series)):
        before, now = series[i - 1].amount, series[i].amount
        if before.exact and now.exact and now.low * SUDDEN_DROP.value <= before.low and before.low > 0:
            note = say("a sudden fall from {before} to {now} g/g: check the unit", before=before.low, now=now.low)
            series[i] = replace(series[i], notes=(*series[i].notes, note))
    return tuple(series)
