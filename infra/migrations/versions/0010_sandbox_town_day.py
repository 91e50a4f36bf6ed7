"""How far the town of a sandbox has lived, and how far it should."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_sandbox_town_day"
down_revision = "0009_sandbox_bundle"
branch_labels = None
depends_on = None

_ZERO = sa.text("0")


def upgrade() -> None:
    for name in ("town_day", "town_day_wanted"):
        op.add_column("sandbox", sa.Column(name, sa.Integer(), server_default=_ZERO, nullable=False))


def downgrade() -> None:
    for name in ("town_day_wanted", "town_day"):
        op.drop_column("sandbox", name)
