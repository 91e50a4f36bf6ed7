"""What components use, for half an hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_sandbox_usage"
down_revision = "0006_sandbox_lifecycle"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_usage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sandbox_id", sa.String(32), nullable=False),
        sa.Column("component", sa.String(63), nullable=False),
        sa.Column("memory_mib", sa.Float(), nullable=False),
        sa.Column("cpu_seconds", sa.Float(), nullable=False),
        sa.Column("disk_mib", sa.Float(), nullable=False),
        sa.Column("processes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_usage"),
    )
    op.create_index("ix_sandbox_usage_sandbox_id_at", "sandbox_usage", ["sandbox_id", "at"])
    op.create_index("ix_sandbox_usage_at", "sandbox_usage", ["at"])


def downgrade() -> None:
    op.drop_table("sandbox_usage")
