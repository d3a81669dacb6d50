"""Catalogues: sentences in a reader's language. Only doors translate; the rooms speak in `Message`s.

A catalogue is a JSON object from the English template (or word) to its translation, with the same `{fields}`.
What has no entry stays English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from lnfhir.errors import KnowledgeError
from lnfhir.terminology.value_sets import VALUE_SETS

LANGUAGES = ("en", "zh-CN")
"""The languages a report can be had in, as BCP 47 tags."""

Lookup = Callable[[str], str]

_HAN = re.compile("[\u4e00-\u9fff]")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every template and word with its translation; empty for English, whose templates are the keys."""
    if language not in LANGUAGES:
        raise KnowledgeError(f"no catalogue for the language; there is {', '.join(LANGUAGES)}")
    if language == "en":
        return {}
    text = files("lnfhir").joinpath("locale", f"{language}.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, str])


@cache
def names_of_ideas() -> Mapping[str, str]:
    """The Chinese name of every drug and condition of the value sets, by its key and by its English title.

    What a code is called is left as it is: it says more than the idea (a strength, a complication).
    """
    found: dict[str, str] = {}
    for value_set in VALUE_SETS.values():
        chinese = next((name for name in value_set.names if _HAN.search(name)), None)
        if chinese is not None:
            found |= {value_set.key: chinese, value_set.title: chinese}
    return found


def lookup_in(language: str) -> Lookup:
    """The translation of a template or word, or itself."""
    entries = catalogue(language)
    names = names_of_ideas() if language == "zh-CN" else {}
    return lambda text: entries.get(text) or names.get(text, text)
