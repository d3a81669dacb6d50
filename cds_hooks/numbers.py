"""A rule's number as a reader is shown it: units that are words are translated, those that are symbols are not."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from lnfhir.citation import Parameter
from lnfhir.message import Message, say

WORDS: Mapping[str, Message] = {
    "days": say("{value} days", value=""),
    "weeks": say("{value} weeks", value=""),
    "months": say("{value} months", value=""),
    "years": say("{value} years", value=""),
    "years of age": say("{value} years of age", value=""),
    "fraction": say("{value} fraction", value=""),
    "ratio": say("{value} ratio", value=""),
    "times": say("{value} times", value=""),
    "readings": say("{value} readings", value=""),
    "tests": say("{value} tests", value=""),
    "/hpf": say("{value} /hpf", value=""),
    "mg/day": say("{value} mg/day", value=""),
}
"""The units that are words, by what the rules call them."""


def number(parameter: Parameter) -> Message:
    """The number with its unit."""
    unit = parameter.unit
    if unit == "years" and "age" in parameter.meaning.split():
        unit = "years of age"
    value = f"{parameter.value:g}"
    if unit in WORDS:
        return replace(WORDS[unit], fields=(("value", value),))
    return say("{value} {unit}", value=value, unit=unit)
