"""Questions to the table of uploaded images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from proeftuin_sandbox import image_refusals, repository
from proeftuin_sandbox.models import DeploymentRow, ImageRow, SandboxRow
from proeftuin_sandbox.states import SandboxState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ImageUser:
    """A component that needs an image, and the sandbox that it is in."""

    sandbox_id: str
    sandbox: str
    component: str


def lock(session: Session, name: str) -> None:
    """Let one at a time keep or drop what belongs to an organisation or a digest, until the transaction ends."""
    repository.lock(session, f"image:{name}")


def find(session: Session, organisation: str, digest: str, *, for_update: bool = False) -> ImageRow | None:
    """Read an image of an organisation, if it is there."""
    question = select(ImageRow).where(ImageRow.organisation == organisation, ImageRow.digest == digest)
    return session.scalar(question.with_for_update() if for_update else question)


def of_organisation(session: Session, organisation: str) -> Sequence[ImageRow]:
    """Read the images of an organisation, newest first."""
    return session.scalars(
        select(ImageRow).where(ImageRow.organisation == organisation).order_by(ImageRow.id.desc())
    ).all()


def used_bytes(session: Session, organisation: str) -> int:
    """Sum what an organisation's images take."""
    question = select(func.sum(ImageRow.size_bytes)).where(ImageRow.organisation == organisation)
    return int(session.scalar(question) or 0)


def digests(session: Session) -> frozenset[str]:
    """List the digests that some organisation has."""
    return frozenset(session.scalars(select(ImageRow.digest).distinct()))


def is_known(session: Session, digest: str) -> bool:
    """Tell whether some organisation has an image of this digest."""
    return session.scalar(select(ImageRow.id).where(ImageRow.digest == digest).limit(1)) is not None


def users(session: Session, organisation: str) -> dict[str, list[ImageUser]]:
    """Tell which components need which image: by digest, of sandboxes that are not destroyed."""
    named = _uploaded()
    rows = session.execute(
        select(named, SandboxRow.id, SandboxRow.name, DeploymentRow.name)
        .join(SandboxRow, SandboxRow.id == DeploymentRow.sandbox_id)
        .where(
            SandboxRow.organisation == organisation,
            SandboxRow.state != SandboxState.DESTROYED,
            named.is_not(None),
        )
        .order_by(DeploymentRow.name, SandboxRow.id)
    )
    found: dict[str, list[ImageUser]] = {}
    for digest, sandbox_id, sandbox, component in rows:
        found.setdefault(digest, []).append(ImageUser(sandbox_id, sandbox, component))
    return found


def unused_since(session: Session, horizon: datetime) -> Sequence[ImageRow]:
    """Read the images with which nothing was deployed since a moment; some may run all the same."""
    return session.scalars(
        select(ImageRow).where(
            ImageRow.created_at < horizon, or_(ImageRow.used_at.is_(None), ImageRow.used_at < horizon)
        )
    ).all()


def claim(work: UnitOfWork, organisation: str, digest: str) -> None:
    """Note that a component is deployed with an image; it cannot be removed before this transaction ends.

    Raises:
        ImageNotUploadedError: the organisation has none of this digest.
    """
    row = find(work.session, organisation, digest, for_update=True)
    if row is None:
        raise image_refusals.not_uploaded(digest)
    row.used_at = work.now


def _uploaded() -> ColumnElement[str]:
    named: ColumnElement[str] = DeploymentRow.manifest["run"]["image"]["uploaded"].astext
    return named
