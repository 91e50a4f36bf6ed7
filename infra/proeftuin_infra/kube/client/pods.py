"""What a pod says of itself: whether it runs, is ready, and how its containers ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest


@dataclass(frozen=True, slots=True)
class Exit:
    """How a container ended.

    Attributes:
        reason: `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`, `StartError` …
        code: Its exit code.
        signal: The signal that ended it, when the runtime tells.
        said: The runtime's words.
        at: Seconds since 1970.
    """

    reason: str
    code: int
    signal: int | None
    said: str
    at: float


@dataclass(frozen=True, slots=True)
class PodState:
    """One pod with one container that matters, its first.

    Attributes:
        name: Of the pod.
        uid: Tells it from another pod of the same name.
        phase: As Kubernetes names them.
        node: Where it runs; empty while it waits for a place.
        address: Its IP.
        is_ready: It answers its readiness probe.
        is_leaving: Its deletion was asked for.
        is_running: Its container runs now.
        waiting: Why its container waits (`ImagePullBackOff` …); empty when it does not.
        waiting_said: In the kubelet's words.
        restarts: How often its container was started again.
        exits: How its container ended: now, and the time before.
        reason: Why the pod as a whole failed (`Evicted` …).
        said: In the kubelet's words.
        unscheduled: Why the scheduler finds no place for it.
        started_at: Seconds since 1970; 0 before it started.
        image_id: What the node really runs.
    """

    name: str
    uid: str
    phase: str
    node: str
    address: str
    is_ready: bool
    is_leaving: bool
    is_running: bool
    waiting: str
    waiting_said: str
    restarts: int
    exits: tuple[Exit, ...]
    reason: str
    said: str
    unscheduled: str
    started_at: float
    image_id: str

    @property
    def is_starting(self) -> bool:
        """It has a node, and the kubelet has not said yet that its container ran."""
        is_fresh = bool(self.node) and self.phase == "Pending" and not self.is_leaving
        return is_fresh and not self.exits and self.waiting in {"", "ContainerCreating", "PodInitializing"}


def read_pod(pod: Manifest) -> PodState:
    """Read a pod."""
    metadata, status = pod["metadata"], pod.get("status") or {}
    conditions = {one["type"]: one for one in status.get("conditions") or []}
    container: dict[str, Any] = next(iter(status.get("containerStatuses") or []), {})
    state = container.get("state") or {}
    waiting, running = state.get("waiting") or {}, state.get("running")
    ended = [state.get("terminated"), (container.get("lastState") or {}).get("terminated")]
    scheduled = conditions.get("PodScheduled", {})
    return PodState(
        name=metadata["name"],
        uid=metadata["uid"],
        phase=status.get("phase", "Pending"),
        node=pod["spec"].get("nodeName", ""),
        address=status.get("podIP", ""),
        is_ready=conditions.get("Ready", {}).get("status") == "True",
        is_leaving="deletionTimestamp" in metadata,
        is_running=running is not None,
        waiting=waiting.get("reason", ""),
        waiting_said=waiting.get("message", ""),
        restarts=container.get("restartCount", 0),
        exits=tuple(_exit(one) for one in ended if one),
        reason=status.get("reason", ""),
        said=status.get("message", ""),
        unscheduled=scheduled.get("message", "") if scheduled.get("status") == "False" else "",
        started_at=moment((running or {}).get("startedAt") or status.get("startTime")),
        image_id=container.get("imageID", ""),
    )


def moment(text: str | None) -> float:
    """Read a time of the API; 0 when there is none."""
    return datetime.fromisoformat(text).timestamp() if text else 0.0


def _exit(ended: dict[str, Any]) -> Exit:
    return Exit(
        reason=ended.get("reason", ""),
        code=int(ended.get("exitCode", 0)),
        signal=ended.get("signal"),
        said=ended.get("message", ""),
        at=moment(ended.get("finishedAt")),
    )
