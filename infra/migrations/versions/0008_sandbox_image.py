"""Container images that organisations upload."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008_sandbox_image"
down_revision = "0007_sandbox_usage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_image",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("archive_digest", sa.String(80), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("unpacked_bytes", sa.BigInteger(), nullable=False),
        sa.Column("architecture", sa.String(40), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_image"),
        sa.UniqueConstraint("organisation", "digest", name="uq_sandbox_image_organisation_digest"),
    )
    op.create_index("ix_sandbox_image_digest", "sandbox_image", ["digest"])


def downgrade() -> None:
    op.drop_table("sandbox_image")
