"""With a storage class, data of towns and components outlives their pods."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import DeploymentOrder, SandboxSpec, TownSpec
from proeftuin_sandbox.backends.promises import Level
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.manifest import read_manifest
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.kubernetes_worlds import Site

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


@pytest.fixture
def storage_class(cluster_site: Site) -> Iterator[str]:
    """Two volumes on the node, made by hand: the test cluster has nobody who makes them."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    folder = Path(tempfile.mkdtemp(prefix="proeftuin-volumes-"))
    folder.chmod(0o777)
    cluster = Cluster(cluster_site.kubeconfig)
    objects = Objects(cluster)
    for number in range(2):
        place = folder / str(number)
        place.mkdir()
        place.chmod(0o777)
        objects.create(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": f"{name}-{number}"},
                "spec": {
                    "capacity": {"storage": "2Gi"},
                    "accessModes": ["ReadWriteOnce"],
                    "persistentVolumeReclaimPolicy": "Retain",
                    "storageClassName": name,
                    "hostPath": {"path": str(place)},
                },
            }
        )
    yield name
    for number in range(2):
        objects.delete("PersistentVolume", f"{name}-{number}")
    cluster.close()
    shutil.rmtree(folder)


def test_what_components_wrote_is_there_after_a_rest_and_after_an_update(
    cluster_site: Site, storage_class: str, tmp_path: Path
) -> None:
    """A suspension loses nothing, and neither does a new revision."""
    spec = SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830))
    folder = component(tmp_path / "klok")
    with (tmp_path / "klok.tar.gz").open("wb") as target:
        digest = pack(folder, target)
    order = DeploymentOrder(spec.id, read_manifest(folder)[0], tmp_path / "klok.tar.gz", digest, revision=1)
    with cluster_site.platform(tmp_path / "platform", storage_class=storage_class) as backend:

        def count(path: str = "/") -> int:
            return httpx.get(backend.observe(spec.id).component("klok").base_url + path, timeout=20).json()["count"]

        list(backend.create(spec))
        list(backend.deploy(order))
        seen = [count("/telt")]
        list(backend.suspend(spec.id))
        list(backend.create(spec))
        list(backend.deploy(order))
        seen.append(count())
        list(backend.deploy(replace(order, revision=2)))
        seen.append(count())
        levels = {control.id: control.level for control in backend.capabilities().controls}
        list(backend.destroy(spec.id))
        left = [thing for thing in backend.inventory() if thing.sandbox_id == spec.id]

    assert [1, 1, 1] == seen
    assert Level.ENFORCED == levels["data-lasts"]
    assert [] == left
