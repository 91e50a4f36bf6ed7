"""How long until a sandbox is as wanted after `kill -9` of the platform, when the next starts at once. Prints JSON.

Run as `python tests/benchmarks/bench_recovery.py [ROUNDS] [--backend local|docker|kubernetes]`. Target: 30 s.

A platform here is a process of its own with everything that takes part in a recovery as it is in `proeftuin serve`:
the worker of jobs, what a start brings back, the lease of the dead one (15 s) and the rescue of its jobs. It is killed
while it makes a sandbox, deploys, rests, resets and destroys; measured is the time from its death until the new one
has reached what is wanted, and it answers. The backends need what `bench_sandbox.py` says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "cluster"))
import httpx

from proeftuin.schema import migrate
from proeftuin_kernel.outbox import RELAY_JOB
from proeftuin_postgres import EmbeddedPostgres
from proeftuin_sandbox.jobs import register_jobs
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.chaos import Place
from support.chaos_grounds import DockerGround, KubernetesGround, LocalGround
from support.cluster import running
from support.docker_engine import any_engine, images_here
from support.figures import machine, summary
from support.kubernetes_worlds import Site
from support.sandbox_world import STARTUP
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.sandbox_world import SandboxWorld

ACTS = ("making", "deploying", "at_rest", "resetting", "destroying")
_LAST_STEPS = {"local": ("serve", "files"), "docker": ("serve", "network"), "kubernetes": ("drop", "room")}
_LEASE_SECONDS = 15.0
_PATIENCE_SECONDS = 120.0


def work(place: Place, fatal: Path) -> None:
    """Be a platform until killed; the first step that the file names is the last thing it does."""
    os.dup2(2, 1)  # what it logs is not the result

    def hook(code: str) -> None:
        if fatal.exists() and fatal.read_text() == code:
            os.kill(os.getpid(), signal.SIGKILL)

    world = place.platform(lease_seconds=_LEASE_SECONDS, policy=Policy(), hook=hook)
    queue = world.database.jobs
    assert queue is not None
    register_jobs(queue, world.service)
    queue.register(RELAY_JOB, lambda: None)  # nobody else is here to be told
    world.service.start()
    asyncio.run(queue.run(concurrency=4))


@dataclass
class Trial:
    """One sandbox, the platform of the moment, and how long its successors took."""

    place: Place
    world: SandboxWorld
    seconds: dict[str, float] = field(default_factory=dict)
    process: Any = None

    def start(self) -> None:
        """Start a platform as an operator does: a new interpreter."""
        self.process = multiprocessing.get_context("spawn").Process(target=work, args=(self.place, self._fatal))
        self.process.start()

    def killed(self, act: str, ask: Callable[[], object], reached: Callable[[], bool], *, at: str | None) -> None:
        """Ask something, have the platform die over it, and take the time until the next one has done it."""
        if at is not None:
            self._fatal.write_text(at)
        ask()
        if at is None:
            self.process.kill()
        self.process.join(_PATIENCE_SECONDS)
        began = time.perf_counter()
        assert -signal.SIGKILL == self.process.exitcode, f"{act}: {at} was never reached"
        self._fatal.unlink(missing_ok=True)
        self.start()
        until(reached)
        self.seconds[act] = time.perf_counter() - began
        sys.stderr.write(f"{act}: {self.seconds[act]:.2f} s\n")

    @property
    def _fatal(self) -> Path:
        return self.place.folder / "fatal"


def until(reached: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline, "the next platform does not reach what is wanted"
        time.sleep(0.05)


def live(place: Place, steps: tuple[str, str]) -> dict[str, float]:
    """Have one sandbox live its life under platforms that are killed."""
    world = place.platform()
    service = world.service
    trial = Trial(place, world)
    trial.start()
    sandbox_id = ""

    def ask() -> None:
        nonlocal sandbox_id
        sandbox_id = service.create(STARTUP, NewSandbox(name="bench")).id

    def is_ready() -> bool:
        made = service.get(STARTUP, sandbox_id)
        return made.state == SandboxState.READY and not made.is_resetting and answers(f"{made.town_url}/gezondheid")

    def runs() -> bool:
        seen = service.components.get(STARTUP, sandbox_id, "klok")
        return is_ready() and seen.state == DeploymentState.RUNNING and answers(seen.base_url)

    try:
        trial.killed("making", ask, is_ready, at="serve")
        trial.killed(
            "deploying",
            lambda: service.components.deploy(STARTUP, sandbox_id, "klok", world.bundle()),
            runs,
            at="wait",
        )
        trial.killed("at_rest", lambda: None, runs, at=None)
        trial.killed("resetting", lambda: service.reset(STARTUP, sandbox_id), runs, at=steps[0])
        trial.killed(
            "destroying",
            lambda: service.destroy(STARTUP, sandbox_id),
            lambda: service.get(STARTUP, sandbox_id).state == SandboxState.DESTROYED,
            at=steps[1],
        )
    finally:
        trial.process.kill()
        trial.process.join()
        for owner in {thing.sandbox_id for thing in world.backend.inventory()}:
            list(world.backend.destroy(owner))
        world.service.close()
        world.database.close()
    return trial.seconds


def answers(url: str) -> bool:
    """Tell whether somebody answers there, and well."""
    with suppress(httpx.HTTPError):
        return httpx.get(url, timeout=5).is_success
    return False


@contextmanager
def ground_of(kind: str, url: str) -> Iterator[LocalGround | DockerGround | KubernetesGround]:
    """Have the ground that a backend needs."""
    if kind == "local":
        yield LocalGround(url)
    elif kind == "docker":
        with any_engine() as host:
            yield DockerGround(host, images_here().folder)
    else:
        with running(Network.CILIUM) as cluster:
            yield KubernetesGround.of(Site.of(cluster, images_here()))


def main(rounds: int, kind: str) -> None:
    """Measure every act, after one round that does not count: it makes the town."""
    seconds: dict[str, list[float]] = {act: [] for act in ACTS}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as server,
        ground_of(kind, server.url()) as ground,
    ):
        migrate(server.url())
        place = Place(ground, Path(folder), server.url())
        for number in range(rounds + 1):
            measured = live(place, _LAST_STEPS[kind])
            if number > 0:
                for act in ACTS:
                    seconds[act].append(measured[act])
        if kind == "kubernetes":
            backend: Any = ground.backend(Path(folder) / "sandboxes")
            backend.forget_cluster()
            backend.close()
    everything = [value for values in seconds.values() for value in values]
    sys.stdout.write(
        json.dumps(
            {
                "benchmark": "recovery",
                "backend": kind,
                "profile": "gehucht",
                "rounds": rounds,
                "lease_seconds": _LEASE_SECONDS,
                "target_seconds": 30,
                **machine(),
                "seconds": {act: summary(values) for act, values in {**seconds, "all": everything}.items()},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # takes everything away first
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rounds", nargs="?", type=int, default=5)
    arguments.add_argument("--backend", choices=("local", "docker", "kubernetes"), default="local")
    chosen = arguments.parse_args()
    main(chosen.rounds, chosen.backend)
