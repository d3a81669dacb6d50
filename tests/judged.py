"""Reviews of whole records: the example patients and every vignette, through the reader of files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from lnfhir.chart.build import chart_from_record
from lnfhir.policy import Policy
from lnfhir.record import read_record
from lnfhir.review import Review, review
from lnfhir.sandbox.demo import example_patients
from lnfhir.sandbox.shorthand import Record
from tests.vignettes.vignette import read_vignette

TODAY = date(2026, 11, 24)
VIGNETTES = Path(__file__).parent / "vignettes"


@cache
def judged() -> tuple[Review, ...]:
    """All of them, once."""
    return tuple(_judged())


def _judged() -> Iterator[Review]:
    for record, _, _ in example_patients(TODAY):
        yield _reviewed(record, Policy())
    for path in sorted(VIGNETTES.glob("*.yaml")):
        for case in read_vignette(path):
            yield _reviewed(case.record(), case.policy)


def _reviewed(record: Record, policy: Policy) -> Review:
    answer = read_record(json.dumps(record.bundle()).encode())
    return review(chart_from_record(answer, record.as_of), policy)
