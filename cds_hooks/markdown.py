"""GitHub-flavoured Markdown made of fixed layout and neutralised text.

Text that came from a record must not become a link, an image, a table cell's end, an element or a heading in
the clinician's view, whatever renderer the client uses. Angle brackets and ampersands become character references
(safe even if a client inserts the Markdown as HTML); the rest is backslash-escaped. Bare addresses, which GFM
turns into links even when escaped, are broken by a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from lnfhir.languages import Lookup
from lnfhir.message import Message

SUMMARY_LENGTH = 139
"""CDS Hooks 2.0.1: a summary has fewer than 140 characters."""

_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPECIAL = re.compile(r"[\\`*_\[\]|~<>&]")
_LINE_START = re.compile(r"^(?=[#+\-=:])|^(\d+)(?=[.)])")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\S)(?=@)", re.IGNORECASE)
_SCHEME = re.compile(r"\b(mailto|xmpp|tel|data|javascript|vbscript)(?=:)", re.IGNORECASE)
_TAG_OPENING = re.compile(r"<(?=[A-Za-z/!?])")


def one_line(text: str) -> str:
    """The text without control, format and surrogate characters, its white space collapsed."""
    if text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join(kept.split())


def said(text: str | Message, lookup: Lookup) -> str:
    """A sentence in the language of the catalogue; a text as it is."""
    return text.text(lookup) if isinstance(text, Message) else text


def inline(text: str | Message, lookup: Lookup = str) -> str:
    """Any text as inert Markdown within a line."""
    line = _SCHEME.sub(r"\1 ", _ADDRESS.sub(" ", one_line(said(text, lookup))))
    return _SPECIAL.sub(lambda found: _REFERENCES.get(found[0], "\\" + found[0]), line)


def plain(text: str | Message, lookup: Lookup = str) -> str:
    """Any text as inert Markdown, also where a line or a list item begins."""
    return _LINE_START.sub(lambda found: (found[1] or "") + "\\", inline(text, lookup))


def bullets(lines: Iterable[str]) -> str:
    """A list of finished lines, without repeats."""
    return "\n".join(f"- {line}" for line in dict.fromkeys(lines))


def section(title: str | Message, body: str, lookup: Lookup = str) -> str:
    """A titled block, or nothing when it would be empty."""
    return f"**{plain(title, lookup)}**\n\n{body}" if body else ""


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A GFM table of texts, which are neutralised here."""
    lines = [header, *rows]
    shown = ["| " + " | ".join(inline(cell) or " " for cell in line) + " |" for line in lines]
    shown.insert(1, "|" + " --- |" * len(header))
    return "\n".join(shown)


def shortened(text: str | Message, limit: int = SUMMARY_LENGTH, lookup: Lookup = str) -> str:
    """Plain text of at most `limit` characters, cut between words where there are any; no element can open in it."""
    line = _TAG_OPENING.sub("‹", one_line(said(text, lookup)))
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at_word = head.rpartition(" ")[0] if not line[limit - 1].isspace() else head
    # Chinese is written without spaces: a cut at the last of few would lose most of the sentence.
    return (at_word if len(at_word) * 2 > limit else head).rstrip(" ,;:，；：、") + "…"
