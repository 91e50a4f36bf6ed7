"""Persons, organisations, memberships, API tokens and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_identity"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_person",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        _moment("created_at"),
        _moment("last_sign_in_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity_person"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_person_issuer_subject"),
    )
    op.create_table(
        "identity_organisation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kbo", sa.String(10), nullable=True),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_organisation"),
        sa.UniqueConstraint("slug", name="uq_identity_organisation_slug"),
        sa.CheckConstraint(
            "kind IN ('startup', 'vendor', 'municipality', 'researcher', 'operator')",
            name=op.f("ck_identity_organisation_kind"),
        ),
    )
    op.create_table(
        "identity_membership",
        sa.Column("id", sa.String(32), nullable=False),
        _person("identity_membership"),
        _organisation("identity_membership"),
        sa.Column("level", sa.String(10), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_membership"),
        sa.UniqueConstraint("organisation_id", "person_id", name="uq_identity_membership_organisation_id_person_id"),
        sa.CheckConstraint("level IN ('member', 'admin')", name=op.f("ck_identity_membership_level")),
    )
    op.create_index("ix_identity_membership_person_id", "identity_membership", ["person_id"])
    op.create_table(
        "identity_token",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        _person("identity_token"),
        _organisation("identity_token"),
        sa.Column("scopes", postgresql.JSONB(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("last_used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity_token"),
    )
    op.create_index("ix_identity_token_person_id", "identity_token", ["person_id"])
    op.create_index("ix_identity_token_organisation_id", "identity_token", ["organisation_id"])
    op.create_table(
        "identity_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        _person("identity_session"),
        _moment("created_at"),
        _moment("last_seen_at"),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity_session"),
        sa.UniqueConstraint("secret_hash", name="uq_identity_session_secret_hash"),
    )
    op.create_index("ix_identity_session_person_id", "identity_session", ["person_id"])


def downgrade() -> None:
    for table in ("session", "token", "membership", "organisation", "person"):
        op.drop_table(f"identity_{table}")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _person(table: str) -> sa.Column[object]:
    return _reference(table, "person")


def _organisation(table: str) -> sa.Column[object]:
    return _reference(table, "organisation")


def _reference(table: str, target: str) -> sa.Column[object]:
    return sa.Column(
        f"{target}_id",
        sa.String(32),
        sa.ForeignKey(f"identity_{target}.id", name=f"fk_{table}_{target}_id", ondelete="CASCADE"),
        nullable=False,
    )
