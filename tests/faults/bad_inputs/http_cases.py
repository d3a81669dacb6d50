"""Requests that are wrong before their body is read: numbers 4 to 9, 12 and 116, in process; 10 to 18 over a socket."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.faults.bad_inputs.case import CANARY, GOOD, JSON, VIEW, Answered, Case


def allows(method: str) -> Callable[[Answered], None]:
    """The answer names the method that is right."""

    def also(answered: Answered) -> None:
        assert method in answered.headers["allow"]

    return also


def in_language(language: str) -> Callable[[Answered], None]:
    """The answer is in this language."""

    def also(answered: Answered) -> None:
        assert answered.headers["content-language"] == language

    return also


def cases() -> Iterator[Case]:
    """Those that any server passes on."""
    yield Case(4, "no content type", 415, headers={})
    for media in ("text/plain", "application/fhir+json", "application/jsonx", f"x/{CANARY}", ";", "application/json5"):
        yield Case(4, media[:20], 415, headers={"content-type": media})
    for charset in ("utf-16", "latin-1", "utf-8; x=y", CANARY):
        yield Case(5, charset, 415, headers={"content-type": f"application/json; charset={charset}"})
    xml = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;{CANARY}</a>'.encode()
    yield Case(6, "XML as XML", 415, xml, headers={"content-type": "application/xml"})
    yield Case(6, "XML as JSON", 400, xml)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", CANARY.upper()):
        if method != "HEAD":
            yield Case(7, method, 405, b"", method=method, also=allows("POST"))
    yield Case(7, "POST to discovery", 405, path="/cds-services", also=allows("GET"))
    for name in (CANARY, f"..%2f{CANARY}", "%00", "%0d%0aset-cookie:%20a=b", "%ff", "LN-PATIENT-VIEW", "", "x" * 5000):
        yield Case(8 if name == CANARY else 9, f"service {name[:12]}", 404, path=f"/cds-services/{name}")
    bomb = gzip.compress(bytes(10_000_000))
    for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip", "GZIP", CANARY):
        yield Case(12, encoding, 415, bomb, headers={**JSON, "content-encoding": encoding})
    languages = {"zh-CN": "zh-CN", "zh-Hant": "en", "*;q=0": "en", "en;q=0.1, zh-CN": "zh-CN", "q=;;,": "en"}
    for accepted, language in {**languages, f"{CANARY}-XX;q=9": "en", "x" * 9000: "en"}.items():
        sent = {**JSON, "accept-language": accepted}
        yield Case(116, accepted[:12], 200, headers=sent, also=in_language(language))


CASES = tuple(cases())


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes on a socket. `status` is that of the answer, 0 where the connection may be closed without one."""

    number: int
    name: str
    sent: bytes
    statuses: tuple[int, ...]

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.number}-{self.name}"


HOST = b"Host: 127.0.0.1\r\n"
TYPE = b"Content-Type: application/json\r\n"
POST = f"POST {VIEW} HTTP/1.1\r\n".encode() + HOST + TYPE
GET = b"GET /cds-services HTTP/1.1\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(GOOD)
MOST_BODY = 20_000


def chunked(*chunks: bytes) -> bytes:
    """A body in chunks, without its end."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def raw_cases() -> Iterator[Raw]:
    """Those that a client library would not send."""
    yield Raw(10, "announced too long", POST + b"Content-Length: 20001\r\n\r\n", (413,))
    yield Raw(10, "announced absurdly long", POST + b"Content-Length: %s\r\n\r\n" % (b"9" * 30), (400, 413, 0))
    yield Raw(10, "negative length", POST + b"Content-Length: -1\r\n\r\n", (400, 0))
    growing = chunked(*[b" " * 1000] * 21)
    yield Raw(11, "chunks past the limit", POST + b"Transfer-Encoding: chunked\r\n\r\n" + growing, (413,))
    yield Raw(11, "chunk of no number", POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", (400, 0))
    good = chunked(GOOD) + b"0\r\n\r\n"
    yield Raw(11, "chunks within the limit", POST + b"Transfer-Encoding: chunked\r\n\r\n" + good, (200,))
    yield Raw(13, "101 headers", GET + HOST + b"A: b\r\n" * 101 + b"\r\n", (431,))
    yield Raw(13, "header of 17 KB", GET + HOST + b"A: " + b"b" * 17_000 + b"\r\n\r\n", (431,))
    yield Raw(13, "header of 1 MB", GET + HOST + b"A: " + b"b" * 1_000_000 + b"\r\n\r\n", (431, 400, 0))
    yield Raw(13, "100 000 headers", GET + HOST + b"A: b\r\n" * 100_000 + b"\r\n", (431, 400, 0))
    yield Raw(
        13, "address of 100 KB", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", (404, 414, 431, 0)
    )
    both = LENGTH + b"Transfer-Encoding: chunked\r\n\r\n"
    # granian's parser drops the length and reads the chunks, as RFC 9112 (6.3) has it: one reading, and no rest.
    yield Raw(15, "length and chunks", POST + both + good, (200, 400))
    yield Raw(15, "short length and chunks", POST + both.replace(LENGTH, b"Content-Length: 1\r\n") + good, (200, 400))
    yield Raw(15, "two lengths", POST + LENGTH + b"Content-Length: 1\r\n\r\n" + GOOD, (400, 0))
    yield Raw(15, "two equal lengths", POST + LENGTH + LENGTH + b"\r\n" + GOOD, (200, 400))
    yield Raw(15, "unknown transfer encoding", POST + b"Transfer-Encoding: identity, x\r\n\r\n" + GOOD, (400, 501, 0))
    yield Raw(16, "no Host", GET + b"\r\n", (400,))
    yield Raw(16, "two Hosts", GET + HOST + HOST + b"\r\n", (400,))
    yield Raw(16, "unknown Host", GET + b"Host: evil.example\r\n\r\n", (421,))
    yield Raw(16, "Host with a user", GET + b"Host: 127.0.0.1@evil.example\r\n\r\n", (400,))
    yield Raw(16, "one Host", GET + HOST + b"\r\n", (200,))
    yield Raw(17, "address with a user", b"GET @evil/cds-services HTTP/1.1\r\n" + HOST + b"\r\n", (400,))
    # Every server must take this form (RFC 9112, 3.2.2); its origin goes nowhere, audiences are those of the settings.
    yield Raw(17, "address with an origin", b"GET http://evil/cds-services HTTP/1.1\r\n" + HOST + b"\r\n", (200, 400))
    yield Raw(17, "CONNECT", b"CONNECT evil:443 HTTP/1.1\r\n" + HOST + b"\r\n", (400, 404, 405, 0))
    yield Raw(17, "no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, 0))
    yield Raw(17, "HTTP/0.9", b"GET /cds-services\r\n\r\n", (400, 0))
    yield Raw(17, "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505, 0))


RAW_CASES = tuple(raw_cases())
