"""What runs leave in the queue, among the events and in the journal, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from proeftuin_kernel import journal
from proeftuin_kernel.tables import StoredEvent

if TYPE_CHECKING:
    from proeftuin_kernel.db import Database
    from support.assessment_world import World


def queued(database: Database) -> list[tuple[str, str | None, str]]:
    with database.read() as session:
        rows = session.execute(
            text("SELECT task_name, lock, args ->> 'run' FROM procrastinate_jobs WHERE task_name = 'assessment.run'")
        )
        return [tuple(row) for row in rows]


def events(database: Database, name: str) -> list[dict[str, object]]:
    with database.read() as session:
        return list(session.scalars(select(StoredEvent.payload).where(StoredEvent.name == name)))


def kinds(world: World, run: str) -> list[str]:
    return [entry.kind for entry in journal.read(world.database, f"run:{run}")]
