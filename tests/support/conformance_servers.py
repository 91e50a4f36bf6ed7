"""Small threaded HTTP servers on loopback: well-behaved ones, and ones that misbehave in one named way."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Response:
    """What goes back; `chunks` streams instead of `body`."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    repeat: int = 1
    drop: bool = False

    @classmethod
    def json(cls, data: Any, *, status: int = 200, media: str = "application/json", **headers: str) -> Response:
        return cls(
            status=status,
            body=json.dumps(data).encode(),
            headers={"Content-Type": media, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )


class App(Protocol):
    def __call__(self, request: Request) -> Response: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, app: App) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.app = app
        self.requests: list[Request] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is not news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet; otherwise each answer waits for a delayed ACK
    server: Server

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={k.lower(): v for k, v in self.headers.items()},
            body=self.rfile.read(length),
        )
        self.server.requests.append(request)
        response = self.server.app(request)
        if response.delay:
            time.sleep(response.delay)
        if response.drop:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body) * response.repeat))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(OSError):
                for _ in range(response.repeat):
                    self.wfile.write(response.body)
                self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = _handle  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextlib.contextmanager
def serving(app: App, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve an app on a free loopback port."""
    server = Server(app)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def url_of(server: Server, *, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{server.server_address[1]}"


def self_signed(folder: Path, *, oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> ssl.SSLContext:
    """A server context with a fresh self-signed certificate."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - only TLS tests need these

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = oldest
    return context


class Dying:
    """Answers a number of requests, then is gone: the port refuses connections."""

    def __init__(self, app: App, *, after: int) -> None:
        self.app = app
        self.left = after
        self.server: Server | None = None

    def __call__(self, request: Request) -> Response:
        self.left -= 1
        if self.left >= 0:
            return self.app(request)
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
        return Response(drop=True)


class Misbehaving:
    """The wrapped app, but paths that start with `at` get `response` instead."""

    def __init__(self, app: App, *, response: Response, at: str = "/") -> None:
        self.app = app
        self.response = response
        self.at = at

    def __call__(self, request: Request) -> Response:
        return self.response if request.path.startswith(self.at) else self.app(request)


MEBIBYTE = b"x" * 1024 * 1024
HUNDRED_MEGABYTES = Response(body=MEBIBYTE, repeat=100, headers={"Content-Type": "application/json"})
SERVER_ERROR = Response.json({"fout": "stuk"}, status=500)
NOT_FOUND = Response.json({"fout": "weg"}, status=404)
UNAUTHORIZED = Response.json({"fout": "wie bent u"}, status=401)
HANGING = Response.json({}, status=200)
HANGING.delay = 3.0


def circle(request: Request) -> Response:
    """Redirects `/a` to `/b` and everything else to `/a`."""
    return Response(status=302, headers={"Location": "/b" if request.path == "/a" else "/a"})
