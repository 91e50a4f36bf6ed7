"""How long a sandbox takes on a backend, with its town already generated. Prints one JSON object.

Run as `python tests/benchmarks/bench_sandbox.py [ROUNDS] [--backend local|docker|kubernetes] [--pool]`.
Targets at p95: create to ready, town and isolation proof included, 3 s locally, 8 s on Docker, 30 s on Kubernetes;
reset until the component answers again 3 s (`reset_at_once`: of a component that started a moment ago); a failure
explained 10 s after it happened; destroy with zero residue 20 s. Docker needs the base image
(`infra/images/make-base`) and `DOCKER_HOST`, or root and `dockerd`, of which it then starts one of its own; Kubernetes
the base image and the test cluster (`make cluster-up`).
With `--pool` only a request that finds a sandbox ready is measured, until its answer says so; target: 1 s, and on
Kubernetes one and a half times a bare pod.
On Kubernetes every round also has `kubectl apply` make one bare pod of our smallest image, until it is ready; on
Docker one bare container is made and started. `load` tells how busy the machine was at the beginning and at the end.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "cluster"))
import structlog
from sqlalchemy import select

from proeftuin.schema import migrate
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
from support.docker_engine import any_engine, images_here
from support.docker_worlds import docker_backend
from support.figures import load, machine, summary, timed
from support.kubernetes_worlds import Site
from support.sandbox_world import STARTUP, SandboxWorld
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docker import APIClient
    from proeftuin_sandbox.backends.base import SandboxBackend

ACTS = (
    "create_to_ready",
    "deploy_to_running",
    "reset_to_running",
    "reset_at_once",
    "failure_to_explained",
    "destroy_to_proof",
)
_SETTLED_SECONDS = 5.0
_FALLS = "import sys, time\nprint(time.time(), flush=True)\nsys.exit(3)\n"


def main(rounds: int, kind: str, *, pool: bool) -> None:
    """Measure every act of a sandbox's life, or claims, after one round that does not count."""
    acts, live = (("claim_to_ready",), _claim) if pool else (ACTS, _life)
    policy = Policy(pool=1, quota=rounds + 10) if pool else Policy()
    seconds: dict[str, list[float]] = {act: [] for act in acts}
    busy = load()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as server,
        _backend(kind, Path(folder), server.url()) as backend,
        _peer(kind) as (peer, bare),
    ):
        migrate(server.url())
        world = _world(Path(folder), server.url(), backend, policy=policy)
        for number in range(rounds + 1):
            measured = live(world)
            if number > 0:
                for act, value in zip(acts, measured, strict=True):
                    seconds[act].append(value)
                if peer:
                    seconds.setdefault(peer, []).append(bare(number))
        world.service.close()
        world.database.close()
    sys.stdout.write(
        json.dumps(
            {
                "benchmark": "sandbox-pool" if pool else "sandbox",
                "backend": kind,
                "profile": "gehucht",
                "rounds": rounds,
                **machine(),
                "load": [busy, load()],
                "seconds": {act: summary(values) for act, values in seconds.items()},
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
    with any_engine() as host:
        yield docker_backend(folder / "sandboxes", host=host, store=images_here())


@contextmanager
def _site() -> Iterator[Site]:
    with running(Network.CILIUM) as cluster:
        yield Site.of(cluster, images_here())


@contextmanager
def _peer(kind: str) -> Iterator[tuple[str, Callable[[int], float]]]:
    """What is measured beside us: one program that does nothing but wait, made and started by the engine itself."""
    if kind == "kubernetes":
        with _site() as site, tempfile.TemporaryDirectory(prefix="proeftuin-bench-") as place:
            kubectl = Kubectl(machine_of(Network.CILIUM).layout.root / "kubectl", site.kubeconfig)
            desk = site.backend(Path(place))._desk
            image = desk.push("base", desk.images.base())
            yield "kubectl_apply_of_a_bare_pod", lambda number: _bare_pod(kubectl, image, f"bench-{number}")
            desk.close()
    elif kind == "docker":
        with any_engine() as host, tempfile.TemporaryDirectory(prefix="proeftuin-bench-") as place:
            desk = docker_backend(Path(place), host=host, store=images_here())._desk
            yield "start_of_a_bare_container", lambda _: _bare_container(desk.engine.client, desk.base())
            desk.engine.close()
    else:
        yield "", lambda _: 0.0


def _bare_pod(kubectl: Kubectl, image: str, name: str) -> float:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "main", "image": image, "command": ["sleep", "600"]}],
        },
    }

    def apply() -> None:
        kubectl("apply", "--filename=-", given=pod)
        kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")

    seconds = timed(apply)
    kubectl("delete", f"pod/{name}", "--now")
    return seconds


def _bare_container(client: APIClient, image: str) -> float:
    made: list[str] = []

    def run() -> None:
        made.append(client.create_container(image, ["sleep", "600"])["Id"])
        client.start(made[0])

    seconds = timed(run)
    client.remove_container(made[0], force=True)
    return seconds


def _world(folder: Path, url: str, backend: SandboxBackend, *, policy: Policy) -> SandboxWorld:
    database = Database(url, clock=SystemClock(), jobs=JobQueue(url))
    return SandboxWorld.on(database, backend, folder, policy=policy)


def _life(world: SandboxWorld) -> tuple[float, ...]:
    service = world.service
    asked = service.create(STARTUP, NewSandbox(name="bench"))
    created = timed(lambda: service.converge(asked.id))
    assert SandboxState.READY == service.get(STARTUP, asked.id).state
    bundle = world.bundle()
    deployed = timed(
        lambda: (service.components.deploy(STARTUP, asked.id, "klok", bundle), service.converge(asked.id))
    )
    assert DeploymentState.RUNNING == service.components.get(STARTUP, asked.id, "klok").state
    at_once = timed(lambda: service.reset_and_wait(STARTUP, asked.id))
    time.sleep(_SETTLED_SECONDS)  # longer than a kubelet keeps looking at a pod that changed
    reset = timed(lambda: service.reset_and_wait(STARTUP, asked.id))
    explained = _explained(world, asked.id)
    service.destroy(STARTUP, asked.id)
    destroyed = timed(lambda: service.converge(asked.id))
    assert SandboxState.DESTROYED == service.get(STARTUP, asked.id).state
    return created, deployed, reset, at_once, explained, destroyed


def _explained(world: SandboxWorld, sandbox_id: str) -> float:
    """Deploy what ends at once, and tell how long after that its people could read why."""
    components = world.service.components
    components.deploy(STARTUP, sandbox_id, "valt", world.bundle("valt", program=_FALLS))
    world.service.converge(sandbox_id)
    known = time.time()
    assert components.get(STARTUP, sandbox_id, "valt").cause is not None
    said = [line.text for line in world.backend.logs(sandbox_id, "valt", lines=20) if line.stream == "out"]
    return known - float(said[-1])


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


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rounds", nargs="?", type=int, default=5)
    arguments.add_argument("--backend", choices=("local", "docker", "kubernetes"), default="local")
    arguments.add_argument("--pool", action="store_true")
    chosen = arguments.parse_args()
    # A component that ends is part of the measurement.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    main(chosen.rounds, chosen.backend, pool=chosen.pool)
