"""How long a sandbox takes on a backend, with its town already generated. Prints one JSON object.

Run as `python tests/benchmarks/bench_sandbox.py [ROUNDS] [--backend local|docker|kubernetes] [--pool]`. Targets:
local: ready 3 s, reset 3 s; Docker: create to ready 8 s, reset 3 s, destroy 20 s. Docker needs the base image
(`infra/images/make-base`) and `DOCKER_HOST`, or root and `dockerd`, of which it then starts one of its own.
Kubernetes: create to ready 30 s, destroy 20 s; needs the base image and the test cluster (`make cluster-up`), and
measures in the same run `kubectl apply` of one bare pod until it is ready.
With `--pool` only a request that finds a sandbox ready is measured, until its answer says so; target: p95 1 s.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "cluster"))
from sqlalchemy import select

from proeftuin.schema import migrate
from proeftuin_infra.oci import ImageStore
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.jobs import JobQueue
from proeftuin_postgres import EmbeddedPostgres
from proeftuin_sandbox.backends.local import LocalBackend
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.cluster import Kubectl, machine_of, running
from support.docker_engine import REPOSITORY, shared_engine
from support.docker_worlds import docker_backend
from support.kubernetes_worlds import Site
from support.sandbox_world import STARTUP, SandboxWorld
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_sandbox.backends.base import SandboxBackend

_MOST = 95
ACTS = ("create_to_ready", "deploy_to_running", "reset_to_running", "destroy_to_proof")


def main(rounds: int, kind: str, *, pool: bool) -> None:
    """Measure every act of a sandbox's life, or claims, after one round that does not count."""
    acts, live = (("claim_to_ready",), _claim) if pool else (ACTS, _life)
    policy = Policy(pool=1, quota=rounds + 10) if pool else Policy()
    seconds: dict[str, list[float]] = {act: [] for act in acts}
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as server,
        _backend(kind, Path(folder), server.url()) as backend,
    ):
        migrate(server.url())
        world = _world(Path(folder), server.url(), backend, policy=policy)
        for number in range(rounds + 1):
            measured = live(world)
            if number > 0:
                for act, value in zip(acts, measured, strict=True):
                    seconds[act].append(value)
        world.service.close()
        world.database.close()
    if kind == "kubernetes":
        seconds["kubectl_apply_of_a_bare_pod"] = _bare_pods(rounds)
    summary = {
        act: {"median": round(statistics.median(values), 3), "p95": _p95(values), "max": round(max(values), 3)}
        for act, values in seconds.items()
    }
    sys.stdout.write(
        json.dumps(
            {
                "benchmark": "sandbox-pool" if pool else "sandbox",
                "backend": kind,
                "profile": "gehucht",
                "rounds": rounds,
                "cores": os.cpu_count(),
                "load": os.getloadavg()[0],
                "python": platform.python_version(),
                "seconds": summary,
            },
            indent=2,
        )
    )


@contextmanager
def _backend(kind: str, folder: Path, url: str) -> Iterator[SandboxBackend]:
    if kind == "local":
        yield LocalBackend(
            folder / "sandboxes",
            postgres_url=url,
            environment=os.environ,
            random_source=random.Random(),  # noqa: S311 - chooses ports
        )
        return
    if kind == "kubernetes":
        with _site() as site, site.platform(folder / "sandboxes") as backend:
            yield backend
        return
    images = ImageStore(Path(os.environ.get("PROEFTUIN_IMAGE_CACHE", REPOSITORY / ".proeftuin" / "images")))
    named = os.environ.get("DOCKER_HOST")
    shared = nullcontext(named) if named else shared_engine(Path(tempfile.gettempdir()) / "proeftuin-test-docker")
    with shared as host:
        yield docker_backend(folder / "sandboxes", host=host, store=images)


@contextmanager
def _site() -> Iterator[Site]:
    store = ImageStore(Path(os.environ.get("PROEFTUIN_IMAGE_CACHE", REPOSITORY / ".proeftuin" / "images")))
    with running(Network.CILIUM) as machine:
        yield Site(machine.layout.kubeconfig, f"http://{machine.layout.registry}/proeftuin", store)


def _bare_pods(rounds: int) -> list[float]:
    """Let kubectl make one pod that does nothing but wait, and wait until it is ready: what a room is measured by."""
    seconds = []
    with _site() as site:
        kubectl = Kubectl(machine_of(Network.CILIUM).layout.root / "kubectl", site.kubeconfig)
        desk = site.backend(Path(tempfile.mkdtemp(prefix="proeftuin-bench-")))._desk
        image = desk.push("base", desk.images.base())
        for number in range(rounds):
            pod = {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": f"bench-{number}", "namespace": "default"},
                "spec": {
                    "terminationGracePeriodSeconds": 0,
                    "containers": [{"name": "main", "image": image, "command": ["sleep", "600"]}],
                },
            }

            def apply(pod: object = pod, name: str = f"pod/bench-{number}") -> None:
                kubectl("apply", "--filename=-", given=pod)
                kubectl("wait", "--for=condition=Ready", name, "--timeout=60s")

            seconds.append(_timed(apply))
            kubectl("delete", f"pod/bench-{number}", "--now")
        desk.close()
    return seconds


def _world(folder: Path, url: str, backend: SandboxBackend, *, policy: Policy) -> SandboxWorld:
    database = Database(url, clock=SystemClock(), jobs=JobQueue(url))
    return SandboxWorld.on(database, backend, folder, policy=policy)


def _life(world: SandboxWorld) -> tuple[float, ...]:
    service = world.service
    asked = service.create(STARTUP, NewSandbox(name="bench"))
    created = _timed(lambda: service.converge(asked.id))
    assert SandboxState.READY == service.get(STARTUP, asked.id).state
    bundle = world.bundle()
    deployed = _timed(
        lambda: (service.components.deploy(STARTUP, asked.id, "klok", bundle), service.converge(asked.id))
    )
    assert DeploymentState.RUNNING == service.components.get(STARTUP, asked.id, "klok").state
    reset = _timed(lambda: service.reset_and_wait(STARTUP, asked.id))
    service.destroy(STARTUP, asked.id)
    destroyed = _timed(lambda: service.converge(asked.id))
    assert SandboxState.DESTROYED == service.get(STARTUP, asked.id).state
    return created, deployed, reset, destroyed


def _claim(world: SandboxWorld) -> tuple[float, ...]:
    """Fill the pool, ask, and take away what was given, so that the machine is as before."""
    world.service.sweep()
    with world.database.read() as session:
        waiting = select(SandboxRow.id).where(SandboxRow.pooled, SandboxRow.state == SandboxState.REQUESTED)
        members = list(session.scalars(waiting))
    for member in members:
        world.service.converge(member)
    began = time.perf_counter()
    got = world.service.create(STARTUP, NewSandbox(name="bench"))
    seconds = time.perf_counter() - began
    assert (SandboxState.READY, True) == (got.state, got.from_pool)
    world.service.destroy(STARTUP, got.id)
    world.service.converge(got.id)
    return (seconds,)


def _p95(values: list[float]) -> float:
    """Give the value that 95 of 100 do not exceed."""
    return round(sorted(values)[-(-len(values) * _MOST // 100) - 1], 3)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rounds", nargs="?", type=int, default=5)
    arguments.add_argument("--backend", choices=("local", "docker", "kubernetes"), default="local")
    arguments.add_argument("--pool", action="store_true")
    chosen = arguments.parse_args()
    main(chosen.rounds, chosen.backend, pool=chosen.pool)
