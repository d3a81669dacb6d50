"""Every outcome of the rules around the list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Biopsy, ServiceOrder
from lnfhir.guideline.escalation.duration import DURATION
from lnfhir.guideline.escalation.recommendations import RECOMMENDATIONS
from lnfhir.policy import Policy, policy_from
from lnfhir.quantity import Analyte
from lnfhir.terminology import concepts
from tests.builders import answered, chart, creatinine, d, diagnosis, given, man, procedure, upcr, use
from tests.unit.guideline.escalation.failing import RULES, drafted, failed, guided, outcome, situation, without
from tests.unit.guideline.patients import Entry, active_biopsy, induction, kidney

IN_REMISSION = kidney((0, 3.2, 0.8), (183, 0.6, 0.8), (360, 0.3, 0.8), (490, 0.3, 0.8))


def stopped(*more: Entry, as_of: int = 500) -> Chart:
    """In remission; mycophenolate and prednisone ended on day 400."""
    course: list[Entry] = [
        *(given("methylprednisolone", day, 500) for day in range(3)),
        use("prednisone", 3, 40, mg=60),
        use("prednisone", 41, 400, mg=5),
        use("mycophenolate-mofetil", 14, 400, mg=2000),
    ]
    return failed(*more, values=IN_REMISSION, course=course, as_of=as_of)


def test_a_patient_without_lupus_is_left_alone_by_every_rule() -> None:
    seen = chart(use("mycophenolate-mofetil", 0, mg=2000), as_of=200)
    for item in RECOMMENDATIONS:
        assert item.decide(situation(seen)).outcome.value == "not-applicable", item.rule


# Dose and adherence first


def test_half_the_dose_is_optimised() -> None:
    found = guided("optimise-first", failed(course=induction(mmf=1000)))
    assert (found.outcome.value, found.indicator.value) == ("advise", "warning")
    assert drafted(found) == ["Mycophenolic acid trough in Serum or Plasma"]
    assert "Mycophenolate at 2 g/d or more unless it is not tolerated" in map(str, found.notes)


def test_non_adherence_is_talked_about_before_the_deadline_too() -> None:
    seen = failed(diagnosis("non-adherence", 60), as_of=120)
    assert outcome("optimise-first", seen) == "advise"
    assert outcome("optimise-first", failed(as_of=120)) == "not-applicable"


def test_full_treatment_is_not_optimised_and_a_response_settles_it() -> None:
    assert outcome("optimise-first", failed()) == "not-applicable"
    responded = failed(course=induction(mmf=1000), values=kidney((0, 4.2, 0.9), (183, 0.3, 0.9)))
    assert outcome("optimise-first", responded) == "not-applicable"


def test_unknown_adherence_is_asked_for_once_treatment_has_failed() -> None:
    undispensed = [e for e in induction() if "DISPENSE" not in str(getattr(e, "record", ""))]
    assert outcome("optimise-first", failed(course=undispensed)) == "needs-data"
    assert outcome("optimise-first", failed(course=undispensed, as_of=120)) == "not-applicable"
    assert outcome("escalate", failed(course=undispensed)) == "advise"


# Biopsy and team


def test_a_failed_treatment_repeats_the_biopsy_with_its_code() -> None:
    found = guided("repeat-biopsy", failed(as_of=184))
    assert found.outcome.value == "advise"
    (draft,) = found.drafts
    assert draft.resource["code"]["coding"] == [{"system": "http://snomed.info/sct", "code": "7246002"}]


@pytest.mark.parametrize(("day", "expected"), [(0, "already-done"), (-1, "advise")])
def test_a_biopsy_of_six_months_is_recent(day: int, expected: str) -> None:
    seen = replace(failed(), biopsies=(active_biopsy(day),))
    assert outcome("repeat-biopsy", seen) == expected


def test_a_biopsy_that_is_ordered_or_done_elsewhere_is_not_asked_for_again() -> None:
    ordered = ServiceOrder(frozenset({concepts.KIDNEY_BIOPSY}), d(180), "ServiceRequest/b", "biopsy", True)
    assert outcome("repeat-biopsy", replace(failed(), service_orders=(ordered,))) == "already-done"
    revoked = replace(ordered, active=False)
    assert outcome("repeat-biopsy", replace(failed(), service_orders=(revoked,))) == "advise"
    assert outcome("repeat-biopsy", failed(procedure(concepts.KIDNEY_BIOPSY, 150))) == "already-done"


def test_neither_biopsy_nor_team_before_failure_or_for_under_treatment() -> None:
    early = failed(course=induction(mmf=1000))
    assert outcome("repeat-biopsy", early) == outcome("mdt-referral", early) == "not-applicable"
    assert outcome("mdt-referral", failed(as_of=91)) == "not-applicable"
    assert outcome("mdt-referral", failed()) == "advise"


# Microangiopathy and pregnancy


def test_microangiopathy_has_its_own_pathway() -> None:
    found = guided("tma-branch", failed(diagnosis("thrombotic-microangiopathy", 150)))
    assert (found.outcome.value, found.indicator.value) == ("advise", "warning")
    assert "ADAMTS13 activity" in drafted(found)
    assert "ADAMTS13 below 10 %: thrombotic thrombocytopenic purpura, plasma exchange" in map(str, found.notes)


def test_antibodies_alone_ask_for_a_biopsy_and_nothing_asks_for_nothing() -> None:
    seen = replace(failed(answered(Analyte.APL_LUPUS_ANTICOAGULANT, 180, True)), biopsies=())
    assert outcome("tma-branch", seen) == "needs-data"
    assert outcome("tma-branch", replace(without(failed(), Analyte.APL_LUPUS_ANTICOAGULANT), biopsies=())) == (
        "not-applicable"
    )


@pytest.mark.parametrize(
    "drug", ["mycophenolate-mofetil", "cyclophosphamide", "losartan", "dapagliflozin", "leflunomide"]
)
def test_a_harmful_drug_in_pregnancy_is_critical(drug: str) -> None:
    seen = failed(use(drug, 100, mg=50), answered(Analyte.HCG, 183, True), course=[])
    found = guided("pregnancy-branch", seen)
    assert (found.outcome.value, found.indicator.value) == ("contraindicated", "critical")
    assert drug in str(found.says)


def test_many_harmful_drugs_still_fit_a_card() -> None:
    drugs = ("mycophenolate-mofetil", "cyclophosphamide", "losartan", "dapagliflozin", "leflunomide", "methotrexate",
             "voclosporin", "warfarin")  # fmt: skip
    seen = failed(*(use(drug, 100, mg=50) for drug in drugs), answered(Analyte.HCG, 183, True), course=[])
    assert guided("pregnancy-branch", seen).indicator.value == "critical"


def test_pregnancy_on_belimumab_warns_and_on_azathioprine_informs() -> None:
    pregnant = answered(Analyte.HCG, 183, True)
    warned = guided("pregnancy-branch", failed(use("belimumab", 20, mg=25), pregnant, course=[]))
    assert (warned.outcome.value, warned.indicator.value) == ("advise", "warning")
    informed = guided("pregnancy-branch", failed(use("azathioprine", 20, mg=100), pregnant, course=[]))
    assert (informed.outcome.value, informed.indicator.value) == ("advise", "info")


def test_an_unknown_pregnancy_matters_only_with_a_harmful_drug() -> None:
    assert outcome("pregnancy-branch", without(failed(), Analyte.HCG)) == "needs-data"
    assert outcome("pregnancy-branch", without(failed(course=[]), Analyte.HCG)) == "not-applicable"
    assert outcome("pregnancy-branch", failed()) == "not-applicable"
    assert outcome("pregnancy-branch", failed(person=man())) == "not-applicable"


# Worsening


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ((), "not-applicable"),
        ((creatinine(170, 1.21),), "not-applicable"),
        ((creatinine(170, 1.21), creatinine(183, 1.21, hour=9)), "advise"),
        ((creatinine(170, 1.16), creatinine(183, 1.16, hour=9)), "not-applicable"),
        ((upcr(170, 6.4), creatinine(170, 0.9)), "advise"),
        ((upcr(170, 6.2), creatinine(170, 0.9)), "not-applicable"),
    ],
)
def test_worsening_calls_for_urgent_review(more: tuple[Entry, ...], expected: str) -> None:
    assert outcome("urgent-review", failed(*more)) == expected


@pytest.mark.parametrize(("more", "expected"), [((), "not-applicable"), ((creatinine(190, 1.4),), "advise")])
def test_creatinine_alone_alarms_when_two_tests_show_it(more: tuple[Entry, ...], expected: str) -> None:
    assert outcome("urgent-review", failed(upcr(230, 3.9), creatinine(230, 1.4), *more, as_of=231)) == expected


def test_a_rise_that_has_passed_does_not_alarm() -> None:
    seen = failed(creatinine(95, 1.4), creatinine(100, 1.4))
    assert outcome("urgent-review", seen) == "not-applicable"


# The steroid dose


def test_a_no_that_rests_on_the_steroid_dose_alone_is_told() -> None:
    found = guided("steroid-intensity-note", failed(course=induction(mg=30)))
    assert (found.outcome.value, found.indicator.value) == ("advise", "info")
    assert outcome("escalate", failed(course=induction(mg=30))) == "advise"


@pytest.mark.parametrize(
    ("seen", "policy"),
    [
        (failed(), Policy()),
        (failed(course=induction(mg=30)), policy_from({"gc_mode": "guideline"})),
        (failed(course=induction(mg=36, pulse=False)), policy_from({"gc_mode": "pulse_or_mgkg"})),
        (failed(course=induction(mg=30, mmf=1000)), Policy()),
        (failed(course=induction(mg=10, pulse=False)), Policy()),
        (failed(course=induction(mg=30), as_of=120), Policy()),
    ],
    ids=[
        "strict met",
        "site accepts",
        "site asks for a pulse",
        "also under-dosed",
        "below every guideline",
        "not yet failed",
    ],
)
def test_otherwise_it_is_not(seen: Chart, policy: Policy) -> None:
    assert outcome("steroid-intensity-note", seen, policy) == "not-applicable"


# Duration and cell therapy


def test_stopping_early_is_warned_of() -> None:
    found = guided("is-duration", stopped())
    assert (found.outcome.value, found.indicator.value) == ("advise", "warning")


def test_going_on_and_long_enough_are_silent() -> None:
    assert outcome("is-duration", failed()) == "already-done"
    assert outcome("is-duration", stopped(given("rituximab", 400, 1000))) == "already-done"
    assert outcome("is-duration", stopped(as_of=1096)) == "not-applicable"
    assert outcome("is-duration", stopped(as_of=1095)) == "advise"
    sixty = policy_from({"is_duration_months": 60})
    assert outcome("is-duration", stopped(as_of=1096), sixty) == "advise"


def test_the_printed_duration_is_the_default_of_the_setting() -> None:
    assert DURATION.value == Policy().is_duration_months


def test_after_cell_therapy_stopping_is_expected() -> None:
    seen = stopped(given("car-t", 430, 1))
    assert outcome("is-duration", seen) == "not-applicable"
    found = guided("post-cell-therapy", seen)
    assert found.outcome.value == "advise"
    assert any("indeterminate" in str(note) for note in found.notes)
    assert outcome("post-cell-therapy", failed()) == "not-applicable"


def test_an_event_later_than_twelve_weeks_is_not_called_indeterminate() -> None:
    assert any("indeterminate" in str(n) for n in guided("post-cell-therapy", stopped(given("car-t", 416, 1))).notes)
    assert not any(
        "indeterminate" in str(n) for n in guided("post-cell-therapy", stopped(given("car-t", 415, 1))).notes
    )


def test_rules_are_static_and_named_once() -> None:
    assert len(RULES) == len(RECOMMENDATIONS) == 12
    assert isinstance(active_biopsy(), Biopsy)
