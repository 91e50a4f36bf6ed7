"""Progress that can be watched live, left, and found again.

A stream is a text such as `sandbox:sbx-…` or `run:run-…`; entries are numbered, so that a reader
who was away resumes after the last number it saw (`Last-Event-ID` of server-sent events).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from proeftuin_kernel.tables import JournalEntry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from proeftuin_kernel.db import Database

END = "end"
"""The kind of a stream's last entry: nothing follows until the thing is taken up again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step. `data` usually holds `message` (`{"nl","en"}`), `step`, `steps` and `percent`."""

    id: int
    at: datetime
    kind: str
    data: dict[str, Any]


def read(database: Database, stream: str, *, after: int = 0, limit: int = 1000) -> list[Entry]:
    """Read the entries of a stream after a number, oldest first."""
    with database.read() as session:
        rows = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.stream == stream, JournalEntry.id > after)
            .order_by(JournalEntry.id)
            .limit(limit)
        ).all()
        return [Entry(row.id, row.at, row.kind, row.data) for row in rows]


async def follow(database: Database, stream: str, *, after: int = 0, interval: float = 0.25) -> AsyncIterator[Entry]:
    """Give entries as they come, until one of kind `end`."""
    while True:
        entries = await asyncio.to_thread(read, database, stream, after=after)
        for entry in entries:
            after = entry.id
            yield entry
            if entry.kind == END:
                return
        await asyncio.sleep(interval)
