"""Three values, their combinations, and the reasons they carry."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.logic import (
    Evidence,
    Finding,
    Known,
    Missing,
    Truth,
    all_of,
    any_of,
    at_least,
    met,
    missing,
    none_of,
    not_met,
    pending,
    truth_of,
    unknown,
)
from lnfhir.message import say

MET, NOT_MET, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
UPCR = Evidence("Observation/u1", "UPCR", "0.9", "g/g", date(2025, 3, 1))
CREATININE = Evidence("Observation/c1", "serum creatinine", "0.8", "mg/dL", date(2025, 3, 1))

CONJUNCTION = [
    (MET, MET, MET),
    (MET, NOT_MET, NOT_MET),
    (MET, UNKNOWN, UNKNOWN),
    (NOT_MET, MET, NOT_MET),
    (NOT_MET, NOT_MET, NOT_MET),
    (NOT_MET, UNKNOWN, NOT_MET),
    (UNKNOWN, MET, UNKNOWN),
    (UNKNOWN, NOT_MET, NOT_MET),
    (UNKNOWN, UNKNOWN, UNKNOWN),
]
DISJUNCTION = [
    (MET, MET, MET),
    (MET, NOT_MET, MET),
    (MET, UNKNOWN, MET),
    (NOT_MET, MET, MET),
    (NOT_MET, NOT_MET, NOT_MET),
    (NOT_MET, UNKNOWN, UNKNOWN),
    (UNKNOWN, MET, MET),
    (UNKNOWN, NOT_MET, UNKNOWN),
    (UNKNOWN, UNKNOWN, UNKNOWN),
]


def leaf(truth: Truth, name: str = "a") -> Finding:
    says = say("{name} holds", name=name)
    if truth is UNKNOWN:
        return unknown(says, say("{name}", name=name))
    return Finding(says, truth, (Evidence(f"Observation/{name}", name),))


@pytest.mark.parametrize(("left", "right", "both"), CONJUNCTION)
def test_all_of_follows_the_table_of_kleene(left: Truth, right: Truth, both: Truth) -> None:
    assert all_of(say("both"), leaf(left, "a"), leaf(right, "b")).truth is both


@pytest.mark.parametrize(("left", "right", "either"), DISJUNCTION)
def test_any_of_follows_the_table_of_kleene(left: Truth, right: Truth, either: Truth) -> None:
    assert any_of(say("either"), leaf(left, "a"), leaf(right, "b")).truth is either


@pytest.mark.parametrize(("left", "right", "either"), DISJUNCTION)
def test_none_of_is_the_opposite_of_any_of(left: Truth, right: Truth, either: Truth) -> None:
    opposite = {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}
    assert none_of(say("neither"), leaf(left, "a"), leaf(right, "b")).truth is opposite[either]
    assert ~either is opposite[either]


def test_a_truth_refuses_to_be_a_boolean() -> None:
    for truth in Truth:
        with pytest.raises(TypeError, match="three values"):
            bool(truth)


def test_a_boolean_becomes_a_truth_only_when_asked() -> None:
    assert truth_of(True) is MET
    assert truth_of(False) is NOT_MET


def test_without_parts_everything_holds_and_nothing_is_found() -> None:
    assert all_of(say("all")).truth is MET
    assert any_of(say("any")).truth is NOT_MET
    assert none_of(say("none")).truth is MET


def test_more_than_there_are_can_never_hold() -> None:
    assert at_least(3, say("three"), leaf(MET), leaf(UNKNOWN)).truth is NOT_MET


def test_two_of_three_is_open_while_the_third_may_tip_it() -> None:
    third_wanted = at_least(2, say("two"), leaf(MET, "a"), leaf(NOT_MET, "b"), leaf(UNKNOWN, "c"))
    assert third_wanted.truth is UNKNOWN
    assert third_wanted.missing == (say("{name}", name="c"),)
    assert third_wanted.evidence == ()


def test_only_the_deciding_parts_give_evidence() -> None:
    mixed = all_of(say("both"), met(say("proteinuria"), UPCR), not_met(say("fall"), CREATININE))
    assert mixed.evidence == (CREATININE,)
    assert any_of(say("either"), *mixed.parts).evidence == (UPCR,)


def test_what_cannot_change_the_answer_is_not_asked_for() -> None:
    settled = any_of(say("either"), met(say("proteinuria"), UPCR), unknown(say("fall"), say("an earlier creatinine")))
    assert settled.truth is MET
    assert settled.missing == ()
    assert [part.truth for part in settled.parts] == [MET, UNKNOWN]


def test_the_same_datum_and_the_same_want_are_named_once() -> None:
    twice = all_of(say("both"), met(say("a"), UPCR), met(say("b"), UPCR))
    assert twice.evidence == (UPCR,)
    wanting = all_of(say("both"), unknown(say("a"), say("weight")), unknown(say("b"), say("weight")))
    assert wanting.missing == (say("weight"),)


def test_an_unknown_must_name_what_is_missing() -> None:
    with pytest.raises(ValueError, match="names what is missing"):
        unknown(say("a"))
    with pytest.raises(ValueError, match="names what is missing"):
        Finding(say("a"), MET, missing=(say("b"),))
    with pytest.raises(ValueError, match="names what would give it"):
        missing()


def test_pending_waits_for_its_latest_date_and_only_for_time() -> None:
    soon, late = pending(say("6 months"), date(2025, 6, 1)), pending(say("12 months"), date(2025, 12, 1))
    both = all_of(say("both"), soon, late)
    assert both.state == "pending"
    assert both.pending_until == date(2025, 12, 1)
    assert [str(item) for item in both.missing] == ["time until 2025-06-01", "time until 2025-12-01"]
    wanting = all_of(say("both"), soon, leaf(UNKNOWN))
    assert wanting.state == "unknown"
    assert wanting.pending_until is None
    assert none_of(say("neither"), soon).pending_until == date(2025, 6, 1)
    assert all_of(say("both"), soon, leaf(NOT_MET)).state == "not-met"


def test_states_are_the_published_words() -> None:
    assert [leaf(truth).state for truth in Truth] == ["met", "not-met", "unknown"]


def test_notes_inform_and_change_nothing_else() -> None:
    plain = met(say("a"), UPCR)
    noted = plain.noting(say("spot sample"), say("spot sample"))
    assert noted.notes == (say("spot sample"),)
    assert (noted.truth, noted.evidence) == (plain.truth, plain.evidence)
    assert plain.noting() is plain
    assert plain.notes == ()


def test_notes_given_to_leaves_stay_on_them() -> None:
    note = (say("by text"),)
    leaves = [met(say("a"), notes=note), not_met(say("b"), notes=note)]
    leaves += [unknown(say("c"), say("d"), notes=note), pending(say("e"), date(2025, 1, 1), notes=note)]
    assert [part.notes for part in any_of(say("any"), *leaves).parts] == [note] * 4


def test_a_known_value_is_judged_on_its_own_evidence() -> None:
    value = Known(0.9, (UPCR,), (say("spot sample"),))
    above = value.finding(say("UPCR is 0.5 or more"), lambda upcr: upcr >= 0.5)
    assert (above.truth, above.evidence, above.notes) == (MET, (UPCR,), (say("spot sample"),))
    assert value.finding(say("UPCR is 3 or more"), lambda upcr: upcr >= 3).truth is NOT_MET


def test_a_value_whose_bounds_do_not_decide_asks_for_an_exact_one() -> None:
    open_ = Known(0.9, (UPCR,)).finding(say("UPCR is below 0.5"), lambda _: UNKNOWN)
    assert open_.truth is UNKNOWN
    assert open_.evidence == (UPCR,)
    assert [str(item) for item in open_.missing] == ["an exact value for: UPCR is below 0.5"]


def test_a_derived_value_keeps_its_evidence_and_notes() -> None:
    assert Known(0.9, (UPCR,), (say("n"),)).map(lambda upcr: upcr * 1000) == Known(900.0, (UPCR,), (say("n"),))


def test_a_missing_value_is_unknown_whatever_is_asked_of_it() -> None:
    finding = missing(say("weight"), say("height")).finding(say("dose is high"), lambda dose: dose > 5)
    assert finding.truth is UNKNOWN
    assert finding.missing == (say("weight"), say("height"))
    assert missing(say("weight")) == Missing((say("weight"),))


def test_evidence_reads_as_a_clinician_would_write_it() -> None:
    assert str(UPCR) == "UPCR 0.9 g/g on 2025-03-01"
    assert str(Evidence("Condition/c1", "systemic lupus erythematosus")) == "systemic lupus erythematosus"
