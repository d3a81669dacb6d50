"""An address is allowed by its parts, never by how its text begins."""

from __future__ import annotations

import pytest

from cds_hooks.addresses import allowed

BASE = ("https://ehr.example/fhir",)

INSIDE = [
    "https://ehr.example/fhir",
    "https://ehr.example/fhir/",
    "https://ehr.example/fhir/Patient/1?_count=1",
    "https://ehr.example:443/fhir",
    "HTTPS://EHR.example/fhir/r4",
    "https://ehr.example/fhir?next=http://evil.example/a//b",
]
OUTSIDE = [
    "https://ehr.example.evil/fhir",
    "https://evil.example/?https://ehr.example/fhir",
    "https://ehr.example@evil.example/fhir",
    "https://ehr.example:80@evil.example/fhir",
    "https://ehr.example/fhir-evil",
    "https://ehr.example/",
    "https://ehr.example/fhir/../admin",
    "https://ehr.example/fhir/%2e%2E/admin",
    "https://ehr.example/fhir/..%2fadmin",
    "https://ehr.example/fhir%5c..%5cadmin",
    "https://ehr.example//fhir",
    "https://ehr.example/fhir#@evil.example",
    "https:/\\ehr.example/fhir",
    "https://ehr.example\\@evil.example/fhir",
    "http://ehr.example/fhir",
    "https://ehr.example:8443/fhir",
    "https://ehr.example./fhir",
    "https://еhr.example/fhir",
    "https://ehr.example /fhir",
    "https://ehr.example\n/fhir",
    "//ehr.example/fhir",
    "javascript://ehr.example/fhir",
    "file:///fhir",
    "https:///fhir",
    "https://[::1/fhir",
    "https://ehr.example:x/fhir",
    "https://ehr.example:99999/fhir",
    "https://ehr.example/fhir/" + "x" * 5000,
    "",
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_of_the_server_is_allowed(url: str) -> None:
    assert allowed(url, BASE)


@pytest.mark.parametrize("url", OUTSIDE)
def test_an_address_elsewhere_is_not(url: str) -> None:
    assert not allowed(url, BASE)


@pytest.mark.parametrize("name", ["127.1", "0", "2130706433", "[::ffff:127.0.0.1]", "169.254.169.254", "localhost"])
def test_another_spelling_of_a_machine_is_another_machine(name: str) -> None:
    assert not allowed(f"http://{name}/fhir", ("http://127.0.0.1/fhir",))


def test_without_a_list_nothing_is_allowed() -> None:
    assert not allowed("https://ehr.example/fhir", ())


def test_the_root_of_a_server_covers_all_of_it() -> None:
    assert allowed("https://ehr.example/anything", ("https://ehr.example",))
