"""Settings are checked once, at start; a mistake is fatal and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds_hooks.config import Settings, read_settings, settings_from
from lnfhir.errors import KnowledgeError
from lnfhir.policy import Policy

PUBLIC = {"base_url": "https://cds.example"}
CLIENT = {"issuer": "https://ehr.example", "jwks_url": "https://ehr.example/jwks"}


def test_without_a_file_the_service_listens_on_this_machine_only() -> None:
    settings = read_settings(None)
    assert (settings.host, settings.port, settings.cors_origins) == ("127.0.0.1", 8080, ())
    assert settings.policy == Policy()


def test_a_file_sets_the_service_and_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "lnfhir.toml"
    path.write_text(
        '[service]\nport = 9000\nbase_url = "https://cds.example"\nas_of = 2024-07-16\n[policy]\nmmf_min = 1.5\n'
    )
    settings = read_settings(path)
    assert settings.port == 9000
    assert settings.https_only
    assert str(settings.as_of) == "2024-07-16"
    assert settings.policy.mmf_min == 1.5


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"servce": {}}, "servce"),
        ({"service": {"prot": 1}}, "prot"),
        ({"service": {"port": "8080"}}, "port"),
        ({"service": {"port": 70000}}, "port"),
        ({"service": []}, "service"),
        ({"service": {"policy": {}}}, "policy"),
        ({"service": {"base_url": "cds.example"}}, "base_url"),
        ({"service": {"base_url": "https://cds.example?x=1"}}, "base_url"),
        ({"service": {"base_url": "ftp://cds.example"}}, "base_url"),
        ({"service": {"cors_origins": ["*"]}}, "cors_origins"),
        ({"service": {"cors_origins": ["https://ehr.example/path"]}}, "cors_origins"),
        ({"service": {"max_body_bytes": 0}}, "max_body_bytes"),
        ({"service": {"body_seconds": 0}}, "body_seconds"),
        ({"service": {"max_depth": 31}}, "max_depth"),
        ({"service": {"store": {"keep": {"audit": -1}}}}, "keep"),
        ({"service": {"store": {"keep": {"days": 1}}}}, "days"),
        ({"service": {"store": {"keep": {"cards": 89}}}}, "90"),
        ({"service": {"store": {"keep": {"feedback": 29}}, "quiet": {"contraindication": 0, "later": 30}}}, "30"),
        ({"service": {"store": {"audit": "closed"}}}, "audit"),
        ({"service": {"store": {"audit": "fail-closed", "enabled": False}}}, "fail-closed"),
        ({"service": {"max_depth": 257}}, "max_depth"),
        ({"service": {"fetch_failures": -1}}, "fetch_failures"),
        ({"service": {"fetch_rest_seconds": 0}}, "fetch_rest_seconds"),
        ({"service": {"selection_behavior": "all"}}, "selection_behavior"),
        ({"service": {"fhir_servers": ["ehr.example"]}}, "fhir_servers"),
        ({"service": {"fetch_seconds": 0}}, "fetch_seconds"),
        ({"service": {"clients": [CLIENT]}}, "base_url"),
        ({"service": {**PUBLIC, "clients": [CLIENT, CLIENT]}}, "issuer"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "jwks_file": "keys.json"}]}}, "jwks_file"),
        ({"service": {**PUBLIC, "clients": [{"issuer": "x"}]}}, "jwks_file"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "jwks_url": "http://ehr.example/jwks"}]}}, "https"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "jwks_url": "jwks"}]}}, "jwks_url"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "algorithms": ["HS256"]}]}}, "algorithms"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "algorithms": []}]}}, "algorithms"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "fhir_servers": ["x"]}]}}, "fhir_servers"),
        ({"service": {**PUBLIC, "clients": [{**CLIENT, "isuer": "x"}]}}, "isuer"),
        ({"service": {"replay": "never"}}, "replay"),
        ({"policy": {"mmf_mn": 2}}, "mmf_mn"),
        ({"policy": {"mmf_min": 3}}, "mmf_min"),
    ],
)
def test_a_mistake_is_fatal_and_named(document: dict[str, Any], named: str) -> None:
    with pytest.raises(KnowledgeError, match=named):
        settings_from(document)


def test_a_file_that_is_missing_or_no_toml_is_fatal(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[service")
    for path in (tmp_path / "absent.toml", broken):
        with pytest.raises(KnowledgeError, match=path.name):
            read_settings(path)


@pytest.mark.parametrize(
    ("url", "strict"), [("https://cds.example", True), ("http://localhost:8080", False), ("", False)]
)
def test_only_a_service_behind_https_demands_https(url: str, strict: bool) -> None:
    assert Settings(base_url=url).https_only is strict


def test_a_client_is_read_and_its_key_file_is_checked_at_start(tmp_path: Path) -> None:
    path = tmp_path / "lnfhir.toml"
    head = '[service]\nbase_url = "https://cds.example"\n[[service.clients]]\nissuer = "https://ehr.example"\n'
    path.write_text(head + 'jwks_url = "https://ehr.example/jwks"\n')
    (client,) = read_settings(path).clients
    assert (client.issuer, client.algorithms) == ("https://ehr.example", ("RS384", "ES384"))
    path.write_text(head + f'jwks_file = "{tmp_path / "absent.json"}"\n')
    with pytest.raises(KnowledgeError, match=r"absent\.json"):
        read_settings(path)
