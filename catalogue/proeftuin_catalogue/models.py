"""The catalogue's tables. Truth first; `catalogue_search` is derived and can be written anew at any time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Sequence, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from proeftuin_kernel.db import Base, IdKey, IdRef, Json, Moment

CHANGES = Sequence("catalogue_change_seq", metadata=Base.metadata)
"""Numbers every change of a search row; drawn while the catalogue's write lock is held, so without gaps in time."""


class SolutionRow(Base):
    """A solution: what a supplier offers. `content` holds what the supplier may edit (see `drafts`)."""

    __tablename__ = "catalogue_solution"

    id: Mapped[IdKey]
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    owner: Mapped[IdRef]
    status: Mapped[str] = mapped_column(String(20))
    content: Mapped[Json]
    version: Mapped[int]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class HistoryRow(Base):
    """What a solution said after each change by its supplier."""

    __tablename__ = "catalogue_history"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    solution_id: Mapped[str] = mapped_column(ForeignKey("catalogue_solution.id", ondelete="CASCADE"))
    version: Mapped[int]
    at: Mapped[Moment]
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    content: Mapped[Json]

    __table_args__ = (UniqueConstraint("solution_id", "version"),)


class ReleaseRow(Base):
    """A release of a solution; the artefact it names is what runs were done on."""

    __tablename__ = "catalogue_release"

    id: Mapped[IdKey]
    solution_id: Mapped[str] = mapped_column(ForeignKey("catalogue_solution.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(64))
    released: Mapped[date]
    artefact_digest: Mapped[str | None] = mapped_column(String(80), index=True)
    component_name: Mapped[str | None] = mapped_column(String(63), index=True)
    created_at: Mapped[Moment]

    __table_args__ = (UniqueConstraint("solution_id", "number"),)


class ClaimRow(Base):
    """The supplier says that a release meets the standard of a kit. Withdrawn claims are kept."""

    __tablename__ = "catalogue_claim"

    id: Mapped[IdKey]
    release_id: Mapped[str] = mapped_column(ForeignKey("catalogue_release.id", ondelete="CASCADE"))
    kit_id: Mapped[str] = mapped_column(String(63))
    kit_version: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str | None] = mapped_column(String(63))
    claimed_at: Mapped[Moment]
    claimed_by: Mapped[str] = mapped_column(String(32))
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_catalogue_claim_standing",
            "release_id",
            "kit_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class EvidenceRow(Base):
    """What a run showed. Never edited; may arrive before the release it is about (`release_id` is null)."""

    __tablename__ = "catalogue_evidence"

    id: Mapped[IdKey]
    organisation: Mapped[str] = mapped_column(String(32))
    component_name: Mapped[str] = mapped_column(String(63))
    component_version: Mapped[str] = mapped_column(String(64))
    component_digest: Mapped[str] = mapped_column(String(80))
    release_id: Mapped[str | None] = mapped_column(ForeignKey("catalogue_release.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[str] = mapped_column(String(64))
    kit_id: Mapped[str] = mapped_column(String(63))
    kit_version: Mapped[str] = mapped_column(String(64))
    kit_digest: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[str] = mapped_column(String(20))
    depth: Mapped[Json]
    tier: Mapped[str] = mapped_column(String(20))
    town_digest: Mapped[str] = mapped_column(String(80))
    finished_at: Mapped[Moment]
    valid_until: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("run_id", "kit_id"),
        Index("ix_catalogue_evidence_component", "organisation", "component_name", "component_version"),
    )


class BadgeRow(Base):
    """A badge on a run, or the knowledge that a badge still to come is revoked (`run_id` is null)."""

    __tablename__ = "catalogue_badge"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    run_id: Mapped[str | None] = mapped_column(String(64))
    kit_id: Mapped[str | None] = mapped_column(String(63))
    issued_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (Index("ix_catalogue_badge_run", "run_id", "kit_id"),)


class SearchRow(Base):
    """One row per solution with all that a search needs; facets are arrays, never attribute-value rows.

    Attributes:
        change: Number of the last change; every process follows this column to keep its own index fresh.
        projection: Fingerprint of the code, kits and seed that wrote the row; another one means "write anew".
        document: What a list shows, and the words to index (`search.documents`).
        marks: `kit|state` of the current release, or `|nooit-getest`.
        strength: How strong the evidence is (`search.ranking`).
        lot: Seeded hash of the id: the fair tie-break.
        lapses_at: When a mark changes by the passing of time alone.
    """

    __tablename__ = "catalogue_search"

    solution_id: Mapped[str] = mapped_column(ForeignKey("catalogue_solution.id", ondelete="CASCADE"), primary_key=True)
    change: Mapped[int] = mapped_column(BigInteger, unique=True)
    projection: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[dict[str, Any]]
    vector: Mapped[str] = mapped_column(TSVECTOR)
    status: Mapped[str] = mapped_column(String(20), index=True)
    supplier: Mapped[str] = mapped_column(String(32), index=True)
    licence: Mapped[str] = mapped_column(String(100), index=True)
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    hosting: Mapped[list[str]] = mapped_column(ARRAY(Text))
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    strength: Mapped[int]
    lot: Mapped[int] = mapped_column(BigInteger)
    sort_name: Mapped[str] = mapped_column(String(200, collation="C"))
    newest: Mapped[int] = mapped_column(BigInteger)
    lapses_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_catalogue_search_vector", "vector", postgresql_using="gin"),
        Index("ix_catalogue_search_domains", "domains", postgresql_using="gin"),
        Index("ix_catalogue_search_hosting", "hosting", postgresql_using="gin"),
        Index("ix_catalogue_search_marks", "marks", postgresql_using="gin"),
    )
