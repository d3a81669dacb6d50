"""What an operator and an orchestrator ask of the service."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from starlette.testclient import TestClient

from cds_hooks import door
from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from cds_hooks.guidance_cards import TITLES
from cds_hooks.metrics import Metrics
from cds_hooks.services import SERVICES
from cds_hooks.store import schema
from cds_hooks.store.database import Database
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from tests.hook_calls import body, call, patient
from tests.reviews import AS_OF
from tests.unit.cds_hooks.signing import ISSUER, SERVICE, ec_jwk

VIEW = "/cds-services/ln-patient-view"
JSON = {"content-type": "application/json"}
GOOD = body(call(prefetch={"patient": patient()}))
OURS = {service.id for service in SERVICES} | {"unknown"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """The service, called in process."""
    with TestClient(service_app(Settings(as_of=AS_OF, burst=4, calls_per_second=0.01))) as opened:
        yield opened


def figures(client: TestClient) -> dict[str, float]:
    """The exposition, each sample by its name with labels."""
    answered = client.get("/metrics")
    assert answered.headers["content-type"].startswith("text/plain")
    lines = [line for line in answered.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_calls_cards_and_refusals_are_counted(client: TestClient) -> None:
    assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 200
    assert client.post(VIEW, content=b"{}", headers=JSON).status_code == 400
    assert client.post("/cds-services/canary", content=GOOD, headers=JSON).status_code == 404
    assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 200
    assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 429
    found = figures(client)
    assert found['lnfhir_calls_total{service="ln-patient-view",status_class="2xx"}'] == 2
    assert found['lnfhir_calls_total{service="ln-patient-view",status_class="4xx"}'] == 1
    assert found['lnfhir_calls_total{service="unknown",status_class="4xx"}'] == 1
    assert found['lnfhir_refused_total{reason="rate"}'] == 1
    assert found['lnfhir_call_seconds_count{service="ln-patient-view"}'] == 3
    (card,) = [name for name in found if name.startswith("lnfhir_cards_total")]
    assert 'rule="data-needed"' in card
    assert 'shown="yes"' in card
    assert found[card] == 2
    assert found["lnfhir_requests_under_way"] == 1


def test_labels_are_closed_sets_of_our_own_words(client: TestClient) -> None:
    client.post(VIEW, content=GOOD, headers=JSON)
    client.post("/cds-services/canary", content=GOOD, headers=JSON)
    own = {*TITLES, "refractory", "response", "data-needed", "visit"}
    for name in figures(client):
        for label, value in re.findall(r'(\w+)="([^"]*)"', name):
            allowed = {"service": OURS, "rule": own, "status_class": {"2xx", "4xx", "5xx"}, "shown": {"yes", "no"}}
            assert value in allowed.get(label, {value}), name
    assert "canary" not in client.get("/metrics").text


def test_silence_is_counted_as_such() -> None:
    with TestClient(service_app(Settings(as_of=AS_OF, silent=True))) as opened:
        assert opened.post(VIEW, content=GOOD, headers=JSON).json() == {"cards": []}
        (card,) = [name for name in figures(opened) if name.startswith("lnfhir_cards_total")]
    assert 'shown="no"' in card


def test_a_bug_is_counted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(door, "answer", broken)
    assert client.post(VIEW, content=GOOD, headers=JSON).status_code == 500
    assert figures(client)["lnfhir_bugs_total"] == 1


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.bug()
    assert b"lnfhir_bugs_total 1.0" in first.text()[0]
    assert b"lnfhir_bugs_total 0.0" in second.text()[0]


def test_a_service_without_clients_is_ready(client: TestClient) -> None:
    answered = client.get("/readyz")
    assert (answered.status_code, answered.json()) == (
        200,
        {"status": "ready", "checks": {"rules": "ok", "keys": "ok"}},
    )


def trusted(**keys: Any) -> Settings:
    """Settings with one client with these keys."""
    return Settings(base_url=SERVICE, clients=(Client(issuer=ISSUER, **keys),))


def test_a_service_whose_clients_have_no_key_is_not_ready(tmp_path: Path) -> None:
    with TestClient(service_app(trusted(jwks_url="https://127.0.0.1:9/keys")), base_url=SERVICE) as opened:
        answered = opened.get("/readyz")
        assert opened.get("/healthz").status_code == 200
    assert (answered.status_code, answered.json()["checks"]["keys"]) == (503, "failing")
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [ec_jwk()]}))
    with TestClient(service_app(trusted(jwks_file=str(path))), base_url=SERVICE) as opened:
        assert opened.get("/readyz").status_code == 200


def test_a_probe_may_come_under_any_name(tmp_path: Path) -> None:
    with TestClient(service_app(trusted(jwks_url="https://127.0.0.1:9/keys")), base_url="http://10.0.0.7") as opened:
        assert opened.get("/healthz").status_code == 200
        assert opened.get("/metrics").status_code == 200
        assert opened.get("/version").status_code == 421


def ready_with(settings: StoreSettings) -> Any:
    """`/readyz` and the figures of a service with this store, once it had time to open it."""
    with TestClient(service_app(Settings(), Store(settings))) as opened:
        for _ in range(100):
            answered = opened.get("/readyz").json()
            if answered["checks"]["store"] == "ok":
                break
            time.sleep(0.02)
        return answered, figures(opened)


@pytest.mark.parametrize(
    ("revision", "at_start", "status", "mended_by"),
    [
        ("0001", False, 503, "lnfhir store upgrade"),
        ("0001", True, 200, ""),
        ("", False, 503, "lnfhir store upgrade"),
        ("", True, 200, ""),
        ("9999", False, 503, "install the version of lnfhir that wrote the store"),
        ("9999", True, 503, "install the version of lnfhir that wrote the store"),
    ],
    ids=["older", "older, upgraded", "missing", "missing, made", "newer", "newer, left alone"],
)
def test_a_store_of_another_schema_makes_the_service_unready_and_says_what_mends_it(
    tmp_path: Path, revision: str, at_start: bool, status: int, mended_by: str
) -> None:
    database = Database(tmp_path / "store.sqlite3")
    with database.writing() as connection:
        if revision:
            command.upgrade(schema._config(connection), "0001" if revision == "0001" else "head")
            connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": revision})
    database.close()
    kept = StoreSettings(directory=str(tmp_path), upgrade_at_start=at_start)
    with TestClient(service_app(Settings(as_of=AS_OF), Store(kept))) as opened:
        for _ in range(200):
            answered = opened.get("/readyz")
            if answered.status_code == status and ("mend" in answered.json()) == bool(mended_by):
                break
            time.sleep(0.02)
        assert answered.status_code == status
        found = answered.json()
        assert found["checks"]["store"] == ("ok" if status == 200 else "failing")
        assert found.get("mend", {"store": ""})["store"].startswith(mended_by)
        assert str(tmp_path) not in answered.text
        # An orchestrator no longer sends calls; those that come all the same get their cards.
        assert opened.post(VIEW, content=GOOD, headers=JSON).json()["cards"]


def test_a_service_whose_schema_is_mended_becomes_ready_by_itself(tmp_path: Path) -> None:
    kept = StoreSettings(directory=str(tmp_path), upgrade_at_start=False)
    with TestClient(service_app(Settings(), Store(kept))) as opened:
        assert opened.get("/readyz").status_code == 503
        database = Database(tmp_path / "store.sqlite3")
        schema.upgrade(database)
        database.close()
        for _ in range(200):
            if opened.get("/readyz").status_code == 200:
                break
            time.sleep(0.02)
        assert opened.get("/readyz").json()["checks"]["store"] == "ok"


def test_a_store_is_shown_and_counted(tmp_path: Path) -> None:
    answered, found = ready_with(StoreSettings(directory=str(tmp_path)))
    assert answered == {"status": "ready", "checks": {"rules": "ok", "keys": "ok", "store": "ok"}}
    assert found["lnfhir_store_up"] == 1
    assert 'lnfhir_store{figure="waiting"}' in found
