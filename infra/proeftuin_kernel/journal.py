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


def latest(database: Database, stream: str, *, limit: int = 200) -> list[Entry]:
    """Read the newest entries of a stream, oldest first: of a long life, what is of use now."""
    with database.read() as session:
        rows = session.scalars(
            select(JournalEntry).where(JournalEntry.stream == stream).order_by(JournalEntry.id.desc()).limit(limit)
        ).all()
        return [Entry(row.id, row.at, row.kind, row.data) for row in reversed(rows)]


async def follow(database: Database, stream: str, *, after: int = 0, interval: float = 0.25) -> AsyncIterator[Entry]:
    """Give entries as they come, until one of kind `end` or until the platform stops.

    A reader who saw the end already, and for whom nothing followed, gets that entry again: no reader waits for
    ever for what will not come.
    """
    entries = await asyncio.to_thread(_read_or_end, database, stream, after=after)
    while True:
        for entry in entries:
            after = entry.id
            yield entry
            if entry.kind == END:
                return
        if database.closing.is_set():
            return
        await asyncio.sleep(interval)
        entries = await asyncio.to_thread(read, database, stream, after=after)


def _read_or_end(database: Database, stream: str, *, after: int) -> list[Entry]:
    """Read the entries after a number; when there are none and the stream has ended, its end."""
    entries = read(database, stream, after=after)
    if entries or not after:
        return entries
    with database.read() as session:
        last = session.scalars(
            select(JournalEntry).where(JournalEntry.stream == stream).order_by(JournalEntry.id.desc()).limit(1)
        ).first()
        return [] if last is None or last.kind != END else [Entry(last.id, last.at, last.kind, last.data)]
