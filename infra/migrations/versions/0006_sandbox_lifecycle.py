"""The whole life of a sandbox: its place and turn, rest, proofs, repairs, pool, cordon and preview links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_sandbox_lifecycle"
down_revision = "0005_catalogue"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_MOMENTS = ("admitted_at", "queued_at", "touched_at", "idle_warned_at", "suspended_at", "proved_at", "repaired_at")
_NUMBERS = ("proofs_wanted", "proofs_done", "repairs", "repairs_lately")
_OTHERS = ("queue_told", "drift", "pooled", "from_pool", "generator")


def upgrade() -> None:
    for name in _MOMENTS:
        op.add_column("sandbox", sa.Column(name, _MOMENT))
    for name in _NUMBERS:
        op.add_column("sandbox", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("sandbox", sa.Column("queue_told", sa.Integer()))
    op.add_column("sandbox", sa.Column("drift", postgresql.JSONB()))
    op.add_column("sandbox", sa.Column("pooled", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("sandbox", sa.Column("from_pool", sa.Boolean()))
    op.add_column("sandbox", sa.Column("generator", sa.String(40)))
    op.create_index("ix_sandbox_queue", "sandbox", ["queued_at"], postgresql_where=sa.text("state = 'queued'"))
    op.create_index("ix_sandbox_created_at", "sandbox", ["created_at"])
    op.create_table(
        "sandbox_duration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("sandbox_id", sa.String(32), nullable=False),
        sa.Column("backend", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_duration"),
    )
    op.create_index("ix_sandbox_duration_kind_at", "sandbox_duration", ["kind", "at"])
    op.create_table(
        "sandbox_proof",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sandbox_id", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("record", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_proof"),
        sa.ForeignKeyConstraint(["sandbox_id"], ["sandbox.id"], name="fk_sandbox_proof_sandbox_id"),
    )
    op.create_index("ix_sandbox_proof_sandbox_id", "sandbox_proof", ["sandbox_id", "id"])
    op.create_table(
        "sandbox_cordon",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("begun_by", sa.String(200), nullable=False),
        sa.Column("reason", postgresql.JSONB(), nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_cordon"),
    )
    op.create_index(
        "ix_sandbox_cordon_open",
        "sandbox_cordon",
        [sa.literal_column("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sandbox_preview",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("sandbox_id", sa.String(32), nullable=False),
        sa.Column("component", sa.String(63), nullable=False),
        sa.Column("token_digest", sa.String(80), nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_preview"),
        sa.ForeignKeyConstraint(["sandbox_id"], ["sandbox.id"], name="fk_sandbox_preview_sandbox_id"),
        sa.UniqueConstraint("token_digest", name="uq_sandbox_preview_token_digest"),
    )
    op.create_index("ix_sandbox_preview_sandbox_id", "sandbox_preview", ["sandbox_id", "component"])


def downgrade() -> None:
    for table in ("sandbox_preview", "sandbox_cordon", "sandbox_proof", "sandbox_duration"):
        op.drop_table(table)
    op.drop_index("ix_sandbox_created_at", "sandbox")
    op.drop_index("ix_sandbox_queue", "sandbox")
    for name in (*_MOMENTS, *_NUMBERS, *_OTHERS):
        op.drop_column("sandbox", name)
