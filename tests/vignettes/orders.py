"""Orders under way: a vignette's drafts sent to `ln-order-select` and `ln-order-sign`, and what their checks say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from cds_hooks.answer import Call, answer, opened
from cds_hooks.config import Settings
from cds_hooks.extension import ASSESSMENT
from cds_hooks.orders import with_order_guidance
from cds_hooks.request import Request
from lnfhir.chart.build import build_chart
from lnfhir.review import Review, review
from lnfhir.sandbox.draft_orders import draft_orders
from lnfhir.sandbox.shorthand import Record
from tests.vignettes.doors import hook_request
from tests.vignettes.vignette import HOOKS, Case

Json = dict[str, Any]
_INDICATORS = ("critical", "warning", "info")


def calls(case: Case, record: Record) -> dict[str, Request]:
    """The call of each hook, with the record as prefetch and the drafts in its context."""
    return {hook: _opened(hook, body).request for hook, body in bodies(case, record).items()}


def bodies(case: Case, record: Record) -> dict[str, bytes]:
    """What the EHR posts to each of the two services."""
    orders = _with_accepted(case, record)
    return {hook: msgspec.json.encode(_body(hook, orders, case, record)) for hook in HOOKS}


def _body(hook: str, orders: list[Json], case: Case, record: Record) -> Json:
    sent = hook_request(record)
    context = {**sent["context"], "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": o} for o in orders]}}
    if hook == "order-select":
        chosen = [orders[case.drafts.index(item)] for item in case.selected] if case.selected else orders
        context["selections"] = [f"{order['resourceType']}/{order['id']}" for order in chosen]
    return {**sent, "hook": hook, "context": context}


def _with_accepted(case: Case, record: Record) -> list[Json]:
    """The drafts once the first suggestion of each accepted card has removed some and created others."""
    orders = list(draft_orders(case.drafts, record))
    cards = list(_first_cards(case, record, orders)) if case.accepted else []
    for number, rule in enumerate(case.accepted, 1):
        suggested = [s for card in cards if _rule(card) == rule for s in card.get("suggestions", ())]
        assert suggested, f"{rule} suggests nothing that could be accepted"
        for place, action in enumerate(suggested[0]["actions"], 1):
            if action["type"] == "delete":
                orders = [o for o in orders if f"{o['resourceType']}/{o['id']}" != action["resourceId"]]
            else:
                orders.append({**action["resource"], "id": f"accepted-{number}-{place}"})
    return orders


def _first_cards(case: Case, record: Record, orders: list[Json]) -> Iterator[Json]:
    """The cards that were shown before anything was accepted, at the record and at a first signing."""
    settings = Settings(policy=case.policy)
    seen = msgspec.json.encode(hook_request(record))
    yield from msgspec.json.decode(answer("ln-patient-view", seen, record.as_of, settings).body)["cards"]
    signed = msgspec.json.encode(_body("order-sign", orders, case, record))
    yield from msgspec.json.decode(answer("ln-order-sign", signed, record.as_of, settings).body)["cards"]


def _rule(card: Json) -> str:
    return str(card["source"]["topic"]["code"])


def _opened(hook: str, body: bytes) -> Call:
    call = opened(f"ln-{hook}", body, Settings())
    assert isinstance(call, Call), f"{hook} refused the call"
    return call


def checked(found: Review, requests: Mapping[str, Request]) -> Json:
    """What each hook's checks come to, by rule: outcome, indicator, what is missing, said and suggested."""
    return {hook: _told(with_order_guidance(found, request)) for hook, request in requests.items()}


def _told(found: Review) -> Json:
    return {
        guidance.rule: {
            "outcome": guidance.outcome.value,
            "indicator": guidance.indicator.value,
            "missing": [str(item) for item in guidance.missing],
            "suggests": [str(draft.label) for draft in guidance.drafts],
            "says": [str(guidance.says), *map(str, guidance.notes)],
        }
        for guidance in found.guidance
    }


def ask_about_orders(case: Case, record: Record) -> tuple[Json, list[str]]:
    """What the checks come to, and one line for each card that says something else or is not there."""
    posted = bodies(case, record)
    told: Json = {}
    faults: list[str] = []
    for hook, body in posted.items():
        call = _opened(hook, body)
        chart = build_chart(call.answers, record.patient_id, record.as_of)
        told |= checked(review(chart, case.policy), {hook: call.request})
        answered = answer(f"ln-{hook}", body, record.as_of, Settings(policy=case.policy))
        assert answered.status == 200, f"{hook} answered {answered.status}: {answered.body.decode()[:500]}"
        faults += _cards_differ(hook, msgspec.json.decode(answered.body), told[hook])
    return told, faults


def _cards_differ(hook: str, said: Json, told: Json) -> Iterator[str]:
    outcomes = said["extension"][ASSESSMENT].get("guidance", {})
    if outcomes != {rule: found["outcome"] for rule, found in told.items()}:
        yield f"{hook}: the extension says {outcomes}"
    shown = {_rule(card): card for card in said["cards"]}
    wanted = {rule: found["indicator"] for rule, found in told.items() if _speaks(found)}
    waiting = [found for found in told.values() if found["outcome"] == "needs-data"]
    if waiting:
        wanted["data-needed"] = min((found["indicator"] for found in waiting), key=_INDICATORS.index)
        listed = shown.get("data-needed", {}).get("detail", "").replace("\\", "")
        yield from (f"{hook}: no card asks for {m}" for f in waiting for m in f["missing"] if m not in listed)
    if {rule: card["indicator"] for rule, card in shown.items()} != wanted:
        yield f"{hook}: cards { ({rule: card['indicator'] for rule, card in shown.items()}) }, wanted {wanted}"
    if hook == "order-select" and any(card["indicator"] == "critical" for card in said["cards"]):
        yield "order-select: something is critical before it is signed"
    for rule, found in told.items():
        own = rule if _speaks(found) else "data-needed"
        suggested = [suggestion["label"] for suggestion in shown.get(own, {}).get("suggestions", ())]
        if found["outcome"] == "needs-data":
            yield from (f"{hook}: no card suggests {label}" for label in found["suggests"] if label not in suggested)
        elif _speaks(found) and suggested != found["suggests"]:
            yield f"{hook}: {rule} suggests {suggested}"


def _speaks(found: Json) -> bool:
    return bool(
        found["outcome"] == "advise" or (found["outcome"] == "contraindicated" and found["indicator"] != "info")
    )
