"""Components that misbehave, each in one way; the standard library is all they need."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from support.acceptance_platform import packed

if TYPE_CHECKING:
    from pathlib import Path

MISFITS = (
    "zwijgt",
    "weigert",
    "stuk",
    "hangt",
    "wartaal",
    "gebroken",
    "sterft",
    "overvloed",
    "kringloop",
    "liegt",
)
"""Opens its port and says nothing; is never healthy; answers 5xx; hangs once it is healthy; describes itself in
gibberish, or with an invalid document; dies when it is asked for data; sends 100 MB; redirects in a circle; does
not keep to its own OpenAPI document."""

MANIFEST = """\
apiVersion: proeftuin/v1
kind: Component
metadata:
  name: {name}
  version: 1.0.0
  title: {{nl: Lastpost {name}, en: Misfit {name}}}
  supplier: {{name: Voorbeeldleverancier, url: "https://leverancier.example"}}
  licence: EUPL-1.2
run:
  command: ["{python}", server.py, {name}]
health: {{path: /gezondheid, timeoutSeconds: 2}}
openapi: /v1/openapi.json
claims:
  - {{kit: api-regels, actor: aanbieder}}
resources: {{memoryMiB: 256, cpuSeconds: 60, openFiles: 64, processes: 32, diskMiB: 8}}
"""

SERVER = '''\
"""Answers as its first argument says; healthy unless that is what is wrong with it."""
import http.server, json, os, sys, time

HOW = sys.argv[1]
HEALTHY = "/gezondheid"
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Lastpost", "version": "1.0.0", "contact": {
        "name": "Voorbeeld", "email": "info@leverancier.example", "url": "https://leverancier.example"}},
    "servers": [{"url": os.environ["PROEFTUIN_BASE_URL"] + "/v1"}],
    "paths": {"/dossiers": {"get": {"responses": {"200": {"description": "De dossiers", "content": {
        "application/json": {"schema": {"type": "array", "items": {"type": "object", "properties": {
            "aangemaakt": {"type": "string", "format": "date-time"}}}}}}}}}}},
}
CHUNK = b"x" * (1024 * 1024)
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "API-Version": "1.0.0", "Access-Control-Allow-Origin": "*",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if HOW == "zwijgt":
            time.sleep(600)
        elif HOW == "weigert":
            self.answer(503, {"status": 503, "title": "Storing", "detail": "Stuk"}, "application/problem+json")
        elif self.path == HEALTHY:
            self.answer(200, {"status": "ok"})
        elif HOW == "stuk":
            self.answer(500, {"status": 500, "title": "Storing", "detail": "Stuk"}, "application/problem+json")
        elif HOW == "hangt":
            time.sleep(600)
        elif HOW == "kringloop":
            self.redirect()
        elif self.path.endswith("/openapi.json"):
            self.describe()
        elif HOW == "sterft" and self.path != "/":
            os._exit(7)
        elif HOW == "overvloed":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(100 * len(CHUNK)))
            self.end_headers()
            for _ in range(100):
                self.wfile.write(CHUNK)
        elif HOW == "liegt" and self.path == "/v1/dossiers":
            self.answer(200, [{"aangemaakt": "gisteren"}])
        else:
            self.answer(404, {"status": 404, "title": "Onbekend", "detail": "Dit bestaat niet"},
                        "application/problem+json")

    def redirect(self):
        self.send_response(302)
        self.send_header("Location", self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def describe(self):
        if HOW == "wartaal":
            self.answer(200, "<html>Dit is geen OpenAPI", "text/html")
        elif HOW == "gebroken":
            self.answer(200, {"openapi": "3.0.3", "paths": {"/dossiers": {"get": {"responses": 7}}}})
        else:
            self.answer(200, DOCUMENT)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = do_GET

    def answer(self, status, body, kind="application/json"):
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


print("klaar", flush=True)
Server((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
'''


def misfit(name: str, folder: Path) -> bytes:
    """Pack the component that misbehaves as its name says."""
    place = folder / name
    place.mkdir(parents=True)
    (place / "component.yaml").write_text(MANIFEST.format(name=name, python=sys.executable))
    (place / "server.py").write_text(SERVER)
    return packed(place)
