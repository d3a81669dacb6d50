"""A vignette as written, its `but:` variants, and what each of them expects.

See README.md beside this file for the language. Whatever this module does not know is an error: a misspelt
expectation must not pass by being ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.choices import Standing
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.recommendation import Outcome
from lnfhir.guideline.response_definitions import DEFINITIONS as RESPONSE_DEFINITIONS
from lnfhir.policy import Policy, RefractoryProfile, policy_from
from lnfhir.sandbox.days import Calendar
from lnfhir.sandbox.shorthand import SECTIONS, Record, read_record

PROFILES: tuple[str, ...] = get_args(RefractoryProfile)
DEFINITIONS: tuple[str, ...] = tuple(definition.key for definition in RESPONSE_DEFINITIONS)
INDICES = ("doris-2021", "doris-2017", "lldas", "sri-4", "drug-free")
STATES = ("met", "not-met", "unknown", "pending")
CRITERIA = ("overall", "C1", "C2", "C3", "C4")
COURSES_OF_EVENTS = (
    "refractory",
    "treatment-failed",
    "relapse",
    "response-lost",
    "late-response",
    "was-refractory-now-responding",
    "no-response-so-far",
    "incomplete-response",
    "inadequate-response",
    "responding",
    "kidney-failure",
)
RESPONSES = ("complete", "partial", "none", "not-applicable", "unknown")
OUTCOMES = tuple(outcome.value for outcome in Outcome)
RULES = tuple(recommendation.rule for recommendation in RECOMMENDATIONS)
HOOKS = ("order-select", "order-sign")
RULES_OF_ORDERS = tuple(rule.rule for rule in ORDER_RULES)
ORDERS = ("drafts", "selected", "accepted")
INDICATORS = ("info", "warning", "critical")
STANDINGS = tuple(standing.value for standing in Standing)
OF_A_PROFILE = (*CRITERIA, "state", "missing", "notes", "no missing", "no notes")
SAYINGS = ("says", "says not")
_OF_ORDERS = ("asks", "suggests", "tells")
_PENDING_UNTIL = re.compile(r"pending until (?P<day>\S+)$")


class VignetteError(ValueError):
    """The vignette itself is wrong: an unknown key, a word that is no answer, a change of nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to check: the vignette, or the vignette with one fact changed."""

    title: str
    document: Mapping[str, Any]
    policy: Policy
    expect: Mapping[str, Any]
    drafts: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()

    @property
    def orders(self) -> bool:
        """Orders are under way, or were: their checks are asked."""
        return bool(self.drafts or self.accepted)

    def record(self) -> Record:
        """The patient's FHIR resources."""
        return read_record(self.document)

    def calendar(self) -> Calendar:
        """What `d183` means here."""
        day_0 = self.document.get("day_0")
        return Calendar(Calendar().day(day_0) if day_0 is not None else None)


def read_vignette(path: Path) -> Iterator[Case]:
    """The vignette of a file and its variants. VignetteError, ShorthandError or KnowledgeError when it is wrong."""
    document = yaml.safe_load(path.read_text("utf-8"))
    yield from cases(document, path.stem)


def cases(document: Mapping[str, Any], identifier: str = "patient") -> Iterator[Case]:
    """The cases of one document: itself, then each of `but`."""
    whole = dict(deepcopy(document))
    variants = whole.pop("but", [])
    title = whole.pop("title", None)
    if not title:
        raise VignetteError("a vignette has a `title`")
    whole.setdefault("id", identifier.split("-")[0].lower())
    yield _case(str(title), whole)
    for variant in variants:
        changed = dict(variant)
        when = changed.pop("when", None)
        if not when or "expect" not in changed:
            raise VignetteError(f"a variant has `when` and `expect`: {variant}")
        yield _case(f"but {when}", _varied(whole, changed))


def _case(title: str, document: Mapping[str, Any]) -> Case:
    record = dict(document)
    policy = record.pop("policy", {})
    expect = record.pop("expect", None)
    record.pop("story", None)
    orders = {key: tuple(str(item).strip() for item in record.pop(key, ())) for key in ORDERS}
    for key in record:
        if key not in SECTIONS:
            raise VignetteError(f"{title}: unknown key {key!r}")
    if not isinstance(expect, Mapping) or not expect:
        raise VignetteError(f"{title}: nothing is expected")
    case = Case(title, record, policy_from(policy), expect, **orders)
    check_expectations(expect, case.calendar())
    if case.orders != bool({*HOOKS, *_OF_ORDERS} & set(expect)):
        raise VignetteError(f"{title}: orders under way go with an expectation of `order-sign` or `order-select`")
    if set(case.selected) - set(case.drafts):
        raise VignetteError(f"{title}: what is selected is one of the drafts")
    return case


def _varied(whole: Mapping[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
    """`change: {old: new}` rewrites items, `add: {section: [...]}` and `without: [...]` add and remove them.

    Every other key replaces the vignette's. What a change or removal does not find is an error.
    """
    varied = deepcopy(dict(whole))
    changes, additions, removals = (variant.pop(key, default) for key, default in _EDITS)
    for old, new in changes.items():
        _rewrite(varied, old, [new])
    for old in removals:
        _rewrite(varied, old, [])
    for section, items in additions.items():
        held = varied.get(section, [])
        varied[section] = (held if isinstance(held, list) else []) + items
    policy = {**varied.get("policy", {}), **variant.pop("policy", {})}
    return {**varied, **({"policy": policy} if policy else {}), **variant}


_EDITS: tuple[tuple[str, Any], ...] = (("change", {}), ("add", {}), ("without", []))


def _rewrite(document: dict[str, Any], old: str, new: list[str]) -> None:
    found = False
    for section, items in document.items():
        if isinstance(items, list) and old in items:
            place = items.index(old)
            document[section] = [*items[:place], *new, *items[place + 1 :]]
            found = True
        elif section == "patient" and old in [part.strip() for part in str(items).split(",")]:
            parts = [part.strip() for part in str(items).split(",")]
            place = parts.index(old)
            document[section] = ", ".join([*parts[:place], *new, *parts[place + 1 :]])
            found = True
    if not found:
        raise VignetteError(f"there is nothing to change: {old!r}")


def alternatives(answer: object) -> list[str]:
    """`pending or not-met`: where the clinical reference leaves it open."""
    return [part.strip() for part in str(answer).split(" or ")]


def expected_pending(answer: str) -> str | None:
    """The day of `pending until d365`, as written."""
    match = _PENDING_UNTIL.match(answer)
    return match["day"] if match else None


_WORDS: Mapping[str, tuple[tuple[str, ...] | None, tuple[str, ...]]] = {
    "response": (DEFINITIONS, RESPONSES),
    "guidance": (RULES, OUTCOMES),
    "indices": (INDICES, ("met", "not-met", "unknown")),
    "options": (None, STANDINGS),
    "urgency": (RULES, INDICATORS),
    "first": (("refractory", "response", "index"), (*PROFILES, *DEFINITIONS, *INDICES)),
}
"""Expectations of one word for each name: the names (None: any) and the words."""


def check_expectations(expect: Mapping[str, Any], calendar: Calendar) -> None:
    """Every key and every answer must be one that can come out."""
    for key, value in expect.items():
        if key in PROFILES:
            _check_profile(key, {"overall": value} if isinstance(value, str) else value, calendar)
        elif key in _WORDS:
            _check_words(key, value)
        elif key in SAYINGS:
            _check_sayings(key, value)
        elif key in (*HOOKS, *_OF_ORDERS):
            _check_orders(key, value)
        elif key == "order":
            if not isinstance(value, list):
                raise VignetteError(f"`order` is a list of options, not {value!r}")
        elif key == "measures":
            _check_measures(value)
        elif key == "course":
            _check_course(value, calendar)
        elif key != "issues":
            raise VignetteError(f"unknown expectation {key!r}")


def _check_measures(expected: Mapping[str, Any]) -> None:
    """A number, a text such as `4-16`, or `missing`."""
    for name, answer in expected.items():
        if not isinstance(answer, int | float | str):
            raise VignetteError(f"measure {name} is a number, a text or `missing`, not {answer!r}")


def order_expected(answer: object) -> tuple[str, str | None]:
    """`needs-data critical` as an outcome and an indicator; the latter may be left out."""
    outcome, _, indicator = str(answer).partition(" ")
    return outcome, indicator or None


def _check_orders(key: str, expected: Mapping[str, Any]) -> None:
    """The rules are those of orders; each has an answer, or a list of fragments."""
    for rule, answer in expected.items():
        _known(rule, RULES_OF_ORDERS, f"rule under `{key}`")
        if key in HOOKS:
            outcome, indicator = order_expected(answer)
            _known(outcome, (*OUTCOMES, "absent"), "answer")
            if indicator is not None:
                _known(indicator, INDICATORS, "indicator")
        elif not isinstance(answer, list):
            raise VignetteError(f"`{key}` is a list of fragments for each rule, not {answer!r}")


def _check_words(key: str, expected: Mapping[str, Any]) -> None:
    names, answers = _WORDS[key]
    for name, answer in expected.items():
        if names is not None:
            _known(name, names, f"name under `{key}`")
        _answers(answer, answers)


def _check_sayings(key: str, expected: Mapping[str, Any]) -> None:
    for rule, fragments in expected.items():
        _known(rule, RULES, f"rule under `{key}`")
        if not isinstance(fragments, list) or not fragments or not all(isinstance(one, str) for one in fragments):
            raise VignetteError(f"`{key}` of {rule} is a list of fragments, not {fragments!r}")


def _check_course(expected: Mapping[str, Any], calendar: Calendar) -> None:
    for name, answer in expected.items():
        _known(name, ("start", "number", "ended by"), "word about the course")
        if name == "start" and answer != "unknown":
            calendar.day(answer)


def _check_profile(profile: str, expected: Mapping[str, Any], calendar: Calendar) -> None:
    for name, answer in expected.items():
        _known(name, OF_A_PROFILE, f"expectation of {profile}")
        if name == "state":
            _answers(answer, (*COURSES_OF_EVENTS, ""))
        elif name in CRITERIA:
            for one in alternatives(answer):
                day = expected_pending(one)
                if day is None:
                    _known(one, STATES, "answer")
                else:
                    calendar.day(day)
        elif not isinstance(answer, list):
            raise VignetteError(f"`{name}` is a list of fragments, not {answer!r}")


def _answers(answer: object, known: tuple[str, ...]) -> None:
    for one in alternatives(answer):
        _known(one, known, "answer")


def _known(word: object, known: tuple[str, ...], what: str) -> None:
    if word not in known:
        raise VignetteError(f"unknown {what}: {word!r} (known: {', '.join(known)})")
