"""The statements of all articles in order."""

from __future__ import annotations

from tests.knowledge.statements import cells, framework, treatment
from tests.knowledge.statements.statement import Statement

ARTICLES: tuple[tuple[str, tuple[Statement, ...]], ...] = (
    ("The framework of four criteria", framework.STATEMENTS),
    ("Treatment", treatment.STATEMENTS),
    ("BCMA CAR-T cells", cells.STATEMENTS[:16]),
    ("Mesenchymal stem cells", cells.STATEMENTS[16:25]),
    ("CAR-T cells in lupus", cells.STATEMENTS[25:35]),
    ("Indices named in the articles", cells.STATEMENTS[35:]),
)
STATEMENTS: tuple[Statement, ...] = tuple(statement for _, statements in ARTICLES for statement in statements)
