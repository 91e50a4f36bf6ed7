"""The tables of the sandbox area: what was asked for, and what was last seen of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from proeftuin_kernel.db import Base, IdKey, IdRef

LIVING = text("state <> 'destroyed'")


class SandboxRow(Base):
    """A sandbox: desired by people, brought about by the reconciler."""

    __tablename__ = "sandbox"

    id: Mapped[IdKey]
    organisation: Mapped[IdRef]
    created_by: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(100))
    backend: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(40))
    profile: Mapped[str] = mapped_column(String(40))
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    desired: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    ceiling_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    resets_wanted: Mapped[int]
    resets_done: Mapped[int]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    town_digest: Mapped[str | None] = mapped_column(String(80))
    town_url: Mapped[str | None] = mapped_column(String(200))
    cause: Mapped[dict[str, Any] | None]
    isolation: Mapped[dict[str, Any] | None]
    destruction: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    request_digest: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        UniqueConstraint("organisation", "idempotency_key"),
        Index("ix_sandbox_living", "expires_at", postgresql_where=LIVING),
    )


class DeploymentRow(Base):
    """A component in a sandbox; a new upload under the same name is a new revision of the same row."""

    __tablename__ = "sandbox_deployment"

    id: Mapped[IdKey]
    sandbox_id: Mapped[str] = mapped_column(String(32), ForeignKey("sandbox.id"))
    name: Mapped[str] = mapped_column(String(63))
    state: Mapped[str] = mapped_column(String(20))
    desired: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    manifest: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(80))
    base_url: Mapped[str | None] = mapped_column(String(200))
    failures: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    cause: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    running_since: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("sandbox_id", "name"),
        Index("ix_sandbox_deployment_digest", "digest"),
    )
