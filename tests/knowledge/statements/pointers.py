"""What a pointer of a statement leads to; one that leads nowhere is a fault."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args

import lnfhir
from lnfhir.chart.chart import Chart
from lnfhir.chart.entries import Person
from lnfhir.citation import Parameter
from lnfhir.guideline.escalation.catalogue import BY_KEY
from lnfhir.message import Message
from lnfhir.policy import Policy, RefractoryProfile
from lnfhir.review import Review, review
from tests.knowledge.pages import parameters_by_module, recommendations


@cache
def templates() -> frozenset[str]:
    """Every sentence that the guideline room can say."""
    room = Path(lnfhir.__file__).parent / "guideline"
    trees = (ast.parse(path.read_text("utf-8")) for path in sorted(room.rglob("*.py")))
    return frozenset(
        node.args[0].value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    )


@cache
def parameters() -> Mapping[str, Parameter]:
    """The numbers by what they mean; one of several of the same meaning."""
    return {parameter.meaning: parameter for own in parameters_by_module().values() for parameter in own}


@cache
def figure_keys() -> frozenset[str]:
    """The keys of every figure of a report; some are shown only with a course or a biopsy."""
    tree = ast.parse((Path(lnfhir.__file__).parent / "guideline" / "figures.py").read_text("utf-8"))
    return frozenset(
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "MeasureLine"
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    )


@cache
def an_empty_review() -> Review:
    """What is said of nobody: it has every index."""
    return review(Chart(date(2024, 1, 1), Person("")), Policy())


def texts(value: object) -> Iterator[str]:
    """Every sentence a piece of knowledge holds."""
    if isinstance(value, Message):
        yield str(value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value) and not isinstance(value, type | Enum | Parameter):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def _code(path: str) -> bool:
    found: object = None
    names = path.split(".")
    for place in range(len(names), 0, -1):
        try:
            found = import_module(".".join(names[:place]))
        except ModuleNotFoundError:
            continue
        for name in names[place:]:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return len(names) > place
    return False


def _option(target: str) -> bool:
    key, _, fragment = target.partition("~")
    option = BY_KEY.get(key)
    return option is not None and any(fragment in text for text in texts(option))


RESOLVERS: Mapping[str, Callable[[str], bool]] = {
    "rule": lambda name: any(item.rule == name for item in recommendations()),
    "profile": lambda name: name in get_args(RefractoryProfile),
    "policy": lambda name: name in Policy.__struct_fields__,
    "parameter": lambda meaning: meaning in parameters(),
    "option": _option,
    "shown": lambda fragment: any(fragment in template for template in templates()),
    "figure": lambda key: key in figure_keys(),
    "index": lambda key: any(index.key == key for index in an_empty_review().indices),
    "code": _code,
}


def leads_somewhere(pointer: str) -> bool:
    """Whether what it names exists. KeyError for a kind of pointer that nobody resolves."""
    kind, _, target = pointer.partition(":")
    return RESOLVERS[kind](target)
