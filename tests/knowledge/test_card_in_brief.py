"""The card of escalation is brief, and loses nothing about safety: each vignette of escalation, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import pytest

from cds_hooks import markdown
from cds_hooks.answer import answer
from cds_hooks.config import Settings
from cds_hooks.manner import Language, Manner
from lnfhir.guideline.choices import Choice, Standing
from lnfhir.guideline.recommendation import Guidance
from lnfhir.guideline.sources import DING_2025
from lnfhir.languages import Lookup
from lnfhir.logic import Truth
from lnfhir.message import Message
from lnfhir.report.options import options_section
from lnfhir.review import review
from tests.knowledge.deciding import vignettes
from tests.vignettes.doors import hook_request
from tests.vignettes.vignette import Case

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
LONGEST = {"en": 5500, "zh-CN": 2800}
"""Characters, for a patient to whom a dozen treatments are offered; it was five times as long."""
USUAL = {"en": 4200, "zh-CN": 2200}
"""For a patient with few options."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was decided, and the detail of the card in a language."""

    guidance: Guidance
    detail: str
    lookup: Lookup

    def says(self, message: Message) -> bool:
        """Whether the card says it."""
        return markdown.inline(message, self.lookup) in self.detail

    @property
    def offered(self) -> Iterator[tuple[int, Choice]]:
        """The treatments offered, with their numbers."""
        yield from enumerate((choice for choice in self.guidance.choices if choice.offered), 1)


@cache
def told(language: Language) -> tuple[tuple[str, Told], ...]:
    """The card of each vignette about options that has one."""
    cases = [(f"{k.file}: {k.case.title}", k.case, k.chart) for k in vignettes() if k.file.startswith("E")]
    found = []
    for name, case, chart in cases:
        guidance = next(g for g in review(chart, case.policy).guidance if g.rule == "escalate")
        if guidance.choices:
            manner = Manner(language)
            found.append((name, Told(guidance, _detail(case, manner), manner.lookup)))
    return tuple(found)


def _detail(case: Case, manner: Manner) -> str:
    record = case.record()
    body = msgspec.json.encode(hook_request(record))
    answered = answer("ln-patient-view", body, record.as_of, Settings(policy=case.policy), manner)
    cards: list[Any] = msgspec.json.decode(answered.body)["cards"]
    return next(str(card["detail"]) for card in cards if card["source"]["topic"]["code"] == "escalate")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_is_brief(language: Language) -> None:
    lengths = sorted(len(found.detail) for _, found in told(language))
    assert len(lengths) > 60
    assert lengths[-1] <= LONGEST[language]
    assert lengths[len(lengths) // 2] <= USUAL[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_checked_is_on_the_card(language: Language) -> None:
    for name, found in told(language):
        for gate in found.guidance.gates:
            if gate.truth is Truth.NOT_MET or gate.pending:
                assert found.says(gate.says), (name, str(gate.says))
            assert gate.pending or all(map(found.says, gate.missing)), (name, str(gate.says))
        for number, choice in found.offered:
            for finding in choice.checks:
                assert all(map(found.says, finding.missing)), (name, choice.key)
                line = next(line for line in found.detail.split("\n") if _asks(line, number, found, finding.says))
                assert line, (name, choice.key)


def _asks(line: str, number: int, found: Told, says: Message) -> bool:
    numbers = re.match(r"- (?:option|选项) ([\d, ]+)", line)
    return numbers is not None and str(number) in numbers[1].split(", ") and markdown.inline(says, found.lookup) in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_speaks_for_and_against_an_option_stands_in_its_line(language: Language) -> None:
    for name, found in told(language):
        for number, choice in found.offered:
            line = next(text for text in found.detail.split("\n") if text.startswith(f"  - {number}\\. "))
            against = [shown.says for shown in choice.evidence if shown.against]
            supporting = [shown.says for shown in choice.evidence if not shown.against][:1]
            for says in (choice.name, *supporting, *against, *choice.hints):
                assert markdown.inline(says, found.lookup) in line, (name, choice.key, str(says))
            assert ("OFF-LABEL" in line or "超说明书" in line) is choice.off_label_everywhere or choice.off_label


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_offered_has_its_reason_on_the_card(language: Language) -> None:
    for name, found in told(language):
        for choice in found.guidance.choices:
            if choice.offered:
                continue
            lines = [text for text in found.detail.split("\n") if markdown.inline(choice.name, found.lookup) in text]
            corrections = [s.says for s in choice.evidence if s.cite.guideline is DING_2025 and s.against]
            discredited = any(shown.against for shown in choice.evidence)
            wanted = [choice.says] if choice.standing is not Standing.NOT_SUGGESTED or discredited else []
            if choice.standing is Standing.NOT_SUGGESTED:
                wanted += corrections
            said = [line for line in lines if all(markdown.inline(says, found.lookup) in line for says in wanted)]
            assert said, (name, choice.key, [str(says) for says in wanted])


def test_the_report_says_more_than_the_card() -> None:
    for name, found in told("en"):
        section = options_section(found.guidance)
        assert section is not None
        assert sum(len(str(line)) for line in section.content) > 2 * len(found.detail), name
