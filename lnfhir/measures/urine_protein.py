"""Proteinuria as one series, whatever the laboratory sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from lnfhir.logic import Evidence
from lnfhir.message import Message
from lnfhir.quantity import Amount


class Modality(Enum):
    """How proteinuria was measured, in order of trust."""

    UPCR_24H = "24-h UPCR"
    UPCR_SPOT = "spot UPCR"
    UTP_24H = "24-h urine protein"


@dataclass(frozen=True, slots=True)
class Proteinuria:
    """One day's proteinuria in g/g; a 24-h protein stands in as g/24h with the same number (`is_proxy`).

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
