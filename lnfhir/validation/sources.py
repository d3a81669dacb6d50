"""Where documents come from: files, folders, NDJSON of any length, standard input. One bad file costs itself."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lnfhir.message import Message, say
from lnfhir.record import looks_lined
from lnfhir.validation.unreadable import GZIP

LONGEST_LINE = 64 * 1024 * 1024
"""A longer line is skipped: it could not be held in memory with certainty."""

_LINED = (".ndjson", ".jsonl")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one Bundle or resource, or why there are none."""

    place: str
    raw: bytes = b""
    unreadable: Message | None = None


Advance = Callable[[int], None]
"""Told how many bytes were read, for a progress bar."""


def files_in(path: Path) -> list[Path]:
    """The file, or those of the folder that may be FHIR JSON, in order of name."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and _is_json(file))


def left_out(path: Path) -> int:
    """How many files of the folder are not read: by their names they are no JSON."""
    if not path.is_dir():
        return 0
    return sum(1 for file in path.rglob("*") if file.is_file() and not _is_json(file) and not file.name.startswith("."))


def _is_json(path: Path) -> bool:
    return _kind(path) in (".json", *_LINED)


def _kind(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def documents_in(path: Path, advance: Advance) -> Iterator[Document]:
    """The documents of one file; `-` is standard input."""
    place = str(path)
    try:
        if place == "-":
            yield from _whole("standard input", sys.stdin.buffer.read())
        elif _kind(path) in _LINED:
            with path.open("rb") as file, gzip.GzipFile(fileobj=file) as unpacked:
                zipped = path.name.lower().endswith(".gz")
                yield from _lines(place, unpacked if zipped else file, file, advance)
        else:
            raw = path.read_bytes()
            advance(len(raw))
            yield from _whole(place, gzip.decompress(raw) if raw.startswith(GZIP) else raw)
    except OSError as error:
        why = error.strerror or "it is damaged"
        yield Document(place, unreadable=say("the file cannot be read: {why}", why=why))
    except (EOFError, zlib.error):
        yield Document(place, unreadable=say("the file cannot be read: {why}", why="it is cut off or damaged"))


def _whole(place: str, raw: bytes) -> Iterator[Document]:
    content = raw.removeprefix(_BOM).strip()
    if not content:
        yield Document(place, unreadable=say("the file is empty"))
    elif looks_lined(content):
        for number, line in enumerate(content.split(b"\n"), start=1):
            if line.strip():
                yield Document(f"{place}:{number}", line.strip())
    else:
        yield Document(place, content)


def _lines(place: str, stream: BinaryIO | gzip.GzipFile, file: BinaryIO, advance: Advance) -> Iterator[Document]:
    number = read = 0
    empty = True
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number % 256 == 0:
            advance(file.tell() - read)
            read = file.tell()
        here = f"{place}:{number}"
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            yield Document(here, unreadable=say("the file cannot be read: {why}", why="the line is too long"))
            continue
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if text:
            empty = False
            yield Document(here, text)
    advance(file.tell() - read)
    if empty:
        yield Document(place, unreadable=say("the file is empty"))
