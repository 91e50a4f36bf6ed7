"""Tables of the assessment part: runs with their reports, badges, status lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_assessment"
down_revision = "0003_sandbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessment_run",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("requested_by", sa.String(80)),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployment", sa.String(32)),
        sa.Column("sandbox", sa.String(32)),
        sa.Column("solution", sa.String(32)),
        sa.Column("release", sa.String(32)),
        sa.Column("component", sa.String(63), nullable=False),
        sa.Column("component_version", sa.String(64), nullable=False),
        sa.Column("component_digest", sa.String(80), nullable=False),
        sa.Column("town_digest", sa.String(80), nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("target", postgresql.JSONB(), nullable=False),
        sa.Column("kit", sa.String(63), nullable=False),
        sa.Column("kit_version", sa.String(64), nullable=False),
        sa.Column("kit_digest", sa.String(80), nullable=False),
        sa.Column("actor", sa.String(63)),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(10)),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("cause", postgresql.JSONB()),
        sa.Column("withheld", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("report", sa.Text()),
        sa.Column("report_digest", sa.String(80)),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_assessment_run_state")
        ),
        sa.CheckConstraint("(report IS NULL) = (report_digest IS NULL)", name=op.f("ck_assessment_run_report")),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_run"),
    )
    op.create_index("ix_assessment_run_organisation", "assessment_run", ["organisation"])
    op.create_index("ix_assessment_run_deployment", "assessment_run", ["deployment"])
    op.create_index("ix_assessment_run_release", "assessment_run", ["release"])
    op.create_index("ix_assessment_run_recent", "assessment_run", ["organisation", "id"])
    op.create_index(
        "ix_assessment_run_unfinished",
        "assessment_run",
        ["requested_at"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "assessment_status_list",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("renew_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_status_list"),
        sa.UniqueConstraint("url", name="uq_assessment_status_list_url"),
    )
    op.create_index("ix_assessment_status_list_issuer", "assessment_status_list", ["issuer"])
    op.create_table(
        "assessment_badge",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("solution", sa.String(32)),
        sa.Column("release", sa.String(32)),
        sa.Column("component", sa.String(63), nullable=False),
        sa.Column("component_version", sa.String(64), nullable=False),
        sa.Column("kit", sa.String(63), nullable=False),
        sa.Column("kit_version", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_list", sa.String(32), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.String(200)),
        sa.Column("revoked_reason", sa.String(1000)),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)", name=op.f("ck_assessment_badge_revoked")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_badge"),
        sa.ForeignKeyConstraint(["run"], ["assessment_run.id"], name="fk_assessment_badge_run"),
        sa.ForeignKeyConstraint(
            ["status_list"], ["assessment_status_list.id"], name="fk_assessment_badge_status_list"
        ),
        sa.UniqueConstraint("run", name="uq_assessment_badge_run"),
        sa.UniqueConstraint("status_list", "status_index", name="uq_assessment_badge_status_list_status_index"),
    )
    op.create_index("ix_assessment_badge_organisation", "assessment_badge", ["organisation"])
    op.create_index("ix_assessment_badge_solution", "assessment_badge", ["solution"])
    op.create_index("ix_assessment_badge_release", "assessment_badge", ["release"])


def downgrade() -> None:
    op.drop_table("assessment_badge")
    op.drop_table("assessment_status_list")
    op.drop_table("assessment_run")
