"""The time since the last reset to the seed, by which a stream of before is told from the one of now."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import Path

from vlavirgem.blocks.answers import CURSOR_PATTERN
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.routes import Answers, problem_answer
from vlavirgem.store.earlier import BEHIND
from vlavirgem.store.streams import ensure_epoch, hold_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from vlavirgem.store.connection import DictConnection


Epoch = Annotated[str, Path(pattern="^[0-9a-f]{8}$", description="Tijdperk: de tijd sinds de laatste reset.")]
"""The part of an address that names one."""
GONE: Answers = {410: problem_answer("De gemeente is intussen teruggezet: begin opnieuw bij de beginpagina.")}
"""What whoever names one may hear."""


FEED_CURSOR = CURSOR_PATTERN.removesuffix("$") + "(-[0-9a-f]{8})?$"
"""A place in a feed, and in which epoch: after a reset the same numbers come again for something else."""


def read_place(cursor: str | None) -> tuple[int, str | None]:
    """Read a cursor that fits `FEED_CURSOR`: after which number, and in which epoch if it says so."""
    if cursor is None:
        return 0, None
    _, number, *epoch = cursor.split("-")
    return int(number), epoch[0] if epoch else None


@contextmanager
def in_epoch(request: Request, *, root: str, epoch: str | None = None) -> Iterator[tuple[DictConnection, str]]:
    """Give a connection on which all that is read is of one epoch, and the name of that.

    Args:
        request: The request.
        root: Address of the root of the stream, where whoever knows an earlier epoch starts again.
        epoch: The one that was asked for, if one was.

    Raises:
        Problem: 410, the one that was asked for is over.
    """
    begin_epoch(request)
    with request.app.state.connections.transaction() as connection:
        hold_epoch(connection)
        current = ensure_epoch(connection)
        if epoch is not None and epoch != current:
            raise Problem(
                410,
                "tijdperk-voorbij",
                nl=f"De gemeente is teruggezet naar haar begin. Gooi weg wat u had en begin opnieuw bij {root}.",
                en=f"The town was reset to its seed. Drop what you had and start again at {root}.",
                headers={"Link": f'<{root}>; rel="collection"'},
                extra={"tijdperk": current},
            )
        yield connection, current


def begin_epoch(request: Request) -> None:
    """Give the time since the last reset its name, outside of what a reader of an earlier state is shown."""
    behind = BEHIND.set(0)
    try:
        with request.app.state.connections.connection() as connection:
            ensure_epoch(connection)
    finally:
        BEHIND.reset(behind)
