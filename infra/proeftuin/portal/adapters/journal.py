"""Progress streams out of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel import journal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from proeftuin_kernel.db import Database
    from proeftuin_kernel.journal import Entry


@dataclass(frozen=True, slots=True)
class DatabaseJournal:
    """The journal of the kernel."""

    database: Database

    def read(self, stream: str) -> Sequence[Entry]:
        """The whole stream."""
        return journal.read(self.database, stream)

    def follow(self, stream: str, *, after: int) -> AsyncIterator[Entry]:
        """Entries as they come, until the stream ends."""
        return journal.follow(self.database, stream, after=after)
