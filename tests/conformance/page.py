"""`docs/conformance.md`, written from the points by `python -m tests.conformance.page` (or `make docs`)."""

from __future__ import annotations

from tests.architecture.files import ROOT
from tests.conformance.point import Point
from tests.conformance.points import POINTS

PAGE = ROOT / "docs" / "conformance.md"
HEAD = "<!-- Written by `make docs` from the code. Do not edit. -->"


def row(point: Point) -> str:
    """One line of the table."""
    held = [f"`{test.partition('::')[2]}` ({test.partition('::')[0].removeprefix('tests/')})" for test in point.tests]
    why = "<br>".join(part for part in (*held, point.reason) if part)
    return f"| {point.number} | {point.strength.value} | {point.says} | {why} |"


def page() -> str:
    """All points."""
    return "\n".join(
        [
            HEAD,
            "",
            "# Conformance with CDS Hooks",
            "",
            "Which points of CDS Hooks 2.0.1, and of the 3.0 ballot, concern a service, how much they bind it, and the",
            "tests that hold this one to them. The files of tests are under `tests/`. The duties under their public",
            "numbers (`cds-hooks_2.0@54`) are marked on the tests themselves.",
            "",
            "| | binds | point | held by, or why not |",
            "|---|---|---|---|",
            *(row(point) for point in POINTS),
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
