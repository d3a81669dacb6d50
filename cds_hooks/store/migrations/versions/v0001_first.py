"""The first schema: cards, feedback, accepted suggestions, used tokens, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = 27
"""The length of an instant: `2025-03-14T09:26:53.589793Z`."""


def upgrade() -> None:
    """Create everything."""
    caller = (sa.Column("issuer", sa.String(512), nullable=False), sa.Column("tenant", sa.String(255), nullable=False))
    op.create_table(
        "card",
        sa.Column("card", sa.String(36), primary_key=True),
        sa.Column("issuer", sa.String(512), primary_key=True),
        sa.Column("tenant", sa.String(255), primary_key=True),
        sa.Column("hook_instance", sa.String(36), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("indicator", sa.String(16), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("shown_at", sa.String(INSTANT), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_index("card_patient", "card", ["patient"])
    op.create_index("card_shown_at", "card", ["shown_at"])
    op.create_table(
        "feedback",
        sa.Column("card", sa.String(36), primary_key=True),
        sa.Column("issuer", sa.String(512), primary_key=True),
        sa.Column("tenant", sa.String(255), primary_key=True),
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("at", sa.String(INSTANT), primary_key=True),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("quiets", sa.String(32), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("ahead", sa.Boolean, nullable=False),
        sa.Column("received_at", sa.String(INSTANT), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_table(
        "accepted_suggestion",
        sa.Column("card", sa.String(36), primary_key=True),
        sa.Column("issuer", sa.String(512), primary_key=True),
        sa.Column("tenant", sa.String(255), primary_key=True),
        sa.Column("suggestion", sa.String(36), primary_key=True),
        sa.Column("at", sa.String(INSTANT), nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("until", sa.String(INSTANT), nullable=False),
    )
    op.create_index("token_until", "token", ["until"])
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.String(INSTANT), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("hook_instance", sa.String(36), nullable=False),
        *caller,
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Float, nullable=False),
    )
    op.create_index("audit_at", "audit", ["at"])


def downgrade() -> None:
    """Drop everything."""
    for table in ("audit", "token", "accepted_suggestion", "feedback", "card"):
        op.drop_table(table)
