"""The search in memory answers as R4 says, and refuses what it does not know."""

from __future__ import annotations

import pytest

from tests.vignettes.fhir_search import Json, prefetched

TOKENS = {"context.patientId": "a"}


def observation(number: int, code: str, day: str, patient: str = "a") -> Json:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": day,
    }


RECORD: list[Json] = [
    {"resourceType": "Patient", "id": "a"},
    observation(1, "2890-2", "2024-01-01"),
    observation(2, "13801-6", "2024-03-01"),
    observation(3, "2160-0", "2024-02-01"),
    observation(4, "2890-2", "2024-02-01", patient="b"),
]


def ids(template: str) -> list[str]:
    found = prefetched(template, TOKENS, RECORD)
    assert found is not None
    return [entry["resource"]["id"] for entry in found.get("entry", [])]


def test_a_read_finds_its_resource_or_nothing() -> None:
    assert prefetched("Patient/{{context.patientId}}", TOKENS, RECORD) == RECORD[0]
    assert prefetched("Patient/x", TOKENS, RECORD) is None


def test_a_code_list_is_an_or_and_the_newest_is_first() -> None:
    codes = "http://loinc.org|2890-2,http://loinc.org|13801-6"
    assert ids(f"Observation?patient={{{{context.patientId}}}}&code={codes}&_sort=-date") == ["o2", "o1"]


def test_a_code_of_another_system_is_not_found() -> None:
    assert ids("Observation?patient=a&code=http://snomed.info/sct|2890-2") == []
    assert ids("Observation?patient=a&code=2890-2") == ["o1"]


def test_a_page_that_is_not_everything_links_the_next() -> None:
    found = prefetched("Observation?patient=a&_sort=-date&_count=2", TOKENS, RECORD)
    assert found is not None
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["o2", "o3"]
    assert [link["relation"] for link in found["link"]] == ["self", "next"]
    assert found["total"] == 3


def test_a_whole_page_links_nothing_and_an_empty_one_has_no_entry() -> None:
    whole = prefetched("Observation?patient=a&_count=3", TOKENS, RECORD)
    empty = prefetched("Procedure?patient=a&_count=3", TOKENS, RECORD)
    assert whole is not None
    assert empty is not None
    assert [link["relation"] for link in whole["link"]] == ["self"]
    assert "entry" not in empty
    assert empty["total"] == 0


@pytest.mark.parametrize(
    "template",
    [
        "Observation?patient=a&code:in=x",
        "Observation?patient=a&code=x&code=y",
        "Observation?patient=a&_sort=-value",
        "Observation?patient={{context.encounterId}}",
        "Observation?patient=a&_include=Observation:subject",
    ],
)
def test_what_it_does_not_know_is_an_error(template: str) -> None:
    with pytest.raises(ValueError, match=r"supported|repeated|unresolved"):
        prefetched(template, TOKENS, RECORD)
