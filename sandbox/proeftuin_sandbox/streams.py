"""Progress of sandboxes and components, as people follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from proeftuin_kernel import journal
from proeftuin_kernel.tables import JournalEntry

if TYPE_CHECKING:
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.text import Text
    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Failure, Step

_FULL = 100


def sandbox_stream(sandbox_id: str) -> str:
    """Name the stream of a sandbox."""
    return f"sandbox:{sandbox_id}"


def deployment_stream(deployment_id: str) -> str:
    """Name the stream of a component."""
    return f"deployment:{deployment_id}"


def tell_step(work: UnitOfWork, stream: str, step: Step) -> None:
    """Write down what is about to be done; numbers are given only where they are known."""
    if step.number is None or step.total is None:
        work.tell(stream, "news", code=step.code, message=step.message.as_dict())
        return
    work.tell(
        stream,
        "step",
        code=step.code,
        message=step.message.as_dict(),
        step=step.number,
        steps=step.total,
        percent=_FULL * (step.number - 1) // step.total,
    )


def tell_news(work: UnitOfWork, stream: str, code: str, message: Text) -> None:
    """Write down something worth knowing between the steps."""
    work.tell(stream, "news", code=code, message=message.as_dict())


def tell_end(work: UnitOfWork, stream: str, state: str, message: Text, *, failure: Failure | None = None) -> None:
    """Write down how an operation ended; nothing follows until something is asked again."""
    more = {"failure": failure.as_json()} if failure is not None else {}
    work.tell(stream, journal.END, code=state, state=state, message=message.as_dict(), **more)


def start_of_operation(database: Database, stream: str) -> int:
    """Give the entry after which the latest operation of a stream begins, for a reader who comes in anew."""
    with database.read() as session:
        newest = session.scalar(select(func.max(JournalEntry.id)).where(JournalEntry.stream == stream))
        before = session.scalar(
            select(func.max(JournalEntry.id)).where(
                JournalEntry.stream == stream, JournalEntry.kind == journal.END, JournalEntry.id < (newest or 0)
            )
        )
    return before or 0
