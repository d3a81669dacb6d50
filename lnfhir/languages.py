"""Catalogues: sentences in a reader's language. Only doors translate; the rooms speak in `Message`s.

A catalogue is a JSON object from the English template (or word) to its translation, with the same `{fields}`.
What has no entry stays English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from lnfhir.errors import KnowledgeError

LANGUAGES = ("en", "zh-CN")
"""The languages a report can be had in, as BCP 47 tags."""

Lookup = Callable[[str], str]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every template and word with its translation; empty for English, whose templates are the keys."""
    if language not in LANGUAGES:
        raise KnowledgeError(f"no catalogue for the language; there is {', '.join(LANGUAGES)}")
    if language == "en":
        return {}
    text = files("lnfhir").joinpath("locale", f"{language}.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, str])


def lookup_in(language: str) -> Lookup:
    """The translation of a template or word, or itself."""
    entries = catalogue(language)
    return lambda text: entries.get(text, text)
