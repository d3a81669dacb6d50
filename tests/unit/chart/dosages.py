"""Dosages of test records, and what is read from them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from lnfhir.chart.dosage import Dose, doses
from lnfhir.chart.single_dose import Strength
from lnfhir.fhir.resource import Dosage

Json = dict[str, Any]
FIRST = date(2025, 1, 1)


def timing(**repeat: Any) -> Json:
    return {"repeat": repeat}


def mg(value: object, unit: str = "mg") -> Json:
    return {"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}


def read(
    *dosages: Json, strength: float | None = None, per_ml: float | None = None, iv: bool = False
) -> tuple[Dose, ...]:
    decoded = msgspec.json.decode(msgspec.json.encode(dosages), type=tuple[Dosage, ...])
    return doses(decoded, Strength(strength, per_ml), FIRST, iv)


def one(*dosages: Json, strength: float | None = None, per_ml: float | None = None, iv: bool = False) -> Dose:
    (dose,) = read(*dosages, strength=strength, per_ml=per_ml, iv=iv)
    return dose


def why(dose: Dose) -> str:
    assert dose.mg_per_day is None
    return str(dose.problem)


DAILY = timing(frequency=1, period=1, periodUnit="d")
TWICE = timing(frequency=2, period=1, periodUnit="d")
