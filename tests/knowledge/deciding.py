"""Which vignette a number or a criterion decides: change it, and see whose expectation fails.

Every vignette is read into a chart once. A change is tried on the vignettes that read the number (or call the
criterion) only, and only what a vignette expects is computed anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import structs

from cds_hooks.request import Request
from lnfhir.chart.build import chart_from_record
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.citation import Parameter
from lnfhir.guideline.activity_indices import activity_indices
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.course_of_treatment import after_cell_therapy, courses_of_treatment
from lnfhir.guideline.figures import figures
from lnfhir.guideline.refractory import refractory_verdicts
from lnfhir.guideline.response_report import responses
from lnfhir.guideline.situation import Situation
from lnfhir.guideline.trajectory import series_of
from lnfhir.logic import Finding
from lnfhir.record import read_record
from lnfhir.report.document import document
from lnfhir.review import Review
from tests.vignettes import vignette
from tests.vignettes.comparing import disagreements
from tests.vignettes.orders import calls, checked
from tests.vignettes.vignette import PROFILES, SAYINGS, Case, read_vignette

GUIDED = ("guidance", "urgency", "options", "order", *SAYINGS)
"""Expectations that a recommendation answers."""
FOLDER = Path(vignette.__file__).parent
NO_ORDERS: Mapping[str, Request] = {}
_SLOT: Any = Parameter.__dict__["value"]


@dataclass(frozen=True, slots=True)
class Known:
    """A vignette and its chart."""

    file: str
    case: Case
    chart: Chart
    calls: Mapping[str, Request] = field(default_factory=dict)

    def disagrees(self) -> bool:
        """Whether an expectation fails as the code stands now; what the chart remembers is forgotten first."""
        try:
            return bool(disagreements(self.case, answered(self.case, replace(self.chart), self.calls)))
        except (AssertionError, ArithmeticError, LookupError, ValueError):
            return True


@cache
def vignettes() -> tuple[Known, ...]:
    """Every vignette as the command line reads it."""
    return tuple(_known(path.stem, case) for path in sorted(FOLDER.glob("*.yaml")) for case in read_vignette(path))


def _known(file: str, case: Case) -> Known:
    return Known(file, case, _chart(case), calls(case, case.record()) if case.orders else NO_ORDERS)


def _chart(case: Case) -> Chart:
    record = case.record()
    found = read_record(msgspec.json.encode(record.bundle()), False)
    not_searched = frozenset(need for need in Need if need.value in record.not_provided)
    return chart_from_record(found, record.as_of, record.patient_id, not_searched)


def answered(case: Case, chart: Chart, orders: Mapping[str, Request] = NO_ORDERS) -> dict[str, Any]:
    """The part of the assessment that the vignette speaks of, as `lnfhir.review` and the order checks compute it."""
    policy, expect = case.policy, case.expect
    series = series_of(chart, policy)
    courses = courses_of_treatment(chart, policy, series)
    judged = {*PROFILES, *GUIDED, "first"} & set(expect)
    refractory = refractory_verdicts(chart, policy, courses) if judged else ()
    considered = (*courses, *filter(None, [after_cell_therapy(courses, series)]))
    response = responses(considered, policy) if {"response", "first", *GUIDED} & set(expect) else ()
    found = tuple(course.course for course in courses)
    situation = Situation(chart, policy, found, refractory, response, courses)
    wanted = {
        *(rule for key in ("guidance", "urgency", *SAYINGS) for rule in expect.get(key, ())),
        *(("escalate", "first-line-again") if {"options", "order"} & set(expect) else ()),
    }
    review = Review(
        chart=chart,
        policy=policy,
        courses=found,
        refractory=tuple(v for place, v in enumerate(refractory) if v.profile in expect or not place),
        responses=tuple(r for r in response if r.at == "today"),
        measures=figures(chart, policy, series, courses) if "measures" in expect else (),
        guidance=tuple(item.decide(situation) for item in RECOMMENDATIONS if item.rule in wanted),
        indices=activity_indices(chart, policy) if {"indices", "first"} & set(expect) else (),
    )
    return {**document(review, version="test"), "orders": checked(review, orders)}


@contextmanager
def numbers(read: Callable[[Parameter, float], float]) -> Iterator[None]:
    """Every read of a number goes through `read`."""
    of_class: Any = Parameter
    of_class.value = property(lambda self: read(self, _SLOT.__get__(self)))
    try:
        yield
    finally:
        of_class.value = _SLOT


def readers() -> dict[int, list[Known]]:
    """The vignettes that read each number, by the identity of the number."""
    found: dict[int, list[Known]] = {}
    for known in vignettes():
        seen: set[int] = set()

        def note(parameter: Parameter, value: float, seen: set[int] = seen) -> float:
            seen.add(id(parameter))
            return value

        with numbers(note):
            if known.disagrees():  # its own test says so
                continue
        for one in seen:
            found.setdefault(one, []).append(known)
    return found


def decided_by(parameter: Parameter, value: float, among: list[Known]) -> Known | None:
    """The first vignette that fails when the number is another."""
    with numbers(lambda one, own: value if one is parameter else own):
        return next((known for known in among if known.disagrees()), None)


def guideline_modules() -> Iterator[ModuleType]:
    """Whatever could hold a name of a criterion."""
    return (m for name, m in sorted(sys.modules.items()) if name.startswith("lnfhir.") and m is not None)


@contextmanager
def instead(original: Callable[..., Any], other: Callable[..., Any]) -> Iterator[None]:
    """The function replaced under every name by which a module of ours knows it."""
    places = [
        (module, name)
        for module in guideline_modules()
        for name, held in list(vars(module).items())
        if held is original
    ]
    for module, name in places:
        setattr(module, name, other)
    try:
        yield
    finally:
        for module, name in places:
            setattr(module, name, original)


def negated(criterion: Callable[..., Finding]) -> Callable[..., Finding]:
    """The criterion with yes and no exchanged; what is unknown stays so."""

    @wraps(criterion)
    def turned(*args: Any, **kwargs: Any) -> Finding:
        found = criterion(*args, **kwargs)
        return structs.replace(found, truth=~found.truth)

    return turned
