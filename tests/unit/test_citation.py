"""Numbers and the sources they come from."""

from __future__ import annotations

import pytest

from lnfhir.citation import Confidence, Guideline, Parameter
from lnfhir.errors import KnowledgeError

SOURCE = Guideline("who2020", "A guideline", 2020, "https://example.org/guideline")


def test_a_citation_names_the_source_its_year_and_the_place() -> None:
    cited = SOURCE.at("Practice Point 10.2.1", Confidence.PRIMARY)
    assert str(cited) == "A guideline (2020), Practice Point 10.2.1"
    assert cited.guideline is SOURCE
    assert cited.confidence is Confidence.PRIMARY


def test_a_parameter_shows_its_number_and_unit() -> None:
    limit = Parameter("proteinuria of a complete response", 0.5, "g/g", SOURCE.at("Figure 2", Confidence.SECONDARY))
    assert str(limit) == "0.5 g/g"


@pytest.mark.parametrize(
    ("meaning", "value", "unit"),
    [("", 0.5, "g/g"), ("a limit", 0.5, ""), ("a limit", float("nan"), "g/g"), ("a limit", float("inf"), "g/g")],
)
def test_an_incomplete_parameter_stops_the_program(meaning: str, value: float, unit: str) -> None:
    with pytest.raises(KnowledgeError):
        Parameter(meaning, value, unit, SOURCE.at("Figure 2", Confidence.PRIMARY))


def test_every_mark_of_confidence_has_a_meaning_of_its_own() -> None:
    assert {mark.value for mark in Confidence} == {"P", "2", "3", "M", "E"}
    assert len({mark.meaning for mark in Confidence}) == len(Confidence)
