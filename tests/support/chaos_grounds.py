"""The three grounds on which platforms die: this machine, a Docker engine, a Kubernetes cluster.

What is left is looked up with the ground's own means, not through the backend: what a backend forgets to list, it
would also forget to remove.
"""

from __future__ import annotations

import os
import random
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import psutil
import psycopg

from proeftuin_infra.docker.engine import Engine
from proeftuin_infra.docker.labels import selection
from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.errors import NOT_FOUND, KubeError
from proeftuin_infra.kube.client.objects import KINDS, Objects
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.oci.store import ImageStore
from proeftuin_sandbox.backends.installation import installation_of
from proeftuin_sandbox.backends.local import LocalBackend
from support.docker_worlds import docker_backend

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.base import SandboxBackend
    from support.kubernetes_worlds import Site
    from support.pulumi_places import FakePulumi

_TITLE = "org.opencontainers.image.title"


def _new_name() -> str:
    """Name a component as no other test does, so that its image on a shared engine is known."""
    return f"klok-{secrets.token_hex(3)}"


@dataclass(frozen=True)
class LocalGround:
    """This machine and a PostgreSQL."""

    postgres_url: str
    component: str = field(default_factory=_new_name)

    ends_with_platform: ClassVar[bool] = True
    keeps_data: ClassVar[bool] = True
    room: ClassVar[list[str]] = ["database", "folder", "process", "role"]
    with_component: ClassVar[list[str]] = ["database", "folder", "process", "process", "role"]

    def backend(self, root: Path) -> SandboxBackend:
        """Make a local backend."""
        return LocalBackend(
            root,
            postgres_url=self.postgres_url,
            environment=os.environ,
            random_source=random.Random(),  # noqa: S311 - chooses ports
        )

    def left(self, root: Path) -> set[str]:
        """List processes, files, databases and roles; whole towns and environments serve the next sandbox too."""
        return {*processes_of(root), *self._databases(root), *_files(root, kept=_is_kept_for_the_next)}

    def _databases(self, root: Path) -> set[str]:
        prefix = f"pt_{installation_of(root)}_"
        with psycopg.connect(self.postgres_url) as server:
            databases = [name for (name,) in server.execute("SELECT datname FROM pg_database")]
            roles = [name for (name,) in server.execute("SELECT rolname FROM pg_roles")]
        is_template = [name.startswith(f"{prefix}tpl_") and not name.endswith("_new") for name in databases]
        ours = [name for name, kept in zip(databases, is_template, strict=True) if not kept]
        return {f"database {name}" for name in ours if name.startswith(prefix)} | {
            f"role {name}" for name in roles if name.startswith(prefix)
        }


@dataclass(frozen=True)
class DockerGround:
    """A Docker engine, which others may use too."""

    engine: str
    images: Path
    component: str = field(default_factory=_new_name)

    ends_with_platform: ClassVar[bool] = False
    keeps_data: ClassVar[bool] = True
    room: ClassVar[list[str]] = ["container"] * 2 + ["network"] * 2 + ["volume"]
    with_component: ClassVar[list[str]] = ["container"] * 4 + ["network"] * 2 + ["volume"] * 2

    def backend(self, root: Path) -> SandboxBackend:
        """Make a Docker backend."""
        return docker_backend(root, host=self.engine, store=ImageStore(self.images))

    def left(self, root: Path) -> set[str]:
        """List containers, networks and their bridges, volumes, the component's images, files and processes."""
        ours = selection(installation=installation_of(root))
        bridges = {path.name for path in Path("/sys/class/net").glob("br-*")}
        engine = Engine(self.engine)
        try:
            client = engine.client
            known = {f"br-{one['Id'][:12]}" for one in client.networks()}
            found = {f"container {one['Names']}" for one in client.containers(all=True, filters=ours)}
            found |= {f"network {one['Name']}" for one in client.networks(filters=ours)}
            found |= {f"volume {one['Name']}" for one in client.volumes(filters=ours)["Volumes"] or []}
            titled = {"label": [f"{_TITLE}={self.component}"]}
            found |= {f"image {one['Id']}" for one in client.images(filters=titled, all=True)}
        finally:
            engine.close()
        found |= {f"bridge {name}" for name in bridges - known}
        return {*found, *processes_of(root), *_files(root, kept=lambda path: path == Path("namespace"))}


@dataclass(frozen=True)
class KubernetesGround:
    """A Kubernetes cluster, which others may use too; rooms come about through Pulumi when it is given."""

    kubeconfig: Path
    registry: str
    images: Path
    pulumi: FakePulumi | None = None
    component: str = field(default_factory=_new_name)

    ends_with_platform: ClassVar[bool] = True
    keeps_data: ClassVar[bool] = False
    room: ClassVar[list[str]] = ["Deployment", "Namespace", "Pod", "Secret", "Service"]
    with_component: ClassVar[list[str]] = sorted([*room, "Deployment", "Pod", "log"])

    @classmethod
    def of(cls, site: Site, *, pulumi: FakePulumi | None = None) -> KubernetesGround:
        """Describe a site in a way that can go to another process."""
        return cls(site.kubeconfig, site.registry, site.store.folder, pulumi)

    def backend(self, root: Path) -> SandboxBackend:
        """Make a Kubernetes backend."""
        from support.kubernetes_worlds import Site  # noqa: PLC0415 - its fixtures need the test cluster's own package

        engine = self.pulumi.engine() if self.pulumi is not None else None
        return Site(self.kubeconfig, self.registry, ImageStore(self.images)).backend(root, engine=engine)

    def left(self, root: Path) -> set[str]:
        """List objects of every kind, processes, listeners, files; what stands once per platform is no residue."""
        installation = installation_of(root)
        ours = f"{names.INSTALLATION}={installation}"
        cluster = Cluster(self.kubeconfig)
        try:
            objects = Objects(cluster)
            spaces = [one["metadata"] for one in objects.list("Namespace", labels=ours)]
            control = f"sbx-control-{installation}"
            of_platform = {one["name"] for one in spaces if one["labels"].get(names.SANDBOX_ID) == control}
            found = {f"Namespace {one['name']}" for one in spaces if one["name"] not in of_platform}
            for kind in (name for name, where in KINDS.items() if where.in_namespace and name != "Event"):
                for one in _listed(objects, kind, labels=ours):
                    if one["metadata"]["namespace"] not in of_platform:
                        found.add(f"{kind} {one['metadata']['namespace']}/{one['metadata']['name']}")
        finally:
            cluster.close()
        if self.pulumi is not None:
            found |= {f"stack {name}" for name in self.pulumi.stacks() - {"cluster"}}
            found |= {f"lock {path}" for path in self.pulumi.locks()}
            found |= processes_of(self.pulumi.home)
        return {*found, *processes_of(root), *_files(root, kept=_is_kept_by_the_platform)}


def _listed(objects: Objects, kind: str, *, labels: str) -> list[names.Manifest]:
    """List objects; of a kind that this cluster does not know there are none."""
    try:
        return list(objects.list(kind, labels=labels))
    except KubeError as error:
        if error.code != NOT_FOUND:
            raise
        return []


def processes_of(folder: Path) -> set[str]:
    """Find the processes that work in a folder, on it or for it, ours left out."""
    found = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            said = [process.cwd(), *process.cmdline(), *process.environ().values()]
            if any(str(folder) in one for one in said):
                found.add(f"process {process.pid} {' '.join(process.cmdline())[:200]}")
    return found


def _files(root: Path, *, kept) -> set[str]:
    return {
        f"file {path.relative_to(root)}"
        for path in root.rglob("*")
        if (path.is_symlink() or not path.is_dir() or path.parent.name == "rooms") and not kept(path.relative_to(root))
    }


def _is_kept_for_the_next(path: Path) -> bool:
    """Tell whether a file is of what all local sandboxes share, and whole."""
    return path == Path("namespace") or (
        path.parts[0] in {"towns", "environments"} and not path.parts[1].startswith(".")
    )


def _is_kept_by_the_platform(path: Path) -> bool:
    """Tell whether a file is one on which processes of one platform take turns, and that is empty."""
    return path in {Path("namespace"), Path("logs/keeper.lock")} or (
        path.parts[0] == "ports" and path.suffix == ".lock"
    )
