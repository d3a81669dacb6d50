"""The clinical pages, written from the code: `python -m tests.knowledge.pages` (or `make docs`) writes them anew."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import lnfhir.chart
import lnfhir.guideline
import lnfhir.measures
from lnfhir.citation import Citation, Confidence, Parameter
from lnfhir.guideline.escalation.catalogue import OPTIONS
from lnfhir.guideline.order_safety import ORDER_RULES, OrderRule
from lnfhir.guideline.recommendation import Recommendation
from lnfhir.message import Message
from tests.knowledge.statements.all import ARTICLES, STATEMENTS
from tests.knowledge.statements.statement import Kind

QUESTIONS = Path(__file__).parent / "open_questions.md"
FOLDER = Path(__file__).parents[2] / "docs" / "clinical"
HEAD = "<!-- Written by `make docs` from the code. Do not edit. -->"


def modules() -> Iterator[ModuleType]:
    """Every module that may hold clinical numbers, in the order of the rooms."""
    for room in (lnfhir.chart, lnfhir.measures, lnfhir.guideline):
        found = pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        for name in sorted(item.name for item in found):
            yield importlib.import_module(name)


def assigned(module: ModuleType) -> list[object]:
    """The values of the names the module itself assigns, in order; what it imports is another module's."""
    names: list[str] = []
    for statement in ast.parse(inspect.getsource(module)).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [getattr(module, name) for name in names]


def parameters_in(value: object) -> Iterator[Parameter]:
    """The parameters a value is or holds."""
    if isinstance(value, Parameter):
        yield value
    elif isinstance(value, Recommendation | OrderRule):
        return
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from parameters_in(item)
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from parameters_in(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from parameters_in(getattr(value, field.name))


def parameters_by_module() -> dict[str, tuple[Parameter, ...]]:
    """Each module's own parameters; one that several modules hold belongs to the first."""
    seen: set[int] = set()
    found: dict[str, tuple[Parameter, ...]] = {}
    for module in modules():
        own = []
        for parameter in (p for value in assigned(module) for p in parameters_in(value)):
            if id(parameter) not in seen:
                seen.add(id(parameter))
                own.append(parameter)
        if own:
            found[module.__name__] = tuple(own)
    return found


def recommendations() -> tuple[Recommendation | OrderRule, ...]:
    """Every recommendation of every topic, in the order of the files, then the checks of orders not among them."""
    found: list[Recommendation | OrderRule] = []
    for module in modules():
        own = getattr(module, "RECOMMENDATIONS", ())
        found += [item for item in own if item not in found]
    names = {item.rule for item in found}
    return (*found, *(rule for rule in ORDER_RULES if rule.rule not in names))


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown; a bar within a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def cited(citation: Citation) -> str:
    """A source and the place in it, linked when it has an address."""
    guideline = citation.guideline
    title = f"[{guideline.title}]({guideline.url})" if guideline.url else guideline.title
    return f"{title}, {citation.pinpoint}"


def number_rows(parameters: tuple[Parameter, ...]) -> list[tuple[str, ...]]:
    """One row for each number."""
    return [(p.meaning, str(p), cited(p.citation), p.citation.confidence.value) for p in parameters]


def numbers_page() -> str:
    """Every number, by the file that uses it, with a count of the marks on top."""
    by_module = parameters_by_module()
    marks = Counter(p.citation.confidence for own in by_module.values() for p in own)
    parts = [
        HEAD,
        "# Numbers\n\nEvery number a rule uses, by file. Marks: see [the guide](README.md).",
        table(("mark", "meaning", "numbers"), [(m.value, m.meaning, str(marks[m])) for m in Confidence]),
    ]
    for name, own in by_module.items():
        heading = f"## `{name.replace('.', '/')}.py`"
        parts += [heading, table(("what", "value", "source", "mark"), number_rows(own))]
    return "\n\n".join(parts) + "\n"


def recommendation_part(item: Recommendation | OrderRule) -> list[str]:
    """One recommendation: what it states, where that was read, the numbers it uses."""
    sources = [(cited(citation), citation.confidence.value) for citation in item.cites]
    parts = [f"## {item.title}", f"Rule `{item.rule}`. {item.statement}", table(("source", "mark"), sources)]
    if isinstance(item, Recommendation) and item.standing:
        parts.insert(2, "A standing reminder: in every report as long as the treatment lasts, and no card.")
    if item.parameters:
        parts.append(table(("what", "value", "source", "mark"), number_rows(item.parameters)))
    return parts


def recommendations_page() -> str:
    """Every recommendation."""
    intro = (
        "# Recommendations\n\nMarks: see [the guide](README.md). What decides each recommendation is in its topic file."
    )
    parts = [HEAD, intro, *(part for item in recommendations() for part in recommendation_part(item))]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """File name to content."""
    return {
        "numbers.md": numbers_page(),
        "recommendations.md": recommendations_page(),
        "coverage.md": coverage_page(),
        "open-questions.md": open_questions_page(),
    }


def coverage_page() -> str:
    """What became of each statement of the source articles."""
    counts = Counter(statement.kind for statement in STATEMENTS)
    intro = (
        "# Coverage\n\nWhat became of each statement of the five articles the project began with, in our own words. A"
        " statement that a checked source corrects says so. Each place named here is tested to exist."
    )
    rows = [(kind.value, str(counts[kind])) for kind in Kind]
    parts = [HEAD, intro, table(("what it became", "statements"), rows)]
    for title, statements in ARTICLES:
        lines = [
            (f"S{s.number}", s.words, s.kind.value, "; ".join(part for part in (s.because, s.corrected) if part),
             ", ".join(f"`{pointer}`" for pointer in s.pointers))
            for s in statements
        ]  # fmt: skip
        parts += [f"## {title}", table(("no.", "statement", "became", "because, or corrected", "where"), lines)]
    return "\n\n".join(parts) + "\n"


TO_CONFIRM = (Confidence.FROM_MEMORY, Confidence.DIGEST, Confidence.ENGINEERING)


def statements_to_confirm(mark: Confidence) -> list[tuple[str, ...]]:
    """What rests on a source read that way, beside the numbers: recommendations and escalation options."""
    found = [(str(item.title), cited(c)) for item in recommendations() for c in item.cites if c.confidence is mark]
    for option in OPTIONS:
        rows: list[tuple[Message, Citation]] = [(trial.says, trial.cite) for trial in option.evidence]
        rows += [(status.says, status.cite) for status in option.statuses]
        rows += [(position.says, position.cite) for position in option.positions]
        found += [(f"{option.name}: {says}", cited(cite)) for says, cite in rows if cite.confidence is mark]
    return list(dict.fromkeys(found))


def open_questions_page() -> str:
    """Everything a clinician has to confirm: readings, then numbers and statements by how they were read."""
    intro = (
        "# Open questions\n\nWhat a clinician must confirm before use. First the readings that no source settles: each"
        " was the safer one. Then every number and statement that was not read in a primary or peer-reviewed source."
    )
    parts = [HEAD, intro, QUESTIONS.read_text(encoding="utf-8").strip()]
    by_module = parameters_by_module()
    for mark in TO_CONFIRM:
        numbers = [
            (p.meaning, str(p), cited(p.citation))
            for own in by_module.values()
            for p in own
            if p.citation.confidence is mark
        ]
        parts += [f"## {mark.value}: {mark.meaning}", f"### Numbers ({len(numbers)})"]
        parts.append(table(("what", "value", "source"), numbers))
        stated = statements_to_confirm(mark)
        if stated:
            parts += [f"### Statements ({len(stated)})", table(("what", "source"), stated)]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the pages."""
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
