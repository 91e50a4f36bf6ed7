"""Every manifest of a platform is offered to a real API server, which stores none of them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.skeleton import cluster as once
from proeftuin_infra.kube.stack.manifests import stack_manifests
from support.stack_schemas import SPECS
from support.stack_specs import EVERYTHING, stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.kube.stack.spec import StackSpec

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def objects(kubeconfig: Path) -> Iterator[Objects]:
    cluster = Cluster(kubeconfig)
    yield Objects(cluster)
    cluster.close()


@pytest.fixture(scope="module", params=["plain", "everything"])
def spec(request: pytest.FixtureRequest, objects: Objects) -> Iterator[StackSpec]:
    """A platform of which only the namespace and the account are there."""
    name = f"t{secrets.token_hex(4)}"
    more = EVERYTHING if request.param == "everything" else {}
    described = stack(**{**more, "installation": name, "namespace": f"proeftuin-{name}"})
    objects.apply(once.platform_namespace(described.cluster))
    objects.apply(once.platform_account(described.cluster))
    yield described
    objects.delete("Namespace", described.namespace)


def test_the_api_server_accepts_every_manifest(spec: StackSpec, objects: Objects) -> None:
    """Strictly: a field that it does not know is refused too, as server-side apply does."""
    offered = [one for one in stack_manifests(spec) if one["kind"] not in SPECS]
    for manifest in offered:
        accepted = objects.apply(manifest, dry_run=True)
        assert manifest["metadata"]["name"] == accepted["metadata"]["name"]

    assert len(offered) > 30


def test_the_namespace_accepts_the_pods_themselves(spec: StackSpec, objects: Objects) -> None:
    """A deployment is accepted whatever its pods ask for; Pod Security looks at pods."""
    jobs = [one["spec"]["jobTemplate"]["spec"] for one in stack_manifests(spec) if one["kind"] == "CronJob"]
    runs = [one["spec"] for one in stack_manifests(spec) if one["kind"] == "Deployment"] + jobs
    for number, run in enumerate(runs):
        metadata = {"name": f"pod-{number}", "namespace": spec.namespace, **run["template"]["metadata"]}
        objects.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": run["template"]["spec"]}, dry_run=True
        )

    assert len(runs) >= 2
