"""Sandboxes on a real cluster; each module has a platform of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import DeploymentOrder, SandboxSpec, TownSpec
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.manifest import read_manifest
from support.cluster import kubeconfig  # noqa: F401 - a fixture
from support.kubernetes_worlds import cluster_site, policyless_site  # noqa: F401 - idem
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proeftuin_sandbox.backends.kubernetes import KubernetesBackend
    from support.kubernetes_worlds import Site


@pytest.fixture(scope="module")
def backend(cluster_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesBackend]:  # noqa: F811 - the fixture
    """A platform on the cluster with a policy engine."""
    with cluster_site.platform(tmp_path_factory.mktemp("platform")) as backend:
        yield backend


@pytest.fixture(scope="module")
def sandbox(backend: KubernetesBackend) -> SandboxSpec:
    """A sandbox in which a town serves."""
    spec = SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830))
    list(backend.create(spec))
    return spec


@pytest.fixture
def order(sandbox: SandboxSpec, tmp_path: Path) -> Callable[..., DeploymentOrder]:
    """Build an order to deploy a small component; `options` describe it."""

    def make(name: str = "slecht", **options) -> DeploymentOrder:
        folder = component(tmp_path / name, name=name, **options)
        with (tmp_path / f"{name}.tar.gz").open("wb") as target:
            digest = pack(folder, target)
        manifest = read_manifest(folder)[0]
        revision = int.from_bytes(os.urandom(3), "big")
        return DeploymentOrder(sandbox.id, manifest, tmp_path / f"{name}.tar.gz", digest, revision=revision)

    return make
