"""The whole way: a signed token, a prefetch with holes, and a real FHIR server that fills them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from cds_hooks.services import discovery
from lnfhir.sandbox.ehr import Offer, request_for
from lnfhir.sandbox.shorthand import Record
from tests.hook_calls import response_faults
from tests.servers.conftest import TODAY
from tests.unit.cds_hooks.signing import ISSUER, ec_jwk, header, token
from tests.unit.command_line import run

Json = dict[str, Any]
BASE = "http://127.0.0.1:8080"
NAME = "ln-patient-view"
PATH = f"/cds-services/{NAME}"
HOLES: dict[str, Callable[[str], bool]] = {
    "all there": lambda key: True,
    "half there": lambda key: key < "m",
    "the other half": lambda key: key >= "m",
    "nothing there": lambda key: False,
}


@pytest.fixture(scope="module")
def client(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with one known client, which may have it ask this server."""
    keys = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.write_text(json.dumps({"keys": [ec_jwk()]}))
    trusted = Client(issuer=ISSUER, jwks_file=str(keys), fhir_servers=(server,))
    settings = Settings(base_url=BASE, clients=(trusted,), as_of=TODAY, fetch_seconds=30, burst=1000)
    with TestClient(service_app(settings), base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="module")
def calls(server: str, records: list[Record]) -> dict[str, Json]:
    """The call about each patient with all that the server answers to its prefetch."""
    (offered,) = (each for each in json.loads(discovery())["services"] if each["id"] == NAME)
    offer = Offer(NAME, offered["hook"], offered["title"], offered["prefetch"])
    return {record.patient_id: request_for(offer, server, record.patient_id) for record in records}


def answered(client: TestClient, sent: Json) -> Json:
    """The answer to a call with a token of its own."""
    now = time.time()
    claims = {"iss": ISSUER, "aud": f"{BASE}{PATH}", "iat": now, "exp": now + 300, "jti": str(uuid4())}
    headers = {"content-type": "application/json", "authorization": f"Bearer {token(header(), claims)}"}
    found = client.post(PATH, content=json.dumps(sent), headers=headers)
    assert found.status_code == 200, found.text[:300]
    content: Json = found.json()
    assert response_faults(content) == []
    return content


def with_access(sent: Json, server: str) -> Json:
    """The call with access to the server."""
    access = {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs", "subject": "l"}
    return {**sent, "fhirServer": server, "fhirAuthorization": access}


@pytest.mark.parametrize("holes", HOLES)
def test_what_a_prefetch_lacks_comes_from_the_server_and_the_cards_are_the_same(
    client: TestClient, server: str, calls: dict[str, Json], records: list[Record], tmp_path: Path, holes: str
) -> None:
    """The verdicts are those that the command line gives on the record as it was loaded."""
    for record in records:
        sent = calls[record.patient_id]
        sent = {**sent, "prefetch": {key: value for key, value in sent["prefetch"].items() if HOLES[holes](key)}}
        found = answered(client, with_access(sent, server))
        whole = answered(client, calls[record.patient_id])
        assert found["cards"] == whole["cards"]
        states = found["extension"]["org.lnfhir.assessment"]
        assert set(states["coverage"].values()) == {"complete"}
        loaded = tmp_path / f"{record.patient_id}.json"
        loaded.write_text(json.dumps(record.transaction()), "utf-8")
        local = json.loads(run("assess", "--json", "--as-of", TODAY.isoformat(), str(loaded)).out)
        assert {name: verdict["overall"] for name, verdict in states["refractory"].items()} == {
            verdict["profile"]: verdict["overall"]["state"] for verdict in local["refractory"]
        }


def test_without_access_the_holes_are_told_and_nothing_is_guessed(client: TestClient, calls: dict[str, Json]) -> None:
    for sent in calls.values():
        only = {**sent, "prefetch": {key: sent["prefetch"][key] for key in ("patient", "conditions")}}
        found = answered(client, only)
        states = found["extension"]["org.lnfhir.assessment"]
        assert set(states["coverage"].values()) == {"complete", "not-provided"}
        assert {verdict["overall"] for verdict in states["refractory"].values()} <= {"unknown", "not-met"}
        assert any(card["source"]["topic"]["code"] == "data-needed" for card in found["cards"])
