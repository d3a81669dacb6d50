"""Sentences with parameters."""

from __future__ import annotations

from datetime import date

import pytest

from lnfhir.message import Field, Message, say


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.9, "0.9"),
        (2.0, "2"),
        (100.0, "100"),
        (56.567, "56.57"),
        (0.705, "0.7"),
        (0.004, "0.004"),
        (-0.001, "-0.001"),
        (0.0, "0"),
        (3, "3"),
        (date(2025, 3, 1), "2025-03-01"),
        ("UPCR", "UPCR"),
        (say("{n} months", n=6), "6 months"),
    ],
)
def test_a_field_is_shown_as_a_clinician_writes_it(value: Field, shown: str) -> None:
    assert str(say("<{value}>", value=value)) == f"<{shown}>"


def test_text_from_a_record_is_never_taken_for_a_field() -> None:
    assert str(say("coded as {label}", label="{secret} 100%")) == "coded as {secret} 100%"


def test_a_forgotten_field_is_a_bug_that_shows() -> None:
    with pytest.raises(KeyError):
        str(say("UPCR {value}"))


def test_the_same_sentence_is_the_same_value_whatever_the_order_of_its_fields() -> None:
    one, other = say("{a} of {b}", a=1, b=2), say("{a} of {b}", b=2, a=1)
    assert one == other
    assert len({one, other}) == 1
    assert one != say("{a} of {b}", a=2, b=1)


def test_a_sentence_is_looked_up_by_its_english_template() -> None:
    catalogue = {"{count} of {what}": "{what}: {count}", "urine protein": "尿蛋白"}
    sentence = say("{count} of {what}", count=0.5, what=say("urine protein"))
    assert sentence.text(lambda english: catalogue.get(english, english)) == "尿蛋白: 0.5"
    assert Message("plain").text(str.upper) == "PLAIN"
