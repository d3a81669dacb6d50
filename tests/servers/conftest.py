"""A real FHIR server with the demo patients: a sekmet-fhir, or the one that `LNFHIR_TEST_FHIR` names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date

import pytest

from lnfhir.sandbox.demo import example_patients, start_fhir_server
from lnfhir.sandbox.ehr import load
from lnfhir.sandbox.shorthand import Record

TODAY = date(2026, 1, 15)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    named = os.environ.get("LNFHIR_TEST_FHIR")
    if named:
        yield named.rstrip("/")
        return
    folder = tmp_path_factory.mktemp("fhir")
    started = start_fhir_server(folder)
    try:
        yield started.url
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def records(server: str) -> list[Record]:
    found = [record for record, _, _ in example_patients(TODAY)]
    for record in found:
        load(server, record.transaction())
    return found
