"""Calls of order-select and order-sign built by hand, and the cards they are answered with."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from cds_hooks.answer import answer
from cds_hooks.config import Settings
from cds_hooks.services import SERVICES
from tests.hook_calls import INSTANCE, PATIENT, bundle, patient, response_faults

Json = dict[str, Any]
AS_OF = date(2024, 7, 16)
CODES = {
    "mycophenolate": ("68149", "mycophenolate mofetil"),
    "losartan": ("52175", "losartan"),
    "ramipril": ("35296", "ramipril"),
    "ibuprofen": ("5640", "ibuprofen"),
    "amoxicillin": ("723", "amoxicillin"),
    "azathioprine": ("1256", "azathioprine"),
    "hydroxychloroquine": ("5521", "hydroxychloroquine"),
}


def drug(name: str) -> Json:
    """A drug as RxNorm codes it."""
    code, display = CODES[name]
    return {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code, "display": display}]}


def draft(identity: str, name: str, **changes: Any) -> Json:
    """A draft order; `...` removes a member."""
    order = {
        "resourceType": "MedicationRequest",
        "id": identity,
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": drug(name),
        "subject": {"reference": f"Patient/{PATIENT}"},
        **changes,
    }
    return {member: value for member, value in order.items() if value is not ...}


LUPUS = {
    "resourceType": "Condition",
    "id": "sle",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "55464009"}]},
    "subject": {"reference": f"Patient/{PATIENT}"},
    "onsetDateTime": "2020-01-01",
}
NEPHRITIS = {**LUPUS, "id": "ln", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "68815009"}]}}
PREGNANCY = {
    "resourceType": "Condition",
    "id": "pregnancy",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "77386006"}]},
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "subject": {"reference": f"Patient/{PATIENT}"},
    "onsetDateTime": "2024-05-01",
}
RECORD: Json = {
    **{need.value: None for need in SERVICES[0].needs},
    "patient": patient(),
    "conditions": bundle(LUPUS, PREGNANCY),
}


def order_call(hook: str, *orders: Json, selections: list[str] | None = None, **changes: Any) -> bytes:
    """A call of order-select or order-sign."""
    entries = [{"resource": order} for order in orders]
    context: Json = {
        "userId": "Practitioner/dr",
        "patientId": PATIENT,
        "draftOrders": {"resourceType": "Bundle", "entry": entries},
    }
    if hook == "order-select":
        context["selections"] = (
            selections if selections is not None else [f"MedicationRequest/{o['id']}" for o in orders]
        )
    context = {name: value for name, value in {**context, **changes}.items() if value is not ...}
    return json.dumps({"hook": hook, "hookInstance": INSTANCE, "context": context, "prefetch": RECORD}).encode()


def spoken(hook: str, *orders: Json, prefetch: Json | None = None, **changes: Any) -> list[tuple[str, str]]:
    """(topic, indicator) of each card."""
    return [
        (card["source"]["topic"]["code"], card["indicator"])
        for card in shown(hook, *orders, prefetch=prefetch, **changes)
    ]


def shown(hook: str, *orders: Json, prefetch: Json | None = None, **changes: Any) -> list[Json]:
    """The cards of the answer."""
    sent = json.loads(order_call(hook, *orders, **changes))
    sent["prefetch"] = {**sent["prefetch"], **(prefetch or {})}
    answered = answer(f"ln-{hook}", json.dumps(sent).encode(), AS_OF, Settings())
    assert answered.status == 200, answered.body
    document = json.loads(answered.body)
    assert response_faults(document) == []
    return list(document["cards"])
