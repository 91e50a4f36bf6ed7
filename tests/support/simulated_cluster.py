"""A real API server with nodes that are not there (kwok), and what its programs cost."""

from __future__ import annotations

import re
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from support.cluster import Kubectl
from testcluster.building import Store
from testcluster.cli import FOLDER, default_store, kwok_command
from testcluster.layout import NODE, Layout, Network
from testcluster.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.client.connection import Cluster

NUMBER = 61
"""A cluster of its own: beside the shared ones, and gone with everything in it when it stops."""
PODS_OF_A_NODE = 110
PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Simulated:
    """The cluster, and the process that plays its nodes."""

    machine: Machine
    kwok: psutil.Process

    def costs(self) -> dict[str, tuple[float, float]]:
        """Processor seconds since its start, and MiB of memory, of each program."""
        found = {}
        for process in [*psutil.Process(self._root()).children(recursive=True), self.kwok]:
            if process.name()[:15] in {name[:15] for name in PROGRAMS}:
                name = next(name for name in PROGRAMS if name[:15] == process.name()[:15])
                times = process.cpu_times()
                found[name] = (times.user + times.system, process.memory_info().rss / _MIB)
        return found

    def _root(self) -> int:
        keeper = self.machine._keeper()
        assert keeper is not None, "the simulated cluster has ended"
        return keeper.pid


def metrics(cluster: Cluster) -> list[tuple[str, str, float]]:
    """Read the API server's own figures: name, labels, value."""
    text = cluster.request("GET", "/metrics", headers={"Accept": "text/plain"}, patience=60)
    return [(name, labels or "", float(value)) for name, labels, value in _SAMPLE.findall(text)]


@contextmanager
def simulated(*, rooms: int) -> Iterator[Simulated]:
    """Have a cluster with room for so many pods, on no real node; it is gone afterwards, with all that was in it."""
    store = Store(default_store())
    machine = Machine(Layout.of(Network.BRIDGE, FOLDER, number=NUMBER), store)
    machine.up()
    log = (machine.layout.root / "log" / "kwok.log").open("wb")
    kwok = subprocess.Popen(kwok_command(machine), stdout=log, stderr=subprocess.STDOUT)
    try:
        kubectl = Kubectl(machine.layout.root / "kubectl", machine.layout.kubeconfig)
        kubectl("cordon", NODE)  # nothing of a room may really run
        # One pod of a town per room, one more while it is proved, and a tenth for those that come and go.
        kubectl(
            "create", "--filename=-", given=[_node(one) for one in range(-(-rooms * 12 // 10) // PODS_OF_A_NODE + 1)]
        )
        kubectl("wait", "--for=condition=Ready", "nodes", "--selector=type=kwok", "--timeout=60s")
        yield Simulated(machine, psutil.Process(kwok.pid))
    finally:
        kwok.terminate()
        kwok.wait(timeout=20)
        log.close()
        began = time.monotonic()
        machine.down()
        assert time.monotonic() - began < 120, "a cluster goes with its processes, whatever is in it"


def _node(number: int) -> dict[str, Any]:
    capacity = {"cpu": "64", "memory": "512Gi", "pods": str(PODS_OF_A_NODE), "ephemeral-storage": "4Ti"}
    name = f"kwok-{number}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"type": "kwok", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"},
        },
        "status": {"allocatable": capacity, "capacity": capacity},
    }
