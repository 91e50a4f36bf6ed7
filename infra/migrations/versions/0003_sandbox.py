"""Sandboxes and the components in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_sandbox"
down_revision = "0002_identity"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sandbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("backend", sa.String(20), nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("profile", sa.String(40), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("desired", sa.String(20), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ready_at", _MOMENT),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ceiling_at", _MOMENT, nullable=False),
        sa.Column("warned_at", _MOMENT),
        sa.Column("destroyed_at", _MOMENT),
        sa.Column("resets_wanted", sa.Integer(), nullable=False),
        sa.Column("resets_done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _MOMENT),
        sa.Column("town_digest", sa.String(80)),
        sa.Column("town_url", sa.String(200)),
        sa.Column("cause", postgresql.JSONB()),
        sa.Column("isolation", postgresql.JSONB()),
        sa.Column("destruction", postgresql.JSONB()),
        sa.Column("idempotency_key", sa.String(100)),
        sa.Column("request_digest", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox"),
        sa.UniqueConstraint("organisation", "idempotency_key", name="uq_sandbox_organisation_idempotency_key"),
    )
    op.create_index("ix_sandbox_organisation", "sandbox", ["organisation"])
    op.create_index("ix_sandbox_living", "sandbox", ["expires_at"], postgresql_where=sa.text("state <> 'destroyed'"))
    op.create_table(
        "sandbox_deployment",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("sandbox_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("desired", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("base_url", sa.String(200)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _MOMENT),
        sa.Column("cause", postgresql.JSONB()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("running_since", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_deployment"),
        sa.ForeignKeyConstraint(["sandbox_id"], ["sandbox.id"], name="fk_sandbox_deployment_sandbox_id"),
        sa.UniqueConstraint("sandbox_id", "name", name="uq_sandbox_deployment_sandbox_id_name"),
    )
    op.create_index("ix_sandbox_deployment_digest", "sandbox_deployment", ["digest"])


def downgrade() -> None:
    op.drop_table("sandbox_deployment")
    op.drop_table("sandbox")
