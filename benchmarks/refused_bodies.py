"""Bodies of the largest size that is taken and that are no call, each costly in its own way."""

from __future__ import annotations

from cds_hooks.config import Settings

SIZE = Settings().max_body_bytes


def full(head: bytes, piece: bytes, tail: bytes) -> bytes:
    """A body of the largest size that is taken, mostly of one piece."""
    return head + piece * ((SIZE - len(head) - len(tail)) // len(piece)) + tail


LARGEST: dict[str, bytes] = {
    "deep": full(b'{"x": ', b"[", b""),
    "deep objects": full(b"", b'{"a":', b""),
    "deep and closed": b'{"x": ' + b"[" * (SIZE // 2 - 9) + b"]" * (SIZE // 2 - 9) + b"}",
    "nearly too deep again and again": full(b'{"x": [', b"[" * 60 + b"]" * 60 + b",", b"1]}"),
    "stairs": full(b'{"x": [', b"".join(b"[" * k + b"]" * k + b"," for k in range(1, 61)), b"1]}"),
    "one string": full(b'{"hook": "', b"x", b'"}'),
    "escaped quotes": full(b'{"hook": "', b'\\"', b'"}'),
    "backslashes": full(b'{"hook": "', b"\\\\", b'"}'),
    "a string without end": full(b'{"hook": "', b"\\\\\\", b""),
    "digits": full(b'{"x": ', b"9", b"}"),
    "a long array": full(b'{"context": [', b"0,", b"0]}"),
    "empty arrays": full(b'{"x": [', b"[],", b"[]]}"),
    "one name again and again": full(b"{", b'"a":0,', b'"a":0}'),
    "300 000 names": b"{" + b",".join(b'"%d":0' % number for number in range(300_000)) + b"}",
    "300 000 keys of a prefetch": b'{"prefetch": {' + b",".join(b'"%d":0' % n for n in range(300_000)) + b"}}",
    "blanks": full(b"", b" ", b""),
    "NULs": full(b"", b"\0", b""),
    "commas": full(b"{", b",", b"}"),
}
