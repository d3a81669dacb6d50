"""Settings from the environment, over those of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds_hooks.config import read_settings
from cds_hooks.environment import overridden
from lnfhir.errors import KnowledgeError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8081", 8081),
        ("0.4", 0.4),
        ("true", True),
        ('["a", "b"]', ["a", "b"]),
        ('"8081"', "8081"),
        ("https://cds.example", "https://cds.example"),
        ("zh-CN", "zh-CN"),
        ("", ""),
        ("1\nother = 2", "1\nother = 2"),
        ("1 # a comment", 1),
    ],
)
def test_a_value_is_toml_where_it_can_be(text: str, value: Any) -> None:
    assert overridden({}, {"LNFHIR__SERVICE__KEY": text}) == {"service": {"key": value}}


def test_the_environment_wins_over_the_file_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "lnfhir.toml"
    path.write_text('[service]\nport = 1\nhost = "127.0.0.2"\n[policy]\nmmf_min = 1.5\n')
    found = read_settings(path, {"LNFHIR__SERVICE__PORT": "2", "LNFHIR__POLICY__MMF_MIN": "2.0", "LNFHIR_OTHER": "x"})
    assert (found.port, found.host, found.policy.mmf_min) == (2, "127.0.0.2", 2.0)
    assert read_settings(path, {}).port == 1
    assert read_settings(None, {"LNFHIR__SERVICE__SILENT": "true"}).silent


def test_the_given_document_is_not_changed() -> None:
    document = {"service": {"port": 1}}
    overridden(document, {"LNFHIR__SERVICE__PORT": "2"})
    assert document == {"service": {"port": 1}}


def test_a_table_may_stand_in_a_table() -> None:
    document = {"service": {"store": {"url": "a", "enabled": True}, "port": 1}}
    assert overridden(document, {"LNFHIR__SERVICE__STORE__URL": "b"}) == {
        "service": {"store": {"url": "b", "enabled": True}, "port": 1}
    }
    assert document["service"]["store"] == {"url": "a", "enabled": True}
    with pytest.raises(KnowledgeError, match="LNFHIR__SERVICE__PORT__X"):
        overridden(document, {"LNFHIR__SERVICE__PORT__X": "1"})


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("8081\n")
    assert overridden({}, {"LNFHIR__SERVICE__KEY__FILE": str(secret)}) == {"service": {"key": "8081"}}
    with pytest.raises(KnowledgeError, match="LNFHIR__SERVICE__KEY__FILE"):
        overridden({}, {"LNFHIR__SERVICE__KEY__FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ("LNFHIR__SERVICE__PROT", "prot"),
        ("LNFHIR__SERVCE__PORT", "servce"),
        ("LNFHIR__SERVICE", "LNFHIR__SERVICE"),
        ("LNFHIR__", "LNFHIR__"),
        ("LNFHIR____PORT", "LNFHIR____PORT"),
        ("LNFHIR__SERVICE__PORT__X", "port"),
        ("LNFHIR__POLICY__MMF_MINIMUM", "mmf_minimum"),
    ],
)
def test_a_variable_that_is_no_setting_is_fatal_by_its_name(variable: str, named: str) -> None:
    with pytest.raises(KnowledgeError, match=named):
        read_settings(None, {variable: "1"})


def test_a_wrong_type_is_named() -> None:
    with pytest.raises(KnowledgeError, match="port"):
        read_settings(None, {"LNFHIR__SERVICE__PORT": "many"})
