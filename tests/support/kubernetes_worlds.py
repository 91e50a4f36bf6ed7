"""Kubernetes backends for tests: each a platform of its own on a shared cluster, gone from it afterwards."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_infra.kube.client.pushing import RegistryPlace
from proeftuin_sandbox.backends.kubernetes import KubernetesBackend, KubernetesOptions
from proeftuin_sandbox.backends.stored_images import StoredImages
from support.cluster import ANY_CLUSTER, machine_of, running
from support.docker_engine import absent
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore
    from testcluster.machine import Machine

ANY_REGISTRY = "PROEFTUIN_TEST_REGISTRY"


@dataclass(frozen=True)
class Site:
    """A cluster, the registry from which it pulls, and what makes images for it."""

    kubeconfig: Path
    registry: str
    store: ImageStore

    @classmethod
    def of(cls, machine: Machine, store: ImageStore) -> Site:
        """Describe a test cluster of this machine, with its own registry."""
        return cls(machine.layout.kubeconfig, registry_of(machine), store)

    def backend(self, root: Path, **options: Any) -> KubernetesBackend:
        """Make the backend of a platform that keeps its own things in a folder."""
        kubeconfig = options.pop("kubeconfig", self.kubeconfig)
        images = options.pop("images", None) or StoredImages.at(self.store.folder, environment=os.environ)
        engine = options.pop("engine", None)
        return KubernetesBackend(
            root,
            kubeconfig=kubeconfig,
            options=KubernetesOptions(registry=RegistryPlace(options.pop("registry", self.registry)), **options),
            images=images,
            random_source=random.Random(),  # noqa: S311 - chooses ports
            engine=engine,
        )

    @contextmanager
    def platform(self, root: Path, **options: Any) -> Iterator[KubernetesBackend]:
        """Have a backend, and take away all that its platform left on the cluster."""
        backend = self.backend(root, **options)
        try:
            yield backend
        finally:
            for sandbox in sorted({thing.sandbox_id for thing in backend.inventory()}):
                list(backend.destroy(sandbox))
            backend.forget_cluster()
            backend.close()


def registry_of(machine: Machine) -> str:
    """Where a test cluster pulls from."""
    return f"http://{machine.layout.registry}/proeftuin"


@pytest.fixture(scope="session")
def cluster_site(kubeconfig: Path, image_store: ImageStore) -> Site:
    """A cluster with a policy engine."""
    registry = os.environ.get(ANY_REGISTRY)
    if registry is None:
        if ANY_CLUSTER in os.environ:
            absent(f"{ANY_REGISTRY} does not name a registry of the cluster of {ANY_CLUSTER}", what="cluster")
        registry = registry_of(machine_of(Network.CILIUM))
    return Site(kubeconfig, registry, image_store)


@pytest.fixture(scope="session")
def policyless_site(image_store: ImageStore) -> Iterator[Site]:
    """A cluster that ignores network policies."""
    with running(Network.BRIDGE) as machine:
        yield Site.of(machine, image_store)
