"""The readable report: what it says, in which order, and that nothing of a review is lost from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lnfhir.guideline.recommendation import Draft
from lnfhir.guideline.verdict import ResponseState
from lnfhir.logic import Finding, Known, all_of, met, not_met, pending, unknown
from lnfhir.message import Message, say
from lnfhir.policy import Policy
from lnfhir.report.layout import Cell, Line, Section, Table, Tone
from lnfhir.report.text import report
from lnfhir.report.verdicts import headline, trace_of
from lnfhir.review import Review
from tests import reviews


def sections_of(review: Review) -> dict[str, Section]:
    return {section.key: section for section in report(review, "0.1.0")}


def lines(section: Section) -> list[str]:
    return [
        f"{'  ' * block.depth}{block.mark} {block.says}".rstrip() if block.mark else str(block.says)
        for block in section.content
        if isinstance(block, Line)
    ]


def table(section: Section) -> list[list[str]]:
    (found,) = [block for block in section.content if isinstance(block, Table)]
    return [[str(heading) for heading in found.headings], *([str(cell.says) for cell in row] for row in found.rows)]


def all_messages(review: Review) -> list[Message]:
    found = []
    for section in report(review, "0.1.0"):
        found.append(section.title)
        for block in section.content:
            found += [block.says] if isinstance(block, Line) else [c.says for row in block.rows for c in row]
    return found


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


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (
            reviews.rich_review,
            "Whether this is refractory cannot be determined by Ding 2025; "
            "unknown: C2 standard induction was followed; C4 other causes excluded.",
        ),
        (reviews.refractory_review, "Refractory lupus nephritis by Ding 2025: all four criteria are met."),
        (reviews.pending_review, "Too early to say by KDIGO 2024: pending until 2025-01-14."),
        (
            reviews.not_refractory_review,
            "Not refractory by Ding 2025; not met: C2 standard induction was followed; C4 other causes excluded.",
        ),
    ],
)
def test_the_leading_verdict_is_one_sentence(build: Callable[[], Review], sentence: str) -> None:
    assert str(headline(build().refractory[0])) == sentence


def test_the_first_section_names_the_patient_and_whatever_is_critical() -> None:
    said = lines(sections_of(reviews.rich_review())["verdict"])
    assert said[0] == "Patient p1, Ada Example, female, born 1996-02-29; judged as of 2024-07-16"
    assert "Course of events: no response so far." in said
    assert said[-1] == "! Do not combine an ACE inhibitor with an ARB"


def test_a_patient_without_sex_or_birth_is_not_given_any() -> None:
    said = lines(sections_of(reviews.empty_review())["verdict"])
    assert said[0] == "Patient ?, sex not known; judged as of 2024-07-16"


def test_profiles_stand_side_by_side_with_the_leading_one_first() -> None:
    assert table(sections_of(reviews.rich_review())["profiles"]) == [
        ["profile", "C1", "C2", "C3", "C4", "overall", "course of events"],
        ["Ding 2025 (leads)", "met", "unknown", "met", "unknown", "unknown", "no response so far"],
        [
            "KDIGO 2024",
            "met",
            "met",
            "pending until 2025-01-14",
            "met",
            "pending until 2025-01-14",
            "-",
        ],
        ["ACR 2024", "met", "not met", "met", "unknown", "not met", "-"],
        ["ACR 2012 (as reviewed)", "met", "met", "met", "met", "met", "refractory"],
    ]


def test_the_tone_of_a_cell_is_its_state() -> None:
    (found,) = [b for b in sections_of(reviews.rich_review())["profiles"].content if isinstance(b, Table)]
    tones = [[cell.tone for cell in row[1:6]] for row in found.rows]
    assert tones[0] == [Tone.MET, Tone.UNKNOWN, Tone.MET, Tone.UNKNOWN, Tone.UNKNOWN]
    assert tones[1][2] is Tone.PENDING
    assert tones[2][4] is Tone.NOT_MET


def test_responses_stand_side_by_side_and_an_absent_one_is_a_dash() -> None:
    section = sections_of(reviews.rich_review())["response"]
    assert table(section) == [
        ["definition", "6 months", "today"],
        ["KDIGO 2024", "none", "none"],
        ["ACR 2024", "partial", "unknown"],
        ["EULAR 2019", "-", "complete"],
        ["EULAR 2025", "-", "not applicable"],
    ]
    assert lines(section) == ["today: judged on 2024-07-16", "! confirm with a 24-h collection"]


def test_the_reasons_are_a_tree_with_the_datum_behind_each_leaf() -> None:
    said = lines(sections_of(reviews.rich_review())["reasons"])
    start = said.index("[?] C2 standard induction was followed")
    assert said[start : start + 14] == [
        "[?] C2 standard induction was followed",
        "  [x] glucocorticoid intensity was standard",
        "    - prednisone 60 mg/d on 2024-01-15 (MedicationRequest/p1)",
        "    ! note: peak 1 mg/kg per day",
        "  [x] mycophenolate or cyclophosphamide was adequate",
        "  [?] adherence was documented",
        "    > need dispense history or adherence statement",
        "[x] C3 treatment failed",
        "  [x] no partial response by 6 months",
        "    - UPCR 4.2 g/g on 2024-01-15 (Observation/u0)",
        "    - UPCR 2.6 g/g on 2024-07-16 (Observation/u6)",
        "    - serum creatinine 1 mg/dL on 2024-07-16 (Observation/c6)",
        "  [~] no complete response by 12 months: pending until 2025-01-14",
        "[?] C4 other causes are excluded",
    ]


def test_the_reasons_say_where_another_profile_differs_and_only_there() -> None:
    said = [line for line in lines(sections_of(reviews.rich_review())["reasons"]) if line.startswith("*")]
    assert said == [
        "* KDIGO 2024 differs in C2: met (standard induction was followed)",
        "* KDIGO 2024 differs in C3: pending until 2025-01-14 (neither partial nor complete response by 12 months)",
        "* KDIGO 2024 differs in C4: met (other causes are excluded)",
        "* ACR 2024 differs in C2: not met (standard induction was followed)",
        "* ACR 2012 (as reviewed) differs in C2: met (standard induction was followed)",
        "* ACR 2012 (as reviewed) differs in C4: met (other causes are excluded)",
    ]


@pytest.mark.parametrize(
    ("finding", "mark"),
    [
        (met(say("a")), "[x]"),
        (not_met(say("a")), "[ ]"),
        (unknown(say("a"), say("b")), "[?]"),
        (pending(say("a"), reviews.DEADLINE), "[~]"),
    ],
)
def test_each_state_has_its_mark(finding: Finding, mark: str) -> None:
    first, *_ = trace_of(finding)
    assert first.mark == mark


def test_a_pending_leaf_does_not_ask_for_time_as_if_it_were_data() -> None:
    assert [line.mark for line in trace_of(pending(say("a"), reviews.DEADLINE))] == ["[~]"]


def test_the_same_finding_is_explained_once() -> None:
    same = all_of(say("inner"), met(say("leaf"), reviews.LATEST))
    tree = all_of(say("outer"), same, same)
    assert [f"{'  ' * line.depth}{line.mark} {line.says}" for line in trace_of(tree)] == [
        "[x] outer",
        "  [x] inner",
        "    [x] leaf",
        "      - UPCR 2.6 g/g on 2024-07-16 (Observation/u6)",
        "  [x] inner (as above)",
    ]


def test_a_note_that_a_part_repeats_is_told_once() -> None:
    note = say("remark")
    tree = all_of(say("outer"), met(say("leaf"), notes=(note,))).noting(note)
    assert [str(line.says) for line in trace_of(tree)] == ["outer", "leaf", "note: remark"]


def test_of_many_data_the_first_are_told_and_the_rest_counted() -> None:
    data = tuple(replace(reviews.LATEST, reference=f"Observation/{n}") for n in range(9))
    said = [str(line.says) for line in trace_of(met(say("leaf"), *data))]
    assert len(said) == 8
    assert said[-1] == "and 3 more"


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


def test_what_two_criteria_ask_for_is_listed_once() -> None:
    item = say("weight")
    c1, c2, c3, c4 = (unknown(say("c{n}", n=n), item) for n in range(4))
    review = replace(reviews.refractory_review(), refractory=(reviews.verdict("ding2025", c1, c2, c3, c4),))
    assert lines(sections_of(review)["missing"])[0] == "- weight (C1; C2; C3; C4)"


def test_a_settled_verdict_does_not_ask_for_what_cannot_change_it() -> None:
    settled = reviews.verdict(
        "ding2025", reviews.definite(), reviews.induction(adherence=False), reviews.failed(), reviews.excluded()
    )
    review = replace(reviews.refractory_review(), refractory=(settled,))
    assert lines(sections_of(review)["missing"])[0] == "Nothing that would change the answers above."


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
        "  [?] check: adrenal insufficiency was considered",
        "    > need morning cortisol",
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


def test_what_is_done_takes_one_line_and_what_does_not_apply_takes_none() -> None:
    review = reviews.rich_review()
    assert lines(sections_of(review)["done"]) == ["Calcium and vitamin D are in place"]
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
        "- eGFR (CKD-EPI 2021): need serum creatinine",
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


def test_a_review_without_verdicts_says_that_nothing_was_evaluated() -> None:
    review = replace(reviews.empty_review(), refractory=())
    sections = sections_of(review)
    assert "No criteria were evaluated." in lines(sections["verdict"])
    assert "profiles" not in sections


def test_a_conjunction_shows_its_parts_and_not_their_evidence_twice() -> None:
    datum = reviews.LATEST
    tree = all_of(say("whole"), met(say("part"), datum))
    assert [str(line.says) for line in trace_of(tree)].count("UPCR 2.6 g/g on 2024-07-16 (Observation/u6)") == 1


def test_cells_are_messages_so_that_a_door_can_translate_them() -> None:
    (found,) = [b for b in sections_of(reviews.rich_review())["profiles"].content if isinstance(b, Table)]
    cell = found.rows[0][1]
    assert isinstance(cell, Cell)
    assert cell.says.text({"met": "符合"}.__getitem__) == "符合"
