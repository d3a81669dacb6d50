"""The audit also keeps refusals, with their reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the reason; what was written before had none."""
    op.add_column("audit", sa.Column("reason", sa.String(128), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the reason."""
    op.drop_column("audit", "reason")
