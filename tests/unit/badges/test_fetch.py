"""Fetching from addresses that strangers choose."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_conformance.badges import FetchError
from proeftuin_conformance.badges.fetch import Limits, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = Limits(allow_loopback=True, timeout_seconds=1.0, max_bytes=1000)


class Handler(BaseHTTPRequestHandler):
    """Misbehaves by path."""

    def do_GET(self) -> None:
        match self.path:
            case "/goed":
                self.answer(200, b'{"host": "' + self.headers["Host"].encode() + b'"}')
            case "/groot":
                self.answer(200, b"x" * 5000)
            case "/rond":
                self.answer(302, b"", Location="/rond")
            case "/verder":
                self.answer(302, b"", Location="/goed")
            case "/binnen":
                self.answer(302, b"", Location="http://10.0.0.1/")
            case "/traag":
                self.send_response(200)
                self.end_headers()
                for _ in range(30):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            case _:
                self.answer(404, b"")

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """Says nothing when a client hangs up on it."""

    def handle_error(self, *_: Any) -> None:
        """A client that stops reading is what we test."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_an_answer_is_given_as_it_came(server: str) -> None:
    host = server.removeprefix("http://")

    assert f'{{"host": "{host}"}}'.encode() == fetch(f"{server}/goed", limits=LOCAL)


def test_a_redirect_is_followed(server: str) -> None:
    assert fetch(f"{server}/goed", limits=LOCAL) == fetch(f"{server}/verder", limits=LOCAL)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/weg", "answered 404"),
        ("/groot", "more than 1000 bytes"),
        ("/rond", "redirects more than 3 times"),
        ("/binnen", "not on the public internet"),
        ("/traag", "within 1 seconds"),
    ],
)
def test_a_badly_behaved_address_is_given_up(server: str, path: str, says: str) -> None:
    started = time.monotonic()

    with pytest.raises(FetchError, match=says):
        fetch(f"{server}{path}", limits=LOCAL)

    assert time.monotonic() - started < 3


def test_this_machine_is_off_limits_unless_it_is_asked_for(server: str) -> None:
    with pytest.raises(FetchError, match="allow-loopback"):
        fetch(f"{server}/goed")


def test_nobody_listening_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(FetchError, match="does not answer"):
            fetch(f"http://127.0.0.1:{port}/", limits=LOCAL)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[::]", "[fd00::1]", "[fe80::1]",
     "[::ffff:10.0.0.1]", "224.0.0.1"],
)  # fmt: skip
def test_addresses_inside_somebodys_network_are_never_asked(address: str) -> None:
    """A badge may not be used to knock on doors behind a firewall, with or without the loopback flag."""
    for limits in (Limits(), LOCAL):
        with pytest.raises(FetchError, match="not on the public internet"):
            fetch(f"https://{address}/", limits=limits)


def test_a_name_that_also_points_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_, **__: [(*entry, ("93.184.215.14", 443)), (*entry, ("10.0.0.1", 443))]
    )

    with pytest.raises(FetchError, match="not on the public internet"):
        fetch("https://badges.example/1")


def test_an_unencrypted_public_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [entry])

    with pytest.raises(FetchError, match="only https"):
        fetch("http://badges.example/1", limits=LOCAL)


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example/", "https://", "file:///etc/passwd", "https://u:p@x.example/", "\0"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url, limits=LOCAL)
