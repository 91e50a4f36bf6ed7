"""The sandbox API as a client sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.web import install_problems
from proeftuin_sandbox.api import router, schema_router
from proeftuin_sandbox.manifest import component_schema
from proeftuin_sandbox.service import SandboxService
from support.sandbox_bundles import MANIFEST, archive, member
from support.sandbox_fake import FakeBackend
from support.sandbox_world import OTHER, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.db import Database

PEOPLE = {"startup": STARTUP, "other": OTHER}


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, FakeBackend(), tmp_path)


@pytest.fixture
def client(world: SandboxWorld) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.registry = {SandboxService: world.service}
    app.state.authenticate = lambda request: PEOPLE.get(
        request.headers.get("authorization", "").removeprefix("Bearer "), VISITOR
    )
    install_problems(app)
    app.include_router(router)
    app.include_router(schema_router)
    with TestClient(app, headers={"Authorization": "Bearer startup", "Accept-Language": "en"}) as client:
        yield client


def made(client: TestClient, world: SandboxWorld) -> str:
    answer = client.post("/api/v1/sandboxes", json={"name": "Proef"})
    world.service.converge(answer.json()["id"])
    return answer.json()["id"]


def test_a_sandbox_is_asked_for_followed_and_found(client: TestClient, world: SandboxWorld) -> None:
    """202 with a Location; the events end with `ready`."""
    answer = client.post("/api/v1/sandboxes", json={"name": "Proef", "town": {"seed": 7}, "lifetimeMinutes": 30})
    place = answer.headers["Location"]
    world.service.converge(answer.json()["id"])
    events = client.get(f"{place}/events").text

    assert 202 == answer.status_code
    assert f"/api/v1/sandboxes/{answer.json()['id']}" == place
    assert ("ready", 7) == (client.get(place).json()["state"], client.get(place).json()["town"]["seed"])
    assert "event: step" in events
    assert events.rstrip().splitlines()[-1].startswith("data: ")
    assert [answer.json()["id"]] == [item["id"] for item in client.get("/api/v1/sandboxes").json()["items"]]
    assert (
        "idempotent"
        == client.post("/api/v1/sandboxes", json={"name": "idempotent"}, headers={"Idempotency-Key": "a"}).json()[
            "name"
        ]
    )


def test_events_begin_at_the_latest_operation_and_resume_where_told(client: TestClient, world: SandboxWorld) -> None:
    """Who comes in anew sees what happens now, not last week."""
    sandbox = made(client, world)
    first = client.get(f"/api/v1/sandboxes/{sandbox}/events").text
    client.post(f"/api/v1/sandboxes/{sandbox}/reset")
    world.service.converge(sandbox)
    second = client.get(f"/api/v1/sandboxes/{sandbox}/events").text
    last = [line for line in second.splitlines() if line.startswith("id: ")][-2].removeprefix("id: ")
    resumed = client.get(f"/api/v1/sandboxes/{sandbox}/events", headers={"Last-Event-ID": last}).text

    assert '"code": "town"' in first
    assert '"code": "town"' not in second
    assert '"code": "drop"' in second
    assert 1 == resumed.count("event: ")


def test_a_component_is_uploaded_raw_or_as_a_form_and_its_log_is_read(client: TestClient, world: SandboxWorld) -> None:
    """Both ways give the same digest."""
    sandbox = made(client, world)
    place = f"/api/v1/sandboxes/{sandbox}/components/klok"
    raw = client.put(place, content=world.bundle().read(), headers={"Content-Type": "application/gzip"})
    form = client.put(place, files={"bundle": ("klok.tar.gz", world.bundle(), "application/gzip")})
    world.service.converge(sandbox)
    seen = client.get(place).json()

    assert (202, 202) == (raw.status_code, form.status_code)
    assert raw.json()["digest"] == form.json()["digest"] == seen["digest"]
    assert ("running", 2, "klok") == (seen["state"], seen["revision"], seen["description"]["metadata"]["name"])
    assert "2026-11-21T12:00:00.000Z out klaar\n" == client.get(f"{place}/logs").text
    assert "out klaar" in client.get(f"{place}/logs", params={"follow": True}).text
    assert "event: end" in client.get(f"{place}/events").text
    assert 1 == client.get(f"/api/v1/sandboxes/{sandbox}/components").json()["total"]
    assert 202 == client.delete(place).status_code
    world.service.converge(sandbox)
    assert "stopped" == client.get(place).json()["state"]


def test_a_bad_description_names_its_lines_in_the_problem(client: TestClient, world: SandboxWorld) -> None:
    """An editor can put the cursor there."""
    sandbox = made(client, world)
    description = MANIFEST.format(name="klok", run="  pyton: 1", timeout=1, memory=64, processes=4).encode()
    bad = archive(member("component.yaml", description), manifest=False)
    answer = client.put(f"/api/v1/sandboxes/{sandbox}/components/klok", content=bad.read())

    assert (400, "component-yaml-invalid") == (answer.status_code, answer.json()["code"])
    fault = answer.json()["errors"][0]
    assert ("component.yaml", 10, 3, "/run/pyton") == tuple(
        fault[key] for key in ("file", "line", "column", "pointer")
    )
    assert "did you mean 'python'?" in fault["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "", {"name": "x", "kleur": "rood"}, 400, "bad-input"),
        ("POST", "", {"name": ""}, 400, "bad-input"),
        ("POST", "", {"name": "a\0b"}, 400, "bad-input"),
        ("POST", "", {"name": "x", "town": {"profile": "metropool"}}, 400, "bad-input"),
        ("POST", "", {"name": "x", "lifetimeMinutes": 500_000}, 409, "lifetime-ceiling"),
        ("POST", "", {"name": "x", "organisation": "org-00000000000000000000000000"}, 403, "forbidden"),
        ("GET", "?cursor=x", None, 400, "bad-input"),
        ("GET", "/sbx-00000000000000000000000000", None, 404, "sandbox-not-found"),
        ("GET", "/x", None, 400, "bad-input"),
        ("DELETE", "/sbx-00000000000000000000000000", None, 404, "sandbox-not-found"),
        ("PUT", "/sbx-00000000000000000000000000/components/klok", None, 404, "sandbox-not-found"),
    ],
)
def test_bad_requests_are_problems_with_a_code(  # noqa: PLR0917
    method: str, path: str, body: dict | None, status: int, code: str, client: TestClient
) -> None:
    """No input gives a 500."""
    answer = client.request(method, f"/api/v1/sandboxes{path}", json=body)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert "application/problem+json" == answer.headers["Content-Type"]


def test_strangers_and_visitors_are_kept_out(client: TestClient, world: SandboxWorld) -> None:
    """401 without a name, 404 for who may not know."""
    sandbox = made(client, world)

    assert 401 == client.get("/api/v1/sandboxes", headers={"Authorization": ""}).status_code
    assert 404 == client.get(f"/api/v1/sandboxes/{sandbox}", headers={"Authorization": "Bearer other"}).status_code
    assert 200 == client.get("/api/v1/sandboxes/capabilities", headers={"Authorization": ""}).status_code


def test_too_large_an_upload_is_refused_before_it_is_read(client: TestClient, world: SandboxWorld) -> None:
    """413 with the limit in words; also when the length is not announced."""
    sandbox = made(client, world)
    place = f"/api/v1/sandboxes/{sandbox}/components/klok"

    def endless() -> Iterator[bytes]:
        for _ in range(3):
            yield bytes(1024 * 1024)

    assert 413 == client.put(place, content=bytes(3 * 1024 * 1024)).status_code
    assert "bundle-too-large" == client.put(place, content=endless()).json()["code"]


def test_the_schema_of_the_description_is_served_as_it_is_used(client: TestClient) -> None:
    """Editors and validators read the same document as we do."""
    answer = client.get("/schemas/component.v1.json", headers={"Authorization": ""})

    assert component_schema() == json.loads(answer.content)
    assert "application/schema+json" == answer.headers["Content-Type"]
