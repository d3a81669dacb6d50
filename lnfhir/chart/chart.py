"""The chart: one patient as of one day, and the questions it answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.chart.entries import Allergy, Biopsy, Diagnosis, DrugUse, Person, ProcedureDone, Result, ServiceOrder
from lnfhir.fhir.issue import Issue
from lnfhir.quantity import Analyte

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything used, in order of time (oldest first); nothing after `as_of`.

    A chart never changes, so what is computed from it alone is computed once (`once`) and lives as long as it does.
    """

    as_of: date
    person: Person
    results: tuple[Result, ...] = ()
    drugs: tuple[DrugUse, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    biopsies: tuple[Biopsy, ...] = ()
    procedures: tuple[ProcedureDone, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    service_orders: tuple[ServiceOrder, ...] = ()
    coverage: Mapping[Need, Coverage] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    _computed: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of a pure function of this chart, computed at the first call; `key` names the function."""
        if key not in self._computed:
            self._computed[key] = compute()
        value: T = self._computed[key]
        return value

    def searched(self, *needs: Need) -> bool:
        """Every need was completely searched, so that absence means "no"."""
        return bool(needs) and all(self.coverage.get(need) is Coverage.COMPLETE for need in needs)

    def results_of(self, *analytes: Analyte) -> tuple[Result, ...]:
        """The results of these analytes, oldest first."""
        indexed = self.once("results by analyte", self._indexed)
        if len(analytes) == 1:
            return indexed.get(analytes[0], ())
        return tuple(result for result in self.results if result.analyte in analytes)

    def _indexed(self) -> Mapping[Analyte, tuple[Result, ...]]:
        found: dict[Analyte, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.analyte, []).append(result)
        return {analyte: tuple(results) for analyte, results in found.items()}

    def latest(self, analyte: Analyte, since: date | None = None) -> Result | None:
        """The most recent result, on or after `since`."""
        found = [r for r in self.results_of(analyte) if since is None or r.day >= since]
        return found[-1] if found else None

    def diagnosed(self, *concepts: str) -> tuple[Diagnosis, ...]:
        """Diagnoses in any of these value sets that are not refuted."""
        held = self.once("diagnoses by concept", self._by_concept)
        if len(concepts) == 1:
            return held.get(concepts[0], ())
        wanted = held.keys() & concepts
        return tuple(d for d in self.diagnoses if d.concepts & wanted and d.certainty != "refuted") if wanted else ()

    def _by_concept(self) -> Mapping[str, tuple[Diagnosis, ...]]:
        found: dict[str, list[Diagnosis]] = {}
        for diagnosis in self.diagnoses:
            if diagnosis.certainty != "refuted":
                for concept in diagnosis.concepts:
                    found.setdefault(concept, []).append(diagnosis)
        return {concept: tuple(diagnoses) for concept, diagnoses in found.items()}

    def uses_of(self, *drugs: str) -> tuple[DrugUse, ...]:
        """The recorded uses of these ingredients, oldest first."""
        wanted = self.once("drugs recorded", lambda: frozenset(use.drug for use in self.drugs)) & set(drugs)
        return tuple(use for use in self.drugs if use.drug in wanted) if wanted else ()


def per_chart(function: Callable[Concatenate[Chart, P], T]) -> Callable[Concatenate[Chart, P], T]:
    """Compute a pure function of a chart once for each chart and further (hashable, positional) argument."""

    @wraps(function)
    def once(chart: Chart, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (function.__module__, function.__qualname__, args, tuple(sorted(kwargs.items())))
        return chart.once(key, lambda: function(chart, *args, **kwargs))

    return once
