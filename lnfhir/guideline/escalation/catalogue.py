"""Every escalation option by its key."""

from __future__ import annotations

from lnfhir.guideline.escalation import biologics, calcineurin, cell_therapy, conventional, newer, other
from lnfhir.guideline.escalation.option import Option

OPTIONS: tuple[Option, ...] = (
    *conventional.OPTIONS,
    *calcineurin.OPTIONS,
    *biologics.OPTIONS,
    *newer.OPTIONS,
    *cell_therapy.OPTIONS,
    *other.OPTIONS,
)
BY_KEY: dict[str, Option] = {option.key: option for option in OPTIONS}
