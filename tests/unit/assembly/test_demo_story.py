"""The demo is patient with a platform that was interrupted."""

from __future__ import annotations

import pytest

from proeftuin.demo import story
from proeftuin.demo.client import Client, DemoStepFailedError
from proeftuin.demo.story import _requested
from support.conformance_servers import Request, Response, serving, url_of

WISH = {"deployment": "dep-1", "kit": "api-regels"}


def refused(code: str) -> Response:
    return Response.json({"detail": "nee", "code": code}, status=409, media="application/problem+json")


def test_a_run_is_asked_for_until_the_component_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart the rows say that it runs before it does."""
    monkeypatch.setattr(story, "_BETWEEN_TRIES_S", 0)
    answers = iter([refused("sandbox-not-ready"), refused("sandbox-not-ready"), Response.json({"id": "run-1"})])

    def platform(_: Request) -> Response:
        return next(answers)

    with serving(platform) as server, Client(url_of(server), None, language="nl") as client:
        assert {"id": "run-1"} == _requested(client, WISH)


def test_any_other_refusal_is_told_at_once() -> None:
    """Patience is for what passes by itself."""
    with (
        serving(lambda _: refused("kit-unknown")) as server,
        Client(url_of(server), None, language="nl") as client,
        pytest.raises(DemoStepFailedError, match="kit-unknown"),
    ):
        _requested(client, WISH)
    assert 1 == len(server.requests)
