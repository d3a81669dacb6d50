"""The verdicts and their reasons in the readable report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from lnfhir.logic import Finding, all_of, met, not_met, pending, unknown
from lnfhir.message import say
from lnfhir.report.layout import Cell, Table, Tone
from lnfhir.report.verdicts import headline, trace_of
from lnfhir.review import Review
from tests import reviews
from tests.unit.report.reading import lines, sections_of, table


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
        "    > needed: dispense history or adherence statement",
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
    data = tuple(structs.replace(reviews.LATEST, reference=f"Observation/{n}") for n in range(9))
    said = [str(line.says) for line in trace_of(met(say("leaf"), *data))]
    assert len(said) == 8
    assert said[-1] == "and 3 more"


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
