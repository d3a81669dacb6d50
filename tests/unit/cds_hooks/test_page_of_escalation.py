"""The page of the escalation rule: every treatment that is weighed, in full, for the card leaves most of it out."""

from __future__ import annotations

from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.rule_catalogue import rules
from cds_hooks.rule_pages import document
from lnfhir.guideline.escalation.catalogue import OPTIONS
from lnfhir.policy import Policy

VOCLOSPORIN = "voclosporin (with mycophenolate and glucocorticoid)"


def listed(policy: Policy) -> dict[str, list[str]]:
    """What the page as JSON says about each treatment."""
    shown = document(rules(policy)["escalate"], str, {})["options"]
    return {option["says"].partition(":")[0]: [part["says"] for part in option["parts"]] for option in shown}


def test_it_lists_every_option_in_full() -> None:
    found = listed(Policy())
    assert set(found) == {str(option.name) for option in OPTIONS}
    told = "\n".join(found[VOCLOSPORIN])
    assert "mechanism: calcineurin inhibitor: T cells, podocytes" in told
    assert "dose in the source (not an order): 23.7 mg twice daily" in told
    assert "evidence against, or correction: AURA-LV" in told
    assert "screen and follow: blood pressure and eGFR every 2 weeks" in told


def test_it_shows_the_labels_of_the_site_s_region() -> None:
    told = "\n".join(listed(Policy(region="CN"))[VOCLOSPORIN])
    assert "CN: no approval for lupus nephritis found" in told
    assert "US: approved" not in told


def test_other_rules_weigh_no_options() -> None:
    assert "options" not in document(rules(Policy())["hcq-dose"], str, {})


def test_a_reader_sees_them_on_the_page() -> None:
    with TestClient(service_app(Settings()), base_url="https://cds.example") as client:
        page = client.get("/rules/escalate").text
        assert "<h2>Options</h2>" in page
        assert "REGENCY, phase III, n=271" in page
        assert "<h2>Options</h2>" not in client.get("/rules/hcq-dose").text
