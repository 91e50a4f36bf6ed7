"""Why a workload does not come up: from what its pods, its deployment and its events say, to one stable code.

Each sign is taken as soon as Kubernetes shows it, so that nobody waits for a timeout to hear what is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proeftuin_infra.kube.client import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from proeftuin_infra.kube.client.pods import Exit, PodState
    from proeftuin_infra.kube.skeleton.names import Manifest

IMAGE_MISSING = "image-unknown"
IMAGE_REFUSED = "image-pull-refused"
IMAGE_UNREACHABLE = "image-registry-unreachable"
WRONG_PROCESSOR = "image-platform"
RUNS_AS_ROOT = "image-root"
PROGRAM_MISSING = "program-not-found"
NOT_EXECUTABLE = "program-not-executable"
WRONG_FORMAT = "program-wrong-format"
OUT_OF_MEMORY = "memory-limit"
DISK_FULL = "disk-limit"
TOO_MANY_PROCESSES = "process-limit"
EVICTED = "evicted"
EXITED = "component-exited"
NO_PLACE = "no-room-on-cluster"
VOLUME_PENDING = "volume-pending"
SETTINGS_MISSING = "settings-missing"
PROBE_REFUSED = "health-refused"
PROBE_SILENT = "health-no-answer"
PORT_CLOSED = "port-not-open"

_MISSING = re.compile(
    r"not found|manifest unknown|name unknown|does not exist|failed to resolve reference.*404", re.IGNORECASE
)
_REFUSED = re.compile(r"401|403|unauthorized|denied|authorization failed|insufficient_scope", re.IGNORECASE)
_UNREACHABLE = re.compile(
    r"dial tcp|no such host|i/o timeout|connection refused|TLS|deadline exceeded|EOF", re.IGNORECASE
)
_PROCESSOR = re.compile(r"no match for platform|no matching manifest", re.IGNORECASE)
_FORMAT = re.compile(r"exec format error", re.IGNORECASE)
_NOT_FOUND = re.compile(r"executable file not found|no such file or directory", re.IGNORECASE)
_DENIED = re.compile(r"permission denied", re.IGNORECASE)
_STORAGE = re.compile(
    r"ephemeral[ -]|local storage|emptyDir|exceeds the (total )?limit|DiskPressure|disk", re.IGNORECASE
)
_TOO_MANY = re.compile(r"Resource temporarily unavailable|can't start new thread|cannot fork", re.IGNORECASE)
_STATUS = re.compile(r"statuscode: (\d+)")
_PULLING = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"}
_STARTING = {"RunContainerError", "CreateContainerError", "StartError", "ContainerCannotRun"}
_SIGNALLED = 128
_NOT_FOUND_CODE = 127


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong.

    Attributes:
        code: Stable; one of this module or of `errors`.
        said: The cluster's own words.
        exit_code: Of the program, when it ended.
        signal: Idem, when a signal ended it.
        is_final: Waiting longer does not help.
        rule: Which of our admission rules refused, when one did.
        status: What the health check answered, when it did.
    """

    code: str
    said: str = ""
    exit_code: int | None = None
    signal: int | None = None
    is_final: bool = True
    rule: str | None = None
    status: int | None = None


def of_pods(pods: Iterable[PodState], *, patience_is_over: bool = False) -> Trouble | None:
    """Tell what is wrong with the pods of a workload; None when nothing is, or nothing is known yet.

    Args:
        pods: All of them, those that leave left out.
        patience_is_over: Also call what may still pass (no place, a volume that is made) a failure.
    """
    troubles = [one for pod in pods if (one := _of_pod(pod)) is not None]
    final = [one for one in troubles if one.is_final]
    if final:
        return final[0]
    return troubles[0] if troubles and patience_is_over else None


def of_deployment(deployment: Manifest) -> Trouble | None:
    """Tell why a deployment makes no pods: quota, Pod Security, admission."""
    for condition in (deployment.get("status") or {}).get("conditions") or []:
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            refused = errors.refusal(403, _as_status(condition.get("message", "")))
            return Trouble(refused.code, refused.said, rule=refused.rule)
    return None


def of_probes(events: Sequence[Manifest]) -> Trouble:
    """Tell how the newest health check failed, for a program that runs and is never ready."""
    for event in sorted(events, key=_when, reverse=True):
        if event.get("reason") != "Unhealthy":
            continue
        said = str(event.get("message", ""))
        status = _STATUS.search(said)
        if status:
            return Trouble(PROBE_REFUSED, said, status=int(status.group(1)))
        if "connection refused" in said:
            return Trouble(PORT_CLOSED, said)
        return Trouble(PROBE_SILENT, said)
    return Trouble(PORT_CLOSED)


def of_exit(ended: Exit) -> Trouble:
    """Tell why a program is not there any more."""
    if ended.reason == "OOMKilled":
        return Trouble(OUT_OF_MEMORY, ended.said)
    if ended.reason in _STARTING:
        return _not_started(ended.said)
    if ended.code == _NOT_FOUND_CODE:
        return Trouble(PROGRAM_MISSING, ended.said, exit_code=ended.code)
    signal = ended.signal or (ended.code - _SIGNALLED if ended.code > _SIGNALLED else None)
    return Trouble(EXITED, ended.said, exit_code=ended.code, signal=signal)


def by_last_words(found: Trouble, said: str) -> Trouble:
    """Look closer at a program that ended, by its last line: what starts it can fail too, and says so there."""
    if found.code != EXITED:
        return found
    if _FORMAT.search(said):
        return replace(found, code=WRONG_FORMAT, said=said)
    if said.startswith("exec ") and _DENIED.search(said):
        return replace(found, code=NOT_EXECUTABLE, said=said)
    if _TOO_MANY.search(said):
        return replace(found, code=TOO_MANY_PROCESSES, said=said)
    return found


def _of_pod(pod: PodState) -> Trouble | None:  # noqa: PLR0911 - one return per sign
    if pod.reason == "Evicted" or (pod.phase == "Failed" and pod.reason):
        return Trouble(DISK_FULL if _STORAGE.search(pod.said) else EVICTED, pod.said)
    if pod.waiting in _PULLING:
        return _of_pull(pod)
    if pod.waiting == "CreateContainerConfigError":
        is_root = "run as root" in pod.waiting_said or "non-numeric user" in pod.waiting_said
        return Trouble(RUNS_AS_ROOT if is_root else SETTINGS_MISSING, pod.waiting_said)
    if pod.waiting in _STARTING:
        return _not_started(pod.waiting_said)
    if pod.exits and not pod.is_running:
        return of_exit(pod.exits[0])
    if pod.exits and pod.restarts:
        return of_exit(pod.exits[-1])
    if pod.unscheduled:
        waits = "persistentvolumeclaim" in pod.unscheduled.lower() or "volume" in pod.unscheduled.lower()
        return Trouble(VOLUME_PENDING if waits else NO_PLACE, pod.unscheduled, is_final=False)
    return None


def _of_pull(pod: PodState) -> Trouble:
    said = pod.waiting_said
    if _PROCESSOR.search(said):
        return Trouble(WRONG_PROCESSOR, said)
    if pod.waiting == "InvalidImageName" or _MISSING.search(said):
        return Trouble(IMAGE_MISSING, said)
    if _REFUSED.search(said):
        return Trouble(IMAGE_REFUSED, said)
    if _UNREACHABLE.search(said):
        return Trouble(IMAGE_UNREACHABLE, said, is_final=False)
    # A back-off alone says nothing; the pull before it did, or will again.
    return Trouble(IMAGE_MISSING, said, is_final=pod.waiting != "ImagePullBackOff")


def _not_started(said: str) -> Trouble:
    if _FORMAT.search(said):
        return Trouble(WRONG_FORMAT, said)
    if _DENIED.search(said):
        return Trouble(NOT_EXECUTABLE, said)
    if _NOT_FOUND.search(said):
        return Trouble(PROGRAM_MISSING, said)
    return Trouble(errors.REFUSED, said)


def _as_status(message: str) -> bytes:
    import json  # noqa: PLC0415 - only here

    return json.dumps({"message": message}).encode()


def _when(event: Manifest) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")
