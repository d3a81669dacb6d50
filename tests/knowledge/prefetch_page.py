"""`docs/prefetch.md`, written from the code by `python -m tests.knowledge.prefetch_page` (or `make docs`)."""

from __future__ import annotations

from pathlib import Path

from cds_hooks.prefetch import template
from cds_hooks.services import SERVICES, USAGE
from lnfhir.report.words import SEARCH

PAGE = Path(__file__).parents[2] / "docs" / "prefetch.md"
HEAD = "<!-- Written by `make docs` from the code. Do not edit. -->"


def page() -> str:
    """The templates by service; services with the same templates share a part."""
    parts = [
        HEAD,
        "# Prefetch templates",
        "For EHRs that are configured by hand; others read them from discovery. A running service shows them at "
        f"`/prefetch`.\n\n{USAGE}",
    ]
    for needs in dict.fromkeys(service.needs for service in SERVICES):
        sharing = [service for service in SERVICES if service.needs == needs]
        parts.append("## " + ", ".join(f"`{service.id}`" for service in sharing))
        hooks = "\n".join(f"- `{service.hook}`: `POST {{base_url}}/cds-services/{service.id}`" for service in sharing)
        parts.append(hooks)
        parts += [f"`{need.value}`, {SEARCH[need]}:\n\n```text\n{template(need)}\n```" for need in needs]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
