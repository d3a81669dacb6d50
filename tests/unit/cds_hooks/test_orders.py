"""Draft orders at order-select and order-sign: what is read from them, and what then speaks."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.orders import drafts_of
from cds_hooks.problems import Problem
from cds_hooks.request import Request, read_request
from cds_hooks.services import service_of
from tests.hook_calls import bundle
from tests.unit.cds_hooks.order_calls import (
    AS_OF,
    LUPUS,
    NEPHRITIS,
    PREGNANCY,
    Json,
    draft,
    drug,
    order_call,
    shown,
    spoken,
)


def read(hook: str, *orders: Json, **changes: Any) -> tuple[list[tuple[str, str]], list[str]]:
    """(drug, reference) of each order, and what could not be read."""
    service = service_of(f"ln-{hook}")
    assert service is not None
    request = read_request(order_call(hook, *orders, **changes), service)
    assert isinstance(request, Request)
    found = drafts_of(request, AS_OF)
    return [(use.drug, use.reference) for use in found.uses], [str(issue.says) for issue in found.issues]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"subject": ...},
        {"status": ...},
        {"intent": "proposal"},
        {"intent": ...},
        {"authoredOn": "2024-07-17T03:00:00+14:00"},
        {"category": {"coding": [{"code": "outpatient"}]}},
        {"status": "active", "authoredOn": "2024-07-01"},
        {
            "dosageInstruction": [
                {
                    "timing": {
                        "repeat": {
                            "boundsPeriod": {"start": "2024-08-01"},
                            "frequency": 1,
                            "period": 1,
                            "periodUnit": "d",
                        }
                    }
                }
            ]
        },
    ],
)
def test_a_draft_is_read_as_if_it_were_signed_today(changes: Json) -> None:
    assert read("order-sign", draft("1", "losartan", **changes)) == ([("losartan", "MedicationRequest/1")], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"medicationCodeableConcept": ...},
        {"doNotPerform": True},
        {"status": "cancelled"},
        {"status": "entered-in-error"},
    ],
)
def test_what_orders_no_drug_is_no_order(changes: Json) -> None:
    assert read("order-sign", draft("1", "losartan", **changes))[0] == []


def test_a_medication_among_the_drafts_is_found() -> None:
    medication = {"resourceType": "Medication", "id": "m", "code": drug("losartan")}
    order = draft("1", "losartan", medicationCodeableConcept=..., medicationReference={"reference": "Medication/m"})
    assert read("order-sign", order, medication)[0] == [("losartan", "MedicationRequest/1")]


def test_an_order_for_another_patient_is_not_used_and_is_named() -> None:
    other = draft("1", "losartan", subject={"reference": "Patient/p2"})
    uses, issues = read("order-sign", other)
    assert uses == []
    assert len(issues) == 1


def test_a_teratogen_in_pregnancy_is_critical_at_signing() -> None:
    assert ("teratogen-pregnancy", "critical") in spoken("order-sign", draft("1", "mycophenolate"))


def test_it_is_a_warning_while_the_order_is_chosen() -> None:
    found = spoken("order-select", draft("1", "mycophenolate"))
    assert ("teratogen-pregnancy", "warning") in found
    assert "critical" not in dict(found).values()


WITH_NEPHRITIS = {"conditions": bundle(LUPUS, NEPHRITIS)}


def test_only_what_is_selected_speaks_with_the_other_orders_beside_it() -> None:
    both = (draft("1", "losartan"), draft("2", "ibuprofen"))
    chosen = dict(spoken("order-select", *both, selections=["MedicationRequest/2"], prefetch=WITH_NEPHRITIS))
    assert list(chosen) == ["nsaid"]
    everything = dict(spoken("order-sign", *both, prefetch=WITH_NEPHRITIS))
    assert {"nsaid", "data-needed"} <= set(everything)


def test_two_drafts_are_checked_together() -> None:
    both = (draft("1", "losartan"), draft("2", "ramipril"))
    assert "ras-conflict" in dict(spoken("order-sign", *both, prefetch=WITH_NEPHRITIS))
    assert "ras-conflict" not in dict(spoken("order-sign", both[0], prefetch=WITH_NEPHRITIS))
    assert "ras-conflict" in dict(
        spoken("order-select", *both, selections=["MedicationRequest/2"], prefetch=WITH_NEPHRITIS)
    )


def test_a_selection_that_names_no_order_selects_all() -> None:
    found = spoken("order-select", draft("1", "mycophenolate"), selections=["MedicationRequest/other"])
    assert "teratogen-pregnancy" in dict(found)


def test_an_unwritten_order_is_silence_while_it_is_chosen() -> None:
    assert spoken("order-select", draft("1", "losartan", medicationCodeableConcept=...)) == []


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_an_order_of_another_field_and_no_order_are_silence(hook: str) -> None:
    assert spoken(hook, draft("1", "amoxicillin")) == []
    assert spoken(hook, selections=[]) == []
    assert spoken(hook, {"resourceType": "ServiceRequest", "id": "s", "status": "draft"}) == []


def test_the_verdicts_are_not_what_was_asked() -> None:
    topics = dict(spoken("order-sign", draft("1", "mycophenolate")))
    assert not {"refractory", "response"} & set(topics)


def test_without_lupus_nothing_is_said() -> None:
    assert spoken("order-sign", draft("1", "mycophenolate"), prefetch={"conditions": bundle(PREGNANCY)}) == []


def test_a_check_that_lacks_data_says_so_and_is_as_urgent_as_the_check() -> None:
    failed = {"resourceType": "OperationOutcome", "issue": []}
    cards = shown("order-sign", draft("1", "mycophenolate"), prefetch={"conditions": failed})
    (card,) = [card for card in cards if card["source"]["topic"]["code"] == "data-needed"]
    assert card["summary"] == "Drug harmful in pregnancy ordered; needed first: a pregnancy test within 14 days"
    assert card["indicator"] == "critical"
    assert "- **Drugs harmful in pregnancy**: " in card["detail"]
    assert "- conditions: the search failed" in card["detail"]
    assert [suggestion["label"] for suggestion in card["suggestions"]] == ["Request: hCG pregnancy test, urine"]


def test_what_is_missing_is_not_critical_while_an_order_is_chosen_nor_when_its_check_is_not() -> None:
    failed = {"resourceType": "OperationOutcome", "issue": []}
    chosen = spoken("order-select", draft("1", "mycophenolate"), prefetch={"conditions": failed})
    assert ("data-needed", "warning") in chosen
    signed = spoken("order-sign", draft("1", "ibuprofen"), prefetch={"conditions": failed})
    assert ("data-needed", "info") in signed


@pytest.mark.parametrize(
    ("hook", "changes", "path", "code"),
    [
        ("order-sign", {"draftOrders": ...}, "context.draftOrders", "required"),
        ("order-sign", {"draftOrders": []}, "context.draftOrders", "structure"),
        ("order-select", {"selections": ...}, "context.selections", "required"),
        ("order-select", {"selections": "MedicationRequest/1"}, "context.selections", "value"),
        ("order-select", {"selections": [1]}, "context.selections", "value"),
    ],
)
def test_a_call_without_its_orders_is_refused(hook: str, changes: Json, path: str, code: str) -> None:
    service = service_of(f"ln-{hook}")
    assert service is not None
    refused = read_request(order_call(hook, draft("1", "losartan"), **changes), service)
    assert isinstance(refused, Problem)
    assert [(issue.path, issue.code) for issue in refused.issues] == [(path, code)]
