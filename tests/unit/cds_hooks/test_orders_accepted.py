"""What was just accepted: the EHR signs again with the suggestion among its orders, and must not be told the same."""

from __future__ import annotations

from tests.hook_calls import PATIENT, bundle
from tests.unit.cds_hooks.order_calls import LUPUS, Json, draft, shown, spoken

AZATHIOPRINE = draft("1", "azathioprine")


def thiopurine(card: Json) -> Json:
    """The resource of the card's one suggestion."""
    (suggestion,) = card["suggestions"]
    (action,) = suggestion["actions"]
    assert action["type"] == "create"
    return dict(action["resource"])


def test_a_suggestion_that_was_just_accepted_is_neither_offered_nor_an_alarm_again() -> None:
    (first,) = shown("order-sign", AZATHIOPRINE)
    assert (first["source"]["topic"]["code"], first["indicator"]) == ("azathioprine-safety", "warning")
    (again,) = shown("order-sign", AZATHIOPRINE, {**thiopurine(first), "id": "2"})
    assert (again["source"]["topic"]["code"], again["indicator"]) == ("azathioprine-safety", "info")
    assert "suggestions" not in again
    assert "wait for its result before the first dose" in again["detail"]


def test_another_test_among_the_orders_changes_nothing() -> None:
    other = {"resourceType": "ServiceRequest", "id": "2", "status": "draft", "code": {"text": "Thiopurine"}}
    assert shown("order-sign", AZATHIOPRINE, other) == shown("order-sign", AZATHIOPRINE)


WEIGHT = {
    "resourceType": "Observation",
    "id": "weight",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": f"Patient/{PATIENT}"},
    "effectiveDateTime": "2024-07-01",
    "valueQuantity": {"value": 50, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}
EGFR = {
    **WEIGHT,
    "id": "egfr",
    "code": {"coding": [{"system": "http://loinc.org", "code": "98979-8"}]},
    "valueQuantity": {
        "value": 90,
        "unit": "mL/min",
        "system": "http://unitsofmeasure.org",
        "code": "mL/min/{1.73_m2}",
    },
}


def test_a_better_dose_takes_the_place_of_the_draft_and_not_of_a_signed_order() -> None:
    dosage = [
        {
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 400, "unit": "mg", "code": "mg"}}],
        }
    ]
    high = draft("1", "hydroxychloroquine", dosageInstruction=dosage)
    prefetch = {"conditions": bundle(LUPUS), "bodySize": bundle(WEIGHT), "kidneyFunction": bundle(EGFR)}
    found = {c["source"]["topic"]["code"]: c for c in shown("order-sign", high, prefetch=prefetch)}
    (suggestion,) = found["hcq-dose"]["suggestions"]
    removal, new = suggestion["actions"]
    assert (removal["type"], removal["resourceId"]) == ("delete", "MedicationRequest/1")
    assert new["resource"]["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 200
    again = {**new["resource"], "id": "2"}
    assert "hcq-dose" not in dict(spoken("order-sign", again, prefetch=prefetch))
    signed = {**high, "status": "active", "authoredOn": "2024-07-01"}
    found = {c["source"]["topic"]["code"]: c for c in shown("order-sign", signed, prefetch=prefetch)}
    assert [a["type"] for a in found["hcq-dose"]["suggestions"][0]["actions"]] == ["create"]
