"""The treatments weighed, as the report and the card show them."""

from __future__ import annotations

from cds_hooks.guidance_cards import guidance_card
from cds_hooks.manner import Manner
from lnfhir.chart.chart import Chart
from lnfhir.policy import Policy
from lnfhir.report.layout import Line
from lnfhir.report.options import options_section
from lnfhir.review import review
from tests.builders import diagnosis
from tests.hook_calls import INSTANCE
from tests.unit.guideline.escalation.failing import failed, guided


def lines(seen: Chart) -> list[str]:
    section = options_section(guided("escalate", seen))
    assert section is not None
    return ["  " * item.depth + str(item.says) for item in section.content if isinstance(item, Line)]


def test_an_offered_option_shows_step_checks_label_evidence_and_dose() -> None:
    told = lines(failed())
    start = told.index("1. belimumab: can be considered after the checks named")
    told = told[start : told.index(next(line for line in told if line.startswith("2. ")))]
    assert "  step: add belimumab or a calcineurin inhibitor" in told
    assert "  exclude: IgG is below 4 g/L (needed: an IgG of the last 183 days)" in told
    assert any(line.startswith("  label: US: approved for lupus nephritis (2020-12) [P]") for line in told)
    assert any("evidence: BLISS-LN, n=448" in line and line.endswith("2020) [P]") for line in told)
    assert any(line.startswith("  evidence against, or correction: BLISS-LN, post hoc") for line in told)
    assert any(line.startswith("  dose in the source (not an order): IV 10 mg/kg") for line in told)


def test_an_option_without_label_is_flagged() -> None:
    told = lines(failed())
    assert any("OFF-LABEL or unverified in every region shown: US: off-label" in line for line in told)
    assert any("(off-label or unverified in CN)" in line for line in told)


def test_what_is_not_offered_has_its_reason_and_the_evidence_against_it() -> None:
    told = lines(failed())
    assert "Not offered, not suggested:" in told
    at = told.index("  zetomipzomib: never suggested: clinical hold after deaths")
    assert "PALIZADE: 4 deaths" in told[at + 1]
    assert "  mycophenolate (MMF or MPA): in use: dose and adherence come first" in told


def test_without_choices_there_is_no_section() -> None:
    assert options_section(guided("escalate", failed(diagnosis("thrombotic-microangiopathy", 150)))) is None


def test_the_card_shows_the_options_in_both_languages() -> None:
    seen = failed()
    result = review(seen, Policy())
    found = next(guidance for guidance in result.guidance if guidance.rule == "escalate")
    english = guidance_card(found, result, INSTANCE, Manner())
    chinese = guidance_card(found, result, INSTANCE, Manner("zh-CN"))
    assert english is not None
    assert chinese is not None
    assert "1\\. belimumab, check first: BLISS-LN, n=448" in english.detail
    assert "1\\. 贝利尤单抗（先核查）：BLISS-LN" in chinese.detail
    assert len(english.summary) <= 139
    assert english.indicator == "info"
