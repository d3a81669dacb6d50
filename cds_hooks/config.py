"""The service's settings, read once from `lnfhir.toml`; an unknown key is fatal.

```toml
[service]
host = "127.0.0.1"
port = 8080
base_url = "https://cds.hospital.example"   # as clients see it; https makes the service demand https in turn
cors_origins = ["https://sandbox.cds-hooks.org"]
fhir_servers = ["https://ehr.hospital.example/fhir"]

[[service.clients]]                          # with any of these, every hook call needs a signed token
issuer = "https://ehr.hospital.example/fhir"
jwks_url = "https://ehr.hospital.example/jwks.json"

[policy]
refractory_profile = "ding2025"

[codemap]
path = "/etc/lnfhir/codemap.toml"            # what the site's own codes mean
```
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from cds_hooks.addresses import address
from cds_hooks.card import SelectionBehavior
from cds_hooks.environment import overridden
from cds_hooks.keys import keys_in_file
from cds_hooks.manner import ClientProfile, Language, Manner, preferred
from cds_hooks.members import DEPTH, LEAST_DEPTH, MOST_DEPTH
from cds_hooks.store.settings import QuietSettings, StoreSettings
from cds_hooks.store.site_key import given_key
from lnfhir.errors import KnowledgeError
from lnfhir.policy import Policy, policy_from
from lnfhir.site_map import read_code_map
from lnfhir.terminology.code_map import NO_MAP

MEGABYTE = 1024 * 1024

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


Algorithm = Literal["RS384", "ES384", "RS256", "ES256", "PS256", "PS384", "RS512", "ES512", "PS512"]


class Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client whose tokens are trusted, by a `name` of the operator's.

    Its keys come from `jwks_url` or, agreed out of band, from `jwks_file`.

    `audiences` are further names it may call this service by, `tenants` the organisations it may speak for (none: any),
    `fhir_servers` the only FHIR servers that are asked on its behalf. `language`, `profile` and `silent` are the
    service's own unless set here.
    """

    issuer: str
    name: str = ""
    jwks_url: str = ""
    jwks_file: str = ""
    audiences: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    algorithms: tuple[Algorithm, ...] = ("RS384", "ES384")
    fhir_servers: tuple[str, ...] = ()
    language: Language | None = None
    profile: ClientProfile | None = None
    silent: bool | None = None

    def __post_init__(self) -> None:
        if not self.issuer or not self.algorithms or bool(self.jwks_url) == bool(self.jwks_file):
            raise ValueError("a client has an `issuer`, `algorithms`, and either a `jwks_url` or a `jwks_file`")
        if self.name and _NAME.fullmatch(self.name) is None:
            raise ValueError("`name` has letters, digits, dots, hyphens and underscores, at most 64")
        if self.jwks_url and address(self.jwks_url) is None:
            raise ValueError("`jwks_url` must be an absolute http or https URL")
        if any(address(url) is None for url in self.fhir_servers):
            raise ValueError("`fhir_servers` must be absolute http or https URLs")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`as_of` replaces today's date, for demonstrations. Some clients know no `selection_behavior` but `any`.

    `max_body_bytes`, `max_depth` and `body_seconds` bound a request's size, how deep it nests and the time to receive
    it. `fhir_servers` are the base addresses of the only FHIR servers that are ever asked for what a prefetch left out,
    for at most `fetch_seconds` and `max_fetch_bytes` a call, `max_pages` a search and `max_answer_bytes` a page. After
    `fetch_failures` calls in a row that one of them gave nothing it is not asked for `fetch_rest_seconds`; with 0 it
    always is.

    `hosts` are the names under which the service answers; without them that of `base_url` and this machine's own. At
    most `max_concurrent` requests are under way, and a client makes `burst` calls at once, `calls_per_second` for long.

    Cards are in `language` unless a call asks for another, and in the dialect of `profile`; a `silent` service judges,
    logs and records, and shows no card.

    `store` is where cards, feedback and the audit are kept, `quiet` for how long a reason sets advice aside.

    With `clients` every hook call needs a token of one of them, whose lifetime is at most `token_seconds` and which is
    good for one call (`replay`); then each client's own `fhir_servers` count. Without, anyone on this machine may call;
    `authentication` says that a `proxy` on it knows the callers.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    cors_origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    max_header_bytes: int = 16 * 1024
    max_headers: int = 100
    max_concurrent: int = 64
    calls_per_second: float = 50.0
    burst: int = 100
    max_body_bytes: int = 5 * MEGABYTE
    max_depth: int = DEPTH
    body_seconds: float = 10.0
    selection_behavior: SelectionBehavior = "any"
    language: Language = "en"
    profile: ClientProfile = "standard"
    silent: bool = False
    fhir_servers: tuple[str, ...] = ()
    fetch_seconds: float = 0.4
    fetch_failures: int = 5
    fetch_rest_seconds: float = 10.0
    max_pages: int = 10
    max_answer_bytes: int = 20 * MEGABYTE
    max_fetch_bytes: int = 60 * MEGABYTE
    clients: tuple[Client, ...] = ()
    authentication: Literal["token", "proxy"] = "token"
    replay: Literal["strict", "log", "off"] = "strict"
    token_seconds: float = 900.0
    store: StoreSettings = StoreSettings()
    quiet: QuietSettings = QuietSettings()
    as_of: date | None = None
    policy: Policy = Policy()
    codes: Any = NO_MAP  # a CodeMap; Any, for msgspec would read it from the service's table

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError("`port` must be between 0 and 65535")
        for name in (
            "max_header_bytes",
            "max_headers",
            "max_concurrent",
            "calls_per_second",
            "burst",
            "max_body_bytes",
            "body_seconds",
            "fetch_seconds",
            "fetch_rest_seconds",
            "max_pages",
            "max_answer_bytes",
            "max_fetch_bytes",
            "token_seconds",
        ):
            if not getattr(self, name) > 0:
                raise ValueError(f"`{name}` must be positive")
        if not LEAST_DEPTH <= self.max_depth <= MOST_DEPTH:
            raise ValueError(f"`max_depth` must be between {LEAST_DEPTH} and {MOST_DEPTH}")
        if self.fetch_failures < 0:
            raise ValueError("`fetch_failures` must not be negative")
        keep, longest = self.store.keep, self.quiet.longest
        if any(0 < days < longest for days in (keep.cards, keep.feedback)):
            raise ValueError(
                f"`store.keep` must not be shorter for cards and feedback than advice is quiet ({longest})"
            )
        self._check_addresses()
        self._check_clients()

    def _check_addresses(self) -> None:
        if any(address(url) is None for url in self.fhir_servers):
            raise ValueError("`fhir_servers` must be absolute http or https URLs")
        for url in (self.base_url, *self.cors_origins):
            if url and not _absolute(url):
                raise ValueError("`base_url` and `cors_origins` must be absolute http or https URLs")
        if any(urlsplit(origin).path for origin in self.cors_origins):
            raise ValueError("`cors_origins` have a scheme and a host and nothing behind them")

    def _check_clients(self) -> None:
        if self.clients and not self.base_url:
            raise ValueError("`base_url` is needed with `clients`: their tokens name it")
        if len({client.issuer for client in self.clients}) < len(self.clients):
            raise ValueError("two `clients` have the same issuer")
        names = [client.name for client in self.clients if client.name]
        if len(set(names)) < len(names):
            raise ValueError("two `clients` have the same name")
        if self.https_only and any(client.jwks_url.startswith("http:") for client in self.clients):
            raise ValueError("`jwks_url` must use https where the service does")

    @property
    def https_only(self) -> bool:
        """A service that is reached by https is in production, and so must be the FHIR servers it hears of."""
        return self.base_url.lower().startswith("https:")

    def manner(self, client: Client | None = None, accept_language: str = "") -> Manner:
        """How this client is answered when its call prefers these languages."""
        profile = (client and client.profile) or self.profile
        return Manner(
            language=preferred(accept_language, (client and client.language) or self.language),
            profile=profile,
            selection="any" if profile == "epic" else self.selection_behavior,
            rules_url=f"{self.base_url.rstrip('/')}/rules" if self.base_url else "",
            silent=self.silent if client is None or client.silent is None else client.silent,
        )


def only_on_this_machine(host: str) -> bool:
    """Whether a listening address can be reached from this machine alone."""
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_reach(settings: Settings) -> None:
    """KnowledgeError when a service that asks nobody who they are could be reached from elsewhere."""
    if not settings.clients and not only_on_this_machine(settings.host):
        raise KnowledgeError(
            "service.host: without `clients` anyone may call, so the service listens on this machine alone "
            "(127.0.0.1); add a client (`lnfhir client add`) or set `host` to a loopback address"
        )
    if not settings.clients and settings.https_only and settings.authentication != "proxy":
        raise KnowledgeError(
            "service.clients: a `base_url` with https is that of a service in use, where callers must be known; add a "
            'client (`lnfhir client add`), or set `authentication = "proxy"` if a proxy on this machine asks who calls'
        )


def _absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment


def settings_from(document: Mapping[str, Any]) -> Settings:
    """Check and freeze a parsed `lnfhir.toml`; KnowledgeError names the faulty key."""
    unknown = sorted(set(document) - {"service", "policy", "codemap"})
    if unknown:
        raise KnowledgeError(f"unknown table `{unknown[0]}`")
    service = document.get("service", {})
    if not isinstance(service, Mapping) or "policy" in service or "codes" in service:
        raise KnowledgeError("`service` must be a table, and `policy` a table beside it")
    policy = policy_from(document.get("policy", {}))
    codes = read_code_map(_code_map_in(document))
    try:
        return msgspec.structs.replace(msgspec.convert(dict(service), Settings), policy=policy, codes=codes)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"service: {error}") from error


def _code_map_in(document: Mapping[str, Any]) -> Path | None:
    table = document.get("codemap")
    if table is None:
        return None
    if not isinstance(table, Mapping) or set(table) != {"path"} or not isinstance(table["path"], str):
        raise KnowledgeError("`codemap` must be a table with a `path`, the file of the site's code map")
    return Path(table["path"])


def read_settings(path: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in this file, or the defaults, and over them those of the environment (by default the process's).

    KnowledgeError when the file cannot be read or something is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8")) if path is not None else {}
        settings = settings_from(overridden(document, os.environ if environment is None else environment))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path}: {error}") from error
    for client in settings.clients:
        if client.jwks_file:
            keys_in_file(client.jwks_file)
    if settings.store.key_file:
        given_key(Path(settings.store.key_file))
    return settings
