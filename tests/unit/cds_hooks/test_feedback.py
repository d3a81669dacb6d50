"""Reading feedback: what the standard says, what real clients send, and every fault with its path."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cds_hooks.feedback import LONGEST_COMMENT, MOST_FAULTS, MOST_ITEMS, Feedback, read_feedback
from cds_hooks.problems import Problem
from tests.hook_calls import INSTANCE, schema_faults

Json = dict[str, Any]
REASONS = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OTHER_CARD = "0e3a8f1c-6a1f-4b7e-9a52-1f0f7e2c9b10"


def item(**changes: Any) -> Json:
    """An item of feedback; `...` removes a member."""
    usual = {"card": INSTANCE, "outcome": "overridden", "outcomeTimestamp": "2026-03-14T09:26:53Z", **changes}
    return {name: value for name, value in usual.items() if value is not ...}


def read(*items: Any) -> tuple[Feedback, ...]:
    """The feedback in a body with these items."""
    found = read_feedback(json.dumps({"feedback": items}).encode())
    assert isinstance(found, tuple), found
    return found


def refusal(content: Any) -> list[tuple[str, str]]:
    """The paths and codes of what is wrong with a body."""
    found = read_feedback(content if isinstance(content, bytes) else json.dumps(content).encode())
    assert isinstance(found, Problem)
    return [(issue.path, issue.code) for issue in found.issues]


def faults(**changes: Any) -> list[tuple[str, str]]:
    """What is wrong with one item."""
    return refusal({"feedback": [item(**changes)]})


def test_the_sandbox_reports_acceptance_and_dismissal() -> None:
    content = [
        item(outcome="accepted", acceptedSuggestions=[{"id": OTHER_CARD}]),
        item(overrideReason={"reason": {"code": "patient-contraindication", "system": REASONS}}),
    ]
    assert schema_faults("feedback", {"feedback": content}) == []
    accepted, overridden = read(*content)
    assert (accepted.card, accepted.outcome, accepted.suggestions) == (INSTANCE, "accepted", (OTHER_CARD,))
    assert accepted.at == datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    assert overridden.reasons == (f"{REASONS}|patient-contraindication",)


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ({"reason": {"system": REASONS, "code": "too-costly-uncovered"}}, (f"{REASONS}|too-costly-uncovered",)),
        ([{"reason": {"system": "urn:oid:1.2.3", "code": "7"}}, {"reason": {"code": "8"}}], ("urn:oid:1.2.3|7", "|8")),
        (
            {"extension": {"com.epic.cdshooks.feedback.overrideReason.id": "12"}},
            ("com.epic.cdshooks.feedback.overrideReason.id|12",),
        ),
        ({"extension": {"com.epic.cdshooks.feedback.overrideReason.title": "Mrs Canary does not want"}}, ("|other",)),
        ({"reason": {"code": "Mrs Canary does not want it"}}, ("|other",)),
        ({"reason": {"system": "Mrs Canary", "code": "x"}}, ("|x",)),
        ({"userComment": "no"}, ()),
        ({}, ()),
    ],
)
def test_reasons_come_in_the_plural_as_lists_and_as_extensions(reason: Any, found: tuple[str, ...]) -> None:
    for name in ("overrideReason", "overrideReasons"):
        assert read(item(**{name: reason}))[0].reasons == found


def test_a_comment_is_kept_apart_bounded_and_not_shown() -> None:
    (found,) = read(item(overrideReason={"userComment": "Mrs Canary\0" + "x" * 1_000_000}))
    assert found.comment.startswith("Mrs Canaryx")
    assert len(found.comment) == LONGEST_COMMENT
    assert "Canary" not in repr(found)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (OTHER_CARD, OTHER_CARD),
        (OTHER_CARD.upper(), OTHER_CARD),
        (f"urn:uuid:{OTHER_CARD}", OTHER_CARD),
        ("17", "other"),
        ("Mrs Canary wants it", "other"),
        ("x" * 5000, "other"),
        (17, "other"),
        ({"value": OTHER_CARD}, "other"),
        ("", "other"),
    ],
)
def test_a_suggestion_that_is_none_of_ours_is_taken_and_not_repeated(sent: Any, meant: str) -> None:
    """Ours have UUIDs. That something was accepted is worth more than what a client calls it."""
    (found,) = read(item(outcome="accepted", acceptedSuggestions=[{"id": sent}, {"id": sent}]))
    assert found.suggestions == (meant,)


def test_several_cards_repeats_and_contradictions_are_read_in_order() -> None:
    found = read(
        item(), item(card=OTHER_CARD), item(), item(outcome="accepted", acceptedSuggestions=[{"id": INSTANCE}])
    )
    assert [one.card for one in found] == [INSTANCE, OTHER_CARD, INSTANCE, INSTANCE]
    assert [one.outcome for one in found] == ["overridden", "overridden", "overridden", "accepted"]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("2026-03-14T10:26:53+01:00", datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)),
        ("2026-03-14t09:26:53.123456789z", datetime(2026, 3, 14, 9, 26, 53, 123456, tzinfo=UTC)),
        ("2026-12-31T23:59:60Z", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2999-01-01T00:00:00Z", datetime(2999, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_with_their_zone(sent: str, meant: datetime) -> None:
    assert read(item(outcomeTimestamp=sent))[0].at == meant


def test_a_card_may_be_named_as_a_urn_or_in_capitals() -> None:
    assert read(item(card=f"urn:uuid:{INSTANCE.upper()}"))[0].card == INSTANCE


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"card": ...}, [("feedback[0].card", "required")]),
        ({"card": "canary"}, [("feedback[0].card", "value")]),
        ({"outcome": "ignored"}, [("feedback[0].outcome", "value")]),
        ({"outcome": 1}, [("feedback[0].outcome", "value")]),
        ({"outcomeTimestamp": ...}, [("feedback[0].outcomeTimestamp", "required")]),
        ({"outcomeTimestamp": "2026-02-30T00:00:00Z"}, [("feedback[0].outcomeTimestamp", "value")]),
        ({"outcomeTimestamp": "2026-03-14T09:26:53"}, [("feedback[0].outcomeTimestamp", "value")]),
        ({"outcomeTimestamp": "yesterday"}, [("feedback[0].outcomeTimestamp", "value")]),
        ({"outcome": "accepted"}, [("feedback[0].acceptedSuggestions", "required")]),
        ({"outcome": "accepted", "acceptedSuggestions": []}, [("feedback[0].acceptedSuggestions", "structure")]),
        (
            {"outcome": "accepted", "acceptedSuggestions": [{"id": INSTANCE}, {}, 1, {"id": None}]},
            [
                ("feedback[0].acceptedSuggestions[1].id", "required"),
                ("feedback[0].acceptedSuggestions[2]", "structure"),
                ("feedback[0].acceptedSuggestions[3].id", "required"),
            ],
        ),
        ({"overrideReason": "canary"}, [("feedback[0].overrideReason", "structure")]),
        ({"overrideReason": {"reason": {"display": "canary"}}}, [("feedback[0].overrideReason.reason", "value")]),
        ({"overrideReasons": [{"userComment": 1}]}, [("feedback[0].overrideReasons[0].userComment", "value")]),
    ],
)
def test_a_fault_is_named_by_its_path(changes: Json, found: list[tuple[str, str]]) -> None:
    assert sorted(faults(**changes)) == sorted(found)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"", ""),
        (b"[]", ""),
        (b'{"feedback":[],"feedback":[]}', ""),
        ({}, "feedback"),
        ({"feedback": []}, "feedback"),
        ({"feedback": {}}, "feedback"),
        ({"feedback": ["canary"]}, "feedback[0]"),
        (b'{"feedback":[{"card":"a","card":"b"}]}', "feedback[0]"),
    ],
)
def test_a_body_of_another_shape_is_refused(content: Any, path: str) -> None:
    assert refusal(content)[0][0] == path


def test_all_faults_of_all_items_are_named_and_no_value_is_repeated() -> None:
    content = {"feedback": [item(card="canary"), item(), item(outcome="canary", outcomeTimestamp="canary")]}
    found = read_feedback(json.dumps(content).encode())
    assert isinstance(found, Problem)
    assert found.status == 400
    assert [issue.path for issue in found.issues] == [
        "feedback[0].card",
        "feedback[2].outcome",
        "feedback[2].outcomeTimestamp",
    ]
    assert "canary" not in repr(found)


def test_the_number_of_items_and_of_named_faults_is_bounded() -> None:
    assert len(read(*[item()] * MOST_ITEMS)) == MOST_ITEMS
    found = read_feedback(json.dumps({"feedback": [item()] * (MOST_ITEMS + 1)}).encode())
    assert isinstance(found, Problem)
    assert found.status == 413
    assert len(refusal({"feedback": [item(card=1)] * 1000})) == MOST_FAULTS + 1
