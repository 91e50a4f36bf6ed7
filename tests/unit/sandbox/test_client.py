"""The client of the platform's API follows progress without losing or repeating any of it."""

from __future__ import annotations

from itertools import islice

from proeftuin_sandbox.client import PlatformClient
from support.conformance_servers import Request, Response, serving, url_of


def _events(*told: tuple[int, str]) -> Response:
    body = "".join(f'id: {number}\r\nevent: {kind}\r\ndata: {{"at": "nu"}}\r\n\r\n' for number, kind in told)
    return Response(body=body.encode(), headers={"Content-Type": "text/event-stream"})


def test_an_end_that_is_told_again_is_given_once() -> None:
    """Until the next operation begins, the platform answers with the end of the one before."""
    answers = iter([_events((1, "step"), (2, "end")), _events((2, "end")), _events((3, "step"), (4, "end"))])
    asked: list[str | None] = []

    def platform(request: Request) -> Response:
        asked.append(request.headers.get("last-event-id"))
        return next(answers)

    with serving(platform) as server:
        client = PlatformClient(url_of(server), token=None, language="nl")
        found = [event.id for event in islice(client.follow("/stroom"), 4)]
        client.close()

    assert [1, 2, 3, 4] == found
    assert [None, "2", "2"] == asked
