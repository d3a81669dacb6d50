"""Each of the 122 bad inputs is sent by a test, or it is said why it cannot reach the service."""

from __future__ import annotations

import re

from tests.architecture.files import ROOT
from tests.faults.bad_inputs import envelope_cases, http_cases, record_cases, test_addresses, token_cases
from tests.faults.bad_inputs.case import Case
from tests.faults.bad_inputs.elsewhere import NOT_OURS, SENT_BY

TABLES: tuple[Case | http_cases.Raw | record_cases.RecordCase | token_cases.TokenCase, ...] = (
    *envelope_cases.CASES,
    *envelope_cases.PRODUCTION,
    *http_cases.CASES,
    *http_cases.RAW_CASES,
    *record_cases.CASES,
    *test_addresses.CASES,
    *token_cases.CASES,
)


def test_every_number_is_sent_or_explained() -> None:
    sent = {case.number for case in TABLES} | set(SENT_BY)
    assert sent | set(NOT_OURS) == set(range(1, 123))
    assert sent & set(NOT_OURS) == set()


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.id for case in TABLES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_tests_named_exist() -> None:
    for named in SENT_BY.values():
        path, _, name = named.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), named


def test_every_reason_is_a_sentence() -> None:
    assert all(": " in reason and len(reason) > 30 for reason in NOT_OURS.values())
