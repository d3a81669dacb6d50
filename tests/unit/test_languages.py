"""The catalogues are whole: every sentence is translated, with its fields, numbers and signs."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from cds_hooks.rule_catalogue import rules
from lnfhir.chart.entries import LABEL
from lnfhir.citation import Parameter
from lnfhir.errors import KnowledgeError
from lnfhir.languages import LANGUAGES, catalogue, lookup_in
from lnfhir.logic import Evidence
from lnfhir.message import say
from lnfhir.policy import Policy
from lnfhir.report.words import shown
from lnfhir.terminology.value_sets import VALUE_SETS

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in LANGUAGES if language != "en"]

PROPER_NAMES = {
    "Ding 2025",
    "KDIGO 2024",
    "ACR 2024",
    "EULAR 2019",
    "EULAR 2025",
    "Arora 2022",
    "Roccatello 2023",
    "EULAR/ERA-EDTA 2019",
}
"""What is the same in every language."""


def sources() -> Iterator[ast.AST]:
    for room in ("lnfhir", "cds_hooks"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"), str(path))


def templates() -> set[str]:
    """Every constant that the source gives to `say`."""
    return {
        node.args[0].value
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") == "say" or getattr(node.func, "attr", "") == "say")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def constants() -> set[str]:
    """Every text in the source: a word that is an entry must at least be written somewhere."""
    return {
        node.value
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def parameters() -> list[Parameter]:
    """Every number that the page of a rule shows."""
    return [parameter for rule in rules(Policy()).values() for parameter in rule.parameters]


@cache
def meanings() -> frozenset[str]:
    """What each of these numbers means."""
    return frozenset(parameter.meaning for parameter in parameters())


def titles() -> frozenset[str]:
    """The sources of rules and of their numbers."""
    cited = [cite for rule in rules(Policy()).values() for cite in rule.cites]
    return frozenset(cite.guideline.title for cite in (*cited, *(parameter.citation for parameter in parameters())))


def fields(template: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(template) if field is not None)


def numbers(text: str) -> list[str]:
    """The numbers of a text, those in field names and drug or test names apart."""
    bare = re.sub(r"\{\w*\}", " ", text)
    return sorted(re.findall(r"(?<![A-Za-z\d])\d+(?:\.\d+)?(?![A-Za-z\d])", bare))


def signs(text: str) -> list[str]:
    return sorted(re.findall(r"[<>≤≥=%]", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_source_is_translated(language: str) -> None:
    assert sorted(templates() - set(catalogue(language))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_name_of_a_test_is_translated(language: str) -> None:
    # The complement factors are written as they are; and C3 and C4 are criteria too.
    assert sorted(set(LABEL.values()) - set(catalogue(language))) == ["C3", "C4"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_number_that_a_rule_shows_has_a_translated_meaning_and_source(language: str) -> None:
    lookup = lookup_in(language)
    # What has no catalogue entry may be the name of a drug, which has its own.
    assert sorted(said for said in meanings() | titles() if lookup(said) == said) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_entry_is_still_used(language: str) -> None:
    assert sorted(set(catalogue(language)) - templates() - constants() - meanings()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_sentence(language: str) -> None:
    wrong = {key: text for key, text in catalogue(language).items() if fields(key) != fields(text)}
    assert wrong == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_numbers_and_signs_of_its_sentence(language: str) -> None:
    entries = catalogue(language).items()
    assert {key: text for key, text in entries if numbers(key) != numbers(text)} == {}
    assert {key: text for key, text in entries if signs(key) != signs(text)} == {}


def test_chinese_entries_are_chinese() -> None:
    words = {
        key: text for key, text in catalogue("zh-CN").items() if re.search("[a-z]{2}", re.sub(r"\{\w*\}", "", key))
    }
    latin = {key for key, text in words.items() if not re.search("[\u4e00-\u9fff]", text)}
    assert latin - PROPER_NAMES == {"lnfhir {version}", "{what} on {day}"}


def test_a_catalogue_file_is_sorted_and_has_no_key_twice() -> None:
    for language in TRANSLATED:
        pairs: list[tuple[str, str]] = json.loads(
            (ROOT / "lnfhir" / "locale" / f"{language}.json").read_text("utf-8"), object_pairs_hook=list
        )
        keys = [key for key, _ in pairs]
        assert keys == sorted(set(keys))


def test_english_is_the_sentence_itself() -> None:
    assert catalogue("en") == {}
    assert lookup_in("en")("any {field}") == "any {field}"


def test_what_has_no_entry_stays_english() -> None:
    assert lookup_in("zh-CN")("a sentence nobody wrote") == "a sentence nobody wrote"


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(KnowledgeError):
        catalogue("tlh")


def test_drugs_have_their_chinese_names() -> None:
    lookup = lookup_in("zh-CN")
    assert lookup("mycophenolate-mofetil") == lookup("mycophenolate mofetil") == "吗替麦考酚酯"
    unnamed = {v.key for v in VALUE_SETS.values() if v.kind == "drug" and lookup(v.key) == v.key}
    assert unnamed == set()


def test_a_product_keeps_its_strength() -> None:
    product = "prednisone 5 MG Oral Tablet"
    assert lookup_in("zh-CN")(product) == product


def test_words_inside_sentences_are_translated_and_texts_of_the_record_are_not() -> None:
    datum = Evidence("Observation/1", LABEL[next(iter(LABEL))], "0.5", "g/g")
    assert shown(datum).text(lookup_in("zh-CN")) == "尿蛋白肌酐比值 0.5 g/g（Observation/1）"
    assert say("needed: {item}", item="xyz").text(lookup_in("zh-CN")) == "需要xyz"
