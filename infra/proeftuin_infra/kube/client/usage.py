"""What pods use: from the kubelet's own figures, from the metrics API, or unknown."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.errors import FORBIDDEN, NOT_FOUND, KubeError
from proeftuin_infra.kube.client.quantities import cpu_cores, mebibytes

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.connection import Cluster

_MIB = 1024 * 1024
_NANO = 1_000_000_000
_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What one pod uses.

    Attributes:
        memory_mib: Its working set.
        cpu_cores: Now.
        cpu_seconds: Since its container started; 0 where only the metrics API tells.
        disk_mib: Of its writable layer, logs and emptyDir volumes; 0 idem.
        processes: Idem.
    """

    memory_mib: float = 0.0
    cpu_cores: float = 0.0
    cpu_seconds: float = 0.0
    disk_mib: float = 0.0
    processes: int = 0


class UsageReader:
    """Reads what pods use, at most every two seconds per node; degrades to nothing where it may not."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._nodes: dict[str, tuple[float, dict[tuple[str, str], Usage]]] = {}
        self._refused: set[str] = set()

    def of(self, namespace: str, pod: str, *, node: str) -> Usage | None:
        """Tell what a pod uses; None when nobody tells us."""
        if not node:
            return None
        with self._lock:
            read_at, known = self._nodes.get(node, (0.0, {}))
            if time.monotonic() - read_at > _FRESH_SECONDS:
                known = self._read(node, namespace)
                self._nodes[node] = time.monotonic(), known
        return known.get((namespace, pod))

    def _read(self, node: str, namespace: str) -> dict[tuple[str, str], Usage]:
        if node not in self._refused:
            try:
                summary = self._cluster.request("GET", f"/api/v1/nodes/{node}/proxy/stats/summary", patience=5)
                return {_key(pod["podRef"]): _from_summary(pod) for pod in summary.get("pods") or []}
            except KubeError as error:
                if error.code in {FORBIDDEN, NOT_FOUND}:
                    self._refused.add(node)
        try:
            listed = self._cluster.request(
                "GET", f"/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods", patience=5
            )
        except KubeError:
            return {}
        return {_key(pod["metadata"]): _from_metrics(pod) for pod in listed.get("items") or []}


def _key(reference: dict[str, Any]) -> tuple[str, str]:
    return reference["namespace"], reference["name"]


def _from_summary(pod: dict[str, Any]) -> Usage:
    memory, cpu, disk = (pod.get(part) or {} for part in ("memory", "cpu", "ephemeral-storage"))
    return Usage(
        memory_mib=memory.get("workingSetBytes", 0) / _MIB,
        cpu_cores=cpu.get("usageNanoCores", 0) / _NANO,
        cpu_seconds=cpu.get("usageCoreNanoSeconds", 0) / _NANO,
        disk_mib=disk.get("usedBytes", 0) / _MIB,
        processes=(pod.get("process_stats") or {}).get("process_count", 0),
    )


def _from_metrics(pod: dict[str, Any]) -> Usage:
    shares = [container.get("usage") or {} for container in pod.get("containers") or []]
    return Usage(
        memory_mib=sum(mebibytes(share.get("memory", "0")) for share in shares),
        cpu_cores=sum(cpu_cores(share.get("cpu", "0")) for share in shares),
    )
