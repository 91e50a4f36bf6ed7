"""A client of the platform as a person's script would be: HTTP only, with progress that can be taken up again."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BUSY = {"requested", "provisioning", "expiring", "starting", "crashed"}
_UNFINISHED = {"queued", "running"}


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event: its number, its kind and its data."""

    number: int
    kind: str
    data: dict[str, Any]


class Api:
    """Asks the platform for one person.

    Args:
        url: Address of the platform.
        token: API token; None for a visitor.
        language: In which the platform should answer.
    """

    def __init__(self, url: str, token: str | None, *, language: str = "nl") -> None:
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.http = httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request and give the answer, whatever it is."""
        return self.http.request(method, path, **options)

    def get(self, path: str, **query: Any) -> Any:
        """Read a resource that must be there."""
        return _good(self.ask("GET", path, params=query)).json()

    def text(self, path: str) -> str:
        """Read a document that must be there, as it is."""
        return _good(self.ask("GET", path)).text

    def post(self, path: str, body: Any = None) -> Any:
        """Make something that must succeed."""
        return _good(self.ask("POST", path, json=body)).json()

    def put_bundle(self, path: str, bundle: bytes) -> httpx.Response:
        """Upload a component."""
        return self.ask("PUT", path, content=bundle, headers={"Content-Type": "application/gzip"})

    def events(self, path: str, *, after: int | None = None) -> Iterator[Event]:
        """Give server-sent events as they come; leaving the iterator breaks the connection."""
        headers = {"Last-Event-ID": str(after)} if after is not None else {}
        number, kind = 0, ""
        with self.http.stream("GET", path, headers=headers, timeout=60) as answer:
            assert 200 == answer.status_code
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    number = int(value)
                elif name == "event":
                    kind = value
                elif name == "data":
                    yield Event(number, kind, json.loads(value))

    def settled(self, path: str, *, seconds: float = 90) -> dict[str, Any]:
        """Wait until a sandbox or a component is what it will stay."""
        return eventually(lambda: self.get(path), lambda found: found["state"] not in _BUSY, seconds=seconds)

    def ended(self, path: str, *, seconds: float = 120) -> dict[str, Any]:
        """Wait until a run has ended."""
        return eventually(lambda: self.get(path), lambda found: found["state"] not in _UNFINISHED, seconds=seconds)


def eventually(look: Callable[[], Any], good: Callable[[Any], bool], *, seconds: float = 30) -> Any:
    """Look until what is seen is good, and give it; what is still not good at the end fails the test."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if good(found):
            return found
        assert time.monotonic() < deadline, f"still so after {seconds} s: {found}"
        time.sleep(0.15)


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """Give the problem document of an answer that must be one."""
    assert "application/problem+json" == answer.headers["content-type"], answer.text
    problem: dict[str, Any] = answer.json()
    assert answer.status_code == problem["status"]
    return problem


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        with suppress(httpx.ResponseNotRead):
            raise AssertionError(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
    return answer
