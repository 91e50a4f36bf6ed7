"""Tables of the catalogue part."""

from __future__ import annotations

revision = "0005_catalogue"
down_revision = "0004_assessment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
