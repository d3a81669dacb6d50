"""Code systems by their many names, and codes in one spelling."""

from __future__ import annotations

import pytest

from lnfhir.terminology.systems import is_loinc, spelled, system_of


@pytest.mark.parametrize(
    ("uri", "system"),
    [
        ("http://loinc.org", "loinc"),
        ("http://loinc.org/", "loinc"),
        (" https://LOINC.org ", "loinc"),
        ("http://loinc", "loinc"),
        ("urn:oid:2.16.840.1.113883.6.1", "loinc"),
        ("urn:oid:1.2.246.537.6.96", "loinc"),
        ("http://careevolution.com/fhircodes#LOINC", "loinc"),
        ("http://snomed.info/sct", "snomed"),
        ("http://snomed.info/sct/731000124108/version/20240301", "snomed"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "icd-10-cm"),
        ("https://icd.who.int/browse10/2019/en", "icd-10"),
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "icd-10-gm"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"),
        ("http://www.whocc.no/atc", "atc"),
        ("urn:lnfhir:score", "score"),
        ("http://example.org/codes", None),
        ("", None),
        (None, None),
    ],
)
def test_a_system_is_known_by_any_of_its_names(uri: str | None, system: str | None) -> None:
    assert system_of(uri) == system


@pytest.mark.parametrize(
    ("system", "code", "spelling"),
    [
        ("icd-10-cm", "M32.14", "M3214"),
        ("icd-10-cm", " m3214 ", "M3214"),
        ("icd-10", "M32.1+", "M321"),
        ("icd-10-gm", "M32.1†", "M321"),
        ("loinc", " 2160-0 ", "2160-0"),
        ("atc", "l04aa06", "L04AA06"),
    ],
)
def test_a_code_has_one_spelling(system: str, code: str, spelling: str) -> None:
    assert spelled(system, code) == spelling


@pytest.mark.parametrize("code", ["2160-0", "2890-2", "98979-8", "34366-5", " 4485-9"])
def test_real_loinc_numbers_have_their_check_digit(code: str) -> None:
    assert is_loinc(code)


@pytest.mark.parametrize("code", ["12904", "42454", "4485-1", "2160-1", "2160", "", "LP15943-3", "2160-00"])
def test_other_numbers_under_the_loinc_system_are_no_loinc_codes(code: str) -> None:
    assert not is_loinc(code)
