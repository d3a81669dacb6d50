"""The core from bytes to bytes: whose data they are, what is refused, and what is said when little is known."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from cds_hooks import answer as core
from cds_hooks.answer import answer
from cds_hooks.config import Settings
from cds_hooks.services import SERVICES
from tests.hook_calls import OUTCOME, PATIENT, body, bundle, call, patient, response_faults

AS_OF = date(2024, 7, 16)
NOTHING_FOUND = {need.value: None for need in SERVICES[0].needs}


def answered(prefetch: Any, service: str = "ln-patient-view") -> tuple[int, dict[str, Any]]:
    """Status and document of the answer to a call with this prefetch."""
    response = answer(service, body(call(prefetch=prefetch)), AS_OF, Settings())
    document = json.loads(response.body)
    if response.status == 200:
        assert response_faults(document) == []
    else:
        assert document["resourceType"] == "OperationOutcome"
        assert "cards" not in document
    return response.status, document


def creatinine(identity: str, subject: str) -> dict[str, Any]:
    """A serum creatinine of somebody."""
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
        "subject": {"reference": f"Patient/{subject}"},
        "effectiveDateTime": "2024-07-01",
        "valueQuantity": {
            "value": 1.1,
            "unit": "mg/dL",
            "system": "http://unitsofmeasure.org",
            "code": "mg/dL",
        },
    }


def test_an_unknown_service_is_404_whatever_the_body() -> None:
    assert answer("ln-other", b"canary", AS_OF, Settings()).status == 404


@pytest.mark.parametrize(
    ("sent", "code", "status"),
    [
        (patient("someone-else"), "conflict", 400),
        (bundle(patient(), patient("someone-else")), "conflict", 400),
        (None, "incomplete", 412),
        (bundle(), "incomplete", 412),
        (OUTCOME, "incomplete", 412),
        ({}, "incomplete", 412),
        ({"resourceType": "Patient", "gender": "female"}, "incomplete", 412),
        ({"resourceType": "Practitioner", "id": PATIENT}, "incomplete", 412),
    ],
)
def test_without_this_patient_nothing_is_said(sent: Any, code: str, status: int) -> None:
    found, document = answered({**NOTHING_FOUND, "patient": sent})
    assert found == status
    assert [issue["code"] for issue in document["issue"]] == [code]
    assert "someone-else" not in json.dumps(document)


def test_the_patient_may_come_as_a_search() -> None:
    assert answered({**NOTHING_FOUND, "patient": bundle(patient())})[0] == 200


def test_a_patient_about_whom_nothing_is_found_is_silence() -> None:
    status, document = answered({**NOTHING_FOUND, "patient": patient()})
    assert (status, document["cards"]) == (200, [])
    assert document["extension"]["org.lnfhir.assessment"]["refractory"]["ding2025"]["overall"] == "not-met"


def test_a_patient_about_whom_nothing_was_asked_is_one_card_that_says_so() -> None:
    status, document = answered({"patient": patient()})
    assert status == 200
    (card,) = document["cards"]
    assert card["indicator"] == "info"
    assert "could not assess" in card["summary"]
    assert "- conditions: not provided" in card["detail"]
    assert document["extension"]["org.lnfhir.assessment"]["refractory"]["ding2025"]["overall"] == "unknown"


def test_a_result_of_another_patient_is_not_used_and_is_listed() -> None:
    mine, other = creatinine("mine", PATIENT), creatinine("other", "p2")
    _, document = answered({"patient": patient(), "kidneyFunction": bundle(mine, other)})
    (card,) = document["cards"]
    not_used = card["detail"].partition("**Could not use**")[2]
    assert "Observation/other" in not_used
    assert "Observation/mine" not in not_used


def test_the_same_call_has_the_same_answer() -> None:
    sent = body(call(prefetch={"patient": patient()}))
    first, second = (answer("ln-patient-view", sent, AS_OF, Settings()).body for _ in range(2))
    assert first == second


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(core, "review", broken)
    with pytest.raises(ZeroDivisionError):
        answered({"patient": patient()})
