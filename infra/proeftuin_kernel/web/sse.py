"""Progress as server-sent events that can be left and resumed (`Last-Event-ID`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from fastapi import Header
from sse_starlette import EventSourceResponse, ServerSentEvent

from proeftuin_kernel import journal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proeftuin_kernel.db import Database

LastEventIdDep = Annotated[int, Header(alias="Last-Event-ID", ge=0, le=2**62, description="Resume after this event.")]


def progress_response(database: Database, stream: str, *, after: int = 0) -> EventSourceResponse:
    """Stream a journal as server-sent events: id, event = kind, data = JSON with `at` and the entry's data.

    The stream closes after an event `end` and when the platform stops; whoever comes back with the number of that
    `end` gets it again at once, unless something followed.
    """

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for entry in journal.follow(database, stream, after=after):
            data = json.dumps({"at": entry.at.isoformat(), **entry.data}, ensure_ascii=False)
            yield ServerSentEvent(data=data, event=entry.kind, id=str(entry.id))

    return EventSourceResponse(events(), ping=8, headers={"Cache-Control": "no-store"})
