"""What goes with refractory disease is shown, with its source of words, and never taken as absent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.chart.histology import read_histology
from lnfhir.guideline.figures import figures
from lnfhir.guideline.trajectory import series_of
from lnfhir.logic import Known, Missing
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import biopsy, chart, result


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("Class IV. Cellular crescents in 20 %.", "cellular crescents"),
        ("Fibrocellular crescents.", ""),
        ("Fibrous crescents, wire-loop lesions.", "fibrous crescents|wire loops or hyaline deposits"),
        ("Interstitial inflammation is moderate; no crescents.", "interstitial inflammation"),
        ("No cellular crescents, no wire loops.", ""),
        ("Thickening of the glomerular basement membrane.", "thickened basement membrane"),
        ("GBM thickening is seen.", "thickened basement membrane"),
        ("Previous biopsy: cellular crescents.", ""),
        ("可见细胞性新月体，间质炎症细胞浸润。", "cellular crescents|interstitial inflammation"),
        ("肾小球基底膜增厚，未见纤维性新月体。", "thickened basement membrane"),
    ],
)
def test_markers_are_taken_from_what_the_text_plainly_says(text: str, markers: str) -> None:
    assert read_histology(text).markers == frozenset(filter(None, markers.split("|")))


def lines(*entries: object) -> dict[str, Known[float] | Known[str] | Missing]:
    found = chart(*entries)  # type: ignore[arg-type]
    policy = Policy()
    return {line.key: line.value for line in figures(found, policy, series_of(found, policy), ())}


def test_without_a_biopsy_there_are_no_risk_markers() -> None:
    assert not [key for key in lines() if key.startswith("risk-")]


def test_the_class_and_the_words_of_the_report_are_shown_together() -> None:
    shown = lines(replace(biopsy(-5, "III"), markers=frozenset({"cellular crescents"})))["risk-histology"]
    assert isinstance(shown, Known)
    assert shown.value == "class III, cellular crescents"
    assert [str(note) for note in shown.notes] == ["read from the text of the report, not verified"]


def test_a_report_that_names_none_leaves_them_unknown() -> None:
    assert isinstance(lines(biopsy(-5, "IV"))["risk-histology"], Missing)


@pytest.mark.parametrize(("day", "known"), [(-35, True), (-36, False), (25, True), (26, False)])
def test_albumin_belongs_to_the_first_biopsy_within_thirty_days(day: int, known: bool) -> None:
    found = lines(biopsy(-5, "IV"), biopsy(170, "IV"), result(Analyte.ALBUMIN, day, 24))
    assert isinstance(found["risk-albumin"], Known) is known
    assert isinstance(found["risk-sledai"], Missing)
