"""Tables of the catalogue part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_catalogue"
down_revision = "0004_assessment"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("catalogue_change_seq")))
    _create_solutions()
    _create_evidence()
    _create_search()


def downgrade() -> None:
    for table in ("search", "badge", "evidence", "claim", "release", "history", "solution"):
        op.drop_table(f"catalogue_{table}")
    op.execute(sa.schema.DropSequence(sa.Sequence("catalogue_change_seq")))


def _create_solutions() -> None:
    op.create_table(
        "catalogue_solution",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(63), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_solution"),
        sa.UniqueConstraint("slug", name="uq_catalogue_solution_slug"),
    )
    op.create_index("ix_catalogue_solution_owner", "catalogue_solution", ["owner"])
    op.create_table(
        "catalogue_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("solution_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_history"),
        sa.UniqueConstraint("solution_id", "version", name="uq_catalogue_history_solution_id_version"),
        _of_solution("catalogue_history"),
    )
    op.create_table(
        "catalogue_release",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("solution_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("released", sa.Date(), nullable=False),
        sa.Column("artefact_digest", sa.String(80)),
        sa.Column("component_name", sa.String(63)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_release"),
        sa.UniqueConstraint("solution_id", "number", name="uq_catalogue_release_solution_id_number"),
        _of_solution("catalogue_release"),
    )
    op.create_index("ix_catalogue_release_artefact_digest", "catalogue_release", ["artefact_digest"])
    op.create_index("ix_catalogue_release_component_name", "catalogue_release", ["component_name"])
    op.create_table(
        "catalogue_claim",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("release_id", sa.String(32), nullable=False),
        sa.Column("kit_id", sa.String(63), nullable=False),
        sa.Column("kit_version", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(63)),
        sa.Column("claimed_at", _MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(32), nullable=False),
        sa.Column("withdrawn_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_claim"),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["catalogue_release.id"],
            name="fk_catalogue_claim_release_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "uq_catalogue_claim_standing",
        "catalogue_claim",
        ["release_id", "kit_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _create_evidence() -> None:
    op.create_table(
        "catalogue_evidence",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("component_name", sa.String(63), nullable=False),
        sa.Column("component_version", sa.String(64), nullable=False),
        sa.Column("component_digest", sa.String(80), nullable=False),
        sa.Column("release_id", sa.String(32)),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("kit_id", sa.String(63), nullable=False),
        sa.Column("kit_version", sa.String(64), nullable=False),
        sa.Column("kit_digest", sa.String(80), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("depth", postgresql.JSONB(), nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("town_digest", sa.String(80), nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=False),
        sa.Column("valid_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_evidence"),
        sa.UniqueConstraint("run_id", "kit_id", name="uq_catalogue_evidence_run_id_kit_id"),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["catalogue_release.id"],
            name="fk_catalogue_evidence_release_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_catalogue_evidence_release_id", "catalogue_evidence", ["release_id"])
    op.create_index(
        "ix_catalogue_evidence_component",
        "catalogue_evidence",
        ["organisation", "component_name", "component_version"],
    )
    op.create_table(
        "catalogue_badge",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("run_id", sa.String(64)),
        sa.Column("kit_id", sa.String(63)),
        sa.Column("issued_at", _MOMENT),
        sa.Column("valid_until", _MOMENT),
        sa.Column("revoked_at", _MOMENT),
        sa.Column("revoked_reason", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_badge"),
    )
    op.create_index("ix_catalogue_badge_run", "catalogue_badge", ["run_id", "kit_id"])


def _create_search() -> None:
    op.create_table(
        "catalogue_search",
        sa.Column("solution_id", sa.String(32), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("projection", sa.String(64), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("vector", postgresql.TSVECTOR(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("supplier", sa.String(32), nullable=False),
        sa.Column("licence", sa.String(100), nullable=False),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hosting", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("marks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=False),
        sa.Column("sort_name", sa.String(200, collation="C"), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.Column("lapses_at", _MOMENT),
        sa.PrimaryKeyConstraint("solution_id", name="pk_catalogue_search"),
        sa.UniqueConstraint("change", name="uq_catalogue_search_change"),
        _of_solution("catalogue_search"),
    )
    for column in ("projection", "status", "supplier", "licence", "lapses_at"):
        op.create_index(f"ix_catalogue_search_{column}", "catalogue_search", [column])
    for column in ("vector", "domains", "hosting", "marks"):
        op.create_index(f"ix_catalogue_search_{column}", "catalogue_search", [column], postgresql_using="gin")


def _of_solution(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["solution_id"],
        ["catalogue_solution.id"],
        name=f"fk_{table}_solution_id",
        ondelete="CASCADE",
    )
