"""The published rules, the prefetch page and the description of the routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from starlette.routing import Route
from starlette.testclient import TestClient

from cds_hooks import rule_pages
from cds_hooks.app import service_app
from cds_hooks.cards import cards, order_cards, visit_cards
from cds_hooks.config import Settings
from cds_hooks.manner import Manner
from cds_hooks.numbers import WORDS, number
from cds_hooks.rule_catalogue import Criterion, rules
from cds_hooks.services import SERVICES, described
from lnfhir import __version__
from lnfhir.citation import Confidence, Parameter
from lnfhir.guideline.catalogue import RECOMMENDATIONS
from lnfhir.guideline.failure_profiles import PROFILES
from lnfhir.guideline.order_safety import ORDER_RULES
from lnfhir.guideline.response_definitions import DEFINITIONS
from lnfhir.guideline.sources import LNFHIR
from lnfhir.languages import lookup_in
from lnfhir.message import say
from lnfhir.policy import Policy
from tests.hook_calls import INSTANCE
from tests.reviews import REVIEWS

RULES = rules(Policy())
CHINESE = {"accept-language": "zh-CN"}
AS_JSON = {"accept": "application/json"}
HAN = re.compile("[\u4e00-\u9fff]")
BASE = "https://cds.example"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(Settings(base_url=BASE)), base_url=BASE) as opened:
        yield opened


def sentences(criteria: tuple[Criterion, ...]) -> list[str]:
    """Every sentence of a tree of criteria."""
    return [text for found in criteria for text in (str(found.says), *sentences(found.parts))]


def test_every_recommendation_check_profile_and_definition_is_published() -> None:
    expected = {rule.rule for rule in RECOMMENDATIONS} | {rule.rule for rule in ORDER_RULES}
    expected |= {f"refractory-{profile.key}" for profile in PROFILES}
    expected |= {f"response-{definition.key}" for definition in DEFINITIONS}
    assert expected <= set(RULES)
    assert set(RULES) - expected == {"refractory", "response", "data-needed", "visit"}
    for name in expected:
        assert RULES[name].criteria, name
        assert RULES[name].cites, name
        assert str(RULES[name].statement)


def test_a_recommendation_that_is_also_a_check_of_orders_keeps_both() -> None:
    shared = {rule.rule for rule in RECOMMENDATIONS} & {rule.rule for rule in ORDER_RULES}
    assert shared
    for name in shared:
        assert "when it is ordered" in sentences(RULES[name].criteria)
        assert str(RULES[name].kind) == "Recommendations"


def test_a_profile_names_the_four_criteria_and_what_they_ask() -> None:
    found = sentences(RULES["refractory-ding2025"].criteria)
    assert [text[:2] for text in found if text.startswith("C")] == ["C1", "C2", "C3", "C4"]
    assert "oral prednisone-equivalent was at least 1 mg/kg/d for 7 days" in found
    assert "a kidney biopsy shows lupus nephritis class III, IV, V or mixed" in found
    assert "partial response by 6 months" in found


def test_criteria_follow_the_settings_of_the_site() -> None:
    usual = sentences(RULES["refractory-kdigo2024"].criteria)
    changed = sentences(rules(Policy(mmf_min=1.5))["refractory-kdigo2024"].criteria)
    assert any("at least 2 g/d" in text for text in usual)
    assert any("at least 1.5 g/d" in text for text in changed)


@pytest.mark.parametrize("review", REVIEWS)
def test_every_card_leads_to_a_page_that_exists(client: TestClient, review: Any) -> None:
    manner = Manner(rules_url=f"{BASE}/rules")
    for compose in (cards, order_cards, visit_cards):
        for card in compose(review(), INSTANCE, manner):
            name = card.source.topic.code
            assert card.source.url == f"{BASE}/rules/{name}"
            if not name.startswith("rule-"):
                assert client.get(card.source.url).status_code == 200, name


VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Checks that elements are closed in order, and gathers links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.faults: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "script" or "style" in found or any(name.startswith("on") for name in found):
            self.faults.append(f"{tag} {sorted(found)}")
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("headers", [{}, CHINESE])
@pytest.mark.parametrize("name", ["/rules", "/prefetch", *(f"/rules/{name}" for name in RULES)])
def test_a_page_is_sound_strict_and_says_once_what_it_is_not(
    client: TestClient, name: str, headers: dict[str, str]
) -> None:
    answered = client.get(name, headers=headers)
    assert answered.status_code == 200
    policy = answered.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    page = Page(answered.text)
    assert (page.faults, page.open) == ([], [])
    said = "not a medical device, not CE-marked, and not for patients" if not headers else "不是医疗器械"
    assert page.text.count(said) == 1
    assert answered.headers["content-language"] == ("zh-CN" if headers else "en")
    for link in page.links:
        assert link.startswith("https://") or client.get(link).status_code == 200, link


def test_a_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/rules/hcq-dose").text
    assert re.findall(r'<(?:link|img|script|iframe)[^>]*(?:href|src)="([^"]*)"', page) == ["/rules/style.css"]
    sheet = client.get("/rules/style.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert "url(" not in sheet.text
    assert "@import" not in sheet.text


def test_text_of_a_rule_is_text_on_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = replace(RULES["hcq-dose"], statement=say("a <img src=x> & <b>b</b>"))
    monkeypatch.setattr(rule_pages, "rules", lambda policy: {"hcq-dose": hostile})
    with TestClient(service_app(Settings())) as opened:
        for name in ("/rules", "/rules/hcq-dose"):
            page = opened.get(name).text
            assert "&lt;img src=x&gt; &amp; &lt;b&gt;b&lt;/b&gt;" in page
            assert "<img" not in page


@pytest.mark.parametrize("name", RULES)
def test_a_rule_as_json_has_everything(client: TestClient, name: str) -> None:
    found = client.get(f"/rules/{name}.json").json()
    assert found == client.get(f"/rules/{name}", headers=AS_JSON).json()
    assert found["id"] == name
    assert found["versions"] == {"lnfhir": __version__, "cdsHooks": "2.0.1"}
    assert [attribute["number"] for attribute in found["sourceAttributes"]] == list(range(1, 14))
    assert [attribute["name"] for attribute in found["sourceAttributes"] if attribute.get("used")] == [
        "sex",
        "date of birth",
        "health status assessments",
    ]
    assert [attribute["name"] for attribute in found["sourceAttributes"] if attribute.get("used") is False] == [
        "race",
        "ethnicity",
        "language",
        "sexual orientation",
        "gender identity",
        "social determinants of health",
    ]
    assert all(parameter["unit"] and parameter["confidence"] in "P23ME" for parameter in found["parameters"])
    assert found["sources"]
    assert found["policy"]["refractory_profile"] == "ding2025"


SYMBOLS = {
    "%", "10*9/L", "[iU]", "g", "g/L", "g/g", "kg", "kg/m2", "mL/min/1.73m2", "mg", "mg/d", "mg/dL", "mg/g",
    "mg/kg/d", "mmHg", "mmol/L",
}  # fmt: skip
"""The units that are written alike in every language."""


def test_every_unit_is_a_symbol_or_a_word_with_its_translation() -> None:
    shown = [parameter for rule in rules(Policy()).values() for parameter in rule.parameters]
    assert {parameter.unit for parameter in shown} - SYMBOLS - set(WORDS) == set()
    for parameter in shown:
        assert str(number(parameter)).startswith(str(parameter))
        said = number(parameter).text(lookup_in("zh-CN"))
        assert said == str(parameter) if parameter.unit in SYMBOLS else HAN.search(said), said


@pytest.mark.parametrize(
    ("meaning", "unit", "value", "shown"),
    [
        ("youngest age for telitacicept", "years", 18, "18岁"),
        ("years of treatment", "years", 5, "5年"),
        ("dose", "mg/kg/d", 0.5, "0.5 mg/kg/d"),
        ("white cells", "/hpf", 5, "5 /高倍视野"),
    ],
)
def test_a_number_is_shown_with_its_unit(meaning: str, unit: str, value: float, shown: str) -> None:
    parameter = Parameter(meaning, value, unit, LNFHIR.at("here", Confidence.ENGINEERING))
    assert number(parameter).text(lookup_in("zh-CN")) == shown


@pytest.mark.parametrize("name", RULES)
def test_a_chinese_page_leaves_no_sentence_in_english(client: TestClient, name: str) -> None:
    """What may stay English is the place in a source, a code, a setting's name and the name of a study."""
    found = client.get(f"/rules/{name}.json", headers={"accept-language": "zh-CN"}).json()
    said = [found[member] for member in ("kind", "title", "statement", "disclaimer")]
    said += [parameter["meaning"] for parameter in found["parameters"]]
    said += [source["title"] for source in found["sources"]] + [source["verified"] for source in found["sources"]]
    said += [text for attribute in found["sourceAttributes"] for text in (attribute["name"], attribute["says"])]
    said += list(lines(found["criteria"]))
    assert [text for text in said if not HAN.search(text)] == []
    # Three small words in a row are a piece of an English sentence.
    assert [text for text in said if re.search(r"\b[a-z]{3,} [a-z]{2,} [a-z]{3,}\b", text)] == []


def lines(criteria: list[Any]) -> Iterator[str]:
    """Every line of the tree of criteria."""
    for criterion in criteria:
        yield criterion["says"]
        yield from lines(criterion.get("parts", []))


def test_the_list_is_json_where_only_that_is_accepted(client: TestClient) -> None:
    assert [rule["id"] for rule in client.get("/rules.json").json()["rules"]] == list(RULES)
    assert client.get("/rules", headers=AS_JSON).json() == client.get("/rules.json").json()
    both = client.get("/rules", headers={"accept": "text/html,application/json"})
    assert both.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("name", ["/rules/canary", "/rules/canary.json", "/rules/..%2fcanary"])
def test_an_unknown_rule_is_not_found_and_not_repeated(client: TestClient, name: str) -> None:
    answered = client.get(name)
    assert answered.status_code == 404
    assert "canary" not in answered.text


def test_the_prefetch_page_holds_every_template_and_address(client: TestClient) -> None:
    page = Page(client.get("/prefetch").text).text
    for service in SERVICES:
        assert f"POST {BASE}/cds-services/{service.id}" in page
        for key, query in described(service)["prefetch"].items():
            assert key in page
            assert query in page


def test_the_description_of_the_routes_is_that_of_the_routes(client: TestClient) -> None:
    answered = client.get("/openapi.yaml")
    described_as = yaml.safe_load(answered.text)
    assert described_as["info"]["version"] == __version__
    documented = {(path, method.upper()) for path, methods in described_as["paths"].items() for method in methods}
    application = service_app(Settings())
    offered = {
        (route.path, method)
        for route in application.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert documented == offered


def test_every_reference_of_the_description_leads_somewhere(client: TestClient) -> None:
    document = yaml.safe_load(client.get("/openapi.yaml").text)
    for reference in re.findall(r'\$ref: "#/([^"]*)"', client.get("/openapi.yaml").text):
        found = document
        for part in reference.split("/"):
            found = found[part]
