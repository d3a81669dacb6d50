"""A report as its reader sees it."""

from __future__ import annotations

from lnfhir.message import Message
from lnfhir.report.layout import Line, Section, Table
from lnfhir.report.text import report
from lnfhir.review import Review


def sections_of(review: Review) -> dict[str, Section]:
    return {section.key: section for section in report(review, "0.1.0")}


def lines(section: Section) -> list[str]:
    return [
        f"{'  ' * block.depth}{block.mark} {block.says}".rstrip() if block.mark else str(block.says)
        for block in section.content
        if isinstance(block, Line)
    ]


def table(section: Section) -> list[list[str]]:
    (found,) = [block for block in section.content if isinstance(block, Table)]
    return [[str(heading) for heading in found.headings], *([str(cell.says) for cell in row] for row in found.rows)]


def all_messages(review: Review) -> list[Message]:
    found = []
    for section in report(review, "0.1.0"):
        found.append(section.title)
        for block in section.content:
            found += [block.says] if isinstance(block, Line) else [c.says for row in block.rows for c in row]
    return found
