"""Why bytes are no FHIR in JSON, in words that say what to change."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from lnfhir.fhir.envelope import UNREADABLE
from lnfhir.message import Message, say

_ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_AT_BYTE = re.compile(r"\(byte (\d+)\)")


def read(raw: bytes) -> dict[str, Any] | Message:
    """The resource, or why there is none."""
    try:
        value = msgspec.json.decode(raw)
    except UNREADABLE as error:
        return _why(raw, error)
    if isinstance(value, list):
        return say("this is a list: put the resources into a Bundle, or one on each line of a file named .ndjson")
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        return say("there is no `resourceType` at the top: this is not a FHIR resource")
    return value


def _why(raw: bytes, error: BaseException) -> Message:
    if raw.startswith(_ZIP):
        return say("this is a ZIP archive: unpack it first")
    if raw.startswith(GZIP):
        return say("this is packed with gzip: a file of lines must be named .ndjson.gz")
    if raw.startswith(_WIDE) or b"\x00" in raw[:4]:
        return say("this is UTF-16 or UTF-32: send UTF-8")
    if raw.startswith(b"<"):
        return say("this is XML or HTML: send FHIR as JSON")
    if isinstance(error, RecursionError):
        return say("this is nested too deeply to be read")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line, column = _at(raw, wrong.start)
        return say("this is not UTF-8: line {line}, byte {column}", line=line, column=column)
    found = _AT_BYTE.search(str(error))
    line, column = _at(raw, int(found[1]) if found else len(raw))
    return say("this is not JSON: see line {line}, byte {column}", line=line, column=column)


def _at(raw: bytes, offset: int) -> tuple[int, int]:
    """The line and the byte in it, both from 1."""
    before = raw[:offset]
    return before.count(b"\n") + 1, offset - before.rfind(b"\n")
