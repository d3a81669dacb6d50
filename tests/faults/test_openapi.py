"""The published description against the running service: every answer to what it allows, and to what it does not, is
one it names, of the type and the shape it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.architecture.files import ROOT
from tests.faults.bad_inputs.case import MOST_REFUSED_BYTES
from tests.unit.cds_hooks.test_server_limits import started

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "cds_hooks" / "openapi.yaml").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = sorted(
    (path, method.upper()) for path, item in DOCUMENT["paths"].items() for method in item if method in ("get", "post")
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
]
"""Not `positive_data_acceptance` and `negative_data_rejection`: no schema tells which patient's data are in a prefetch
(412), or that members which CDS Hooks does not name are ignored."""
EXAMPLES = 25


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running service."""
    limits = "calls_per_second = 100000.0\nburst = 100000\n"
    with started(tmp_path_factory.mktemp("service"), limits) as (port, _):
        yield f"http://127.0.0.1:{port}"


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) >= 12
    assert len(list(SCHEMA.get_all_operations())) == len(OPERATIONS)


TRIED = [(*operation, GenerationMode.POSITIVE) for operation in OPERATIONS]
TRIED += [(*operation, GenerationMode.NEGATIVE) for operation in OPERATIONS if operation[1] == "POST"]
"""What is wrong is drawn for calls with a body: the text of an address or of a header cannot be of a wrong type."""


@pytest.mark.parametrize(("path", "method", "mode"), TRIED, ids=str)
def test_every_answer_is_one_that_is_described(base: str, path: str, method: str, mode: GenerationMode) -> None:
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=SCHEMA[path][method].as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        answered = case.call_and_validate(base_url=base, checks=CHECKS)
        assert "Traceback" not in answered.text
        assert answered.status_code < 400 or len(answered.content) <= MOST_REFUSED_BYTES

    tried()
