"""Live progress for a page: the progress component, rendered anew at every step, as server-sent events.

Every event carries the whole component, so that a reader who was away needs only the last one. The event
`klaar` tells the page to fetch itself again, and the browser to close the stream.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sse_starlette import EventSourceResponse, ServerSentEvent

from proeftuin.portal.views.progress import progress_of
from proeftuin_kernel.journal import END

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proeftuin.portal.visit import Visit
    from proeftuin_kernel.journal import Entry


_TURNS = frozenset({"queued", "admitted"})
"""News after which the whole page reads otherwise: another place in the queue, or none any more."""


def progress_stream(visit: Visit, stream: str) -> EventSourceResponse:
    """Stream the progress of one piece of work in the language of the page."""
    journal = visit.desks.journal

    async def events() -> AsyncIterator[ServerSentEvent]:
        seen: list[Entry] = list(await asyncio.to_thread(journal.read, stream))
        yield _event(visit, seen)
        if seen and seen[-1].kind == END:
            yield _done()
            return
        async for entry in journal.follow(stream, after=seen[-1].id if seen else 0):
            seen.append(entry)
            yield _event(visit, seen)
            if entry.kind == END or entry.data.get("code") in _TURNS:
                yield _done()
                return

    return EventSourceResponse(events(), ping=8, headers={"Cache-Control": "no-store"})


def _event(visit: Visit, entries: list[Entry]) -> ServerSentEvent:
    html = visit.fragment("fragments/voortgang.html", progress=progress_of(entries))
    return ServerSentEvent(data=html, event="voortgang", id=str(entries[-1].id if entries else 0))


def _done() -> ServerSentEvent:
    return ServerSentEvent(data="klaar", event="klaar")
