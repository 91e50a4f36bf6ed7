"""Preview links: who may make them, when they end, and the proxy behind them with a real component."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.web import install_problems
from proeftuin_sandbox import errors
from proeftuin_sandbox.api import router
from proeftuin_sandbox.routes.preview import proxy_router
from proeftuin_sandbox.service import SandboxService
from support.sandbox_fake import FakeBackend, status
from support.sandbox_world import OPERATOR, OTHER, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database

HOUR = timedelta(hours=1)


class Echo(BaseHTTPRequestHandler):
    """A component that says what it was asked."""

    def do_GET(self) -> None:
        places = {"/uit": "https://elders.example/", "/verder": "/daar?x=1"}
        self.send_response(302 if self.path in places else 200)
        if self.path in places:
            self.send_header("Location", places[self.path])
        body = f"{self.command} {self.path} {self.headers.get('Cookie')}".encode() + self._sent()
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "kar=3")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def _sent(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def component() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def world(database: Database, tmp_path: Path, component: str) -> SandboxWorld:
    backend = FakeBackend()
    world = SandboxWorld.on(database, backend, tmp_path)
    world.sandbox = world.ready().id
    world.deploy(world.sandbox)
    seen = backend.rooms[world.sandbox].components["klok"]
    backend.rooms[world.sandbox].components["klok"] = type(seen)(
        seen.name, seen.digest, seen.revision, component, status(alive=True)
    )
    return world


@pytest.fixture
def client(world: SandboxWorld) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.registry = {SandboxService: world.service}
    app.state.authenticate = lambda request: (
        STARTUP if request.headers.get("authorization") == "Bearer startup" else VISITOR
    )
    install_problems(app)
    app.include_router(router)
    app.include_router(proxy_router)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def link(world: SandboxWorld) -> str:
    return f"/voorbeeld/{world.service.previews.create(STARTUP, world.sandbox, 'klok', lifetime=HOUR).token}"


def test_whoever_holds_a_link_sees_the_component(client: TestClient, world: SandboxWorld) -> None:
    """Without an account, with path, query and body as they were sent."""
    made = client.post(
        f"/api/v1/sandboxes/{world.sandbox}/components/klok/preview",
        json={"minutes": 30},
        headers={"Authorization": "Bearer startup"},
    )
    assert 201 == made.status_code
    place = made.json()["url"]
    client.cookies.set("proeftuin", "session")
    got = client.get(f"{place}a%2Fb?q=%20x")
    sent = client.post(f"{place}in", content=b"gegevens")

    assert "GET /a%2Fb?q=%20x None" == got.text
    assert sent.text.endswith("gegevens")
    assert "sandbox" in got.headers["content-security-policy"]
    assert f"Path={place}" in got.headers["set-cookie"]
    assert place == client.get(place.rstrip("/")).headers["location"]


def test_redirects_stay_inside(client: TestClient, world: SandboxWorld) -> None:
    """A link leads to one component and nowhere else."""
    place = link(world)

    assert f"{place}/daar?x=1" == client.get(f"{place}/verder").headers["location"]
    assert (502, "preview-failed") == _problem(client, f"{place}/uit")


def test_links_end_by_time_by_hand_and_with_their_sandbox(
    client: TestClient, world: SandboxWorld, clock: FixedClock
) -> None:
    """Whoever gave a link can take it back."""
    revoked, kept, late = link(world), link(world), link(world)
    first = world.service.previews.all(STARTUP, world.sandbox)[-1]
    world.service.previews.revoke(STARTUP, world.sandbox, first.id)
    assert (410, "preview-over") == _problem(client, f"{revoked}/")
    assert 200 == client.get(f"{kept}/").status_code
    world.service.suspend(STARTUP, world.sandbox)
    assert (409, "sandbox-suspended") == _problem(client, f"{kept}/")
    clock.advance(HOUR)

    assert (410, "preview-over") == _problem(client, f"{late}/")
    assert (404, "preview-not-found") == _problem(client, f"/voorbeeld/{'x' * 43}/")


def test_only_who_manages_the_sandbox_makes_and_revokes_links(world: SandboxWorld) -> None:
    """And the secret is kept nowhere."""
    made = world.service.previews.create(STARTUP, world.sandbox, "klok", lifetime=HOUR)
    with pytest.raises(errors.SandboxNotFoundError):
        world.service.previews.create(OTHER, world.sandbox, "klok", lifetime=HOUR)
    with pytest.raises(errors.SandboxNotFoundError):
        world.service.previews.revoke(OTHER, world.sandbox, made.id)
    with pytest.raises(errors.ComponentNotFoundError):
        world.service.previews.create(STARTUP, world.sandbox, "anders", lifetime=HOUR)

    assert [None] == [one.token for one in world.service.previews.all(STARTUP, world.sandbox)]


def test_a_component_that_does_not_answer_is_a_problem_with_a_remedy(client: TestClient, world: SandboxWorld) -> None:
    """The visitor is not left with a broken page."""
    room = world.backend.rooms[world.sandbox]
    seen = room.components["klok"]
    room.components["klok"] = type(seen)(
        seen.name, seen.digest, seen.revision, "http://127.0.0.1:9", status(alive=True)
    )

    assert (502, "preview-failed") == _problem(client, f"{link(world)}/")


def test_visitors_keep_a_sandbox_awake(client: TestClient, world: SandboxWorld, clock: FixedClock) -> None:
    """Preview traffic is use."""
    place = link(world)
    clock.advance(timedelta(minutes=5))
    client.get(f"{place}/")

    assert clock.now() == world.service.get(OPERATOR, world.sandbox).last_used_at


def _problem(client: TestClient, place: str) -> tuple[int, str]:
    answer = client.get(place)
    return answer.status_code, answer.json()["code"]
