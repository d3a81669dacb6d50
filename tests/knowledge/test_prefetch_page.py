"""The published prefetch templates are those of the services."""

from __future__ import annotations

from cds_hooks.services import SERVICES, described
from tests.knowledge.prefetch_page import PAGE, page


def test_the_page_is_as_written_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_template_of_every_service_is_on_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for service in SERVICES:
        assert f"`POST {{base_url}}/cds-services/{service.id}`" in text
        for key, query in described(service)["prefetch"].items():
            assert f"`{key}`" in text
            assert f"\n{query}\n" in text
