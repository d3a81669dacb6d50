"""The service's settings, read once from `lnfhir.toml`; an unknown key is fatal.

```toml
[service]
host = "127.0.0.1"
port = 8080
base_url = "https://cds.hospital.example"   # as clients see it; https makes the service demand https in turn
cors_origins = ["https://sandbox.cds-hooks.org"]
fhir_servers = ["https://ehr.hospital.example/fhir"]

[policy]
refractory_profile = "ding2025"
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cds_hooks.addresses import address
from cds_hooks.card import SelectionBehavior
from lnfhir.errors import KnowledgeError
from lnfhir.policy import Policy, policy_from

MEGABYTE = 1024 * 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`as_of` replaces today's date, for demonstrations. Some clients know no `selection_behavior` but `any`.

    `max_body_bytes` and `body_seconds` bound a request's size and the time to receive it. `fhir_servers` are the base
    addresses of the only FHIR servers that are ever asked for what a prefetch left out, for at most `fetch_seconds`
    a call, `max_pages` a search and `max_answer_bytes` a page.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = 5 * MEGABYTE
    body_seconds: float = 10.0
    selection_behavior: SelectionBehavior = "any"
    fhir_servers: tuple[str, ...] = ()
    fetch_seconds: float = 0.4
    max_pages: int = 10
    max_answer_bytes: int = 20 * MEGABYTE
    as_of: date | None = None
    policy: Policy = Policy()

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError("`port` must be between 0 and 65535")
        for name in ("max_body_bytes", "body_seconds", "fetch_seconds", "max_pages", "max_answer_bytes"):
            if not getattr(self, name) > 0:
                raise ValueError(f"`{name}` must be positive")
        if any(address(url) is None for url in self.fhir_servers):
            raise ValueError("`fhir_servers` must be absolute http or https URLs")
        for url in (self.base_url, *self.cors_origins):
            if url and not _absolute(url):
                raise ValueError("`base_url` and `cors_origins` must be absolute http or https URLs")
        if any(urlsplit(origin).path for origin in self.cors_origins):
            raise ValueError("`cors_origins` have a scheme and a host and nothing behind them")

    @property
    def https_only(self) -> bool:
        """A service that is reached by https is in production, and so must be the FHIR servers it hears of."""
        return self.base_url.lower().startswith("https:")


def _absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment


def settings_from(document: Mapping[str, Any]) -> Settings:
    """Check and freeze a parsed `lnfhir.toml`; KnowledgeError names the faulty key."""
    unknown = sorted(set(document) - {"service", "policy"})
    if unknown:
        raise KnowledgeError(f"unknown table `{unknown[0]}`")
    service = document.get("service", {})
    if not isinstance(service, Mapping) or "policy" in service:
        raise KnowledgeError("`service` must be a table, and `policy` a table beside it")
    policy = policy_from(document.get("policy", {}))
    try:
        return msgspec.structs.replace(msgspec.convert(dict(service), Settings), policy=policy)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"service: {error}") from error


def read_settings(path: Path | None) -> Settings:
    """The settings in this file; the defaults without one. KnowledgeError when it cannot be read or is wrong."""
    if path is None:
        return Settings()
    try:
        return settings_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path}: {error}") from error
