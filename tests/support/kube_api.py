"""An API server for tests on loopback: TLS with a certificate of any age, and answers that a test chooses."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"


@dataclass
class FakeApi:
    """What it says, by method and path; anything else is 404.

    Attributes:
        kubeconfig: Leads to it.
        port: Where it listens.
        answers: Status and body.
        asked: Method and path of every request.
    """

    kubeconfig: Path
    port: int
    answers: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def fake_api(folder: Path, *, valid_until: timedelta = timedelta(days=1), trusted: bool = True) -> Iterator[FakeApi]:
    """Run one.

    Args:
        folder: For certificates and the kubeconfig.
        valid_until: When its certificate ends, from now.
        trusted: The kubeconfig knows its certificate.
    """
    folder.mkdir(parents=True, exist_ok=True)
    certificate(folder / "server", ends=datetime.now(UTC) + valid_until)
    if not trusted:
        certificate(folder / "other", ends=datetime.now(UTC) + timedelta(days=1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            path = self.path.partition("?")[0]
            api.asked.append((self.command, path))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = api.answers.get((self.command, path), (404, b'{"kind": "Status", "message": "not found"}'))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - names of the library

        def log_message(self, *_: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that refuses us is what we test
    port = server.server_address[1]
    authority = folder / ("server.crt" if trusted else "other.crt")
    api = FakeApi(write_kubeconfig(folder / "kubeconfig", port=port, authority=authority), port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(place: Path, *, ends: datetime) -> None:
    """Write `place.crt` and `place.key`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"proeftuin test {place.name}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=30))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    place.with_suffix(".crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    place.with_suffix(".key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def write_kubeconfig(path: Path, *, port: int, authority: Path) -> Path:
    """Write a kubeconfig with a token that means nothing."""
    path.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "test",
                "clusters": [
                    {
                        "name": "test",
                        "cluster": {"server": f"https://{HOST}:{port}", "certificate-authority": str(authority)},
                    }
                ],
                "users": [{"name": "test", "user": {"token": "niets"}}],
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            }
        )
    )
    return path
