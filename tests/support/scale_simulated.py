"""A platform that looks after thousands of simulated sandboxes: at rest, while things change, and after a restart."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import func, select

from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.states import SandboxState
from support import simulated_rooms
from support.figures import summary, timed
from support.sandbox_world import STARTUP
from support.scale_churn import measure_lags
from support.scale_filling import ask_for_rooms, give_rooms
from support.scale_platform import MIB, Platform, database_size, rows_written, say, server, wait_until
from support.simulated_cluster import metrics, simulated
from support.simulated_rooms import SimulatedRooms

if TYPE_CHECKING:
    from pathlib import Path

    from support.simulated_cluster import Simulated


def simulate(
    rooms: int, *, asked: int, concurrency: int, steady: int, churn: int, per_second: float, patience: float
) -> dict[str, Any]:
    """Look after so many simulated sandboxes, of which some were asked for and the others were there already."""
    # What is given has no rows until all of it is there; that takes longer than orphans are usually left alone.
    policy = Policy(quota=3 * rooms + 1000, lifetime=timedelta(hours=8), orphan_grace=timedelta(hours=8))
    with server() as (folder, url), simulated(rooms=rooms) as cluster:
        kubeconfig = cluster.machine.layout.kubeconfig
        backend = SimulatedRooms(folder / "sandboxes", kubeconfig=kubeconfig)
        before = _etcd_figures(backend, cluster)
        us = psutil.Process()
        memory = us.memory_info().rss
        one = Platform(folder, url, backend, policy=policy, concurrency=concurrency)
        try:
            filled = ask_for_rooms(one, asked, backend)
            say(f"filled: {json.dumps(filled)}")
            given = give_rooms(one, backend, rooms - asked, patience=patience)
            rooms = asked + given["rooms"]
            say(f"given: {json.dumps(given)}")
            time.sleep(20)
            after = _etcd_figures(backend, cluster)
            resting = _steady(one, backend, cluster, seconds=steady)
            say(f"resting: {json.dumps(resting)}")
            sweeps = [timed(one.service.sweep) for _ in range(5)]
            surveys = [timed(backend.survey) for _ in range(5)]
            closely = _closely(one, backend)
            say(f"closely: {json.dumps(closely)}")
            lags = measure_lags(one, backend, seconds=churn, per_second=per_second)
            say(f"lags: {json.dumps(lags)}")
            destroyed = _destroy(one, backend, 10)
            say(f"destroyed: {json.dumps(destroyed)}")
            restarted = _restart(folder, kubeconfig)
            say(f"restarted: {json.dumps(restarted)}")
            worker = {
                "memory_mib": round(us.memory_info().rss / MIB),
                "memory_kib_per_sandbox": round((us.memory_info().rss - memory) / 1024 / rooms, 1),
                "open_files": us.num_fds(),
                "threads": us.num_threads(),
            }
            database = database_size(one)
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
        "sweep_seconds": summary(sweeps),
        "survey_seconds": summary(surveys),
        "looking_closely_at_one": closely,
        "lag_seconds": lags,
        "destroying": destroyed,
        "restart": restarted,
        "etcd": _etcd_growth(before, after, rooms),
        "worker": worker,
        "database": database,
        "whole_cluster_gone_after_seconds": round(time.monotonic() - stopping, 1),
    }


def _steady(one: Platform, backend: SimulatedRooms, cluster: Simulated, *, seconds: int) -> dict[str, Any]:
    """Watch a platform that has nothing to do but to look after what is there."""
    us = psutil.Process()
    traffic, statements, costs, used = backend.traffic.copy(), one.statements, cluster.costs(), us.cpu_times()
    written = rows_written(one)
    began = time.monotonic()
    time.sleep(seconds)
    minutes = (time.monotonic() - began) / 60
    sent, now, ours = backend.traffic.since(traffic), cluster.costs(), us.cpu_times()
    rooms = one.states()[SandboxState.READY]
    cores = {name: round((now[name][0] - costs[name][0]) / 60 / minutes, 3) for name in costs}
    changed = {name: value - written[name] for name, value in rows_written(one).items()}
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
    seconds = [timed(lambda one_id=one_id: backend.observe(one_id)) for one_id in ids]
    sent = backend.traffic.since(traffic)
    return {
        "seconds": summary(seconds),
        "api_requests": round(sum(sent.requests.values()) / max(1, len(ids)), 1),
        "api_bytes": round(sent.received / max(1, len(ids))),
    }


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

    wait_until(gone, patience=600)
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
        first = timed(fresh.survey)
        return {"first_survey_seconds": round(first, 2), "api_bytes": fresh.traffic.received}
    finally:
        fresh.close()


def _etcd_figures(backend: SimulatedRooms, cluster: Simulated) -> dict[str, Any]:
    """Read how much etcd holds, and of what."""
    read = metrics(backend._desk.cluster)
    objects = {
        labels: value
        for name, labels, value in read
        if name in {"apiserver_storage_objects", "apiserver_resource_objects"}
    }
    size = sum(value for name, _, value in read if name == "apiserver_storage_size_bytes")
    return {"objects": objects, "bytes": size, "memory": {name: cost[1] for name, cost in cluster.costs().items()}}


def _etcd_growth(before: dict[str, Any], after: dict[str, Any], rooms: int) -> dict[str, Any]:
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
