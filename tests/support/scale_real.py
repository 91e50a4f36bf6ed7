"""Sandboxes asked for at once on the shared test cluster, with everything in them real."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil

from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_sandbox.durations import spreads
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.cluster import running
from support.docker_engine import images_here
from support.figures import summary
from support.kubernetes_worlds import Site
from support.sandbox_world import STARTUP
from support.scale_platform import MIB, Platform, available_mib, server, wait_for_rooms, wait_until
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Sequence


def real(rooms: int, *, concurrency: int) -> dict[str, Any]:
    """Ask for so many sandboxes at once on the shared cluster."""
    policy = Policy(quota=rooms + 5, lifetime=timedelta(hours=2))
    with server() as (folder, url), running(Network.CILIUM) as machine:
        site = Site.of(machine, images_here())
        with site.platform(folder / "sandboxes") as backend:
            one = Platform(folder, url, backend, policy=policy, concurrency=concurrency)
            try:
                first = one.service.create(
                    STARTUP, NewSandbox(name="bench")
                )  # images are pushed, control pods started
                wait_for_rooms(one, 1, patience=300)
                memory = available_mib()
                began = time.monotonic()
                asked = [one.service.create(STARTUP, NewSandbox(name="bench")).id for _ in range(rooms)]
                asked_in = time.monotonic() - began
                least = wait_for_rooms(one, rooms + 1, patience=1500)
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
                wait_until(lambda: one.states()[SandboxState.DESTROYED] == rooms + 1, patience=900)
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
        "seconds_to_ready": summary(ready),
        "all_ready_after_seconds": round(max(ready, default=0.0), 1),
        "acts": measured,
        "all_gone_after_seconds": round(gone_in, 1),
        "memory_mib": {
            "of_all_rooms_on_the_machine": round(memory - least),
            "town_pod_working_set": summary(costs),
            "platform": round(psutil.Process().memory_info().rss / MIB),
        },
    }


def _node_costs(backend: Any, spaces: Sequence[str]) -> list[float]:
    """Give the working set of each town's pod, as the kubelet tells."""
    summary = backend._desk.cluster.request("GET", "/api/v1/nodes/proeftuin/proxy/stats/summary", patience=60)
    return [
        pod.get("memory", {}).get("workingSetBytes", 0) / MIB
        for pod in summary["pods"]
        if pod["podRef"]["namespace"] in spaces and pod["podRef"]["name"].startswith("town")
    ]


def _rounded(spread: Any) -> dict[str, float]:
    return {"count": spread.count, "median": round(spread.p50, 2), "p95": round(spread.p95, 2)}
