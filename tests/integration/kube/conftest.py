"""A cluster, and a room in it that is gone afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.deleting import delete_namespace
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.client.rights import who_am_i
from proeftuin_infra.kube.skeleton import room as manifests
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests
from proeftuin_infra.kube.skeleton.monitor import manifests_of
from proeftuin_infra.kube.skeleton.programs import room_program
from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec, Tier
from proeftuin_kernel.ids import new_id
from support.cluster import kubeconfig  # noqa: F401 - a fixture
from support.kube_specs import IMAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Site:
    """A platform of these tests on a cluster: nothing that it makes outlives it."""

    kubeconfig: Path
    objects: Objects
    engine: DirectEngine
    cluster: ClusterSpec

    def room(self, **more) -> RoomSpec:
        """Describe a room with a fresh name."""
        return RoomSpec(new_id("sbx"), self.cluster.installation, **more)

    def remove(self, spec: RoomSpec) -> None:
        """Take a room away."""
        for _ in delete_namespace(self.objects, spec.namespace, patience=60):
            pass


@pytest.fixture(scope="module")
def objects(kubeconfig: Path) -> Iterator[Objects]:  # noqa: F811 - the fixture
    cluster = Cluster(kubeconfig)
    yield Objects(cluster)
    cluster.close()


@pytest.fixture(scope="module")
def site(objects: Objects, kubeconfig: Path) -> Iterator[Site]:  # noqa: F811 - the fixture
    """Admission policies and classes of a platform of its own."""
    spec = ClusterSpec(
        installation=f"t{uuid.uuid4().hex[:8]}",
        platform_users=(who_am_i(objects.cluster),),
        image_prefixes=(IMAGE.partition("town@")[0], "127.0.0.1:1/"),
        hard_user_namespaces=True,
        always_pull=True,
    )
    engine = DirectEngine(objects, patience=60, room=lambda room: manifests_of(room_program(room)))
    made = Site(kubeconfig, objects, engine, spec)
    list(made.engine.up_cluster(spec))
    yield made
    for manifest in reversed(cluster_manifests(spec)):
        if manifest["kind"] != "PriorityClass":  # shared with every platform on the cluster
            objects.delete(manifest["kind"], manifest["metadata"]["name"])


@pytest.fixture(scope="module")
def room(site: Site) -> Iterator[RoomSpec]:
    """An empty room."""
    spec = site.room(tenant_id="org-test")
    list(site.engine.up(spec))
    yield spec
    site.remove(spec)


@pytest.fixture(scope="module")
def hard_room(site: Site) -> Iterator[RoomSpec]:
    """An empty room of the hard tier."""
    spec = site.room(tier=Tier.HARD, user_namespaces=True)
    list(site.engine.up(spec))
    yield spec
    site.remove(spec)


@pytest.fixture(scope="module")
def bare_room(site: Site) -> Iterator[RoomSpec]:
    """A room that Pod Security leaves alone, so that our own rules are seen to refuse."""
    spec = site.room()
    namespace = manifests.namespace(spec)
    labels = namespace["metadata"]["labels"]
    namespace["metadata"]["labels"] = {key: labels[key] for key in labels if not key.startswith("pod-security")}
    for manifest in (namespace, manifests.workload_account(spec)):
        site.objects.apply(manifest)
    yield spec
    site.remove(spec)
