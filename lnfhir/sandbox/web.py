"""JSON over HTTP to the servers of the sandbox, all of them on this machine."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

TIMEOUT_SECONDS = 60.0


class Unreachable(Exception):  # noqa: N818 - what it is, is the best name
    """Nothing answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as plain values; msgspec.DecodeError when it is not JSON."""
        return msgspec.json.decode(self.body)


def fetch(method: str, url: str, body: Any = None) -> Reply:
    """One request to an `http:` URL, a body sent as JSON. Unreachable when nobody answers."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    kind = "application/fhir+json" if "/fhir" in parts.path else "application/json"
    try:
        sent = msgspec.json.encode(body) if body is not None else None
        connection.request(method, target, sent, {"Content-Type": kind, "Accept": kind})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read())
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{url}: {error}") from error
    finally:
        connection.close()
