"""Bundles that every replica of the platform can read: kept in the database, copied to disk where one is needed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from proeftuin_sandbox.bundle_store import BundleStore
from proeftuin_sandbox.models import BundlePartRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.bundles import Bundle, BundleLimits

PART_BYTES: Final = 1024 * 1024
_KEPT: Final = timedelta(hours=1)


class SharedBundleStore(BundleStore):
    """Keeps bundles in the database, in parts; what is on disk is a copy that may go at any time.

    Args:
        database: Shared by all replicas.
        folder: Of this replica alone.
        limits: How large a bundle may be.
    """

    def __init__(self, database: Database, folder: Path, *, limits: BundleLimits) -> None:
        super().__init__(folder, limits=limits)
        self._database = database

    def put(self, source: IO[bytes]) -> Bundle:
        """Check and keep a bundle; see `BundleStore.put`."""
        bundle = super().put(source)
        with super().path(bundle.digest).open("rb") as packed, self._database.begin() as work:
            number = 0
            while part := packed.read(PART_BYTES):
                row = {"digest": bundle.digest, "number": number, "content": part, "stored_at": work.now}
                added = work.session.execute(
                    insert(BundlePartRow).values(row).on_conflict_do_nothing().returning(BundlePartRow.number)
                ).scalar()
                if added is None:
                    # The same content is there, perhaps packed another way: parts of two packings make no bundle.
                    known = update(BundlePartRow).where(BundlePartRow.digest == bundle.digest)
                    work.session.execute(known.values(stored_at=work.now))
                    break
                number += 1
        return bundle

    def path(self, digest: str) -> Path:
        """Give the file of a digest, fetched from the database when it is not here; it may be in neither place."""
        place = super().path(digest)
        if place.is_file():
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f".fetched-{uuid.uuid4().hex}")
        wanted = (
            select(BundlePartRow.content).where(BundlePartRow.digest == digest).order_by(BundlePartRow.number)
        ).execution_options(yield_per=4)
        try:
            with self._database.read() as session, fresh.open("wb") as file:
                for part in session.execute(wanted).scalars():
                    file.write(part)
            if fresh.stat().st_size:
                fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)
        return place

    def clean(self, *, keep: Collection[str]) -> int:
        """Remove bundles that nobody needs, here and in the database; see `BundleStore.clean`."""
        with self._database.begin() as work:
            unneeded = delete(BundlePartRow).where(
                BundlePartRow.digest.not_in(keep), BundlePartRow.stored_at < work.now - _KEPT
            )
            work.session.execute(unneeded)
        return super().clean(keep=keep)
