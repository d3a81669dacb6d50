"""Mycophenolate and cyclophosphamide: daily dose, single doses, spans of use, and what a regimen amounted to.

The regimens are only counted here; whether they were adequate is for the criteria to say. Cyclophosphamide given
to make room for a cell therapy (lymphodepletion) is never part of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lnfhir.chart.chart import Chart, per_chart
from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.citation import Parameter
from lnfhir.logic import Evidence
from lnfhir.measures.cyclophosphamide import CYCLOPHOSPHAMIDE, infused_cyclophosphamide, oral_cyclophosphamide
from lnfhir.measures.daily_dose import DAY, DailyDose
from lnfhir.measures.exposure import continuous
from lnfhir.measures.sources import DIGEST, ENGINEERING, KDIGO_2024, LNFHIR
from lnfhir.message import say

MMF = "mycophenolate-mofetil"
MPA = "mycophenolic-acid"
MPAA = (MMF, MPA)

MPA_FOR_1_G = Parameter(
    "enteric-coated mycophenolic acid equal to mycophenolate mofetil 1 g", 0.72, "g",
    KDIGO_2024.at("initial therapy, mycophenolic acid analogues", DIGEST),
)  # fmt: skip
MG_PER_G = 1000.0
GAP = Parameter(
    "time without an immunosuppressant that ends its span", 90, "days", LNFHIR.at("course model", ENGINEERING)
)
RECORD_BEFORE = Parameter(
    "time before the first use in which the record must hold something for the start to be a start", 90, "days",
    LNFHIR.at("ruling R8", ENGINEERING),
)  # fmt: skip


@per_chart
def daily_mycophenolate(chart: Chart) -> DailyDose:
    """Mycophenolate in g of mycophenolate mofetil a day; 0.72 g of mycophenolic acid counts as 1 g (they replace
    each other)."""
    factors = {MMF: 1 / MG_PER_G, MPA: 1 / (MPA_FOR_1_G.value * MG_PER_G)}
    uses = [use for use in chart.drugs if use.drug in factors]
    return DailyDose(
        continuous(chart, uses, factors), chart.searched(Need.ORDERS), say("mycophenolate orders (may be external)")
    )


@dataclass(frozen=True, slots=True)
class InductionSpan:
    """An unbroken use (no gap over 90 days) of one class: `mpaa` or `cyc`.

    `first` is None when the start is not stated; `last` None when still in use. `started_before_record` when it was
    already in use as the record begins (R8), so that `first` is not its start. `stopped_for` is the coded reason of
    the last stop: `intolerance`, `non-response` or ``. `end_unknown` when the last order states no end: nothing says
    that it was still taken, nor that it was not.
    """

    kind: str
    drugs: tuple[str, ...]
    first: date | None
    last: date | None
    started_before_record: bool
    stopped_for: str = ""
    evidence: tuple[Evidence, ...] = ()
    end_unknown: bool = False

    def lasts_to(self, day: date) -> bool:
        """In use on a day, or longer."""
        return self.last is None or self.last >= day


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of use of one drug; `first` is `date.min` when the start is not stated.

    Not `in_use`: days on which it may or may not have been taken (see DoseSpan).
    """

    first: date
    last: date
    drug: str
    evidence: tuple[Evidence, ...]
    in_use: bool = True


@per_chart
def induction_spans(chart: Chart) -> tuple[InductionSpan, ...]:
    """The spans of mycophenolate and of cyclophosphamide (without lymphodepletion), oldest first."""
    found = [_span(chart, "mpaa", group) for group in _groups(chart, _pieces(chart, *MPAA))]
    found += [_span(chart, "cyc", group) for group in _groups(chart, _cyc_pieces(chart))]
    return tuple(sorted(found, key=lambda span: (span.first or date.min, span.kind)))


def exposure_spans(chart: Chart, *drugs: str) -> tuple[InductionSpan, ...]:
    """The spans of any other immunosuppressants together, oldest first; `kind` is the drug, or `several`."""
    kind = drugs[0] if len(drugs) == 1 else "several"
    return tuple(_span(chart, kind, group) for group in _groups(chart, _pieces(chart, *drugs)))


def _pieces(chart: Chart, *drugs: str) -> list[Piece]:
    factors = dict.fromkeys(drugs, 1.0)
    return [
        Piece(span.first, span.last, drug, span.evidence, span.in_use)
        for drug in dict.fromkeys(use.drug for use in chart.drugs if use.drug in factors)
        for span in continuous(chart, chart.uses_of(drug), factors)
    ]


def _cyc_pieces(chart: Chart) -> list[Piece]:
    pieces = [
        Piece(dose.day, dose.day, CYCLOPHOSPHAMIDE, dose.evidence)
        for dose in infused_cyclophosphamide(chart)
        if not dose.lymphodepletion
    ]
    pieces += [
        Piece(span.first, span.last, CYCLOPHOSPHAMIDE, span.evidence, span.in_use)
        for span in oral_cyclophosphamide(chart).spans
    ]
    return pieces


def _groups(chart: Chart, pieces: list[Piece]) -> list[list[Piece]]:
    """Join pieces at most 90 days apart. Doubtful days follow what they continue; alone, they are all there is."""
    pieces = sorted(pieces, key=lambda p: (p.first, p.last))
    groups: list[list[Piece]] = []
    last = date.min
    for piece in (p for p in pieces if p.in_use):
        if groups and (piece.first - last).days - 1 <= GAP.value:
            groups[-1].append(piece)
        else:
            groups.append([piece])
            last = piece.last
        last = max(last, piece.last)
    doubtful = [p for p in pieces if not p.in_use]
    if not groups:
        return [doubtful] if doubtful else []
    for group in groups:
        end = max(p.last for p in group)
        undated = [p for p in doubtful if p.first == date.min and p.last + DAY == group[0].first == chart.as_of]
        group[:] = [*undated, *group, *(p for p in doubtful if p.first == end + DAY)]
    return groups


def _span(chart: Chart, kind: str, pieces: list[Piece]) -> InductionSpan:
    first, last = pieces[0].first, max(piece.last for piece in pieces)
    drugs = tuple(dict.fromkeys(piece.drug for piece in pieces))
    uses = [use for use in chart.drugs if use.drug in drugs]
    stated = first != date.min
    return InductionSpan(
        kind,
        drugs,
        first if stated else None,
        None if last >= chart.as_of else last,
        not stated or started_before_record(chart, first),
        _stopped_for(uses, first, last),
        tuple(dict.fromkeys(item for piece in pieces for item in piece.evidence)),
        end_unknown=not pieces[-1].in_use,
    )


def _stopped_for(uses: list[DrugUse], first: date, last: date) -> str:
    """The reason coded on the last use that ended by the end of a span."""
    inside = [use for use in uses if use.start is None or first <= use.start <= last]
    reasons = [use.stopped_for for use in inside if not use.active and use.stopped_for]
    return reasons[-1] if reasons else ""


def started_before_record(chart: Chart, first: date) -> bool:
    """Whether a use on its first recorded day may have begun before the record did (R8).

    It may, unless the record holds something (a result, another drug, a procedure, a biopsy) of the 90 days before,
    or a biopsy of the same day.
    """
    since = first - timedelta(days=int(RECORD_BEFORE.value))
    days = [result.day for result in chart.results]
    days += [use.start for use in chart.drugs if use.start is not None]
    days += [procedure.day for procedure in chart.procedures if procedure.day is not None]
    days += [biopsy.day for biopsy in chart.biopsies]
    biopsied = any(biopsy.day == first for biopsy in chart.biopsies)
    return not biopsied and not any(since <= day <= first - DAY for day in days)
