"""Bundles in the database, for a platform of several replicas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_sandbox_bundle"
down_revision = "0008_sandbox_image"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_bundle_part",
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", "number", name="pk_sandbox_bundle_part"),
    )


def downgrade() -> None:
    op.drop_table("sandbox_bundle_part")
