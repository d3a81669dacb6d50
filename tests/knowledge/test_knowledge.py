"""The knowledge is whole: cited, marked, numbered once, and the pages a clinician signs are current."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from lnfhir.citation import Confidence, Parameter
from lnfhir.guideline.order_safety import OrderRule
from lnfhir.guideline.recommendation import Recommendation
from lnfhir.policy import Policy
from tests.knowledge.pages import FOLDER, pages, parameters_by_module, recommendations

PARAMETERS = [parameter for own in parameters_by_module().values() for parameter in own]
RECOMMENDATIONS = recommendations()


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_clinical_pages_are_current_or_run_make_docs(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name]


def test_there_is_knowledge_to_check() -> None:
    assert len(PARAMETERS) > 100
    assert len(RECOMMENDATIONS) >= 3


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.meaning)
def test_every_number_is_cited_to_a_place(parameter: Parameter) -> None:
    source = parameter.citation.guideline
    assert source.title
    assert parameter.citation.pinpoint
    assert 1950 <= source.year <= 2030
    ours = source.key == "lnfhir"
    assert ours <= (parameter.citation.confidence is Confidence.ENGINEERING), "our own default is marked as one"
    assert re.fullmatch(r"(https://\S+)?", source.url)


def test_a_source_has_one_key_and_a_key_one_source() -> None:
    sources = {parameter.citation.guideline for parameter in PARAMETERS}
    sources |= {citation.guideline for item in RECOMMENDATIONS for citation in item.cites}
    assert [key for key, count in Counter(source.key for source in sources).items() if count > 1] == []
    assert [title for title, count in Counter((s.title, s.year) for s in sources).items() if count > 1] == []


def test_rules_have_stable_and_unique_names() -> None:
    names = [item.rule for item in RECOMMENDATIONS]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


@pytest.mark.parametrize("item", RECOMMENDATIONS, ids=lambda item: item.rule)
def test_every_recommendation_states_what_it_says_and_where_it_was_read(item: Recommendation | OrderRule) -> None:
    assert str(item.title)
    assert len(str(item.statement)) > 20
    assert item.cites
    assert len(set(item.parameters)) == len(item.parameters)


def test_every_ruling_and_setting_that_is_cited_is_explained() -> None:
    rulings = set(re.findall(r"^\| (R\d+) \|", (FOLDER / "rulings.md").read_text(encoding="utf-8"), re.MULTILINE))
    cited = {p.citation.pinpoint for p in PARAMETERS} | {c.pinpoint for item in RECOMMENDATIONS for c in item.cites}
    named = {number for pinpoint in cited for number in re.findall(r"\bR\d+\b", pinpoint)}
    assert named - rulings == set()
    table = (FOLDER / "disagreements.md").read_text(encoding="utf-8")
    settings = re.findall(r"`([a-z0-9_]+)`", table)
    assert set(settings) - set(Policy.__struct_fields__) == set()
