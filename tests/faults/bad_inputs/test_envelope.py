"""What is no JSON or no call is refused with its reason, without repeating a word of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Settings
from cds_hooks.store.settings import StoreSettings
from cds_hooks.store.store import Store
from tests.faults.bad_inputs.case import CANARY, Case, check
from tests.faults.bad_inputs.envelope_cases import CASES, LIMIT, PRODUCTION
from tests.reviews import AS_OF


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service with a store, called in process; a bug would raise here."""
    folder: Path = tmp_path_factory.mktemp("store")
    settings = Settings(
        as_of=AS_OF,
        max_body_bytes=LIMIT,
        calls_per_second=10_000,
        burst=10_000,
        store=StoreSettings(directory=str(folder)),
    )
    with TestClient(service_app(settings, Store(settings.store, settings.quiet))) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_bad_input_has_its_answer(client: TestClient, case: Case) -> None:
    with structlog.testing.capture_logs() as lines:
        answered = client.request(case.method, case.path, content=case.content, headers=dict(case.headers))
    check(case, answered)
    assert CANARY not in repr(lines)


@pytest.mark.parametrize("case", PRODUCTION, ids=lambda case: case.id)
def test_a_service_in_production_hears_of_no_server_without_tls(case: Case) -> None:
    with TestClient(service_app(Settings(base_url="https://cds.example", hosts=("testserver",)))) as opened:
        check(case, opened.request(case.method, case.path, content=case.content, headers=dict(case.headers)))
