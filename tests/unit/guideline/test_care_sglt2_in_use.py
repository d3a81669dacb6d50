"""SGLT2 inhibitors in use: safety."""

from __future__ import annotations

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.guideline.sglt2_safety import SAFETY
from lnfhir.quantity import Analyte
from tests.builders import diagnosis, procedure, result, use
from tests.unit.guideline.care import TODAY, Entry, drafted, guidance, patient


def egfr(day: int, value: float) -> Entry:
    return result(Analyte.EGFR, day, value)


def stable_egfr(value: float) -> tuple[Entry, Entry]:
    return egfr(TODAY - 60, value), egfr(TODAY - 1, value)


# sglt2-safety


IN_USE = use("dapagliflozin", 300, mg=10)


def safety(*more: Entry, **changed: object) -> Guidance:
    return guidance(SAFETY, patient(IN_USE, *more, **changed))  # type: ignore[arg-type]


def test_nothing_against_it_is_fine() -> None:
    found = safety()
    assert found.outcome is Outcome.ALREADY_DONE
    assert any("3 days before surgery" in str(note) for note in found.notes)


@pytest.mark.parametrize("concept", ["type-1-diabetes", "diabetic-ketoacidosis", "pregnancy"])
def test_what_is_critical(concept: str) -> None:
    found = safety(diagnosis(concept, TODAY - 60), without=["pregnancy"])
    assert (found.outcome, found.indicator) == (Outcome.CONTRAINDICATED, Indicator.CRITICAL)


@pytest.mark.parametrize("entry", [diagnosis("fournier-gangrene", 10), procedure("dialysis", TODAY - 3)])
def test_what_stops_it(entry: Entry) -> None:
    found = safety(entry)
    assert (found.outcome, found.indicator) == (Outcome.CONTRAINDICATED, Indicator.WARNING)


@pytest.mark.parametrize(
    "concept",
    ["genital-mycotic-infection", "sepsis", "hypovolaemia", "acute-kidney-injury", "urinary-infection", "hypotension"],
)
def test_what_pauses_it(concept: str) -> None:
    found = safety(diagnosis(concept, TODAY - 3))
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.WARNING)


def test_below_an_egfr_of_20_it_goes_on() -> None:
    assert safety(*stable_egfr(15), without=["creatinine"]).outcome is Outcome.ALREADY_DONE


def test_an_unknown_pregnancy_or_glycaemia_is_asked_for() -> None:
    assert drafted(safety(without=["pregnancy"])) == ["hCG pregnancy test, urine"]
    assert drafted(safety(without=["hba1c"])) == ["Hemoglobin A1c/Hemoglobin.total in Blood"]


def test_without_one_in_use_there_is_nothing_to_watch() -> None:
    assert guidance(SAFETY, patient()).outcome is Outcome.NOT_APPLICABLE
    unsearched = guidance(SAFETY, patient(not_searched=[Need.STATEMENTS]))
    assert (unsearched.outcome, "is not known" in str(unsearched.says)) == (Outcome.NOT_APPLICABLE, True)
    open_hazard = guidance(SAFETY, patient(not_searched=[Need.STATEMENTS], without=["pregnancy"]))
    assert open_hazard.outcome is Outcome.NEEDS_DATA
