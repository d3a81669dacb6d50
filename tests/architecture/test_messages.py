"""Sentences for people are constants, so that they can be translated, and get every field they name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from tests.architecture.files import ROOT, python_files

HOME = Path("lnfhir/message.py")


def sentences(source: str, path: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of `say` or `Message`, with its place."""
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("say", "Message"):
                yield f"{path}:{node.lineno}", node


def fault(call: ast.Call) -> str:
    """What is wrong with one sentence, or nothing."""
    if getattr(call.func, "id", "") == "Message":
        return "built by Message, not by say"
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        return "not one constant template"
    template = call.args[0].value
    named = set()
    for _, field, layout, conversion in Formatter().parse(template):
        if field is not None:
            if not field.isidentifier() or layout or conversion:
                return f"a field that is not a plain name: {field!r}"
            named.add(field)
    given = {keyword.arg for keyword in call.keywords}
    return "" if given == named else f"fields {sorted(named)} but given {sorted(map(str, given))}"


def faults(source: str, path: str) -> list[str]:
    """All faulty sentences of one source."""
    return [f"{place}: {problem}" for place, call in sentences(source, path) if (problem := fault(call))]


def test_every_sentence_is_a_constant_with_all_its_fields() -> None:
    found = []
    for path in python_files("lnfhir", "cds_hooks"):
        if path != HOME:
            found += faults((ROOT / path).read_text(encoding="utf-8"), str(path))
    assert found == []


def test_a_faulty_sentence_is_noticed() -> None:
    good = 'say("UPCR of {value} " "{unit}", value=1, unit=message.say("g/g"))'
    assert faults(good, "x") == []
    bad = [
        'say(f"UPCR {value}")',
        "say(template, value=1)",
        'say("UPCR {value}")',
        'say("UPCR", value=1)',
        'say("UPCR {value:.1f}", value=1)',
        'say("UPCR {}", value=1)',
        'say("UPCR {a.b}", a=1)',
        'say("UPCR {value}", **fields)',
        'Message("UPCR")',
        'message.say("UPCR" if short else "urine protein")',
    ]
    assert [source for source in bad if not faults(source, "x")] == []
