"""Comparing addresses by their parts. A prefix of the text proves nothing: `https://ehr.org.evil`, `https://ehr.org@evil`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_VISIBLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\]")


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address in parts; the path has no last slash and no dot segment."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    def within(self, base: Address) -> bool:
        """The same origin, and a path that is the base's or below it."""
        same = (self.scheme, self.host, self.port) == (base.scheme, base.host, base.port)
        return same and (self.path == base.path or self.path.startswith(base.path + "/"))


def address(url: str) -> Address | None:
    """Read an absolute address; None for another scheme, a user, a fragment, odd characters or a winding path."""
    if _VISIBLE.fullmatch(url) is None or "\\" in url or "#" in url or len(url) > 4000:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        return None
    host = parts.netloc.lower().removesuffix(f":{port}") if port is not None else parts.netloc.lower()
    path = parts.path.rstrip("/")
    if _HOST.fullmatch(host) is None or _winding(path):
        return None
    return Address(scheme, host, port or _PORTS[scheme], path, parts.query)


def _winding(path: str) -> bool:
    """Whether a server could read the path as another one."""
    lowered = path.lower()
    hidden = "%2e" in lowered or "%2f" in lowered or "%5c" in lowered or "//" in path
    return hidden or any(segment in (".", "..") for segment in path.split("/"))


def base_of(url: str, bases: tuple[str, ...]) -> str | None:
    """The one of these that an address is or is below; None where there is none."""
    found = address(url)
    if found is None:
        return None
    return next((text for text in bases if (base := address(text)) is not None and found.within(base)), None)


def allowed(url: str, bases: tuple[str, ...]) -> bool:
    """Whether an address is one of these or below one of them."""
    return base_of(url, bases) is not None
