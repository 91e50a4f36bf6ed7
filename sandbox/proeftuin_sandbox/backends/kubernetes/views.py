"""What the platform is told of a component on a cluster, in the form that all backends share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.client.pods import moment, read_pod
from proeftuin_infra.kube.client.usage import Usage
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.workloads import ANSWERED, DIGEST, PORT, REVISION
from proeftuin_infra.process_status import Ended, ProcessStatus
from proeftuin_sandbox.backends.base import ComponentView
from proeftuin_sandbox.backends.kubernetes.desk import annotation, url

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.pods import PodState
    from proeftuin_infra.kube.client.usage import UsageReader
    from proeftuin_infra.kube.skeleton.names import Manifest


def view_of(deployment: Manifest, pods: list[Manifest], *, is_reachable: bool, usage: UsageReader) -> ComponentView:
    """Report a component.

    Args:
        deployment: Its deployment.
        pods: Its pods, of any revision.
        is_reachable: This platform can reach it.
        usage: Tells what pods use.
    """
    staying = _staying(deployment, pods)
    running = _running(deployment, staying)
    wanted = bool(deployment["spec"].get("replicas"))
    used = None
    if running is not None:
        used = usage.of(deployment["metadata"]["namespace"], running.name, node=running.node)
    return ComponentView(
        name=deployment["metadata"]["labels"][names.COMPONENT],
        digest=annotation(deployment, DIGEST),
        revision=int(annotation(deployment, REVISION) or 0),
        base_url=url(annotation(deployment, PORT)) or "",
        status=_status(deployment, running, staying, used=used, alive=wanted and is_reachable),
    )


def running_pod(deployment: Manifest, pods: list[Manifest]) -> PodState | None:
    """Give the pod of a component's revision that runs, or that answered us before the kubelet says that it runs."""
    return _running(deployment, _staying(deployment, pods))


def _running(deployment: Manifest, staying: list[PodState]) -> PodState | None:
    answered = annotation(deployment, ANSWERED)
    return next((pod for pod in staying if pod.is_running or (pod.is_starting and pod.uid == answered)), None)


def _staying(deployment: Manifest, pods: list[Manifest]) -> list[PodState]:
    revision = annotation(deployment, REVISION)
    of_revision = [read_pod(pod) for pod in pods if annotation(pod, REVISION) == revision]
    return [pod for pod in of_revision if not pod.is_leaving]


def _status(
    deployment: Manifest, running: PodState | None, pods: list[PodState], *, used: Usage | None, alive: bool
) -> ProcessStatus:
    ended = None
    if running is None or not alive:
        last = next((pod.exits[0] for pod in pods if pod.exits), None)
        ended = Ended("exited", exit_code=last.code) if last is not None and alive else Ended("stopped")
    seen = used or Usage()
    return ProcessStatus(
        alive=ended is None,
        spec=annotation(deployment, DIGEST),
        warden=None,
        process=None,
        started_at=running.started_at if running else moment(deployment["metadata"].get("creationTimestamp")),
        ended_at=None,
        ended=ended,
        memory_mib=seen.memory_mib,
        cpu_seconds=seen.cpu_seconds,
        disk_mib=seen.disk_mib,
        processes=seen.processes,
    )
