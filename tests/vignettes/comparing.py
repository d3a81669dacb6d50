"""Where a published assessment and a vignette's expectation disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.vignettes.vignette import (
    CRITERIA,
    HOOKS,
    PROFILES,
    SAYINGS,
    Case,
    alternatives,
    expected_pending,
    order_expected,
)

Json = dict[str, Any]


def disagreements(case: Case, assessment: Json) -> list[str]:
    """One line for each expectation that the assessment does not fulfil."""
    found: list[str] = []
    for key, expected in case.expect.items():
        if key in PROFILES:
            wanted = {"overall": expected} if isinstance(expected, str) else expected
            found += _profile(case, key, wanted, assessment)
        elif key in _ANSWERED:
            word, given = _ANSWERED[key]
            found += _answers(word, expected, given(assessment))
        elif key in HOOKS:
            found += _checks(key, expected, assessment["orders"][key])
        elif key in _OF_CHECKS:
            found += _said_by_checks(key, expected, assessment["orders"]["order-sign"])
        elif key in SAYINGS:
            found += _sayings(key, expected, assessment)
        elif key == "order":
            found += _order(expected, assessment)
        elif key == "measures":
            found += _measures(expected, assessment)
        elif key == "course":
            found += _course(case, expected, assessment)
        elif key == "issues":
            found += _lacking("issues", expected, [issue["text"] for issue in assessment["issues"]])
    return found


def _responses(assessment: Json) -> Json:
    return {r["definition"]: r["state"] for r in assessment["responses"] if r["at"] == "today"}


def _guidance(assessment: Json) -> Json:
    return {r["rule"]: r["outcome"] for r in assessment["recommendations"]}


def _indices(assessment: Json) -> Json:
    return {index["key"]: index["finding"]["state"] for index in assessment["indices"]}


def _urgency(assessment: Json) -> Json:
    return {r["rule"]: r["indicator"] for r in assessment["recommendations"]}


def _first(assessment: Json) -> Json:
    today = [r["definition"] for r in assessment["responses"] if r["at"] == "today"]
    return {
        "refractory": assessment["refractory"][0]["profile"],
        "response": today[0] if today else None,
        "index": assessment["indices"][0]["key"] if assessment["indices"] else None,
    }


def _options(assessment: Json) -> Json:
    return {choice["key"]: choice["standing"] for choice in _choices(assessment)}


_ANSWERED: Mapping[str, tuple[str, Callable[[Json], Json]]] = {
    "response": ("response", _responses),
    "guidance": ("guidance", _guidance),
    "indices": ("index", _indices),
    "options": ("option", _options),
    "first": ("first", _first),
    "urgency": ("urgency", _urgency),
}
"""Expectations of one word for each name."""


def _answers(word: str, expected: Mapping[str, str], given: Json) -> Iterator[str]:
    for name, answer in expected.items():
        got = given.get(name)
        if got not in alternatives(answer):
            yield f"{word} {name}: expected {answer}, got {got}"


def _sayings(key: str, expected: Mapping[str, list[str]], assessment: Json) -> Iterator[str]:
    said = {r["rule"]: " | ".join(_said(r)) for r in assessment["recommendations"]}
    for rule, fragments in expected.items():
        for fragment in fragments:
            occurs = fragment.lower() in said.get(rule, "").lower()
            if occurs is not (key == "says"):
                yield f"{key} {rule}: {fragment!r} is {'' if occurs else 'not '}in {said.get(rule)!r}"


def _said(recommendation: Json) -> Iterator[str]:
    """What a reader is told: sentence, notes, what is missing, gates, and each draft in its order with its doses."""
    yield from (recommendation["says"], *recommendation["notes"], *recommendation["missing"])
    yield from (f"{gate['says']}: {gate['state']}" for gate in recommendation["gates"])
    for draft in recommendation["drafts"]:
        yield draft["label"]
        for dosage in draft["resource"].get("dosageInstruction", ()):
            dose = dosage["doseAndRate"][0]["doseQuantity"]
            yield f"{dose['value']:g} {dose['unit']}"
    for choice in recommendation.get("choices", ()):
        lines = (choice, *choice["regulatory"], *choice["evidence"], *choice["positions"])
        yield from (f"{choice['key']}: {line['says']}" for line in lines)
        yield from (f"{choice['key']}: {note}" for note in choice["notes"])


def _order(expected: list[str], assessment: Json) -> Iterator[str]:
    got = [c["key"] for c in _choices(assessment) if c["standing"] in ("offered", "check-first")]
    if got[: len(expected)] != expected:
        yield f"order: expected {expected}, got {got}"


def _choices(assessment: Json) -> list[Json]:
    """Of an escalation, or of first-line treatment after a relapse: one of them at most has options."""
    listed: list[list[Json]] = [r["choices"] for r in assessment["recommendations"] if r.get("choices")]
    return listed[0] if listed else []


_OF_CHECKS = {"asks": "missing", "suggests": "suggests", "tells": "says"}


def _checks(hook: str, expected: Mapping[str, str], given: Json) -> Iterator[str]:
    for rule, answer in expected.items():
        outcome, indicator = order_expected(answer)
        got = given.get(rule, {"outcome": "absent", "indicator": None})
        if got["outcome"] != outcome or indicator not in (None, got["indicator"]):
            yield f"{hook} {rule}: expected {answer}, got {got['outcome']} {got['indicator']} {got.get('says', '')}"


def _said_by_checks(what: str, expected: Mapping[str, list[str]], given: Json) -> Iterator[str]:
    """`asks` and `tells` are fragments that must occur; `suggests: []` says that nothing is suggested."""
    for rule, fragments in expected.items():
        texts = given.get(rule, {}).get(_OF_CHECKS[what], [])
        yield from _lacking(f"{what} {rule}", fragments, texts)
        if what == "suggests" and not fragments and texts:
            yield f"suggests {rule}: expected nothing, got {texts}"


def _profile(case: Case, profile: str, expected: Mapping[str, Any], assessment: Json) -> Iterator[str]:
    verdict = next((v for v in assessment["refractory"] if v["profile"] == profile), None)
    if verdict is None:
        yield f"{profile}: no verdict"
        return
    for name, answer in expected.items():
        if name in CRITERIA:
            got = _state(verdict[name])
            if not any(_fits(case, one, got) for one in alternatives(answer)):
                yield f"{profile} {name}: expected {answer}, got {got}{_reason(verdict[name])}"
        elif name == "state":
            got = verdict.get("courseOfEvents", "")
            if got not in alternatives(answer):
                yield f"{profile} state: expected {answer}, got {got!r}"
        elif name == "missing":
            yield from _lacking(f"{profile} missing", answer, _every(verdict, "missing"))
        elif name == "notes":
            yield from _lacking(f"{profile} notes", answer, _notes(verdict))
        elif name == "no missing":
            yield from _unwanted(f"{profile} missing", answer, _every(verdict, "missing"))
        elif name == "no notes":
            yield from _unwanted(f"{profile} notes", answer, _notes(verdict))


def _notes(verdict: Json) -> list[str]:
    return [*verdict["notes"], *_every(verdict, "notes")]


def _unwanted(what: str, fragments: list[str], texts: list[str]) -> Iterator[str]:
    for fragment in fragments:
        found = [text for text in texts if fragment.lower() in text.lower()]
        if found:
            yield f"{what}: expected none with {fragment!r}, got {found}"


def _state(finding: Json) -> str:
    until = finding.get("pendingUntil")
    return f"pending until {until}" if until else str(finding["state"])


def _fits(case: Case, expected: str, got: str) -> bool:
    day = expected_pending(expected)
    if day is not None:
        return got == f"pending until {case.calendar().day(day).isoformat()}"
    return got == expected or (expected == "pending" and got.startswith("pending until "))


def _reason(finding: Json) -> str:
    return f" ({finding['says']}; missing: {'; '.join(finding['missing']) or '-'})"


def _every(verdict: Json, name: str) -> list[str]:
    def within(finding: Json) -> Iterator[str]:
        yield from finding[name]
        for part in finding["parts"]:
            yield from within(part)

    return [text for criterion in CRITERIA for text in within(verdict[criterion])]


def _lacking(what: str, fragments: list[str], texts: list[str]) -> Iterator[str]:
    for fragment in fragments:
        if not any(fragment.lower() in text.lower() for text in texts):
            yield f"{what}: expected {fragment!r}, got {sorted(set(texts))}"


def _measures(expected: Mapping[str, float | str], assessment: Json) -> Iterator[str]:
    values = {m["key"]: m.get("value", "missing") for m in assessment["measures"]}
    for key, number in expected.items():
        got = values.get(key)
        if isinstance(number, str):
            if got != number:
                yield f"measure {key}: expected {number!r}, got {got!r}"
            continue
        decimals = len(str(number).partition(".")[2])
        try:
            same = round(float(got or "nan"), decimals) == float(number)
        except ValueError:
            same = False
        if not same:
            yield f"measure {key}: expected {number}, got {got}"


def _course(case: Case, expected: Mapping[str, Any], assessment: Json) -> Iterator[str]:
    if not assessment["courses"]:
        yield "course: there is none"
        return
    course = assessment["courses"][-1]
    for name, answer in expected.items():
        key = {"ended by": "endedBy"}.get(name, name)
        wanted = case.calendar().day(answer).isoformat() if name == "start" and answer != "unknown" else answer
        got = course.get(key, "" if key == "endedBy" else "unknown")
        if got != wanted:
            yield f"course {name}: expected {wanted}, got {got}"
