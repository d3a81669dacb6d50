"""One level of a JSON object: its members undecoded, and the names it holds twice.

Two parsers may disagree on which of two equal names counts, so an envelope with a repeated name is refused. The
decoder keeps the last of them silently; here its result is laid beside the text it came from.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain
from operator import sub

import msgspec

DEPTH = 64
"""How deep a body may nest unless the settings say otherwise."""

LEAST_DEPTH = 32
MOST_DEPTH = 256
"""What the settings may say: FHIR needs about 20 levels, and the decoder recurses up to about 1,000."""

MOST_MEMBERS = 20_000
"""Members of one object: what is asked for has about 20, and a client may send others."""

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NAME = re.compile(rb'[\s{,]*("(?:[^"\\]|\\.)*")\s*:\s*', re.DOTALL)
_OPENINGS = re.compile(rb"\[+")
_CLOSINGS = re.compile(rb"\]+")
_END = re.compile(rb"\s*\{?\s*\}\s*")
_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_OTHERS = bytes(set(range(256)) - set(b'{}[]"'))


def members(text: bytes) -> tuple[dict[str, msgspec.Raw], bool]:
    """The members of a JSON object, and whether every name is there once. Raises msgspec's DecodeError.

    Of more than `MOST_MEMBERS` members nobody can say it in a reasonable time: then they are not there once each.
    """
    found = _MEMBERS.decode(text)
    if len(found) > MOST_MEMBERS:
        return found, False
    position = 0
    for name, raw in found.items():
        here = _NAME.match(text, position)
        value = bytes(raw)
        if here is None or msgspec.json.decode(here[1]) != name or not text.startswith(value, here.end()):
            return found, False
        position = here.end() + len(value)
    return found, _END.fullmatch(text, position) is not None


def _deepest(brackets: bytes) -> int:
    """How deep brackets nest, from the lengths of their runs: the depth is greatest where a run of openings ends."""
    up, down = map(len, _OPENINGS.findall(brackets)), map(len, _CLOSINGS.findall(brackets))
    return max(accumulate(map(sub, up, chain((0,), down))), default=0)


def too_deep(text: bytes, limit: int = DEPTH) -> bool:
    """Whether brackets nest deeper than `limit`, without recursion and without reading any value.

    Strings are dropped, then the innermost pairs, one level a round, as long as that drops much; what is left is
    counted. So the work grows with the length alone. Unbalanced text is left to the parser.
    """
    unescaped = text.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in text else text
    left = unescaped.translate(_AS_BRACKETS, _OTHERS).replace(b'""', b"")
    if b'"' in left:
        left = b"".join(left.split(b'"')[::2])
    if b"[" * (limit + 1) in left:
        return True
    for above in range(limit):
        shallower = left.replace(b"[]", b"")
        if len(shallower) == len(left):
            return False
        if 4 * len(shallower) > 3 * len(left):
            # Every pair left has one level more than it shows for each round before.
            return _deepest(left) > limit - above
        left = shallower
    return b"[]" in left
