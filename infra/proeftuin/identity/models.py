"""Tables of the identity part. Secrets are stored as their SHA-256 only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from proeftuin_kernel.db import Base, IdKey, IdRef

NAME_LENGTH = 200


class PersonRow(Base):
    """Somebody, known by what an identity provider calls them; no number of the national register, no e-mail."""

    __tablename__ = "identity_person"

    id: Mapped[IdKey]
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class OrganisationRow(Base):
    """On whose behalf people act."""

    __tablename__ = "identity_organisation"

    id: Mapped[IdKey]
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kbo: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('startup', 'vendor', 'municipality', 'researcher', 'operator')", name="kind"),
    )


class MembershipRow(Base):
    """A person in an organisation."""

    __tablename__ = "identity_membership"

    id: Mapped[IdKey]
    person_id: Mapped[IdRef] = mapped_column(ForeignKey("identity_person.id", ondelete="CASCADE"))
    organisation_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("identity_organisation.id", ondelete="CASCADE")
    )
    level: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]

    person: Mapped[PersonRow] = relationship(lazy="raise")
    organisation: Mapped[OrganisationRow] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id"),
        CheckConstraint("level IN ('member', 'admin')", name="level"),
    )


class TokenRow(Base):
    """An API token of a person for one organisation."""

    __tablename__ = "identity_token"

    id: Mapped[IdKey]
    secret_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    person_id: Mapped[IdRef] = mapped_column(ForeignKey("identity_person.id", ondelete="CASCADE"))
    organisation_id: Mapped[IdRef] = mapped_column(ForeignKey("identity_organisation.id", ondelete="CASCADE"))
    scopes: Mapped[list[Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[PersonRow] = relationship(lazy="raise")


class SessionRow(Base):
    """A signed-in browser."""

    __tablename__ = "identity_session"

    id: Mapped[IdKey]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[IdRef] = mapped_column(ForeignKey("identity_person.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
