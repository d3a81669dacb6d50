"""What is missing, what is advised and what all rests on, in the readable report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lnfhir.guideline.recommendation import Draft
from lnfhir.guideline.verdict import ResponseState
from lnfhir.logic import Known
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.report.text import report
from lnfhir.report.verdicts import headline
from lnfhir.review import Review
from tests import reviews
from tests.judged import judged
from tests.unit.report.reading import all_messages, lines, sections_of


def test_the_note_reads_verdict_profiles_response_reasons_missing_advice_basis() -> None:
    assert [section.key for section in report(reviews.rich_review(), "0.1.0")] == [
        "verdict",
        "profiles",
        "response",
        "reasons",
        "missing",
        "avoid",
        "consider",
        "waiting",
        "done",
        "treatment",
        "unused",
        "basis",
        "sources",
    ]


def test_the_first_section_names_the_patient_and_whatever_is_critical() -> None:
    said = lines(sections_of(reviews.rich_review())["verdict"])
    assert said[0] == "Patient p1, Ada Example, female, born 1996-02-29; judged as of 2024-07-16"
    assert "Course of events: no response so far." in said
    assert said[-1] == "! Do not combine an ACE inhibitor with an ARB"


def test_a_request_for_what_is_missing_can_be_signed() -> None:
    review = reviews.rich_review()
    asking = replace(review.guidance[4], drafts=(Draft(say("request potassium"), {"resourceType": "ServiceRequest"}),))
    assert (
        lines(sections_of(replace(review, guidance=(asking,)))["waiting"])[-1] == "  + draft to sign: request potassium"
    )


def test_what_is_missing_names_who_asks_and_what_was_not_searched() -> None:
    assert lines(sections_of(reviews.rich_review())["missing"]) == [
        "- dispense history or adherence statement (C2)",
        "- antiphospholipid antibodies (C4)",
        "- potassium within 30 days (ras-start)",
        "Not searched completely, so that absence means nothing: medication dispenses (not provided); "
        "medication statements (only in part); service requests (the search failed).",
    ]


def test_what_only_another_profile_wants_names_the_profile() -> None:
    lead = reviews.refractory_review().refractory[0]
    other = reviews.verdict(
        "acr2024", reviews.definite(), reviews.induction(), reviews.failed(), reviews.excluded(antibodies=False)
    )
    review = replace(reviews.refractory_review(), refractory=(lead, other))
    assert lines(sections_of(review)["missing"])[0] == "- dispense history or adherence statement (ACR 2024)"


def test_what_the_leading_profile_wants_too_names_no_other() -> None:
    both = tuple(
        reviews.verdict(profile, reviews.definite(), reviews.induction(), reviews.failed(), reviews.excluded(False))
        for profile in ("ding2025", "acr2024")
    )
    review = replace(reviews.refractory_review(), refractory=both)
    assert lines(sections_of(review)["missing"])[0] == "- dispense history or adherence statement (C2)"


def test_an_open_response_of_today_under_the_leading_definition_asks_too() -> None:
    responses = tuple(
        reviews.response(definition, at, ResponseState.UNKNOWN)
        for definition, at in (("kdigo2024", "6mo"), ("acr2024", "today"), ("kdigo2024", "today"))
    )
    review = replace(reviews.refractory_review(), responses=responses)
    assert lines(sections_of(review)["missing"])[0] == "- a kidney function within 30 days (response)"
    review = replace(review, responses=responses[:2])
    assert lines(sections_of(review)["missing"])[0] == "Nothing that would change the answers above."


@pytest.mark.parametrize("build", [reviews.refractory_review, reviews.pending_review])
def test_a_verdict_that_is_settled_or_waits_for_time_asks_for_no_data(build: Callable[[], Review]) -> None:
    assert lines(sections_of(build())["missing"])[0] == "Nothing that would change the answers above."


def test_a_criterion_that_waits_for_time_is_not_called_unknown() -> None:
    lead = reviews.verdict(
        "ding2025", reviews.definite(), reviews.induction(), reviews.not_due(), reviews.excluded(antibodies=False)
    )
    assert str(headline(lead)).endswith("unknown: C2 standard induction was followed.")


def test_the_more_urgent_advice_comes_first() -> None:
    review = replace(reviews.rich_review(), guidance=reviews.guidance()[::-1])
    advice = [line for line in lines(sections_of(review)["consider"]) if line.startswith("-")]
    assert advice == ["- Reduce prednisone to 5 mg/d or less [gc-taper]", "- Start hydroxychloroquine [hcq-missing]"]


def test_advice_gives_reasons_open_gates_notes_and_drafts() -> None:
    said = lines(sections_of(reviews.rich_review())["consider"])
    assert said == [
        "- Reduce prednisone to 5 mg/d or less [gc-taper]",
        "  [x] because: prednisone is above the six-month target",
        "    - prednisone 60 mg/d on 2024-01-15 (MedicationRequest/p1)",
        "  ? check: adrenal insufficiency was considered: not known",
        "    > needed: morning cortisol",
        "  ! never to zero in one step",
        "- Start hydroxychloroquine [hcq-missing]",
        "  [x] because: no antimalarial on record",
        "  + draft to sign: hydroxychloroquine 300 mg daily",
    ]


def test_the_critical_and_the_contraindicated_are_what_not_to_do() -> None:
    said = [line for line in lines(sections_of(reviews.rich_review())["avoid"]) if line.startswith("-")]
    assert said == [
        "- Do not combine an ACE inhibitor with an ARB [ras-conflict]",
        "- Do not start an SGLT2 inhibitor [sglt2-start]",
    ]


def test_what_needs_data_is_not_advised() -> None:
    sections = sections_of(reviews.rich_review())
    assert "ras-start" not in " ".join(lines(sections["consider"]))
    assert lines(sections["waiting"]) == ["? Renin-angiotensin blockade may be indicated [ras-start]"]
    assert "- potassium within 30 days (ras-start)" in lines(sections["missing"])


def test_what_is_done_takes_a_line_each_and_what_does_not_apply_takes_none() -> None:
    review = reviews.rich_review()
    assert lines(sections_of(review)["done"]) == ["- Calcium and vitamin D are in place"]
    assert not any("Hydroxychloroquine dose" in str(message) for message in all_messages(review))


def test_equal_issues_are_told_once_with_their_number_the_gravest_first() -> None:
    assert lines(sections_of(reviews.rich_review())["unused"]) == [
        "- error: the resource cannot be read",
        "  @ Bundle.entry[9]",
        "- warning: the unit is not one of UPCR's (4 times)",
        "  @ Bundle.entry[0].resource.valueQuantity (Observation/x0)",
        "  @ Bundle.entry[1].resource.valueQuantity (Observation/x1)",
        "  @ Bundle.entry[2].resource.valueQuantity (Observation/x2)",
        "- information: the result has no day",
        "  @ Observation/x5",
    ]


def test_courses_and_measures_are_told_with_their_days() -> None:
    assert lines(sections_of(reviews.rich_review())["treatment"]) == [
        "- Course 1: mycophenolate mofetil, from 2024-01-15",
        "  ! one segment",
        "- proteinuria: 2.6 g/g on 2024-07-16",
        "- biopsy class: IV on 2024-01-10",
        "- eGFR (CKD-EPI 2021); needed: serum creatinine",
    ]


def test_a_course_whose_start_is_unknown_and_that_ended_says_so() -> None:
    (course,) = reviews.rich_review().courses
    ended = replace(course, t0=None, end=reviews.AS_OF, ended_by="gap", notes=())
    said = lines(sections_of(replace(reviews.rich_review(), courses=(ended,)))["treatment"])
    assert said[0] == (
        "- Course 1: mycophenolate mofetil, begun before the record until 2024-07-16, ended by a gap in treatment"
    )


def test_the_policy_in_force_is_told_by_what_differs_from_the_defaults() -> None:
    said = lines(sections_of(reviews.rich_review(Policy(mmf_min=1.5, gc_mode="guideline")))["basis"])
    assert said[0] == "lnfhir 0.1.0"
    assert [line.strip() for line in said if line.startswith("  -")] == ["- gc_mode = guideline", "- mmf_min = 1.5"]
    assert "Every policy setting has its default value." in lines(sections_of(reviews.rich_review())["basis"])


def test_the_day_of_a_figure_is_that_of_its_latest_datum() -> None:
    line = replace(reviews.rich_review().measures[0], value=Known(2.6, (reviews.LATEST, reviews.BASELINE)))
    said = lines(sections_of(replace(reviews.rich_review(), measures=(line,)))["treatment"])
    assert said[-1] == "- proteinuria: 2.6 g/g on 2024-07-16"


def test_a_dose_has_no_day_since_its_order_began_on_another() -> None:
    line = replace(reviews.rich_review().measures[0], value=Known(10.0, (reviews.STEROID,)), unit="mg/d")
    said = lines(sections_of(replace(reviews.rich_review(), measures=(line,)))["treatment"])
    assert said[-1] == "- proteinuria: 10 mg/d"


def advice_alone() -> Review:
    return replace(reviews.rich_review(), refractory=(), responses=())


def test_what_does_not_apply_or_is_done_is_no_source() -> None:
    review = replace(advice_alone(), guidance=reviews.guidance()[-2:])
    assert "sources" not in sections_of(review)


def test_sources_carry_their_confidence_and_only_the_marks_used_are_explained() -> None:
    said = lines(sections_of(advice_alone())["sources"])
    assert said[0] == "- ACR 2024 lupus nephritis guideline (2024): [P] glucocorticoid taper"
    assert said[2] == (
        "- KDIGO 2024 lupus nephritis guideline (2024): [3] Recommendation 10.2.1.1; [3] Practice Point 10.2.1.2"
    )
    assert sum(line.startswith("[") for line in said) == 5
    alone = replace(advice_alone(), guidance=reviews.guidance()[1:2])
    assert [line for line in lines(sections_of(alone)["sources"]) if line.startswith("[")] == [
        "[3] read in a third-party digest only; to be checked against the primary text"
    ]


def test_the_definitions_that_were_applied_are_sources_too() -> None:
    review = replace(reviews.refractory_review(), responses=(reviews.response("acr2024", "today", ResponseState.NONE),))
    said = [line for line in lines(sections_of(review)["sources"]) if line.startswith("-")]
    assert said == [
        "- Refractory lupus nephritis review, Clin Exp Med (2025): [2] four criteria",
        "- ACR 2024 lupus nephritis guideline (2024): [P] treatment goals figure",
    ]


def test_what_follows_from_the_verdict_comes_before_general_care() -> None:
    told = next(review for review in judged() if review.chart.person.id == "maria-santos")
    rules = [
        line.rpartition("[")[2].rstrip("]") for line in lines(sections_of(told)["consider"]) if line.startswith("- ")
    ]
    assert rules[:3] == ["repeat-biopsy", "mdt-referral", "escalate"]
    assert rules.index("gc-taper") == 3  # a warning, before what only informs
    assert "no definition of refractory" in " ".join(lines(sections_of(told)["verdict"])).lower()


def test_a_gate_that_holds_and_one_that_does_not_are_told_apart_in_words() -> None:
    told = next(review for review in judged() if review.chart.person.id == "maria-santos")
    said = lines(sections_of(told)["consider"])
    assert "  - check: hepatitis B is excluded: yes" in said
    assert "  - check: there is a hypertensive crisis: no" in said
    assert not any("information only" in line for line in said)
