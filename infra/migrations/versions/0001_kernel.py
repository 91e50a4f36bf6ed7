"""Events, deliveries, progress, audit facts, leases, and the job queue's own tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001_kernel"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kernel_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fanned_out", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index("ix_kernel_event_waiting", "kernel_event", ["id"], postgresql_where=sa.text("NOT fanned_out"))
    op.create_table(
        "kernel_delivery",
        sa.Column(
            "event_id",
            sa.BigInteger(),
            sa.ForeignKey("kernel_event.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("handler", sa.String(80), primary_key=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String()),
    )
    op.create_index(
        "ix_kernel_delivery_due",
        "kernel_delivery",
        ["next_attempt_at"],
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "kernel_journal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("stream", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_kernel_journal_stream", "kernel_journal", ["stream", "id"])
    op.create_table(
        "kernel_audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80)),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("token", sa.String(32)),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(32)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("details", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_kernel_audit_subject", "kernel_audit", ["subject"])
    op.create_index("ix_kernel_audit_organisation", "kernel_audit", ["organisation", "id"])
    op.create_table(
        "kernel_lease",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    _install_queue()


def downgrade() -> None:
    for table in ("kernel_lease", "kernel_audit", "kernel_journal", "kernel_delivery", "kernel_event"):
        op.drop_table(table)
    _remove_queue()


def _install_queue() -> None:
    # procrastinate ships its schema as one script of this exact pinned version.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def _remove_queue() -> None:
    op.execute(
        """
        DO $$ DECLARE thing record; BEGIN
          FOR thing IN SELECT format('DROP TABLE IF EXISTS %I CASCADE', tablename) AS statement
            FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%' LOOP
            EXECUTE thing.statement; END LOOP;
          FOR thing IN SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) AS statement
            FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%' LOOP
            EXECUTE thing.statement; END LOOP;
          FOR thing IN SELECT format('DROP TYPE IF EXISTS %I CASCADE', typname) AS statement
            FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\\_%'
            AND typtype IN ('e', 'c') LOOP
            EXECUTE thing.statement; END LOOP;
        END $$
        """
    )
