"""Feedback as Epic sends it (its CDS Hooks page): in a batch, reasons in the plural, under topics without hyphens."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.store.settings import QuietSettings, StoreSettings
from cds_hooks.store.store import Store
from tests.architecture.files import ROOT
from tests.unit.store.test_service import FEEDBACK, JSON, VIEW, configured, run, settled

REASON = "com.epic.cdshooks.feedback.overrideReason"
CALL = (ROOT / "docs" / "example" / "request.json").read_bytes()
AS_OF = date(2026, 3, 2)
OURS = "https://lnfhir.org/fhir/CodeSystem/override-reason"


def answered(client: TestClient) -> dict[str, dict[str, Any]]:
    """The cards of the example's call by their topic."""
    found = client.post(VIEW, content=CALL, headers=JSON)
    assert found.status_code == 200
    return {card["source"]["topic"]["code"]: card for card in found.json()["cards"]}


def test_a_batch_of_epics_is_kept_under_our_rules_and_quiets_them(tmp_path: Path) -> None:
    config = configured(tmp_path)
    store = StoreSettings(directory=str(tmp_path / "state"))
    quiet = QuietSettings(reasons={f"{REASON}.id|12": "later"})
    settings = Settings(profile="epic", as_of=AS_OF, store=store, quiet=quiet)
    now = datetime.now(UTC).isoformat()  # noqa: TID251 - the quiet is counted from today
    with TestClient(service_app(settings, Store(store, quiet))) as client:
        cards = answered(client)
        assert all(topic.isalnum() for topic in cards)
        settled(client)
        taken = [{"id": suggestion["uuid"]} for suggestion in cards["bone"]["suggestions"][:2]]
        reason = {"code": "will-do-later", "system": OURS}
        batch = [
            {"card": cards["bone"]["uuid"], "outcome": "accepted", "acceptedSuggestions": taken},
            {
                "card": cards["dataneeded"]["uuid"],
                "outcome": "overridden",
                "overrideReasons": [{"reason": reason, "userComment": "canary"}],
            },
            {
                "card": cards["repeatbiopsy"]["uuid"],
                "outcome": "overridden",
                "overrideReasons": {"extension": {f"{REASON}.id": "12", f"{REASON}.title": "canary"}},
            },
        ]
        sent = json.dumps({"feedback": [{**item, "outcomeTimestamp": now} for item in batch]})
        assert client.post(FEEDBACK, content=sent, headers=JSON).status_code == 200
        assert {"dataneeded", "repeatbiopsy"}.isdisjoint(answered(client))
        assert "bone" in answered(client)
    code, report = run("feedback", "report", "--config", str(config), "--json")
    assert code == 0
    assert "canary" not in report
    lines = {line["rule"]: line for line in json.loads(report)["lines"]}
    assert (lines["bone"]["accepted"], lines["bone"]["overridden"]) == (1, 0)
    assert lines["data-needed"]["reasons"] == {f"{OURS}|will-do-later": 1}
    assert lines["repeat-biopsy"]["reasons"] == {f"{REASON}.id|12": 1}
