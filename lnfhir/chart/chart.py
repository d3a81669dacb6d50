"""The chart: one patient as of one day, and the questions it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lnfhir.chart.coverage import Coverage, Need, worst
from lnfhir.chart.entries import Allergy, Biopsy, Diagnosis, DrugUse, Person, ProcedureDone, Result, ServiceOrder
from lnfhir.fhir.issue import Issue
from lnfhir.quantity import Analyte


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything used, in order of time (oldest first); nothing after `as_of`."""

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

    def searched(self, *needs: Need) -> bool:
        """Every need was completely searched, so that absence means "no"."""
        return worst(tuple(self.coverage.get(need, Coverage.NOT_PROVIDED) for need in needs)) is Coverage.COMPLETE

    def results_of(self, *analytes: Analyte) -> tuple[Result, ...]:
        """The results of these analytes, oldest first."""
        return tuple(result for result in self.results if result.analyte in analytes)

    def latest(self, analyte: Analyte, since: date | None = None) -> Result | None:
        """The most recent result, on or after `since`."""
        found = [r for r in self.results_of(analyte) if since is None or r.day >= since]
        return found[-1] if found else None

    def diagnosed(self, *concepts: str) -> tuple[Diagnosis, ...]:
        """Diagnoses in any of these value sets that are not refuted."""
        wanted = set(concepts)
        return tuple(d for d in self.diagnoses if d.concepts & wanted and d.certainty != "refuted")

    def uses_of(self, *drugs: str) -> tuple[DrugUse, ...]:
        """The recorded uses of these ingredients, oldest first."""
        return tuple(use for use in self.drugs if use.drug in drugs)
