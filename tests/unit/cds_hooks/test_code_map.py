"""The site's code map in the service: read once, asked for, believed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from cds_hooks.answer import answer
from cds_hooks.config import Settings, read_settings
from cds_hooks.prefetch import template
from cds_hooks.services import discovery
from lnfhir.chart.coverage import Need
from lnfhir.errors import KnowledgeError

HERE = "urn:oid:1.2.3.4"
ENTRY = f'[[test]]\nsystem = "{HERE}"\ncode = "KREA,1"\nanalyte = "creatinine"\nunit = "mg/dL"\n'


def settings(folder: Path, entry: str = ENTRY) -> Settings:
    (folder / "map.toml").write_text(entry, "utf-8")
    config = folder / "lnfhir.toml"
    config.write_text(f'[codemap]\npath = "{folder / "map.toml"}"\n', "utf-8")
    return read_settings(config, {})


def test_a_template_asks_for_the_sites_own_codes_beside_the_public_ones(tmp_path: Path) -> None:
    asked = template(Need.KIDNEY_FUNCTION, settings(tmp_path).codes)
    assert f"{HERE}|KREA\\,1&_sort" in asked
    assert "http://loinc.org|2160-0," in asked
    assert HERE not in template(Need.PROTEINURIA, settings(tmp_path).codes)
    assert HERE not in template(Need.KIDNEY_FUNCTION)


def test_discovery_shows_the_templates_with_the_sites_codes(tmp_path: Path) -> None:
    codes = settings(tmp_path).codes
    services = msgspec.json.decode(discovery(codes))["services"]
    assert all(service["prefetch"]["kidneyFunction"] == template(Need.KIDNEY_FUNCTION, codes) for service in services)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[codemap]\npath = "/nowhere/map.toml"', "cannot be read"),
        ("[codemap]\nfile = 'x'", "must be a table with a `path`"),
        ('codemap = "x"', "must be a table with a `path`"),
        ('[service]\ncodes = "x"', "beside it"),
    ],
)
def test_a_wrong_setting_is_fatal(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "lnfhir.toml").write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match=fault):
        read_settings(tmp_path / "lnfhir.toml", {})


def test_a_map_with_a_code_of_two_meanings_is_fatal(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="two meanings"):
        settings(tmp_path, ENTRY + ENTRY.replace('"creatinine"', '"urine-creatinine"'))


@pytest.mark.parametrize(("mapped", "told"), [(True, True), (False, False)])
def test_a_call_is_judged_with_the_map(tmp_path: Path, mapped: bool, told: bool) -> None:
    subject = {"reference": "Patient/ann"}
    found = {
        "resourceType": "Observation", "id": "k", "status": "final", "subject": subject,
        "effectiveDateTime": "2025-03-01", "valueQuantity": {"value": 9000},
        "code": {"coding": [{"system": HERE, "code": "KREA,1"}]},
    }  # fmt: skip
    body = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "ann"},
        "prefetch": {
            "patient": {"resourceType": "Patient", "id": "ann", "gender": "female", "birthDate": "1990-01-01"},
            "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {
                "resourceType": "Condition", "id": "c", "subject": subject,
                "code": {"coding": [{"system": "http://snomed.info/sct", "code": "68815009"}]}}}]},
            "kidneyFunction": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": found}]},
        },
    }  # fmt: skip
    chosen = settings(tmp_path) if mapped else Settings()
    response = answer("ln-patient-view", json.dumps(body).encode(), date(2025, 4, 1), chosen)
    assert response.status == 200
    # An impossible creatinine is only noticed by someone who knows that it is one.
    assert (b"not a plausible" in response.body) is told
