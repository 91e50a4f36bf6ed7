"""A supplier's own image, larger than any bundle may be, from its upload to its answer behind the walls."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from proeftuin_infra.oci import (
    ImagePolicy,
    ImageSettings,
    ImageShelf,
    ImageStore,
    compose,
    layer_from_folder,
    stream_archive,
)
from proeftuin_infra.oci.base import find_base
from proeftuin_infra.oci.layers import FolderLayer
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.settings import Settings
from proeftuin_kernel.web import install_problems
from proeftuin_sandbox.backends.docker import DockerBackend
from proeftuin_sandbox.backends.stored_images import StoredImages
from proeftuin_sandbox.errors import ImageInUseError
from proeftuin_sandbox.routes.images import router
from proeftuin_sandbox.service import SandboxService
from proeftuin_sandbox.states import DeploymentState
from support.sandbox_bundles import SERVER
from support.sandbox_world import POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(240)]
MIB = 1024 * 1024


@pytest.fixture
def shelf(tmp_path: Path) -> ImageShelf:
    return ImageShelf(tmp_path / "shelf", policy=ImagePolicy())


@pytest.fixture
def world(
    docker_engine: str,
    image_store: ImageStore,
    shelf: ImageShelf,
    migrated_database: Callable[[], str],
    tmp_path: Path,
) -> Iterator[SandboxWorld]:
    """The service on a real engine."""
    database = Database(migrated_database(), clock=SystemClock())
    backend = DockerBackend(
        tmp_path / "platform",
        host=docker_engine,
        images=StoredImages.at(image_store.folder, environment=os.environ, shelf=shelf),
        random_source=random.Random(),  # noqa: S311 - chooses ports
    )
    world = SandboxWorld.on(database, backend, tmp_path, policy=replace(POLICY, image_mib=1024), shelf=shelf)
    try:
        yield world
    finally:
        for view in world.service.page(STARTUP):
            world.service.destroy(STARTUP, view.id)
            world.service.converge(view.id)
        world.service.close()
        database.close()


def saved(store: ImageStore, folder: Path) -> list[bytes]:
    """Give an image as `docker save` does, in pieces: a program on the base, which alone is larger than a bundle."""
    folder.mkdir()
    (folder / "server.py").write_text(SERVER)
    layer = layer_from_folder(store, FolderLayer(folder, "srv"))
    image = compose(store, find_base(store), layer, settings=ImageSettings(command=("python", "/srv/server.py")))
    return list(stream_archive(store, image))


def test_an_image_larger_than_any_bundle_is_uploaded_and_answers(
    world: SandboxWorld, image_store: ImageStore, tmp_path: Path, ask: httpx.Client
) -> None:
    """Streamed without a length, judged, kept, deployed by its digest; not removed while it runs, and then it is."""
    app = FastAPI()
    app.state.registry = {SandboxService: world.service}
    app.state.authenticate = lambda _request: STARTUP
    install_problems(app)
    app.include_router(router)
    pieces = saved(image_store, tmp_path / "code")
    with TestClient(app) as client:
        made = client.post("/api/v1/images", content=iter(pieces)).json()
    sandbox = world.ready().id
    deployed = world.deploy(sandbox, run=f"  image: {{uploaded: '{made['digest']}'}}")
    images = world.service.images

    assert sum(map(len, pieces)) > Settings().upload_limit_mib * MIB
    assert DeploymentState.RUNNING == deployed.state, deployed.cause
    assert 200 == ask.get(str(deployed.base_url)).status_code
    with pytest.raises(ImageInUseError, match="klok"):
        images.remove(STARTUP, made["digest"], organisation=None)
    world.service.destroy(STARTUP, sandbox)
    world.service.converge(sandbox)
    images.remove(STARTUP, made["digest"], organisation=None)
    assert [] == [path for path in (tmp_path / "shelf" / "blobs").rglob("*") if path.is_file()]
