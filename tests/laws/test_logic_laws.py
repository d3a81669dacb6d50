"""The laws of the three-valued logic, for arbitrary trees of combinators over arbitrary facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lnfhir.logic import Evidence, Finding, Truth, all_of, any_of, at_least, met, none_of, not_met, pending, unknown
from lnfhir.message import Message, say

FACTS = 6
FIRST_DAY = date(2025, 1, 1)
KNOWN = (Truth.MET, Truth.NOT_MET)

World = Mapping[int, Truth]
Tree = Callable[[World], Finding]


@dataclass(frozen=True)
class Leaf:
    """A fact by number: its evidence and its missing item carry the number."""

    number: int

    def __call__(self, world: World) -> Finding:
        says = say("fact {number} holds", number=self.number)
        match world[self.number]:
            case Truth.MET:
                return met(says, evidence_of(self.number))
            case Truth.NOT_MET:
                return not_met(says, evidence_of(self.number))
        return unknown(says, want(self.number))


@dataclass(frozen=True)
class Node:
    """A combinator over trees; `least` is used by `at_least` only."""

    kind: str
    parts: tuple[Tree, ...]
    least: int = 0

    def __call__(self, world: World) -> Finding:
        says = say("{kind} of {count}", kind=self.kind, count=len(self.parts))
        parts = [part(world) for part in self.parts]
        match self.kind:
            case "all":
                return all_of(says, *parts)
            case "any":
                return any_of(says, *parts)
            case "none":
                return none_of(says, *parts)
        return at_least(self.least, says, *parts)


def evidence_of(number: int) -> Evidence:
    return Evidence(f"Observation/{number}", "fact", str(number))


def want(number: int) -> Message:
    return say("fact {number}", number=number)


def grow(smaller: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    parts = st.lists(smaller, max_size=4).map(tuple)
    return st.builds(Node, st.sampled_from(["all", "any", "none", "at least"]), parts, st.integers(0, 5))


leaves: st.SearchStrategy[Tree] = st.integers(0, FACTS - 1).map(Leaf)
trees = st.recursive(leaves, grow, max_leaves=14)
worlds = st.tuples(*[st.sampled_from(Truth)] * FACTS).map(lambda truths: dict(enumerate(truths)))
complete_worlds = st.tuples(*[st.sampled_from(KNOWN)] * FACTS).map(lambda truths: dict(enumerate(truths)))


def named(items: tuple[Message, ...]) -> set[int]:
    return {number for number in range(FACTS) if want(number) in items}


@given(trees, worlds)
def test_something_is_missing_exactly_when_the_answer_is_unknown(tree: Tree, world: World) -> None:
    finding = tree(world)
    assert (finding.missing != ()) == (finding.truth is Truth.UNKNOWN)


@given(trees, worlds)
def test_what_is_missing_is_indeed_unknown_and_what_is_evidence_is_indeed_known(tree: Tree, world: World) -> None:
    finding = tree(world)
    assert all(world[number] is Truth.UNKNOWN for number in named(finding.missing))
    assert all(world[int(item.value)] is not Truth.UNKNOWN for item in finding.evidence)


@given(trees, worlds, complete_worlds)
def test_learning_facts_never_reverses_a_known_answer(tree: Tree, world: World, later: World) -> None:
    learnt = {n: later[n] if truth is Truth.UNKNOWN else truth for n, truth in world.items()}
    before, after = tree(world).truth, tree(learnt).truth
    assert before in (Truth.UNKNOWN, after)


@given(trees, worlds, complete_worlds)
def test_supplying_everything_named_missing_settles_the_answer(tree: Tree, world: World, later: World) -> None:
    asked = named(tree(world).missing)
    supplied = {n: later[n] if n in asked else truth for n, truth in world.items()}
    assert tree(supplied).truth is not Truth.UNKNOWN


@given(trees, worlds)
def test_the_evidence_alone_gives_the_same_answer(tree: Tree, world: World) -> None:
    finding = tree(world)
    shown = {int(item.value) for item in finding.evidence}
    recalled = {n: truth if n in shown else Truth.UNKNOWN for n, truth in world.items()}
    assert tree(recalled).truth is finding.truth


@given(st.lists(trees, max_size=4), worlds)
def test_none_of_is_the_conjunction_of_the_negations(parts: list[Tree], world: World) -> None:
    says = say("x")
    some = [part(world) for part in parts]
    none = none_of(says, *some)
    every_not = all_of(says, *(none_of(says, part) for part in some))
    assert none.truth is every_not.truth
    assert none.evidence == every_not.evidence
    assert none.missing == every_not.missing


@given(st.lists(trees, max_size=4), worlds)
def test_denying_a_conjunction_is_the_disjunction_of_the_denials(parts: list[Tree], world: World) -> None:
    says = say("x")
    some = [part(world) for part in parts]
    denied = none_of(says, all_of(says, *some))
    denials = any_of(says, *(none_of(says, part) for part in some))
    assert (denied.truth, denied.evidence, denied.missing) == (denials.truth, denials.evidence, denials.missing)


@given(trees, worlds)
def test_denying_twice_changes_nothing(tree: Tree, world: World) -> None:
    says, once = say("x"), tree(world)
    twice = none_of(says, none_of(says, once))
    assert (twice.truth, twice.evidence, twice.missing) == (once.truth, once.evidence, once.missing)


@given(st.lists(trees, max_size=5), worlds)
def test_at_least_one_is_any_and_at_least_all_is_every(parts: list[Tree], world: World) -> None:
    says = say("x")
    some = [part(world) for part in parts]
    assert at_least(1, says, *some) == any_of(says, *some)
    assert at_least(len(some), says, *some) == all_of(says, *some)


@given(st.lists(trees, max_size=5), st.integers(0, 6), complete_worlds)
def test_at_least_counts_when_everything_is_known(parts: list[Tree], least: int, world: World) -> None:
    some = [part(world) for part in parts]
    holding = sum(part.truth is Truth.MET for part in some)
    assert at_least(least, say("x"), *some).truth is (Truth.MET if holding >= least else Truth.NOT_MET)


@given(st.lists(trees, max_size=5), worlds, st.randoms())
def test_the_order_of_the_parts_does_not_matter(parts: list[Tree], world: World, random: object) -> None:
    some = [part(world) for part in parts]
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for combine in (all_of, any_of, none_of):
        one, other = combine(say("x"), *some), combine(say("x"), *shuffled)
        assert one.truth is other.truth
        assert set(one.evidence) == set(other.evidence)
        assert set(one.missing) == set(other.missing)


def waiting(number: int, truth: Truth) -> Finding:
    """A fact that is known, or that the day of its own number will tell."""
    says = say("fact {number} holds", number=number)
    if truth is Truth.UNKNOWN:
        return pending(says, FIRST_DAY + timedelta(days=number))
    return Finding(says, truth, (evidence_of(number),))


@given(st.lists(st.sampled_from(Truth), max_size=6), st.integers(0, 7), complete_worlds)
def test_a_pending_answer_is_settled_by_its_date(truths: list[Truth], least: int, later: World) -> None:
    now = at_least(least, say("x"), *(waiting(n, truth) for n, truth in enumerate(truths)))
    assert now.pending == (now.truth is Truth.UNKNOWN)
    if now.pending_until is not None:
        told = (now.pending_until - FIRST_DAY).days
        then = [later[n] if truth is Truth.UNKNOWN and n <= told else truth for n, truth in enumerate(truths)]
        assert at_least(least, say("x"), *(waiting(n, t) for n, t in enumerate(then))).truth is not Truth.UNKNOWN
