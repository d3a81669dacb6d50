"""The duties of a service in CDS Hooks 2.0, one test each, under the numbers of a public list of them.

The list is the set `cds-hooks_2.0` of the Inferno framework's test kits. Left out are the duties of clients, what a
service may do and this one does not (system actions, links, icons, updates, deletions, feedback), and what a
deployment owes (TLS).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from tests.hook_calls import bundle, call, empties, patient, response_faults, schema_faults

Json = dict[str, Any]
TOKEN = re.compile(r"{{(.*?)}}")


def templates(services: list[Json]) -> list[str]:
    """Every prefetch template."""
    return [template for service in services for template in service["prefetch"].values()]


def text(value: object) -> bool:
    """A string with something in it."""
    return isinstance(value, str) and bool(value.strip())


@pytest.mark.req("cds-hooks_2.0@1")
def test_data_is_exchanged_as_json(client: TestClient) -> None:
    """All data exchanged through production RESTful APIs MUST be sent and received as JSON structures."""
    for response in (
        client.get("/cds-services"),
        client.post("/cds-services/ln-patient-view", json=call(prefetch={"patient": patient()})),
        client.post("/cds-services/ln-patient-view", json={}),
        client.post("/cds-services/none", json={}),
    ):
        assert response.headers["content-type"] == "application/json"
        assert isinstance(response.json(), dict)
    refused = client.post("/cds-services/ln-patient-view", content="<call/>", headers={"content-type": "text/xml"})
    assert refused.status_code == 415


@pytest.mark.req("cds-hooks_2.0@3")
def test_no_element_is_null_or_empty(responses: list[Json], client: TestClient) -> None:
    """JSON elements SHALL NOT be null or empty, unless otherwise specified (such as an empty array of cards)."""
    for content in (*responses, client.get("/cds-services").json()):
        assert list(empties(content)) == []


@pytest.mark.req("cds-hooks_2.0@4")
@pytest.mark.req("cds-hooks_2.0@5")
@pytest.mark.req("cds-hooks_2.0@13")
def test_discovery_is_always_there(client: TestClient) -> None:
    """The discovery endpoint SHALL always be available at {baseUrl}/cds-services by GET, with 200 on success."""
    for address in ("/cds-services", "/cds-services?x=%00&hook=none"):
        assert client.get(address, headers={"accept": "application/json"}).status_code == 200


@pytest.mark.req("cds-hooks_2.0@6")
def test_discovery_is_an_object_with_a_list_of_services(client: TestClient) -> None:
    """The response to the discovery endpoint SHALL be an object containing a list of CDS Services."""
    content = client.get("/cds-services").json()
    assert schema_faults("discovery", content) == []
    assert content["services"]


@pytest.mark.req("cds-hooks_2.0@7")
@pytest.mark.req("cds-hooks_2.0@8")
@pytest.mark.req("cds-hooks_2.0@9")
def test_a_service_is_described(services: list[Json]) -> None:
    """Each service SHALL have a hook and a description, and SHOULD have a title, all strings."""
    assert all(text(service[name]) for service in services for name in ("hook", "description", "title"))


@pytest.mark.req("cds-hooks_2.0@10")
@pytest.mark.req("cds-hooks_2.0@16")
def test_the_id_is_the_last_part_of_the_address(client: TestClient, services: list[Json]) -> None:
    """The id is the {id} portion of the URL to this service, available at {baseUrl}/cds-services/{id}."""
    assert len({service["id"] for service in services}) == len(services)
    for service in services:
        answered = client.post(f"/cds-services/{service['id']}", json={})
        assert answered.status_code == 400
    assert client.post("/cds-services/ln-unheard-of", json={}).status_code == 404


@pytest.mark.req("cds-hooks_2.0@29")
@pytest.mark.req("cds-hooks_2.0@36")
def test_prefetch_is_templates_by_key(services: list[Json]) -> None:
    """The prefetch field SHALL provide a key for each template: a relative FHIR read or search."""
    for template in templates(services):
        assert re.match(r"[A-Z][A-Za-z]+[/?]", template)


@pytest.mark.req("cds-hooks_2.0@54")
@pytest.mark.parametrize("prefetch", [None, {}, {"conditions": bundle()}, {"patient": None}])
def test_412_when_required_data_cannot_be_had(client: TestClient, prefetch: Json | None) -> None:
    """If required data cannot be obtained from the FHIR server or the prefetch, the service SHALL respond with 412."""
    sent = call() if prefetch is None else call(prefetch=prefetch)
    refused = client.post("/cds-services/ln-patient-view", json=sent)
    assert refused.status_code == 412
    assert refused.json()["resourceType"] == "OperationOutcome"
    assert refused.json()["issue"][0]["expression"] == ["prefetch.patient"]


@pytest.mark.req("cds-hooks_2.0@55")
@pytest.mark.req("cds-hooks_2.0@56")
@pytest.mark.req("cds-hooks_2.0@57")
@pytest.mark.req("cds-hooks_2.0@59")
def test_tokens_are_root_fields_of_the_context(services: list[Json]) -> None:
    """Tokens MUST stand in {{ and }} and contain only context.field, a primitive root field of the hook's context."""
    allowed = {"context.userId", "context.patientId", "context.encounterId"}
    for service in services:
        assert service["hook"] in ("patient-view", "order-select", "order-sign", "encounter-start")
        for template in service["prefetch"].values():
            assert set(TOKEN.findall(template)) <= allowed
            assert not re.search("[{}]", TOKEN.sub("", template))


@pytest.mark.req("cds-hooks-library_1.0.1@16")
@pytest.mark.req("cds-hooks-library_1.0.1@93")
def test_draft_orders_are_no_tokens(services: list[Json]) -> None:
    """Services SHALL NOT use draftOrders in prefetch tokens of order-sign and order-select."""
    assert {service["hook"] for service in services} >= {"order-sign", "order-select"}
    assert not any("draftOrders" in template or "selections" in template for template in templates(services))


@pytest.mark.req("cds-hooks_2.0@58")
def test_templates_keep_to_the_recommended_subset(services: list[Json]) -> None:
    """It is RECOMMENDED that prefetch queries use reads, searches by reference and token, _count and _sort only."""
    for template in templates(services):
        query = template.partition("?")[2]
        names = [pair.partition("=")[0] for pair in query.split("&")] if query else []
        assert set(names) <= {"patient", "code", "_sort", "_count"}


@pytest.mark.req("cds-hooks_2.0@74")
def test_success_is_200_with_cards(client: TestClient, responses: list[Json]) -> None:
    """For successful responses, services SHALL respond with 200 and an object containing a cards array."""
    sent = call(prefetch={"patient": patient()})
    answered = client.post("/cds-services/ln-patient-view", json=sent)
    assert answered.status_code == 200
    assert isinstance(answered.json()["cards"], list)
    for response in responses:
        assert response_faults(response) == []


@pytest.mark.req("cds-hooks_2.0@77")
def test_nothing_to_say_is_an_empty_array(client: TestClient) -> None:
    """A service without decision support for the user should return 200 with an empty array of cards."""
    searched = dict.fromkeys(client.get("/cds-services").json()["services"][0]["prefetch"])
    answered = client.post("/cds-services/ln-patient-view", json=call(prefetch={**searched, "patient": patient()}))
    assert answered.status_code == 200
    assert answered.json()["cards"] == []


@pytest.mark.req("cds-hooks_2.0@52")
def test_an_operation_outcome_is_noticed(client: TestClient) -> None:
    """Services SHOULD check any prefetched data for the existence of OperationOutcomes."""
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
    searched = dict.fromkeys(client.get("/cds-services").json()["services"][0]["prefetch"])
    sent = call(prefetch={**searched, "patient": patient(), "conditions": failed})
    answered = client.post("/cds-services/ln-patient-view", json=sent).json()
    assert [card["source"]["topic"]["code"] for card in answered["cards"]] == ["data-needed"]
    assert "conditions: the search failed" in answered["cards"][0]["detail"]


@pytest.mark.req("cds-hooks_2.0@80")
def test_a_card_has_a_unique_id(responses: list[Json]) -> None:
    """The uuid SHALL be a unique identifier of the card."""
    for response in responses:
        found = [card["uuid"] for card in response["cards"]]
        assert len(set(found)) == len(found)
        assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid) for uuid in found)


@pytest.mark.req("cds-hooks_2.0@83")
def test_a_summary_is_short(shown: list[Json]) -> None:
    """The summary SHALL be a message of fewer than 140 characters."""
    assert all(text(card["summary"]) and len(card["summary"]) < 140 for card in shown)


@pytest.mark.req("cds-hooks_2.0@85")
def test_a_detail_is_markdown_without_html(shown: list[Json]) -> None:
    """The detail, if provided, MUST be represented in GitHub Flavored Markdown."""
    for card in shown:
        html = MarkdownIt("commonmark", {"html": False}).enable("table").render(card["detail"])
        assert "<" not in card["detail"]
        assert "**" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.req("cds-hooks_2.0@87")
@pytest.mark.req("cds-hooks_2.0@88")
def test_an_indicator_is_one_of_three(shown: list[Json]) -> None:
    """The indicator is required; its allowed values are info, warning and critical."""
    assert {card["indicator"] for card in shown} == {"info", "warning", "critical"}


@pytest.mark.req("cds-hooks_2.0@90")
@pytest.mark.req("cds-hooks_2.0@105")
@pytest.mark.req("cds-hooks_2.0@107")
def test_a_card_has_a_source(shown: list[Json]) -> None:
    """The source is required, with a label, and an absolute URL if it has one."""
    for card in shown:
        assert text(card["source"]["label"])
        assert re.match(r"https://[^/]+", card["source"].get("url", "https://x"))
    assert any("url" in card["source"] for card in shown)


@pytest.mark.req("cds-hooks_2.0@115")
@pytest.mark.req("cds-hooks_2.0@216")
@pytest.mark.req("cds-hooks_2.0@217")
def test_a_topic_is_a_coding(shown: list[Json]) -> None:
    """The topic SHALL be a Coding: code and system are required strings."""
    for card in shown:
        topic = card["source"]["topic"]
        assert text(topic["code"])
        assert len(topic["code"]) <= 100
        assert topic["system"].startswith("https://")


@pytest.mark.req("cds-hooks_2.0@92")
@pytest.mark.req("cds-hooks_2.0@93")
@pytest.mark.req("cds-hooks_2.0@95")
@pytest.mark.req("cds-hooks_2.0@96")
def test_suggestions_come_with_a_selection_behavior(shown: list[Json]) -> None:
    """If suggestions (an array) are present, selectionBehavior MUST also be provided: at-most-one or any."""
    for card in shown:
        assert ("suggestions" in card) == ("selectionBehavior" in card)
        assert card.get("selectionBehavior", "any") in ("any", "at-most-one")
        assert isinstance(card.get("suggestions", []), list)


@pytest.mark.req("cds-hooks_2.0@98")
@pytest.mark.req("cds-hooks_2.0@100")
@pytest.mark.req("cds-hooks_2.0@136")
def test_override_reasons_are_shown_to_people(shown: list[Json]) -> None:
    """If override reasons (an array of Coding) are present, each MUST have a human readable display."""
    for card in shown:
        assert card["overrideReasons"]
        for reason in card["overrideReasons"]:
            assert all(text(reason[name]) for name in ("code", "system", "display"))


@pytest.mark.req("cds-hooks_2.0@117")
@pytest.mark.req("cds-hooks_2.0@119")
@pytest.mark.req("cds-hooks_2.0@124")
def test_a_suggestion_has_a_label_an_id_and_actions(suggestions: list[Json]) -> None:
    """The label of a suggestion is required; uuid is a string; actions is an array."""
    for suggestion in suggestions:
        assert text(suggestion["label"])
        assert text(suggestion["uuid"])
        assert isinstance(suggestion["actions"], list)


@pytest.mark.req("cds-hooks_2.0@125")
def test_alternatives_are_separate_suggestions(suggestions: list[Json]) -> None:
    """Within a suggestion all actions are ANDed: selecting it selects all of them. So each draft stands alone."""
    assert all(len(suggestion["actions"]) == 1 for suggestion in suggestions)


@pytest.mark.req("cds-hooks_2.0@127")
@pytest.mark.req("cds-hooks_2.0@128")
def test_an_action_has_a_type_and_a_description(actions: list[Json]) -> None:
    """The type (create, update or delete) and the description of an action are required strings."""
    assert all(action["type"] in ("create", "update", "delete") and text(action["description"]) for action in actions)


@pytest.mark.req("cds-hooks_2.0@130")
@pytest.mark.req("cds-hooks_2.0@131")
def test_a_create_action_holds_a_new_resource(actions: list[Json]) -> None:
    """For create, the resource SHALL be a new FHIR resource: typed, without id, a draft about this patient."""
    for action in actions:
        resource = action["resource"]
        assert text(resource["resourceType"])
        assert "id" not in resource
        assert (resource["status"], resource["intent"]) == ("draft", "proposal")
        assert resource["subject"]["reference"].startswith("Patient/")


@pytest.mark.req("cds-hooks_2.0@214")
@pytest.mark.req("cds-hooks_2.0@215")
def test_an_extension_is_an_object_under_a_domain_name(responses: list[Json]) -> None:
    """An extension SHALL be an object; its keys should be reverse domain names. Unknown ones are ignored."""
    for response in responses:
        assert list(response["extension"]) == ["org.lnfhir.assessment"]
        assert isinstance(response["extension"]["org.lnfhir.assessment"], dict)
