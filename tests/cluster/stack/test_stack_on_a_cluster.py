"""proeftuin on a real cluster: two replicas that answer, one that works, and a sandbox made from inside."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.skeleton.pods import scratch
from proeftuin_infra.kube.stack.database import dump_job
from proeftuin_infra.kube.stack.spec import Dumps
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.clock import FixedClock
from proeftuin_kernel.db import Database
from proeftuin_sandbox.bundles import pack
from support.acceptance_client import Api, eventually
from support.identity_world import World
from support.sandbox_bundles import component

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.kube.stack.spec import StackSpec
    from support.stack_site import StackSite

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(1200)]
RIGHTS = frozenset({Permission.SANDBOX_MANAGE, Permission.SANDBOX_READ})


@pytest.fixture(scope="module")
def token(site: StackSite, platform: StackSpec) -> Iterator[str]:
    """A token of a synthetic person, made in the platform's own database."""
    with site.port(site.database, 5432, labels="app=database") as port:
        url = f"postgresql://proeftuin:{site.password}@127.0.0.1:{port}/proeftuin"
        database = Database(url, clock=FixedClock(datetime.now(UTC)), pool_size=1)
        world = World(database)
        person = world.principal("test-startup")
        [organisation] = person.organisations
        yield world.tokens.create_token(person, organisation, name="test", scopes=RIGHTS).secret
        database.close()


@pytest.fixture
def api(site: StackSite, platform: StackSpec, token: str) -> Iterator[Api]:
    """A replica of the API; which one is the cluster's to choose."""
    with site.port(platform.namespace, 8309, labels="app.kubernetes.io/name=proeftuin-api") as port:
        client = Api(f"http://127.0.0.1:{port}", token)
        yield client
        client.close()


def ready_pods(site: StackSite, spec: StackSpec, name: str) -> int:
    pods = site.objects.list("Pod", spec.namespace, labels=f"app.kubernetes.io/name={name}")
    return sum(read_pod(pod).is_ready for pod in pods)


def test_all_replicas_are_ready_and_came_up_without_a_restart(site: StackSite, platform: StackSpec) -> None:
    """Three pods met an empty database at the same moment, and brought it to its schema one after the other."""
    assert 2 == ready_pods(site, platform, "proeftuin-api")
    assert 1 == ready_pods(site, platform, "proeftuin-worker")
    pods = [read_pod(pod) for pod in site.objects.list("Pod", platform.namespace)]
    assert {pod.name: 0 for pod in pods} == {pod.name: pod.restarts for pod in pods}


def test_the_service_answers_the_ingress_controller_and_nobody_else(site: StackSite, platform: StackSpec) -> None:
    """The same question from another namespace finds nobody: the policies hold, and are not just there."""
    root = f"http://proeftuin.{platform.namespace}.svc"
    ready, page = site.fetch(site.front, f"{root}/health/ready", f"{root}/")
    [refused] = site.fetch(site.elsewhere, f"{root}/health/ready")

    assert '200 {"status":"ok"}' == ready
    assert page.startswith("200 ")
    assert "<h1" in page
    assert refused.startswith("refused")


def test_a_sandbox_is_made_used_and_destroyed_from_inside(
    site: StackSite, platform: StackSpec, api: Api, tmp_path: Path
) -> None:
    """One pod takes the wish and the bundle, another carries it out: it proves the room and reaches what is in it."""
    asked = api.post("/api/v1/sandboxes", {"name": "Van binnen", "town": {"profile": "gehucht", "seed": 1830}})
    path, room = f"/api/v1/sandboxes/{asked['id']}", f"pt-{asked['id'].removeprefix('sbx-')}"
    made = api.settled(path, seconds=300)
    town = f"http://town.{room}.svc:8080"

    assert ("ready", town) == (made["state"], made["town"]["url"]), made
    [refused] = site.fetch(site.elsewhere, f"{town}/gezondheid")
    assert refused.startswith("refused")

    bundle = io.BytesIO()
    pack(component(tmp_path / "klok", name="klok"), bundle)
    assert api.put_bundle(f"{path}/components/klok", bundle.getvalue()).is_success
    runs = api.settled(f"{path}/components/klok", seconds=180)
    assert ("running", f"http://c-klok.{room}.svc:8080") == (runs["state"], runs["url"]), runs

    assert api.ask("DELETE", path).is_success
    eventually(lambda: api.get(path), lambda found: found["state"] == "destroyed", seconds=120)
    assert site.objects.get("Namespace", room) is None


def test_a_dump_is_made_by_the_job_as_it_stands_in_the_schedule(site: StackSite, platform: StackSpec) -> None:
    """With a folder of the pod instead of a volume, which the test cluster has not."""
    run = dump_job(platform, Dumps())["spec"]["jobTemplate"]["spec"]
    run["template"]["spec"]["volumes"][0] = scratch("backups", size="64Mi")
    metadata = {"name": "dump-now", "namespace": platform.namespace}
    site.objects.create({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": run})
    job = eventually(
        lambda: site.objects.get("Job", "dump-now", platform.namespace)["status"],
        lambda status: status.get("succeeded") or status.get("failed"),
        seconds=120,
    )

    assert 1 == job.get("succeeded"), job


def test_when_the_stack_is_taken_away_nothing_remains(site: StackSite, platform: StackSpec) -> None:
    """Neither of the platform, nor of what it made on the cluster."""
    site.remove(platform)

    assert [] == site.left(platform)
