"""Every statement of the source articles is accounted for, and everything it points to exists."""

from __future__ import annotations

import pytest

from tests.knowledge.statements.all import STATEMENTS
from tests.knowledge.statements.pointers import leads_somewhere
from tests.knowledge.statements.statement import Kind, Statement


def test_there_is_a_row_for_each_of_the_160_statements() -> None:
    assert [statement.number for statement in STATEMENTS] == list(range(1, 161))


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"S{s.number}")
def test_each_statement_leads_to_code_or_says_why_not(statement: Statement) -> None:
    assert 3 < len(statement.words) < 120
    if statement.kind is Kind.NOT_IMPLEMENTED:
        assert len(statement.because) >= 10
    else:
        assert statement.pointers
    assert [pointer for pointer in statement.pointers if not leads_somewhere(pointer)] == []


@pytest.mark.parametrize("statement", [s for s in STATEMENTS if s.kind is Kind.SHOWN], ids=lambda s: f"S{s.number}")
def test_what_is_said_to_be_shown_is_a_sentence_a_figure_or_a_choice(statement: Statement) -> None:
    shows = ("shown:", "option:", "figure:", "rule:", "code:lnfhir.guideline.escalation.")
    assert any(pointer.startswith(shows) for pointer in statement.pointers)


@pytest.mark.parametrize(
    "pointer",
    [
        "rule:hcq-missin",
        "profile:deng2017",
        "policy:gc_mod",
        "parameter:prednisone of standard inductio",
        "option:belimumab~445 patients",
        "option:zetomipzomab",
        "shown:Ten-year kidney survival: 93",
        "figure:upc",
        "index:doris-2020",
        "code:lnfhir.guideline.improvement.improve",
        "code:lnfhir.guideline.improvements",
        "code:lnfhir.guideline.improvement",
    ],
)
def test_a_pointer_to_nothing_is_found_out(pointer: str) -> None:
    assert not leads_somewhere(pointer)


def test_a_kind_of_pointer_that_nobody_resolves_is_an_error() -> None:
    with pytest.raises(KeyError):
        leads_somewhere("page:numbers.md")
