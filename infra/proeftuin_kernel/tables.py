"""The kernel's own tables: events and their deliveries, progress, audit facts, leases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from proeftuin_kernel.db import Base


class StoredEvent(Base):
    """A domain event, stored in the transaction that caused it."""

    __tablename__ = "kernel_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]
    fanned_out: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (Index("ix_kernel_event_waiting", "id", postgresql_where=text("NOT fanned_out")),)


class Delivery(Base):
    """One event for one handler; delivered at least once."""

    __tablename__ = "kernel_delivery"

    event_id: Mapped[int] = mapped_column(ForeignKey("kernel_event.id", ondelete="CASCADE"), primary_key=True)
    handler: Mapped[str] = mapped_column(String(80), primary_key=True)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (
        Index("ix_kernel_delivery_due", "next_attempt_at", postgresql_where=text("delivered_at IS NULL")),
    )


class JournalEntry(Base):
    """One step of something that takes a while, for people who watch it."""

    __tablename__ = "kernel_journal"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    stream: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_kernel_journal_stream", "stream", "id"),)


class AuditFact(Base):
    """Who changed what, when, and with which right."""

    __tablename__ = "kernel_audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(200))
    token: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str | None] = mapped_column(String(32))
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("ix_kernel_audit_subject", "subject"),
        Index("ix_kernel_audit_organisation", "organisation", "id"),
    )


class LeaseRow(Base):
    """Who may work on a thing until when; the token grows with every new holder (fencing)."""

    __tablename__ = "kernel_lease"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    token: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]
