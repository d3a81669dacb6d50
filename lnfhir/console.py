"""Report sections on a terminal, or as plain text: the only place that knows `rich`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from io import StringIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from lnfhir.message import Message
from lnfhir.report.layout import Line, Section, Table, Tone

PIPED_WIDTH = 100
"""Columns when nobody watches: a piped report does not depend on the terminal it came from."""

NARROWEST = 40

_STYLE = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.FAINT: "dim",
    Tone.MET: "green",
    Tone.NOT_MET: "red",
    Tone.UNKNOWN: "yellow",
    Tone.PENDING: "cyan",
    Tone.WARNING: "yellow",
    Tone.CRITICAL: "bold red",
}

_REFUSED = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Controls, invisible and bidirectional formatting, separators: a record's text must not drive the terminal."""


def safe(text: str) -> str:
    """The text with every control or invisible character replaced, on one line."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _REFUSED else c for c in text)


def plain(sections: Iterable[Section], lookup: Callable[[str], str] = str, width: int = PIPED_WIDTH) -> str:
    """The sections as plain text without colours: the same on every machine, no line ends in a blank."""
    paper = StringIO()
    console = Console(file=paper, color_system=None, width=max(width, NARROWEST), highlight=False)
    show(sections, console, lookup)
    return "".join(f"{line.rstrip()}\n" for line in paper.getvalue().splitlines())


def terminal() -> Console:
    """The terminal at standard output: its colours, its width, but never narrower than is readable."""
    console = Console(highlight=False)
    if console.width < NARROWEST:
        console.width = NARROWEST
    return console


def show(sections: Iterable[Section], console: Console, lookup: Callable[[str], str] = str) -> None:
    """Print the sections; `lookup` translates."""
    for number, section in enumerate(sections):
        if number:
            console.print()
        title = safe(section.title.text(lookup))
        console.print(Text(title.upper() if title.isascii() else title, style="bold underline"))
        for block in section.content:
            if isinstance(block, Table):
                console.print(_grid(block, lookup))
            else:
                console.print(_line(block, lookup))


def _said(message: Message, tone: Tone, lookup: Callable[[str], str]) -> Text:
    return Text(safe(message.text(lookup)), style=_STYLE[tone], overflow="fold")


def _line(line: Line, lookup: Callable[[str], str]) -> Padding:
    """A mark in its own column, so that a wrapped sentence stays under its beginning."""
    row = Grid.grid(padding=(0, 1, 0, 0))
    said = _said(line.says, line.tone, lookup)
    if line.mark:
        row.add_column(no_wrap=True)
        row.add_column(overflow="fold")
        row.add_row(Text(line.mark, style=_STYLE[line.tone]), said)
    else:
        row.add_column(overflow="fold")
        row.add_row(said)
    return Padding(row, (0, 0, 0, 2 * line.depth), expand=False)


def _grid(table: Table, lookup: Callable[[str], str]) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in table.headings:
        grid.add_column(safe(heading.text(lookup)), overflow="fold")
    for row in table.rows:
        grid.add_row(*(_said(cell.says, cell.tone, lookup) for cell in row))
    return grid
