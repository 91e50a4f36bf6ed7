"""Container images that organisations upload: judged at the door, kept by digest, used by their components only."""

from __future__ import annotations

import errno
import shutil
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from proeftuin_kernel.auth import SYSTEM, Permission
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox import access, image_refusals, image_rows
from proeftuin_sandbox.image_views import ImageHoldings, ImageView
from proeftuin_sandbox.incoming import Incoming
from proeftuin_sandbox.models import ImageRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from proeftuin_infra.oci.shelf import ImageShelf
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.image_rows import ImageUser
    from proeftuin_sandbox.policy import Policy

_MIB = 1024 * 1024
_AT_ONCE = 2
_SPARED_BYTES = 512 * _MIB
_NAME_LENGTH = 200
_UNNAMED = "image"
_log = structlog.get_logger(__name__)


class Images:
    """The uploaded images of all organisations; part of `SandboxService`.

    Args:
        database: The rows: whose they are.
        policy: The operator's choices.
        shelf: Where their content lies; None where no image can run.
    """

    def __init__(self, database: Database, policy: Policy, shelf: ImageShelf | None) -> None:
        self._database = database
        self._policy = policy
        self._shelf = shelf
        self._under_way: Counter[str] = Counter()
        self._guard = threading.Lock()

    @property
    def is_possible(self) -> bool:
        """Whether the backend of this platform can run an uploaded image."""
        return self._shelf is not None

    def admit(self, principal: Principal, organisation: str | None, *, length: int | None) -> str:
        """Refuse an upload that would be refused anyhow, before it is received.

        Args:
            principal: Who sends it.
            organisation: For whom; None when the person has only one that may.
            length: Of the archive in bytes, when it was told.

        Returns:
            The organisation.

        Raises:
            OrganisationNeededError: it is not clear for whom.
            ImagesNotPossibleError: no image can run here.
            ImageTooLargeError, ImageQuotaError, ImageStoreFullError: there is no room for it.
        """
        owner = access.organisation_for(principal, organisation)
        shelf = self._the_shelf()
        if length is not None and length > self._policy.image_mib * _MIB:
            raise image_refusals.too_large(self._policy.image_mib)
        with self._database.read() as session:
            self._check_quota(image_rows.used_bytes(session, owner), 1)  # how much it will be is not known yet
        # The archive, what is read from it, and room for everybody else.
        if shutil.disk_usage(shelf.store.folder).free < 2 * (length or 0) + _SPARED_BYTES:
            raise image_refusals.store_full()
        return owner

    @contextmanager
    def receiving(self, organisation: str) -> Iterator[Incoming]:
        """Lend a place to write an archive to; nothing of it is left when the block ends.

        Raises:
            LimitReachedError: other uploads of the organisation are under way.
            ImageStoreFullError: the disk is full.
        """
        with self._guard:
            if self._under_way[organisation] >= _AT_ONCE:
                raise image_refusals.too_many_at_once(_AT_ONCE)
            self._under_way[organisation] += 1
        try:
            with (
                _full_is_told(),
                self._the_shelf().receiving() as place,
                Incoming(place / "archive", at_most_mib=self._policy.image_mib) as incoming,
            ):
                yield incoming
        finally:
            with self._guard:
                self._under_way[organisation] -= 1

    def take(
        self, principal: Principal, organisation: str, archive: Path, *, name: str | None, archive_digest: str
    ) -> tuple[ImageView, bool]:
        """Judge an archive that was received, and keep its image.

        Args:
            principal: Who sent it.
            organisation: For whom, as `admit` said.
            archive: Where it lies; its place was lent by `receiving`.
            name: For people; None: what whoever made it calls it.
            archive_digest: Of the archive.

        Returns:
            The image, and whether the organisation did not have it yet.

        Raises:
            ImageNotAcceptedError: it cannot be read, or the policy forbids it.
            ImageQuotaError: the organisation has no room for it.
            ImageStoreFullError: the disk is full.
            UnavailableError: the other machines of the platform could not be given it.
        """
        shelf = self._the_shelf()
        with _full_is_told():
            judged = shelf.judge(archive)
        archive.unlink(missing_ok=True)
        findings = [one.as_json() for one in judged.findings]
        image = judged.allowed
        if image is None:
            _log.info(
                "an uploaded image is refused", organisation=organisation, codes=[one["code"] for one in findings]
            )
            raise image_refusals.not_accepted(findings)
        digest, kept_bytes = image.digest, sum(layer.size for layer in image.layers)
        shelf.share(judged)
        with self._database.begin() as work, _full_is_told():
            # The quota is read before it is written, and nobody takes away what is being kept.
            image_rows.lock(work.session, organisation)
            image_rows.lock(work.session, digest)
            row = image_rows.find(work.session, organisation, digest, for_update=True)
            is_new = row is None
            if row is None:
                self._check_quota(image_rows.used_bytes(work.session, organisation), kept_bytes)
                row = ImageRow(
                    id=new_id("img"),
                    organisation=organisation,
                    digest=digest,
                    name=(name or image.reference or _UNNAMED)[:_NAME_LENGTH],
                    reference=image.reference,
                    size_bytes=kept_bytes,
                    unpacked_bytes=image.size,
                    architecture="/".join(image.platform)[:40],
                    findings=findings,
                    created_by=principal.name,
                    created_at=work.now,
                )
                work.audit(principal, "image.upload", row.id, organisation=organisation, digest=digest)
            row.archive_digest = archive_digest
            if shelf.find(digest) is None:
                shelf.keep(judged)
            work.session.add(row)
            work.session.flush()
            return self._view(row, tuple(image_rows.users(work.session, organisation).get(digest, ()))), is_new

    def all(self, principal: Principal, organisation: str | None) -> ImageHoldings:
        """List the images of an organisation, newest first.

        Raises:
            OrganisationNeededError: it is not clear of which.
        """
        owner = access.organisation_for(principal, organisation, permission=Permission.SANDBOX_READ)
        with self._database.read() as session:
            rows = image_rows.of_organisation(session, owner)
            users = image_rows.users(session, owner)
        views = tuple(self._view(row, tuple(users.get(row.digest, ()))) for row in rows)
        used = sum(row.size_bytes for row in rows)
        policy = self._policy
        return ImageHoldings(
            views, _mib(used), policy.image_quota_mib, policy.image_mib, unused_days=policy.image_unused.days
        )

    def get(self, principal: Principal, digest: str, *, organisation: str | None) -> ImageView:
        """Show one image.

        Raises:
            ImageNotFoundError: the organisation has none of this digest.
        """
        owner = access.organisation_for(principal, organisation, permission=Permission.SANDBOX_READ)
        with self._database.read() as session:
            row = image_rows.find(session, owner, digest)
            if row is None:
                raise image_refusals.not_found()
            return self._view(row, tuple(image_rows.users(session, owner).get(digest, ())))

    def remove(self, principal: Principal, digest: str, *, organisation: str | None) -> None:
        """Take an image away.

        Raises:
            ImageNotFoundError: the organisation has none of this digest.
            ImageInUseError: a component of a living sandbox needs it.
        """
        owner = access.organisation_for(principal, organisation)
        with self._database.begin() as work:
            row = image_rows.find(work.session, owner, digest, for_update=True)
            if row is None:
                raise image_refusals.not_found()
            if users := image_rows.users(work.session, owner).get(digest):
                raise image_refusals.in_use(users)
            work.session.delete(row)
            work.audit(principal, "image.remove", row.id, organisation=owner, digest=digest)
        self._drop(digest)

    def tidy(self) -> None:
        """Remove what nobody used for long, what nobody owns, and what broken uploads left; may run at any time."""
        if self._shelf is None:
            return
        horizon = self._database.clock.now() - self._policy.image_unused
        with self._database.read() as session:
            stale = image_rows.unused_since(session, horizon)
        for row in stale:
            self._expire(row.organisation, row.digest, horizon)
        with self._database.read() as session:
            known = image_rows.digests(session)
        for digest in self._shelf.digests() - known:
            self._drop(digest)
        self._shelf.tidy()

    def _expire(self, organisation: str, digest: str, horizon: datetime) -> None:
        with self._database.begin() as work:
            row = image_rows.find(work.session, organisation, digest, for_update=True)
            if row is None or (row.used_at or row.created_at) >= horizon:
                return
            if image_rows.users(work.session, organisation).get(digest):
                return
            work.session.delete(row)
            work.audit(SYSTEM, "image.expire", row.id, organisation=organisation, digest=digest)

    def _drop(self, digest: str) -> None:
        """Take content off the shelf unless somebody has it; who keeps it at this moment goes first."""
        if self._shelf is None:
            return
        with self._database.begin() as work:
            image_rows.lock(work.session, digest)
            if not image_rows.is_known(work.session, digest):
                self._shelf.drop(digest)

    def _the_shelf(self) -> ImageShelf:
        if self._shelf is None:
            raise image_refusals.not_possible()
        return self._shelf

    def _check_quota(self, used: int, more: int) -> None:
        allowed = self._policy.image_quota_mib
        if used + more > allowed * _MIB:
            raise image_refusals.quota(used=_mib(used), allowed=allowed)

    def _view(self, row: ImageRow, used_by: tuple[ImageUser, ...]) -> ImageView:
        return ImageView(
            organisation=row.organisation,
            digest=row.digest,
            name=row.name,
            reference=row.reference,
            archive_digest=row.archive_digest,
            size_bytes=row.size_bytes,
            unpacked_bytes=row.unpacked_bytes,
            architecture=row.architecture,
            findings=row.findings,
            created_by=row.created_by,
            created_at=row.created_at,
            used_at=row.used_at,
            used_by=used_by,
            expires_at=None if used_by else (row.used_at or row.created_at) + self._policy.image_unused,
        )


def _mib(size: int) -> int:
    return -(-size // _MIB)


@contextmanager
def _full_is_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise image_refusals.store_full() from error
        raise
