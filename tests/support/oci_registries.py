"""Debian's registry on loopback, open, behind a password, or behind a server that gives tokens."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from proeftuin_infra.oci.registry_access import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = shutil.which("docker-registry")
READER = Credentials("lezer", "geheim-van-een-test")
# The password above as `htpasswd -B` writes it.
_HTPASSWD = "lezer:$2b$04$cXsm1O/uaonzBDg7zl1azeGFDj6bmzO4WhNybQjT5hcOQgbbMIRfu"
_SERVICE, _ISSUER = "proeftuin-test", "proeftuin-test-issuer"


@dataclass(frozen=True)
class RunningRegistry:
    """A registry that runs.

    Attributes:
        host: Host and port.
        credentials: What opens it; None when nothing is asked.
    """

    host: str
    credentials: Credentials | None = None


@contextmanager
def running_registry(folder: Path, *, kind: str) -> Iterator[RunningRegistry]:
    """Run a registry.

    Args:
        folder: Where it keeps images.
        kind: `open`, `password` or `token`.
    """
    assert PROGRAM is not None
    with ExitStack() as stack:
        auth: dict[str, Any] = {}
        if kind == "password":
            (folder / "htpasswd").write_text(f"{_HTPASSWD}\n")
            auth = {"auth": {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}}
        elif kind == "token":
            auth = {"auth": {"token": stack.enter_context(_token_server(folder))}}
        port = _free_port()
        config = {
            "version": 0.1,
            "log": {"level": "error"},
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
            "http": {"addr": f"127.0.0.1:{port}"},
            **auth,
        }
        path = folder / "config.yml"
        path.write_text(json.dumps(config))  # JSON is YAML
        process = subprocess.Popen([PROGRAM, "serve", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        _wait(f"http://127.0.0.1:{port}/v2/")
        yield RunningRegistry(f"127.0.0.1:{port}", None if kind == "open" else READER)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(url: str) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            httpx.get(url)
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the registry does not start")


@contextmanager
def _token_server(folder: Path) -> Iterator[dict[str, str]]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
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
    (folder / "root.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    chain = [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]
    signing = ECKey.import_key(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    right = "Basic " + base64.b64encode(f"{READER.user}:{READER.password}".encode()).decode()

    class Tokens(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            if self.headers.get("Authorization") != right:
                self.send_response(401)
                self.end_headers()
                return
            access = []
            for scope in asked.get("scope", []):
                kind, repository, actions = scope.split(":")
                access.append({"type": kind, "name": repository, "actions": actions.split(",")})
            moment = int(time.time())
            claims = {
                "iss": _ISSUER,
                "sub": READER.user,
                "aud": asked["service"][0],
                "exp": moment + 60,
                "nbf": moment - 10,
                "iat": moment,
                "jti": "1",
                "access": access,
            }
            body = json.dumps({"token": jwt.encode({"alg": "ES256", "x5c": chain}, claims, signing)}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {
            "realm": f"http://127.0.0.1:{server.server_address[1]}/token",
            "service": _SERVICE,
            "issuer": _ISSUER,
            "rootcertbundle": str(folder / "root.pem"),
        }
    finally:
        server.shutdown()
        server.server_close()
