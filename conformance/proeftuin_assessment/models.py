"""The tables of the assessment area."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from proeftuin_kernel.db import Base, IdKey, IdRef, Json, JsonList, Moment

STATES = ("queued", "running", "done", "failed", "cancelled")


class RunRow(Base):
    """One kit on one component in one town. `report` holds the exact bytes of which the digest is quoted."""

    __tablename__ = "assessment_run"

    id: Mapped[IdKey]
    organisation: Mapped[IdRef]
    requested_by: Mapped[str | None] = mapped_column(String(80))
    requested_at: Mapped[Moment]
    deployment: Mapped[str | None] = mapped_column(String(32), index=True)
    sandbox: Mapped[str | None] = mapped_column(String(32))
    solution: Mapped[str | None] = mapped_column(String(32))
    release: Mapped[str | None] = mapped_column(String(32), index=True)
    component: Mapped[str] = mapped_column(String(63))
    component_version: Mapped[str] = mapped_column(String(64))
    component_digest: Mapped[str] = mapped_column(String(80))
    town_digest: Mapped[str] = mapped_column(String(80))
    tier: Mapped[str] = mapped_column(String(40))
    target: Mapped[Json]
    kit: Mapped[str] = mapped_column(String(63))
    kit_version: Mapped[str] = mapped_column(String(64))
    kit_digest: Mapped[str] = mapped_column(String(80))
    actor: Mapped[str | None] = mapped_column(String(63))
    mode: Mapped[str] = mapped_column(String(10))
    seed: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    cancel_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cause: Mapped[dict[str, Any] | None]
    withheld: Mapped[JsonList] = mapped_column(server_default=text("'[]'::jsonb"))
    report: Mapped[str | None] = mapped_column(Text)
    report_digest: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(report IS NULL) = (report_digest IS NULL)", name="report"),
        Index("ix_assessment_run_unfinished", "requested_at", postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_assessment_run_recent", "organisation", "id"),
    )


class StatusListRow(Base):
    """A published list of bits. `url` and `issuer` stay what they were when the first badge pointed here."""

    __tablename__ = "assessment_status_list"

    id: Mapped[IdKey]
    url: Mapped[str] = mapped_column(String(500), unique=True)
    issuer: Mapped[str] = mapped_column(String(500), index=True)
    created_at: Mapped[Moment]
    bits: Mapped[bytes] = mapped_column(LargeBinary)
    taken: Mapped[int] = mapped_column(server_default=text("0"))
    credential: Mapped[str] = mapped_column(Text)
    renew_at: Mapped[Moment]


class BadgeRow(Base):
    """A badge that was issued. The credential is kept as it was signed and never edited."""

    __tablename__ = "assessment_badge"

    id: Mapped[IdKey]
    run: Mapped[str] = mapped_column(ForeignKey("assessment_run.id"), unique=True)
    organisation: Mapped[IdRef]
    solution: Mapped[str | None] = mapped_column(String(32), index=True)
    release: Mapped[str | None] = mapped_column(String(32), index=True)
    component: Mapped[str] = mapped_column(String(63))
    component_version: Mapped[str] = mapped_column(String(64))
    kit: Mapped[str] = mapped_column(String(63))
    kit_version: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[Moment]
    valid_until: Mapped[Moment]
    status_list: Mapped[str] = mapped_column(ForeignKey("assessment_status_list.id"))
    status_index: Mapped[int]
    credential: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(200))
    revoked_reason: Mapped[str | None] = mapped_column(String(1000))

    __table_args__ = (
        UniqueConstraint("status_list", "status_index"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked"),
    )
