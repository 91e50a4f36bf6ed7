"""What whoever made an uploaded image calls it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_sandbox_image_reference"
down_revision = "0010_sandbox_town_day"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sandbox_image", sa.Column("reference", sa.String(200), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("sandbox_image", "reference")
