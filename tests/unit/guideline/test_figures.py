"""The figures of a report: a 24-hour protein that cannot be used is shown with the reason, never dropped silently."""

from __future__ import annotations

import pytest

from lnfhir.guideline.figures import MeasureLine, figures
from lnfhir.guideline.trajectory import series_of
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import chart, result


def not_used(*entries: object) -> list[MeasureLine]:
    found = chart(*entries)  # type: ignore[arg-type]
    policy = Policy()
    return [line for line in figures(found, policy, series_of(found, policy), ()) if line.key == "protein-not-used"]


def test_a_collection_at_an_unusual_weight_is_shown_with_the_reason() -> None:
    (line,) = not_used(result(Analyte.UTP, 0, 0.3), result(Analyte.WEIGHT, 0, 44.0))
    assert "0.3" in str(line.value)
    assert "44 kg" in str(line.label)


@pytest.mark.parametrize("later", [result(Analyte.UPCR, 0, 0.4), result(Analyte.UPCR, 1, 0.4)])
def test_a_collection_no_newer_than_what_was_used_is_not_shown(later: object) -> None:
    assert not_used(result(Analyte.UTP, 0, 0.3), result(Analyte.WEIGHT, 0, 44.0), later) == []


def test_a_collection_that_is_used_is_not_shown_as_unused() -> None:
    assert not_used(result(Analyte.UTP, 0, 0.3), result(Analyte.WEIGHT, 0, 60.0)) == []
