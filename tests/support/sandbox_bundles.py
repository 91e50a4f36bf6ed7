"""Builders of component folders and of archives that nobody should unpack."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
apiVersion: proeftuin/v1
kind: Component
metadata:
  name: {name}
  version: 1.0.0
  title: {{nl: Klok, en: Clock}}
  supplier: {{name: Voorbeeldleverancier, url: "https://leverancier.example"}}
  licence: EUPL-1.2
run:
{run}
health: {{path: /gezondheid, timeoutSeconds: {timeout}}}
openapi: /openapi.json
claims:
  - {{kit: api-regels, actor: aanbieder}}
needs: [basisregisters]
resources: {{memoryMiB: {memory}, cpuSeconds: 60, openFiles: 64, processes: {processes}, diskMiB: 8}}
environment: {{GROET: hallo}}
"""

SERVER = '''\
"""Answers every request with what it sees of its environment; keeps a counter in its data folder."""
import http.server, json, os, pathlib
count = pathlib.Path(os.environ["PROEFTUIN_DATA_DIR"]) / "count"
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/telt":
            count.write_text(str(int(count.read_text() if count.exists() else 0) + 1))
        body = json.dumps({"env": dict(os.environ), "cwd": os.getcwd(),
                           "count": int(count.read_text()) if count.exists() else 0}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
print("klaar", flush=True)
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
'''


def component(
    folder: Path,
    *,
    name: str = "klok",
    program: str = SERVER,
    run: str = "  python: {command: [python, server.py]}",
    timeout: int = 10,
    memory: int = 256,
    processes: int = 16,
) -> Path:
    """Write a component that serves with the standard library alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "component.yaml").write_text(
        MANIFEST.format(name=name, run=run, timeout=timeout, memory=memory, processes=processes)
    )
    (folder / "server.py").write_text(program)
    return folder


def archive(*members: tuple[tarfile.TarInfo, bytes], manifest: bool = True) -> io.BytesIO:
    """Pack members as they are given, however bad, into a tar.gz."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        if manifest:
            text = MANIFEST.format(name="klok", run="  command: [./start]", timeout=5, memory=64, processes=4).encode()
            tar.addfile(*_member("component.yaml", text))
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    packed.seek(0)
    return packed


def _member(name: str, content: bytes) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, io.BytesIO(content)


def member(name: str, content: bytes = b"", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    """Make one member; `attributes` set the fields of its header."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in attributes.items():
        setattr(info, field, value)
    return info, content
