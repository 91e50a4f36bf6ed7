"""Uploading container images: whole or not at all, for the own organisation only, within a quota."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner

from proeftuin_infra.oci import ImagePolicy, ImageShelf
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.web import install_problems, receiving
from proeftuin_sandbox import image_refusals
from proeftuin_sandbox.api import router
from proeftuin_sandbox.cli_image import app as image_app
from proeftuin_sandbox.errors import ImageNotUploadedError
from proeftuin_sandbox.routes import images as routes
from proeftuin_sandbox.service import SandboxService
from support.oci_images import docker_save, tar_of
from support.sandbox_fake import FakeBackend
from support.sandbox_world import ORGANISATION, OTHER, POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database

PEOPLE = {"startup": STARTUP, "other": OTHER}
MIB = 1024 * 1024
PLACE = "/api/v1/images"
HEAD = f"POST {PLACE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer startup\r\nContent-Length: 3000000\r\n\r\n".encode()
MAKE_STALE = text("UPDATE sandbox_image SET created_at = :horizon, used_at = NULL")


def image(size: int = 1000, **more) -> bytes:
    """Save an image of about so many bytes; another size is another image."""
    return tar_of(docker_save({"a.tar": tar_of({"bin/hallo": bytes(size)})}, **more))


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    policy = replace(POLICY, image_mib=4, image_quota_mib=5)
    shelf = ImageShelf(tmp_path / "shelf", policy=ImagePolicy(size_mib=4))
    return SandboxWorld.on(database, FakeBackend(), tmp_path, policy=policy, shelf=shelf)


@pytest.fixture
def app(world: SandboxWorld) -> FastAPI:
    app = FastAPI()
    app.state.registry = {SandboxService: world.service}
    app.state.authenticate = lambda request: PEOPLE.get(
        request.headers.get("authorization", "").removeprefix("Bearer "), VISITOR
    )
    install_problems(app)
    app.include_router(router)
    app.include_router(routes.router)
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"Authorization": "Bearer startup", "Accept-Language": "en"}) as client:
        yield client


@contextmanager
def listening(app: FastAPI) -> Iterator[int]:
    """Serve for real, and give the port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def received(world: SandboxWorld) -> list[Path]:
    """List what is being received, or was left of it."""
    return list((world.folder / "shelf" / "tmp").iterdir())


def pushed(client: TestClient, archive: bytes | None = None, **options) -> str:
    answer = client.post(PLACE, content=archive or image(), **options)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()["digest"]


def deploy(world: SandboxWorld, digest: str, *, name: str = "klok") -> str:
    sandbox = world.ready().id
    world.deploy(sandbox, name, run=f"  image: {{uploaded: '{digest}'}}")
    return sandbox


def test_an_image_is_uploaded_listed_and_used_by_its_digest(client: TestClient, world: SandboxWorld) -> None:
    """The answer has what to write in component.yaml, and the list tells who needs it and what room is left."""
    archive = image()
    answer = client.post(f"{PLACE}?name=loket.tar", content=archive)
    made = answer.json()
    sandbox = deploy(world, made["digest"])
    listed = client.get(PLACE).json()

    assert 201 == answer.status_code
    assert f"{PLACE}/{made['digest']}" == answer.headers["Location"]
    assert ("loket.tar", "hallo:1", "linux/amd64", [], ORGANISATION) == (
        *(made[key] for key in ("name", "reference", "architecture", "findings")),
        made["organisation"],
    )
    assert "sha256:" + hashlib.sha256(archive).hexdigest() == made["archiveDigest"]
    assert (1, 5, 4) == (listed["usedMib"], listed["allowedMib"], listed["largestMib"])
    users = listed["items"][0]["usedBy"]
    assert [{"component": "klok", "sandbox": sandbox, "sandboxName": "Proef"}] == users
    assert listed["items"][0] == client.get(answer.headers["Location"]).json()
    assert [] == received(world)


def test_the_same_image_again_is_the_same_one(client: TestClient) -> None:
    """Sending is safe to repeat, and takes no room twice."""
    archive = image()
    first, second = client.post(PLACE, content=archive), client.post(PLACE, content=archive)

    assert (201, 200) == (first.status_code, second.status_code)
    assert first.json()["digest"] == second.json()["digest"]
    assert 1 == len(client.get(PLACE).json()["items"])


@pytest.mark.parametrize(
    ("archive", "codes"),
    [
        (b"", ["archive-unreadable"]),
        (b"dit is geen archief" * 1000, ["archive-unreadable"]),
        (image()[:-11_000], ["archive-unreadable"]),
        (image(architecture="arm64"), ["image-platform"]),
        (image(config={"Cmd": ["/x"], "User": "root"}), ["image-root"]),
        (image(architecture="arm64", config={"Env": []}), ["image-no-command", "image-platform", "image-root"]),
    ],
)
def test_what_the_policy_forbids_is_all_told_and_nothing_is_kept(
    client: TestClient, world: SandboxWorld, archive: bytes, codes: list[str]
) -> None:
    """A problem document with every finding, each with its own code, cause and remedy."""
    answer = client.post(PLACE, content=archive)
    problem = answer.json()

    assert (400, "image-not-accepted") == (answer.status_code, problem["code"])
    assert codes == [one["code"] for one in problem["findings"]]
    assert all(one["cause"] and one["remedy"] for one in problem["findings"])
    assert codes[0] in problem["detail"]
    assert [] == received(world)
    assert frozenset() == world.service.images._shelf.digests()


def test_warnings_stay_with_the_image(client: TestClient) -> None:
    """What does not forbid it is told all the same."""
    config = {"User": "10001", "Cmd": ["/x"], "Env": ["API_KEY=abc123"]}
    made = client.post(PLACE, content=image(config=config)).json()

    assert ["image-secret"] == [one["code"] for one in made["findings"]]
    assert "abc123" not in str(made)


@pytest.mark.parametrize("is_told", [True, False])
def test_an_archive_that_is_too_large_is_refused_as_soon_as_that_is_known(
    client: TestClient, world: SandboxWorld, is_told: bool
) -> None:
    """By its Content-Length before anything is received, else when too much came."""
    pieces = [bytes(MIB)] * 5
    answer = client.post(PLACE, content=b"".join(pieces) if is_told else iter(pieces))

    assert (413, "image-too-large") == (answer.status_code, answer.json()["code"])
    assert "4 MiB" in answer.json()["detail"]
    assert [] == received(world)


def test_pieces_of_an_unknown_number_arrive_too(client: TestClient) -> None:
    """Chunked: no Content-Length is needed."""
    archive = image(3 * MIB)
    digest = pushed(client, iter([archive[at : at + 70_000] for at in range(0, len(archive), 70_000)]))

    assert digest == pushed(client, archive)


def content_digest(data: bytes) -> dict[str, str]:
    return {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"}


def test_a_promised_digest_is_checked(client: TestClient, world: SandboxWorld) -> None:
    """What arrived damaged is not kept; what the header cannot mean is told."""
    archive = image()
    good = client.post(PLACE, content=archive, headers=content_digest(archive))
    bad = client.post(PLACE, content=image(77), headers=content_digest(archive))
    odd = client.post(PLACE, content=image(78), headers={"Content-Digest": "sha-256=:bm9wZQ==:"})

    assert (201, 400, 400) == (good.status_code, bad.status_code, odd.status_code)
    assert ("upload-damaged", "upload-damaged") == (bad.json()["code"], odd.json()["code"])
    assert "RFC 9530" in odd.json()["detail"]
    assert 1 == len(client.get(PLACE).json()["items"])
    assert [] == received(world)


def test_an_upload_that_breaks_off_leaves_nothing(app: FastAPI, world: SandboxWorld) -> None:
    """Neither a file nor a row; the next one gets through."""
    with listening(app) as port:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(HEAD + bytes(2_000_000))
            deadline = time.monotonic() + 10
            while not any((one / "archive").is_file() and (one / "archive").stat().st_size for one in received(world)):
                assert time.monotonic() < deadline
                time.sleep(0.01)
        while received(world):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    assert () == world.service.images.all(STARTUP, None).images
    assert {} == +world.service.images._under_way


def test_whoever_sends_nothing_is_let_go(app: FastAPI, world: SandboxWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is only held costs no disk for ever."""
    monkeypatch.setattr(receiving, "_SILENCE_SECONDS", 0.05)
    with listening(app) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(HEAD + bytes(10))
        answer = line.recv(100_000)

    assert b" 400 " in answer.splitlines()[0]
    assert [] == received(world)


def test_an_organisation_sends_few_at_the_same_time(client: TestClient, world: SandboxWorld) -> None:
    """The disk is everybody's."""
    images = world.service.images
    with images.receiving(ORGANISATION), images.receiving(ORGANISATION):
        answer = client.post(PLACE, content=image())

    assert (429, "30") == (answer.status_code, answer.headers["Retry-After"])
    assert 201 == client.post(PLACE, content=image()).status_code


def test_a_full_disk_is_told_as_such(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with words for the supplier, before anything is received."""
    usage = type("Usage", (), {"free": 100})
    monkeypatch.setattr("proeftuin_sandbox.images.shutil.disk_usage", lambda _path: usage)
    answer = client.post(PLACE, content=image())

    assert (503, "image-store-full") == (answer.status_code, answer.json()["code"])


def test_the_quota_is_of_the_organisation(client: TestClient) -> None:
    """Two images of 3 MiB do not fit in 5; removing the first one makes room. A neighbour has room of its own."""
    first = pushed(client, image(3 * MIB))
    refused = client.post(PLACE, content=image(3 * MIB + 1))
    theirs = client.post(PLACE, content=image(3 * MIB + 1), headers={"Authorization": "Bearer other"})
    client.delete(f"{PLACE}/{first}")

    assert (429, "image-quota") == (refused.status_code, refused.json()["code"])
    assert "proeftuin image remove" in refused.json()["detail"]
    assert 201 == theirs.status_code
    assert pushed(client, image(3 * MIB + 1)) == theirs.json()["digest"]


def test_an_image_is_for_the_components_of_its_own_organisation(client: TestClient, world: SandboxWorld) -> None:
    """Whoever knows the digest of another's image cannot run it, see it or remove it."""
    digest = pushed(client, headers={"Authorization": "Bearer other"})
    sandbox = world.ready().id

    with pytest.raises(ImageNotUploadedError, match="proeftuin image push"):
        world.deploy(sandbox, run=f"  image: {{uploaded: '{digest}'}}")
    assert 404 == client.get(f"{PLACE}/{digest}").status_code
    assert 404 == client.delete(f"{PLACE}/{digest}").status_code
    assert 403 == client.get(PLACE, params={"organisation": next(iter(OTHER.organisations))}).status_code
    assert 401 == client.post(PLACE, content=image(), headers={"Authorization": ""}).status_code


def test_an_image_that_a_component_needs_is_not_removed(client: TestClient, world: SandboxWorld) -> None:
    """Until its sandbox is gone; then its content goes too."""
    digest = pushed(client)
    sandbox = deploy(world, digest)
    refused = client.delete(f"{PLACE}/{digest}")
    world.service.destroy(STARTUP, sandbox)
    world.service.converge(sandbox)
    removed = client.delete(f"{PLACE}/{digest}")

    assert (409, "image-in-use") == (refused.status_code, refused.json()["code"])
    assert "klok (Proef)" in refused.json()["detail"]
    assert 204 == removed.status_code
    assert frozenset() == world.service.images._shelf.digests()


def test_content_that_two_organisations_have_stays_with_the_last_of_them(
    client: TestClient, world: SandboxWorld
) -> None:
    """It is kept once."""
    digest = pushed(client)
    assert digest == pushed(client, headers={"Authorization": "Bearer other"})
    client.delete(f"{PLACE}/{digest}")

    assert world.service.images._shelf.find(digest) is not None
    client.delete(f"{PLACE}/{digest}", headers={"Authorization": "Bearer other"})
    assert world.service.images._shelf.find(digest) is None


def test_what_nobody_used_for_long_is_removed(client: TestClient, world: SandboxWorld, clock: FixedClock) -> None:
    """And not what a component needs; content without an owner goes too."""
    used, unused = pushed(client, image(10)), pushed(client, image(20))
    deploy(world, used)
    images = world.service.images
    with world.database.begin() as work:
        work.session.execute(MAKE_STALE, {"horizon": clock.now() - timedelta(days=31)})
    shelf = images._shelf
    with shelf.receiving() as place:
        (place / "archive").write_bytes(image(30))
        shelf.keep(shelf.judge(place / "archive"))
    world.service.sweep()

    assert [used] == [one.digest for one in images.all(STARTUP, None).images]
    assert frozenset({used}) == shelf.digests()
    assert unused != used


def test_where_no_image_can_run_none_is_taken(database: Database, tmp_path: Path, app: FastAPI) -> None:
    """The local backend says so before hundreds of megabytes are sent."""
    without = SandboxWorld.on(database, FakeBackend(), tmp_path).service
    app.state.registry = {SandboxService: without}
    with TestClient(app, headers={"Authorization": "Bearer startup"}) as client:
        answer = client.post(PLACE, content=image())
        listed = client.get(PLACE).json()

    assert (409, image_refusals.not_possible().code) == (answer.status_code, answer.json()["code"])
    assert [] == listed["items"]
    without.images.tidy()


def test_the_command_line_uploads_lists_and_removes(
    app: FastAPI, world: SandboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress on stderr, the digest on stdout; what is there already is not sent again; faults are one line."""
    file = tmp_path / "loket.tar"
    file.write_bytes(image(2 * MIB))
    bad = tmp_path / "wortel.tar"
    bad.write_bytes(image(config={"User": "root", "Cmd": ["/x"]}))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    with listening(app) as port:
        monkeypatch.setenv("PROEFTUIN_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("PROEFTUIN_TOKEN", "startup")
        run = CliRunner().invoke
        first, again = run(image_app, ["push", str(file)]), run(image_app, ["push", str(file)])
        digest = first.stdout.strip()
        listed, shown = run(image_app, ["list"]), run(image_app, ["show", digest])
        refused = run(image_app, ["push", str(bad)])
        file.write_bytes(bytes(5 * MIB))
        large = run(image_app, ["push", str(file)])
        removed = run(image_app, ["remove", digest])
        absent = run(image_app, ["remove", digest])

    assert (0, 0, 0, 2, 2, 0, 2) == tuple(
        one.exit_code for one in (first, again, shown, refused, large, removed, absent)
    ), (first.stderr, refused.stderr)
    assert "100 %" in first.stderr
    assert f"run: {{image: {{uploaded: {digest}}}}}" in first.stderr
    assert "already" in again.stderr
    assert "%" not in again.stderr
    assert f"{digest}      3 MiB" in listed.stdout
    assert "loket.tar hallo:1" in listed.stdout
    facts = dict(line.split("  ", 1) for line in shown.stdout.splitlines())
    assert ("hallo:1", "never") == (facts["maker's name"].strip(), facts["last deployed"].strip())
    assert "the image runs as root [image-root]" in refused.stderr
    assert "image-too-large" in large.stderr
    assert "image-not-found" in absent.stderr
    assert () == world.service.images.all(STARTUP, None).images
