"""Somebody who receives webhooks, agrees to them, and answers as a test tells them to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Received:
    """One POST; names of headers are in small letters."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def is_signed_with(self, secret: str) -> bool:
        """Check the signature as Standard Webhooks says, apart from the code that makes it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join((self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        fresh = abs(int(self.headers["webhook-timestamp"]) - time.time()) < 60
        return fresh and f"v1,{expected}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """What came in, and how to answer.

    Attributes:
        url: Where it listens.
        received: Every POST.
        asked: The headers of every OPTIONS.
        answers: What to answer to a POST, one after the other; then 204. A status and headers.
        agrees: The headers of the answer to OPTIONS.
        agrees_with: Its status.
        answer: Called before each answer to a POST, for instance to wait.
        answer_question: The same for OPTIONS.
    """

    url: str = ""
    received: list[Received] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    agrees: dict[str, str] = field(default_factory=lambda: {"WebHook-Allowed-Origin": "*"})
    agrees_with: int = 200
    answer: Callable[[], object] = lambda: None
    answer_question: Callable[[], object] = lambda: None

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Received]:
        """Wait until so many have come, and give them."""
        wait_until(lambda: len(self.received) >= count, seconds=seconds)
        return list(self.received)


def wait_until(holds: Callable[[], Any], *, seconds: float = 20) -> Any:
    """Wait until something holds, and give it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)
    return found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a port, until the end of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_OPTIONS(self) -> None:
            receiver.asked.append({name.lower(): value for name, value in self.headers.items()})
            receiver.answer_question()
            self._respond(receiver.agrees_with, receiver.agrees)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(headers, body, time.monotonic()))
            receiver.answer()
            self._respond(*(receiver.answers.pop(0) if receiver.answers else (204, {})))

        def _respond(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/haak"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
