"""One room on a real engine for all tests of a module, and components that misbehave in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from proeftuin.schema import migrate
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import DeploymentOrder, Failure, FailureError, SandboxSpec, TownSpec
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.manifest import read_manifest
from support.docker_worlds import docker_backend
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proeftuin_sandbox.backends.docker import DockerBackend
    from proeftuin_sandbox.backends.docker.desk import Desk
    from proeftuin_sandbox.backends.docker.names import RoomNames


@dataclass
class Room:
    """A sandbox, and what a test does in it."""

    backend: DockerBackend
    spec: SandboxSpec
    folder: Path
    made: list[str] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        """The inside of the backend."""
        return self.backend._desk

    @property
    def names(self) -> RoomNames:
        """What its things are called."""
        return self.backend._names(self.spec.id)

    def order(self, name: str, *, files: dict[str, bytes] | None = None, **options: Any) -> DeploymentOrder:
        """Pack a component."""
        folder = component(self.folder / f"{name}-{len(self.made)}", name=name, **options)
        for path, content in (files or {}).items():
            (folder / path).write_bytes(content)
        packed = folder.with_suffix(".tar.gz")
        with packed.open("wb") as target:
            digest = pack(folder, target)
        self.made.append(name)
        return DeploymentOrder(self.spec.id, read_manifest(folder)[0], packed, digest, revision=len(self.made))

    def deploy(self, name: str, **options: Any) -> str:
        """Deploy a component and give its address."""
        list(self.backend.deploy(self.order(name, **options)))
        view = self.backend.observe(self.spec.id).component(name)
        assert view is not None
        return view.base_url

    def fails(self, name: str, **options: Any) -> Failure:
        """Deploy a component that cannot run, and give the explanation."""
        with pytest.raises(FailureError) as caught:
            list(self.backend.deploy(self.order(name, **options)))
        return caught.value.failure


@pytest.fixture(scope="session")
def migrated_database(new_database: Callable[[str | None], str]) -> Callable[[], str]:
    """Make a database with the platform's tables and nothing in them."""
    template = new_database(None)
    migrate(template)
    name = template.rsplit("/", 1)[1].partition("?")[0]
    return lambda: new_database(name)


@pytest.fixture(scope="module")
def room(docker_engine: str, image_store: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A sandbox with its town."""
    folder = tmp_path_factory.mktemp("docker")
    backend = docker_backend(folder / "platform", host=docker_engine, store=image_store)
    made = Room(backend, SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830)), folder)
    try:
        list(backend.create(made.spec))
        yield made
    finally:
        list(backend.destroy(made.spec.id))
        backend.close()


@pytest.fixture
def ask() -> Iterator[httpx.Client]:
    """A browser."""
    with httpx.Client(timeout=30) as client:
        yield client
