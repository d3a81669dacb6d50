"""Courses of treatment: each begins at T0 with glucocorticoid and an induction immunosuppressant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lnfhir.citation import Parameter
from lnfhir.guideline.sources import ENGINEERING, LNFHIR
from lnfhir.logic import Evidence
from lnfhir.message import Message

TOGETHER = Parameter(
    "days between the starts of glucocorticoid and immunosuppressant of one course", 60, "days",
    LNFHIR.at("course model, rulings R3 to R8", ENGINEERING),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """One course. `t0` is None when its start lies before the record; `induction` names ingredient keys.

    `ended_by` is ``, `changed-for-failure`, `relapse`, `cell-therapy`, `gap` or `replaced` (not evaluable).
    `steroid_from` is the start of its glucocorticoid episode; `steroid_anchor` the T0 around which glucocorticoid
    intensity is judged when it is not this course's own (a change of immunosuppressant after failure, R5).
    """

    number: int
    t0: date | None
    end: date | None
    induction: tuple[str, ...]
    steroid_from: date | None = None
    steroid_anchor: date | None = None
    ended_by: str = ""
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[Message, ...] = ()
