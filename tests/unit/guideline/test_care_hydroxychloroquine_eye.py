"""Hydroxychloroquine: the eyes; both sides of every limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lnfhir.chart.coverage import Need
from lnfhir.chart.entries import DrugUse
from lnfhir.guideline.hydroxychloroquine import MISSING
from lnfhir.guideline.hydroxychloroquine_eye import EYE
from lnfhir.guideline.recommendation import Guidance, Indicator, Outcome
from lnfhir.policy import Policy
from lnfhir.quantity import Analyte
from tests.builders import (
    creatinine,
    diagnosis,
    man,
    procedure,
    result,
    use,
    weight,
    woman,
)
from tests.unit.guideline.care import TODAY, Entry, guidance, missing, patient

HCQ = "hydroxychloroquine"
LOW_EGFR = creatinine(TODAY - 1, 2.6)
"""A woman of 29 with this creatinine has an eGFR of about 25."""


def on_hcq(mg: float | None, start: int = 100, **more: object) -> DrugUse:
    return use(HCQ, start, mg=mg, **more)  # type: ignore[arg-type]


def eye(*entries: Entry, policy: Policy | None = None, **changed: object) -> Guidance:
    return guidance(EYE, patient(*entries, **changed), policy)  # type: ignore[arg-type]


def examined(day: int) -> Entry:
    return procedure("eye-screening", day)


def test_in_the_first_year_the_baseline_is_announced_with_its_date() -> None:
    found = eye(on_hcq(300, TODAY - 365))
    assert (found.outcome, found.indicator) == (Outcome.ADVISE, Indicator.INFO)
    assert "due by 2025-02-18" in str(found.says)
    assert found.drafts[0].resource["resourceType"] == "ServiceRequest"


def test_after_the_first_year_without_any_examination_the_record_is_asked() -> None:
    found = eye(on_hcq(300, TODAY - 366))
    assert found.outcome is Outcome.NEEDS_DATA
    assert any("may be external" in item for item in missing(found))
    assert found.drafts[0].resource["resourceType"] == "ServiceRequest"


@pytest.mark.parametrize("need", [Need.PROCEDURES, Need.REPORTS])
def test_without_procedures_and_reports_the_baseline_cannot_be_missed(need: Need) -> None:
    assert eye(on_hcq(300, TODAY - 100), not_searched=[need]).outcome is Outcome.NEEDS_DATA


def test_a_baseline_examination_is_enough_until_the_fifth_year() -> None:
    assert eye(on_hcq(300, TODAY - 300), examined(TODAY - 290)).outcome is Outcome.ALREADY_DONE
    assert eye(on_hcq(300, -1425), examined(-1400)).outcome is Outcome.ALREADY_DONE  # a day short of 5 years
    assert eye(on_hcq(300, -1427), examined(-1400)).outcome is Outcome.ADVISE


def test_a_yearly_examination_is_due_after_365_days() -> None:
    assert eye(on_hcq(300, -2000), examined(TODAY - 365)).outcome is Outcome.ALREADY_DONE
    assert eye(on_hcq(300, -2000), examined(TODAY - 366)).outcome is Outcome.ADVISE


RISKS: dict[str, tuple[Entry, ...]] = {
    "eGFR below 60": (creatinine(TODAY - 1, 1.5),),
    "tamoxifen": (use("tamoxifen", 100, mg=20),),
    "macular disease": (diagnosis("macular-disease", 10),),
    "a dose above 5 mg/kg": (weight(TODAY, 55),),
}


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_makes_it_yearly_from_the_first_year(risk: str) -> None:
    seen = (on_hcq(300, TODAY - 700), examined(TODAY - 600))
    assert eye(*seen).outcome is Outcome.ALREADY_DONE
    assert eye(*seen, *RISKS[risk]).outcome is Outcome.ADVISE


def test_a_bmi_above_35_counts_where_the_site_wants_it() -> None:
    seen = (on_hcq(300, TODAY - 700), examined(TODAY - 600), weight(TODAY, 105))
    assert eye(*seen).outcome is Outcome.ALREADY_DONE
    assert eye(*seen, policy=Policy(hcq_screen_bmi35=True)).outcome is Outcome.ADVISE


def test_an_unknown_risk_between_the_first_and_fifth_year_is_asked_for() -> None:
    found = eye(on_hcq(300, TODAY - 700), examined(TODAY - 600), without=["creatinine"])
    assert found.outcome is Outcome.NEEDS_DATA


def test_known_retinopathy_in_use_warns_and_drafts_nothing() -> None:
    found = eye(on_hcq(300), diagnosis("hcq-retinopathy", 10))
    assert (found.outcome, found.indicator, found.drafts) == (Outcome.CONTRAINDICATED, Indicator.WARNING, ())


def test_without_a_start_date_only_a_recent_examination_settles_it() -> None:
    undated = replace(on_hcq(300), start=None)
    assert eye(undated).outcome is Outcome.NEEDS_DATA
    assert eye(undated, examined(TODAY - 100)).outcome is Outcome.ALREADY_DONE


def test_eyes_are_of_interest_only_in_use() -> None:
    assert eye().outcome is Outcome.NOT_APPLICABLE


def test_children_and_men_are_seen_too() -> None:
    child = eye(on_hcq(200, TODAY - 100), person=woman(date(2012, 1, 1)))
    assert (child.outcome, child.drafts) == (Outcome.ADVISE, ())
    assert any("children" in str(note) for note in child.notes)
    assert guidance(MISSING, patient(person=man(), without=["pregnancy"])).drafts != ()


@pytest.mark.parametrize(("value", "outcome"), [(60, Outcome.ALREADY_DONE), (59.9, Outcome.ADVISE)])
def test_an_egfr_below_60_is_a_risk(value: float, outcome: Outcome) -> None:
    seen = (on_hcq(300, TODAY - 700), examined(TODAY - 600), result(Analyte.EGFR, TODAY - 1, value))
    assert eye(*seen, without=["creatinine"]).outcome is outcome


@pytest.mark.parametrize(("kg", "outcome"), [(101.1, Outcome.ALREADY_DONE), (101.2, Outcome.ADVISE)])
def test_a_bmi_above_35_is_a_risk_at_a_site_that_says_so(kg: float, outcome: Outcome) -> None:
    seen = (on_hcq(300, TODAY - 700), examined(TODAY - 600), weight(TODAY, kg))  # 170 cm: 35 is 101.15 kg
    assert eye(*seen, policy=Policy(hcq_screen_bmi35=True)).outcome is outcome
