"""The tables of the sandbox area: what was asked for, and what was last seen of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from proeftuin_kernel.db import Base, IdKey, IdRef

LIVING = text("state <> 'destroyed'")
_ZERO, _FALSE = text("0"), text("false")


class SandboxRow(Base):
    """A sandbox: desired by people, brought about by the reconciler.

    Attributes:
        admitted_at: When it last got its place among those that may run at once.
        queued_at: Since when it waits for a place; None when it does not.
        queue_told: The place in the queue that its stream was last told.
        touched_at: When somebody last used it, to the minute.
        suspended_at: When the last of it had stopped; None while it stops, and when it runs.
        proofs_wanted: Like `resets_wanted`, for isolation proofs that somebody asked for.
        repairs: How often it was not as it should be and was put right; `repairs_lately` of those in a short time.
        drift: What is being put right now, in two languages, and since when that only waits (see `repairing`).
        pooled: Made before anybody asked; belongs to the platform until somebody does.
        from_pool: Somebody asked while there was a pool: whether it gave this one.
        generator: Version of the generator of towns when it was asked for.
        town_day: The day to which its town is known to have lived; 0 is the seed. 0 too after it was brought back,
            until it is seen that the town is where it was.
        town_day_wanted: The day to which people want it to live.
    """

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
    admitted_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    queue_told: Mapped[int | None]
    touched_at: Mapped[datetime | None]
    idle_warned_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]
    proofs_wanted: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    proofs_done: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    repairs: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    repairs_lately: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    repaired_at: Mapped[datetime | None]
    drift: Mapped[dict[str, Any] | None]
    pooled: Mapped[bool] = mapped_column(default=False, server_default=_FALSE)
    from_pool: Mapped[bool | None]
    generator: Mapped[str | None] = mapped_column(String(40))
    town_day: Mapped[int] = mapped_column(default=0, server_default=_ZERO)
    town_day_wanted: Mapped[int] = mapped_column(default=0, server_default=_ZERO)

    __table_args__ = (
        UniqueConstraint("organisation", "idempotency_key"),
        Index("ix_sandbox_living", "expires_at", postgresql_where=LIVING),
        Index("ix_sandbox_queue", "queued_at", postgresql_where=text("state = 'queued'")),
        Index("ix_sandbox_created_at", "created_at"),
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


class DurationRow(Base):
    """How long one act took; kept for a month."""

    __tablename__ = "sandbox_duration"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    seconds: Mapped[float]
    sandbox_id: Mapped[str] = mapped_column(String(32))
    backend: Mapped[str] = mapped_column(String(20))

    __table_args__ = (Index("ix_sandbox_duration_kind_at", "kind", "at"),)


class ProofRow(Base):
    """One isolation proof of a sandbox, as it was written down then."""

    __tablename__ = "sandbox_proof"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sandbox_id: Mapped[str] = mapped_column(String(32), ForeignKey("sandbox.id"))
    at: Mapped[datetime]
    holds: Mapped[bool]
    record: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_sandbox_proof_sandbox_id", "sandbox_id", "id"),)


class CordonRow(Base):
    """A time in which no new sandbox is made; at most one is open."""

    __tablename__ = "sandbox_cordon"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[dict[str, Any]]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index(
            "ix_sandbox_cordon_open",
            text("(ended_at IS NULL)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class PreviewRow(Base):
    """A link to one component for who holds it; only a digest of its secret is kept."""

    __tablename__ = "sandbox_preview"

    id: Mapped[IdKey]
    sandbox_id: Mapped[str] = mapped_column(String(32), ForeignKey("sandbox.id"))
    component: Mapped[str] = mapped_column(String(63))
    token_digest: Mapped[str] = mapped_column(String(80), unique=True)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_sandbox_preview_sandbox_id", "sandbox_id", "component"),)


class BundlePartRow(Base):
    """A part of an uploaded bundle, where several replicas of the platform must read it."""

    __tablename__ = "sandbox_bundle_part"

    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]
    stored_at: Mapped[datetime]


class UsageRow(Base):
    """What one component used at one moment; kept for half an hour."""

    __tablename__ = "sandbox_usage"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    sandbox_id: Mapped[str] = mapped_column(String(32))
    component: Mapped[str] = mapped_column(String(63))
    memory_mib: Mapped[float]
    cpu_seconds: Mapped[float]
    disk_mib: Mapped[float]
    processes: Mapped[int]

    __table_args__ = (
        Index("ix_sandbox_usage_sandbox_id_at", "sandbox_id", "at"),
        Index("ix_sandbox_usage_at", "at"),
    )


class ImageRow(Base):
    """A container image that an organisation uploaded; its content lies on the shelf, under its digest.

    Attributes:
        name: For people: what the file was called.
        reference: What whoever made it calls it, such as `loket:2.1`; empty when the archive does not say.
        archive_digest: Of the file as it was sent, so that nobody has to send it twice.
        size_bytes: What keeping its layers takes.
        unpacked_bytes: Of its layers.
        findings: What is not as it should be, and does not forbid it.
        used_at: When a component was last deployed with it.
    """

    __tablename__ = "sandbox_image"

    id: Mapped[IdKey]
    organisation: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(200), server_default="")
    archive_digest: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    unpacked_bytes: Mapped[int] = mapped_column(BigInteger)
    architecture: Mapped[str] = mapped_column(String(40))
    findings: Mapped[list[Any]]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("organisation", "digest"),
        Index("ix_sandbox_image_digest", "digest"),
    )
