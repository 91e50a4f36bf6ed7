"""How many sandboxes one platform looks after, and what each costs the control plane. Prints one JSON object.

Run as `python tests/benchmarks/bench_scale.py --real 30` or `--simulated 2000`; both need root and the programs of the
test cluster (`python infra/cluster build`; for the second also `build kwok`).

`--real N`: N sandboxes asked for at once on the shared test cluster: real towns, real isolation proofs, real
PostgreSQL, background jobs as in production. Target: none fails. Needs the base image (`infra/images/make-base`).

`--simulated N`: a cluster of its own (real API server, etcd, controllers and scheduler) whose nodes are played by
kwok. The platform is the real one up to the edges that `support/simulated_rooms.py` names. Target: from a change of
what is wanted, or of what is there, to the platform acting on it: p95 10 s. The etcd of the test cluster does not wait
for the disk; a real one adds its write latency to every change, and nothing to the steady state.

`--copied N …`: the platform's own part alone, with the lists of an API server from memory: how a sweep grows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "cluster"))
import psutil
from sqlalchemy import event, func, insert, select, text

from proeftuin.schema import migrate
from proeftuin_infra.kube.client.errors import CONFLICT, KubeError
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.oci import ImageStore
from proeftuin_kernel import journal
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.events import EventBus
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.jobs import JobQueue
from proeftuin_kernel.outbox import RELAY_JOB, Outbox
from proeftuin_postgres import EmbeddedPostgres
from proeftuin_sandbox.backends.kubernetes.rooms import TOWN_DIGEST, TOWN_LOCAL_PORT
from proeftuin_sandbox.durations import spreads
from proeftuin_sandbox.jobs import register_jobs
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.records import isolation_record
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support import simulated_rooms
from support.cluster import running
from support.docker_engine import REPOSITORY
from support.kube_lists import ListedCluster
from support.kubernetes_worlds import Site
from support.sandbox_world import STARTUP, SandboxWorld
from support.simulated_cluster import metrics, simulated
from support.simulated_rooms import SimulatedRooms
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_sandbox.backends.base import SandboxBackend
    from support.simulated_cluster import Simulated

_MIB = 1024 * 1024
_FIRST_PORT = 30_100
_TOGETHER = 50
_DONE = (SandboxState.READY, SandboxState.FAILED, SandboxState.QUARANTINED)
BEGINNINGS = {  # what is done to a sandbox → what the platform's stream says when it begins to act
    "policy-deleted": "bring-back",
    "quota-changed": "bring-back",
    "town-deleted": "bring-back",
    "namespace-deleted": "bring-back",
    "destroy": "listeners",
    "suspend": "components",
    "create": "town",
}


class Platform:
    """A platform's worker in this process: the service, its jobs, its database."""

    def __init__(self, folder: Path, url: str, backend: SandboxBackend, *, policy: Policy, concurrency: int) -> None:
        self.queue = JobQueue(url)
        self.database = Database(url, clock=SystemClock(), jobs=self.queue, pool_size=concurrency + 10)
        self.world = SandboxWorld.on(self.database, backend, folder, policy=policy)
        self.service = self.world.service
        self.statements = 0
        event.listen(self.database.engine, "before_cursor_execute", self._count)
        register_jobs(self.queue, self.service)
        outbox = Outbox(self.database, EventBus())
        self.queue.register(RELAY_JOB, lambda: _relay(outbox))
        self.service.start()
        self._loop = asyncio.new_event_loop()
        self._worker = self._loop.create_task(self.queue.run(concurrency=concurrency))
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.database.closing.set()
        self._loop.call_soon_threadsafe(self._worker.cancel)
        self._thread.join(timeout=60)
        self.service.close()
        self.database.close()

    def states(self) -> Counter[str]:
        with self.database.read() as session:
            rows = session.execute(select(SandboxRow.state, func.count()).group_by(SandboxRow.state)).all()
        return Counter({state: count for state, count in rows})  # noqa: C416 - rows are not pairs to a type checker

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._worker)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _count(self, *_: object) -> None:
        self.statements += 1


def _relay(outbox: Outbox) -> None:
    while outbox.relay():
        """Nobody listens here; the cost of relaying is the same."""


def real(rooms: int, *, concurrency: int) -> dict[str, Any]:
    """Ask for so many sandboxes at once on the shared cluster."""
    store = ImageStore(Path(os.environ.get("PROEFTUIN_IMAGE_CACHE", REPOSITORY / ".proeftuin" / "images")))
    policy = Policy(quota=rooms + 5, lifetime=timedelta(hours=2))
    with _server() as (folder, url), running(Network.CILIUM) as machine:
        site = Site(machine.layout.kubeconfig, f"http://{machine.layout.registry}/proeftuin", store)
        with site.platform(folder / "sandboxes") as backend:
            one = Platform(folder, url, backend, policy=policy, concurrency=concurrency)
            try:
                first = one.service.create(
                    STARTUP, NewSandbox(name="bench")
                )  # images are pushed, control pods started
                _wait(one, 1, patience=300)
                memory = _available()
                began = time.monotonic()
                asked = [one.service.create(STARTUP, NewSandbox(name="bench")).id for _ in range(rooms)]
                asked_in = time.monotonic() - began
                least = _wait(one, rooms + 1, patience=1500)
                with one.database.read() as session:
                    rows = [session.get_one(SandboxRow, sandbox_id) for sandbox_id in asked]
                    measured = {
                        str(each.act): _rounded(each) for each in spreads(session, now=one.database.clock.now())
                    }
                ready = [(row.ready_at - row.created_at).total_seconds() for row in rows if row.ready_at is not None]
                costs = _node_costs(backend, [namespace_of(sandbox_id) for sandbox_id in asked])
                states = one.states()
                leaving = time.monotonic()
                for sandbox_id in [first.id, *asked]:
                    one.service.destroy(STARTUP, sandbox_id)
                _until(lambda: one.states()[SandboxState.DESTROYED] == rooms + 1, patience=900)
                gone_in = time.monotonic() - leaving
            finally:
                one.stop()
    return {
        "benchmark": "scale-real",
        "rooms": rooms,
        "concurrency": concurrency,
        "failures": rooms + 1 - states[SandboxState.READY],
        "causes": [row.cause for row in rows if row.cause],
        "asked_in_seconds": round(asked_in, 2),
        "seconds_to_ready": _summary(ready),
        "all_ready_after_seconds": round(max(ready, default=0.0), 1),
        "acts": measured,
        "all_gone_after_seconds": round(gone_in, 1),
        "memory_mib": {
            "of_all_rooms_on_the_machine": round(memory - least),
            "town_pod_working_set": _summary(costs),
            "platform": round(psutil.Process().memory_info().rss / _MIB),
        },
    }


def simulate(
    rooms: int, *, asked: int, concurrency: int, steady: int, churn: int, per_second: float, patience: float
) -> dict[str, Any]:
    """Look after so many simulated sandboxes, of which some were asked for and the others were there already."""
    # What is given has no rows until all of it is there; that takes longer than orphans are usually left alone.
    policy = Policy(quota=3 * rooms + 1000, lifetime=timedelta(hours=8), orphan_grace=timedelta(hours=8))
    with _server() as (folder, url), simulated(rooms=rooms) as cluster:
        kubeconfig = cluster.machine.layout.kubeconfig
        backend = SimulatedRooms(folder / "sandboxes", kubeconfig=kubeconfig)
        before = _figures(backend, cluster)
        us = psutil.Process()
        memory = us.memory_info().rss
        one = Platform(folder, url, backend, policy=policy, concurrency=concurrency)
        try:
            filled = _fill(one, asked, backend)
            _say(f"filled: {json.dumps(filled)}")
            given = _seed(one, backend, rooms - asked, patience=patience)
            rooms = asked + given["rooms"]
            _say(f"given: {json.dumps(given)}")
            time.sleep(20)
            after = _figures(backend, cluster)
            resting = _steady(one, backend, cluster, seconds=steady)
            _say(f"resting: {json.dumps(resting)}")
            sweeps = [_timed(one.service.sweep) for _ in range(5)]
            surveys = [_timed(backend.survey) for _ in range(5)]
            closely = _closely(one, backend)
            _say(f"closely: {json.dumps(closely)}")
            lags = _churn(one, backend, seconds=churn, per_second=per_second)
            _say(f"lags: {json.dumps(lags)}")
            destroyed = _destroy(one, backend, 10)
            _say(f"destroyed: {json.dumps(destroyed)}")
            restarted = _restart(folder, kubeconfig)
            _say(f"restarted: {json.dumps(restarted)}")
            worker = {
                "memory_mib": round(us.memory_info().rss / _MIB),
                "memory_kib_per_sandbox": round((us.memory_info().rss - memory) / 1024 / rooms, 1),
                "open_files": us.num_fds(),
                "threads": us.num_threads(),
            }
            database = _database_size(one)
        finally:
            one.stop()
        stopping = time.monotonic()
    return {
        "benchmark": "scale-simulated",
        "rooms": rooms,
        "concurrency": concurrency,
        "replaced": (simulated_rooms.__doc__ or "").strip(),
        "asked_for": filled,
        "given": given,
        "steady": resting,
        "sweep_seconds": _summary(sweeps),
        "survey_seconds": _summary(surveys),
        "looking_closely_at_one": closely,
        "lag_seconds": lags,
        "destroying": destroyed,
        "restart": restarted,
        "etcd": _growth(before, after, rooms),
        "worker": worker,
        "database": database,
        "whole_cluster_gone_after_seconds": round(time.monotonic() - stopping, 1),
    }


def copied(rooms: int) -> dict[str, Any]:
    """Measure the platform's own part alone: the lists and watches of so many rooms come from memory."""
    policy = Policy(quota=rooms + 10, lifetime=timedelta(hours=8))
    us = psutil.Process()
    with _server() as (folder, url):
        backend = SimulatedRooms(folder / "sandboxes", kubeconfig=folder / "none")
        cluster: Any = ListedCluster(quiet=600)
        backend._desk.objects.cluster = cluster
        ids = [new_id("sbx") for _ in range(rooms)]
        for number, sandbox_id in enumerate(ids):
            room = list(room_manifests(backend._rooms.spec(sandbox_id)))
            room[0]["metadata"]["annotations"] = {TOWN_LOCAL_PORT: str(_FIRST_PORT + number % 2500)}
            cluster.put(*room, simulated_rooms.town_pod(backend, sandbox_id), told=False)
        database = Database(url, clock=SystemClock(), jobs=JobQueue(url))
        world = SandboxWorld.on(database, backend, folder, policy=policy)
        record = isolation_record(backend.prove("sbx-x"), backend.capabilities(), at=database.clock.now())
        _rows(database, world, ids, record)
        asked = Counter[str]()
        event.listen(database.engine, "before_cursor_execute", lambda *_: asked.update(["sql"]))
        backend._towns.port = lambda _namespace: _FIRST_PORT  # type: ignore[method-assign]  # no listener each
        memory = us.memory_info().rss
        first = _timed(backend.survey)
        kept = us.memory_info().rss - memory
        surveys = [_timed(backend.survey) for _ in range(3)]
        asked.clear()
        requests = len(cluster.asked)
        cpu = sum(us.cpu_times()[:2])
        sweeps = [_timed(world.service.sweep) for _ in range(3)]
        cpu = (sum(us.cpu_times()[:2]) - cpu) / len(sweeps)
        found = {
            "rooms": rooms,
            "first_survey_seconds": round(first, 2),
            "survey_seconds": _summary(surveys),
            "sweep_seconds": _summary(sweeps),
            "sweep_processor_seconds": round(cpu, 2),
            "sql_statements_per_sweep": round(asked["sql"] / len(sweeps), 1),
            "api_requests_per_sweep": (len(cluster.asked) - requests) / len(sweeps),
            "copy_kib_per_sandbox": round(kept / 1024 / rooms, 1),
        }
        world.service.close()
        cluster.end_all()
        database.close()
    return found


def _rows(database: Database, world: SandboxWorld, ids: Sequence[str], record: dict[str, Any]) -> None:
    """Write ready sandboxes."""
    asked = world.service.create(STARTUP, NewSandbox(name="bench"))
    with database.begin() as work:
        row = work.session.get_one(SandboxRow, asked.id)
        columns = {column.name: getattr(row, column.name) for column in SandboxRow.__table__.columns}
        ready = {"state": SandboxState.READY, "ready_at": work.now, "proved_at": work.now, "isolation": record}
        work.session.execute(insert(SandboxRow), [{**columns, **ready, "id": one} for one in ids])
        work.session.execute(text("DELETE FROM procrastinate_jobs"))
        work.session.delete(row)


def _fill(one: Platform, rooms: int, backend: SimulatedRooms) -> dict[str, Any]:
    traffic, statements, began = backend.traffic.copy(), one.statements, time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: one.service.create(STARTUP, NewSandbox(name="bench")), range(rooms)))
    asked = time.monotonic() - began
    _wait(one, rooms, patience=3000)
    seconds = time.monotonic() - began
    sent = backend.traffic.since(traffic)
    with one.database.read() as session:
        ready = [
            (ready_at - created_at).total_seconds()
            for ready_at, created_at in session.execute(select(SandboxRow.ready_at, SandboxRow.created_at))
            if ready_at is not None
        ]
    return {
        "asked_in_seconds": round(asked, 1),
        "all_ready_after_seconds": round(seconds, 1),
        "sandboxes_per_second": round(rooms / seconds, 2),
        "seconds_to_ready": _summary(ready),
        "failures": rooms - one.states()[SandboxState.READY],
        "api_requests_per_sandbox": round(sum(sent.requests.values()) / rooms, 1),
        "api_requests_by_kind": {kind: round(count / rooms, 2) for kind, count in sent.requests.most_common(24)},
        "api_bytes_per_sandbox": round(sent.received / rooms),
        "sql_statements_per_sandbox": round((one.statements - statements) / rooms, 1),
    }


def _seed(one: Platform, backend: SimulatedRooms, rooms: int, *, patience: float) -> dict[str, Any]:
    """Give the platform sandboxes that were made before: their rows, and the objects that it would have applied.

    That differs from asking for them in that nobody waits for one before the next, and that objects are created
    instead of applied; on two cores asking for thousands takes longer than anybody watches.
    """
    with one.database.read() as session:
        model = session.scalars(select(SandboxRow).where(SandboxRow.state == SandboxState.READY).limit(1)).one()
        columns = {column.name: getattr(model, column.name) for column in SandboxRow.__table__.columns}
    objects, began = backend._desk.objects, time.monotonic()
    ids = [new_id("sbx") for _ in range(rooms)]

    def give(place: tuple[int, str]) -> Manifest:
        number, sandbox_id = place
        town = backend._rooms.town(sandbox_id, image=backend._desk.push("town", next_image))
        *room, deployment = room_manifests(backend._rooms.spec(sandbox_id, town=town))
        for manifest in room:
            if manifest["metadata"]["name"] == "default":
                objects.apply(manifest)  # Kubernetes makes this one itself
                continue
            if manifest["kind"] == "Namespace":
                marks = {TOWN_LOCAL_PORT: str(_FIRST_PORT + number), TOWN_DIGEST: simulated_rooms.DIGEST}
                manifest["metadata"]["annotations"].update(marks)
            _insist(lambda manifest=manifest: objects.create(manifest))
        return deployment

    next_image = simulated_rooms.image(town_digest=simulated_rooms.DIGEST)
    with ThreadPoolExecutor(8) as pool:
        later: deque[Manifest] = deque()  # a town is made when the quota of its room has been counted
        making = []
        for first in range(0, rooms, _TOGETHER):
            if time.monotonic() - began > patience:
                _say(f"out of patience after {first} rooms")
                ids = ids[:first]
                break
            for town in pool.map(give, list(enumerate(ids))[first : first + _TOGETHER]):
                later.append(town)
                if len(later) > _TOGETHER:
                    making.append(pool.submit(_insist, partial(objects.create, later.popleft())))
            _say(f"{first + _TOGETHER} rooms after {time.monotonic() - began:.0f} s; {_available():.0f} MiB available")
        time.sleep(5)
        making += [pool.submit(_insist, partial(objects.create, town)) for town in later]
        for one_town in making:
            one_town.result()
    applied = time.monotonic() - began

    _until(lambda: _running_towns(backend) >= len(ids), patience=900)
    now = one.database.clock.now()
    with one.database.begin() as work:
        fresh = {"created_at": now, "admitted_at": now, "ready_at": now, "proved_at": now, "idempotency_key": None}
        work.session.execute(insert(SandboxRow), [{**columns, **fresh, "id": sandbox_id} for sandbox_id in ids])
    return {
        "rooms": len(ids),
        "applied_in_seconds": round(applied, 1),
        "all_ran_after_seconds": round(time.monotonic() - began, 1),
    }


def _insist(act: Callable[[], object]) -> None:
    """Do something, and again while the API server is too busy."""
    for _ in range(20):
        try:
            act()
        except KubeError as error:
            if error.code == CONFLICT:  # it was made after all
                return
            if not error.is_transient:
                raise
            time.sleep(1)
        else:
            return


def _running_towns(backend: SimulatedRooms) -> int:
    labels = backend._desk.selector(kind="town")
    found = backend._desk.objects.list("Pod", labels=labels, fields="status.phase=Running", only_metadata=True)
    _say(f"{len(found)} towns run")
    time.sleep(5)
    return len(found)


def _steady(one: Platform, backend: SimulatedRooms, cluster: Simulated, *, seconds: int) -> dict[str, Any]:
    """Watch a platform that has nothing to do but to look after what is there."""
    us = psutil.Process()
    traffic, statements, costs, used = backend.traffic.copy(), one.statements, cluster.costs(), us.cpu_times()
    written = _written(one)
    began = time.monotonic()
    time.sleep(seconds)
    minutes = (time.monotonic() - began) / 60
    sent, now, ours = backend.traffic.since(traffic), cluster.costs(), us.cpu_times()
    rooms = one.states()[SandboxState.READY]
    cores = {name: round((now[name][0] - costs[name][0]) / 60 / minutes, 3) for name in costs}
    changed = {name: value - written[name] for name, value in _written(one).items()}
    return {
        "minutes": round(minutes, 2),
        "rooms": rooms,
        "api_requests_per_minute": round(sum(sent.requests.values()) / minutes, 1),
        "api_requests_per_sandbox_per_minute": round(sum(sent.requests.values()) / minutes / rooms, 4),
        "api_requests_by_kind": dict(sent.requests.most_common(12)),
        "api_bytes_per_sandbox_per_minute": round(sent.received / minutes / rooms, 1),
        "sql_statements_per_minute": round((one.statements - statements) / minutes, 1),
        "sql_statements_per_sandbox_per_minute": round((one.statements - statements) / minutes / rooms, 4),
        "rows_per_minute": {name: round(value / minutes, 1) for name, value in changed.items()},
        "cores": {**cores, "platform": round((sum(ours[:2]) - sum(used[:2])) / 60 / minutes, 3)},
        "memory_mib": {name: round(value[1]) for name, value in now.items()},
    }


def _closely(one: Platform, backend: SimulatedRooms) -> dict[str, Any]:
    """Observe rooms one by one: what a sweep would do to each of them without a copy of the cluster."""
    with one.database.read() as session:
        ids = list(session.scalars(select(SandboxRow.id).where(SandboxRow.state == SandboxState.READY).limit(50)))
    traffic = backend.traffic.copy()
    seconds = [_timed(lambda one_id=one_id: backend.observe(one_id)) for one_id in ids]
    sent = backend.traffic.since(traffic)
    return {
        "seconds": _summary(seconds),
        "api_requests": round(sum(sent.requests.values()) / max(1, len(ids)), 1),
        "api_bytes": round(sent.received / max(1, len(ids))),
    }


def _churn(one: Platform, backend: SimulatedRooms, *, seconds: int, per_second: float) -> dict[str, Any]:
    """Change what is wanted and what is there, all the time, and see how long it takes to be acted upon."""
    with one.database.read() as session:
        ids = list(session.scalars(select(SandboxRow.id).where(SandboxRow.state == SandboxState.READY)))
    chance = random.Random(4)  # noqa: S311 - the same choice each time
    chance.shuffle(ids)
    done: list[tuple[str, str, datetime]] = []
    began = time.monotonic()
    kinds = list(BEGINNINGS)
    for number in range(min(int(seconds * per_second), len(ids))):
        kind, sandbox_id = kinds[number % len(kinds)], ids[number]
        time.sleep(max(0.0, began + (number + chance.random()) / per_second - time.monotonic()))
        moment = one.database.clock.now()
        done.append((kind, _do(one, backend, kind, sandbox_id) or sandbox_id, moment))
    _say(f"{len(done)} changes made; waiting for the last to be acted upon")
    time.sleep(45)
    lags: dict[str, list[float]] = {}
    missed = Counter[str]()
    for kind, sandbox_id, moment in done:
        acted = [
            entry.at
            for entry in journal.read(one.database, f"sandbox:{sandbox_id}")
            if entry.at >= moment and entry.data.get("code") == BEGINNINGS[kind]
        ]
        if acted:
            lags.setdefault(kind, []).append((min(acted) - moment).total_seconds())
        else:
            missed[kind] += 1
    every = [value for values in lags.values() for value in values]
    states = one.states()
    return {
        "changes": len(done),
        "per_second": per_second,
        "never_acted_upon": dict(missed),
        "all": _summary(every),
        "by_kind": {kind: _summary(values) for kind, values in lags.items()},
        "failed_sandboxes": states[SandboxState.FAILED] + states[SandboxState.QUARANTINED],
    }


def _do(one: Platform, backend: SimulatedRooms, kind: str, sandbox_id: str) -> str | None:
    space, objects = namespace_of(sandbox_id), backend._desk.objects
    match kind:
        case "policy-deleted":
            objects.delete("NetworkPolicy", "10-same-namespace", space)
        case "quota-changed":
            objects.patch("ResourceQuota", "proeftuin", space, {"spec": {"hard": {"pods": "99"}}})
        case "town-deleted":
            objects.delete("Deployment", "town", space)
        case "namespace-deleted":
            objects.delete("Namespace", space)
        case "destroy":
            one.service.destroy(STARTUP, sandbox_id)
        case "suspend":
            one.service.suspend(STARTUP, sandbox_id)
        case "create":
            return one.service.create(STARTUP, NewSandbox(name="bench")).id
    return None


def _destroy(one: Platform, backend: SimulatedRooms, count: int) -> dict[str, Any]:
    with one.database.read() as session:
        ids = list(session.scalars(select(SandboxRow.id).where(SandboxRow.state == SandboxState.READY).limit(count)))
    traffic, began = backend.traffic.copy(), time.monotonic()
    for sandbox_id in ids:
        one.service.destroy(STARTUP, sandbox_id)
    there = select(func.count()).where(SandboxRow.id.in_(ids), SandboxRow.state != SandboxState.DESTROYED)

    def gone() -> bool:
        with one.database.read() as session:
            return session.scalar(there) == 0

    _until(gone, patience=600)
    seconds = time.monotonic() - began
    sent = backend.traffic.since(traffic)
    return {
        "sandboxes": len(ids),
        "all_gone_after_seconds": round(seconds, 1),
        "per_second": round(len(ids) / seconds, 2),
        "api_requests_per_sandbox": round(sum(sent.requests.values()) / max(1, len(ids)), 1),
        "api_bytes_per_sandbox": round(sent.received / max(1, len(ids))),
    }


def _restart(folder: Path, kubeconfig: Path) -> dict[str, Any]:
    """Let another process of the same platform see everything for the first time."""
    fresh = SimulatedRooms(folder / "sandboxes", kubeconfig=kubeconfig)
    try:
        first = _timed(fresh.survey)
        return {"first_survey_seconds": round(first, 2), "api_bytes": fresh.traffic.received}
    finally:
        fresh.close()


def _figures(backend: SimulatedRooms, cluster: Simulated) -> dict[str, Any]:
    """Read how much etcd holds, and of what."""
    read = metrics(backend._desk.cluster)
    objects = {
        labels: value
        for name, labels, value in read
        if name in {"apiserver_storage_objects", "apiserver_resource_objects"}
    }
    size = sum(value for name, _, value in read if name == "apiserver_storage_size_bytes")
    return {"objects": objects, "bytes": size, "memory": {name: cost[1] for name, cost in cluster.costs().items()}}


def _growth(before: dict[str, Any], after: dict[str, Any], rooms: int) -> dict[str, Any]:
    more = {
        labels: round((value - before["objects"].get(labels, 0)) / rooms, 2)
        for labels, value in after["objects"].items()
        if value - before["objects"].get(labels, 0) >= rooms / 2
    }
    return {
        "bytes_before": before["bytes"],
        "bytes_after": after["bytes"],
        "bytes_per_sandbox": round((after["bytes"] - before["bytes"]) / rooms),
        "objects_per_sandbox": more,
        "memory_mib_before": {name: round(value) for name, value in before["memory"].items()},
        "memory_kib_per_sandbox": {
            name: round((value - before["memory"][name]) * 1024 / rooms, 1) for name, value in after["memory"].items()
        },
    }


def _written(one: Platform) -> dict[str, int]:
    with one.database.read() as session:
        row = session.execute(
            text(
                "SELECT xact_commit AS transactions, tup_inserted AS inserted, tup_updated AS updated,"
                " tup_deleted AS deleted, tup_returned AS scanned FROM pg_stat_database"
                " WHERE datname = current_database()"
            )
        ).one()
    return {name: int(value) for name, value in row._mapping.items()}


def _database_size(one: Platform) -> dict[str, Any]:
    with one.database.read() as session:
        tables = session.execute(
            text(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 8"
            )
        ).all()
        rooms = session.scalar(select(func.count()).select_from(SandboxRow)) or 1
    return {
        "bytes_per_sandbox": round(sum(size for _, size in tables) / rooms),
        "tables": {name: round(size / rooms) for name, size in tables},
    }


def _node_costs(backend: Any, spaces: Sequence[str]) -> list[float]:
    """Give the working set of each town's pod, as the kubelet tells."""
    summary = backend._desk.cluster.request("GET", "/api/v1/nodes/proeftuin/proxy/stats/summary", patience=60)
    return [
        pod.get("memory", {}).get("workingSetBytes", 0) / _MIB
        for pod in summary["pods"]
        if pod["podRef"]["namespace"] in spaces and pod["podRef"]["name"].startswith("town")
    ]


def _wait(one: Platform, rooms: int, *, patience: float) -> float:
    """Wait until so many sandboxes are ready or have failed; give the least memory that was available meanwhile."""
    least, told = _available(), time.monotonic()
    deadline = time.monotonic() + patience
    while sum((states := one.states())[state] for state in _DONE) < rooms:
        if time.monotonic() > deadline:
            _say(f"out of patience: {dict(states)}")
            break
        least = min(least, _available())
        if time.monotonic() - told > 15:
            told = time.monotonic()
            _say(f"{dict(states)}; {_available():.0f} MiB available; load {os.getloadavg()[0]:.1f}")
        time.sleep(0.5)
    return min(least, _available())


def _until(question: Any, *, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not question() and time.monotonic() < deadline:
        time.sleep(0.5)


@contextmanager
def _server() -> Iterator[tuple[Path, str]]:
    with (
        tempfile.TemporaryDirectory(prefix="proeftuin-scale-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as server,
    ):
        migrate(server.url())
        yield Path(folder), server.url()


def _available() -> float:
    return psutil.virtual_memory().available / _MIB


def _rounded(spread: Any) -> dict[str, float]:
    return {"count": spread.count, "median": round(spread.p50, 2), "p95": round(spread.p95, 2)}


def _summary(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"count": 0}
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[-(-len(ordered) * 95 // 100) - 1], 3),
        "max": round(ordered[-1], 3),
    }


def _timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _say(words: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--real", type=int, metavar="N")
    arguments.add_argument("--simulated", type=int, metavar="N")
    arguments.add_argument("--copied", type=int, metavar="N", nargs="*")
    arguments.add_argument(
        "--concurrency", type=int, default=0, help="background jobs at once (real: 6; simulated: 16)"
    )
    arguments.add_argument("--asked", type=int, default=50, help="so many of the simulated ones are asked for")
    arguments.add_argument("--patience", type=float, default=1800, help="seconds to give the others; then go on")
    arguments.add_argument("--steady", type=int, default=60, help="seconds to watch a platform at rest")
    arguments.add_argument("--churn", type=int, default=120, help="seconds of changes")
    arguments.add_argument("--per-second", type=float, default=1.0, help="changes per second")
    chosen = arguments.parse_args()
    answer, sys.stdout = sys.stdout, sys.stderr  # what the platform logs is not the answer
    if chosen.copied:
        figures: dict[str, Any] = {"benchmark": "scale-copied", "of": [copied(rooms) for rooms in chosen.copied]}
    elif chosen.real:
        figures = real(chosen.real, concurrency=chosen.concurrency or 6)
    else:
        figures = simulate(
            chosen.simulated or 50,
            asked=min(chosen.asked, chosen.simulated or 50),
            concurrency=chosen.concurrency or 16,
            steady=chosen.steady,
            churn=chosen.churn,
            per_second=chosen.per_second,
            patience=chosen.patience,
        )
    figures |= {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()}
    answer.write(json.dumps(figures, indent=2) + "\n")
