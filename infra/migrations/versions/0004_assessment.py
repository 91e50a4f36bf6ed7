"""Tables of the assessment part."""

from __future__ import annotations

revision = "0004_assessment"
down_revision = "0003_sandbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
