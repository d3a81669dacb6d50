"""Every code the criteria speak in has its words, and its place in the published schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from lnfhir.chart.coverage import Coverage, Need
from lnfhir.citation import Confidence
from lnfhir.guideline.recommendation import Indicator, Outcome
from lnfhir.guideline.response_definitions import DEFINITIONS
from lnfhir.guideline.verdict import ResponseState
from lnfhir.languages import catalogue, names_of_ideas
from lnfhir.message import Message
from lnfhir.policy import RefractoryProfile, ResponseProfile
from lnfhir.quantity import Analyte
from lnfhir.report import words
from lnfhir.report.layout import Line, Section
from lnfhir.report.text import report
from lnfhir.review import Review
from tests.builders import result
from tests.judged import judged

SCHEMA = json.loads((Path(__file__).parents[3] / "profiles" / "schema" / "assessment.json").read_text("utf-8"))
DEFS = SCHEMA["$defs"]


def values(enumeration: Iterable[object]) -> list[str]:
    return [str(getattr(member, "value", member)) for member in enumeration]


@pytest.mark.parametrize(
    ("published", "spoken"),
    [
        (DEFS["refractory"]["properties"]["courseOfEvents"]["enum"], list(words.COURSE_OF_EVENTS)),
        (DEFS["refractory"]["properties"]["profile"]["enum"], list(get_args(RefractoryProfile))),
        (DEFS["course"]["properties"]["endedBy"]["enum"], list(words.COURSE_END)),
        (DEFS["response"]["properties"]["state"]["enum"], values(ResponseState)),
        (DEFS["recommendation"]["properties"]["outcome"]["enum"], values(Outcome)),
        (DEFS["recommendation"]["properties"]["indicator"]["enum"], values(Indicator)),
        (DEFS["citation"]["properties"]["confidence"]["enum"], values(Confidence)),
        (DEFS["finding"]["properties"]["state"]["enum"], list(words.STATE)),
        (DEFS["coverage"]["enum"], values(Coverage)),
        (SCHEMA["properties"]["coverage"]["required"], values(Need)),
    ],
)
def test_the_schema_publishes_the_codes_there_are(published: list[str], spoken: list[str]) -> None:
    assert published == spoken


def test_every_code_has_its_words() -> None:
    assert set(words.PROFILE) >= {*get_args(RefractoryProfile), *get_args(ResponseProfile)}
    assert set(words.PROFILE) >= {definition.key for definition in DEFINITIONS}
    assert set(words.SEARCH) == set(Need)
    assert set(words.COVERAGE) == set(Coverage)
    assert set(words.RESPONSE) == set(words.RESPONSE_TONE) == set(ResponseState)
    assert set(words.MARK) == set(words.STATE)
    assert {mark: str(says) for mark, says in words.CONFIDENCE.items()} == {c: c.meaning for c in Confidence}


def of_verdicts(name: str) -> Callable[[Review], set[str]]:
    return lambda review: {getattr(verdict, name) for verdict in review.refractory} - {""}


@pytest.mark.parametrize(
    ("used", "known"),
    [
        (of_verdicts("rule"), words.RULE),
        (of_verdicts("state"), words.COURSE_OF_EVENTS),
        (lambda review: {response.at for response in review.responses}, words.AT),
        (lambda review: {course.ended_by for course in review.courses} - {""}, words.COURSE_END),
    ],
    ids=["rule", "course of events", "moment", "end of a course"],
)
def test_what_real_reviews_use_has_its_words(used: Callable[[Review], set[str]], known: dict[str, Message]) -> None:
    met_with = {code for review in judged() for code in used(review)}
    assert met_with
    assert met_with - set(known) == set()


FROM_ELSEWHERE = {
    "id", "name", "reference", "path", "place", "label", "unit", "value", "source", "title", "key",
    "version", "mark", "drug", "diagnosis", "sent"
}  # fmt: skip
"""Fields that hold what the record, a file or a source says; a label of the record stays as it was written."""


def english(message: Message) -> set[str]:
    """The templates and words of a message that have no entry."""
    known = catalogue("zh-CN").keys() | names_of_ideas().keys()
    found = {message.template} - known
    for name, value in message.fields:
        if isinstance(value, Message):
            found |= english(value)
        elif isinstance(value, str) and name not in FROM_ELSEWHERE and " " in value and value not in known:
            found.add(f"{name} of {message.template!r}: {value}")
    return found


def messages(section: Section) -> Iterator[Message]:
    yield section.title
    for block in section.content:
        if isinstance(block, Line):
            yield block.says
        else:
            yield from block.headings
            yield from (cell.says for row in block.rows for cell in row)


def test_nothing_of_ours_stays_english_in_a_chinese_report() -> None:
    said = {message for review in judged() for section in report(review, "0.1.0") for message in messages(section)}
    assert len(said) > 500
    assert {word for message in said for word in english(message)} == set()


@pytest.mark.parametrize(
    ("amount", "sent", "told"),
    [
        (68 / 88.4, ("68", "umol/L"), "serum creatinine 68 µmol/L (0.7692 mg/dL) on 2024-01-15"),
        (0.9, ("0.90", "mg/dL"), "serum creatinine 0.9 mg/dL on 2024-01-15"),
        (0.9, ("", ""), "serum creatinine 0.9 mg/dL on 2024-01-15"),
        (0.9, ("about 80", "umol/L"), "serum creatinine 0.9 mg/dL on 2024-01-15"),
    ],
)
def test_a_converted_result_is_shown_as_it_was_sent(amount: float, sent: tuple[str, str], told: str) -> None:
    found = result(Analyte.CREATININE, 0, amount, sent=sent, reference="Observation/1")
    assert str(words.shown(found.evidence)) == f"{told} (Observation/1)"
