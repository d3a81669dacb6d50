"""An assessment: proteinuria and kidney function close enough in time to be judged together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.logic import Evidence
from lnfhir.measures.kidney import KidneyFunction
from lnfhir.measures.urine_protein import Proteinuria


@dataclass(frozen=True, slots=True)
class Assessment:
    """`day` is the day of the proteinuria; `function` is the nearest one within the policy's gap, if any."""

    day: date
    proteinuria: Proteinuria
    function: KidneyFunction | None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Both data."""
        return (self.proteinuria.evidence, *((self.function.evidence,) if self.function else ()))
