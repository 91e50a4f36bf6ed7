"""From what pods, deployments and events say to one stable code."""

from __future__ import annotations

import json

import pytest

from proeftuin_infra.kube.client import errors, trouble
from proeftuin_infra.kube.client.errors import refusal
from proeftuin_infra.kube.client.pods import read_pod


def pod(*, waiting=None, running=False, ended=None, before=None, restarts=0, **status):
    """Build a pod with one container."""
    state: dict = {}
    if waiting:
        state["waiting"] = {"reason": waiting[0], "message": waiting[1]}
    if running:
        state["running"] = {"startedAt": "2026-11-22T02:00:00Z"}
    if ended:
        state["terminated"] = ended
    container = {"state": state, "restartCount": restarts, "lastState": {"terminated": before} if before else {}}
    return read_pod(
        {
            "metadata": {"name": "p", "uid": "u", "creationTimestamp": "2026-11-22T02:00:00Z"},
            "spec": {"nodeName": "n"},
            "status": {"phase": "Pending", "containerStatuses": [container], **status},
        }
    )


def unscheduled(message: str):
    return pod(conditions=[{"type": "PodScheduled", "status": "False", "message": message}], containerStatuses=[])


NO_SPACE = 'Usage of EmptyDir volume "data" exceeds the limit "8Mi".'


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (pod(waiting=("ErrImagePull", 'failed to pull "x@sha256:0": not found')), trouble.IMAGE_MISSING),
        (pod(waiting=("ErrImagePull", "401 Unauthorized")), trouble.IMAGE_REFUSED),
        (pod(waiting=("ErrImagePull", "no match for platform in manifest: not found")), trouble.WRONG_PROCESSOR),
        (pod(waiting=("InvalidImageName", "couldn't parse image")), trouble.IMAGE_MISSING),
        (
            pod(waiting=("CreateContainerConfigError", "container has runAsNonRoot and image will run as root")),
            trouble.RUNS_AS_ROOT,
        ),
        (pod(waiting=("CreateContainerConfigError", 'secret "x" not found')), trouble.SETTINGS_MISSING),
        (
            pod(waiting=("RunContainerError", 'exec: "./x": stat ./x: no such file or directory: unknown')),
            trouble.PROGRAM_MISSING,
        ),
        (pod(waiting=("RunContainerError", 'exec: "./x": permission denied: unknown')), trouble.NOT_EXECUTABLE),
        (pod(ended={"reason": "OOMKilled", "exitCode": 137}), trouble.OUT_OF_MEMORY),
        (pod(ended={"reason": "Error", "exitCode": 1}), trouble.EXITED),
        (
            pod(waiting=("CrashLoopBackOff", "back-off"), before={"reason": "Error", "exitCode": 3}, restarts=2),
            trouble.EXITED,
        ),
        (pod(reason="Evicted", message=NO_SPACE, phase="Failed"), trouble.DISK_FULL),
        (pod(reason="Evicted", message="The node was low on resource: memory.", phase="Failed"), trouble.EVICTED),
    ],
)
def test_a_pod_that_cannot_run_says_so_with_one_code(seen, code: str) -> None:
    """Each sign that the kubelet shows is taken at once: waiting longer does not help."""
    assert code == trouble.of_pods([seen]).code


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (unscheduled("0/1 nodes are available: 1 Insufficient memory."), trouble.NO_PLACE),
        (unscheduled('persistentvolumeclaim "c-x" not found'), trouble.VOLUME_PENDING),
        (pod(waiting=("ErrImagePull", "dial tcp 10.0.0.1:5000: i/o timeout")), trouble.IMAGE_UNREACHABLE),
        (pod(waiting=("ImagePullBackOff", 'Back-off pulling image "x"')), trouble.IMAGE_MISSING),
    ],
)
def test_what_may_still_pass_is_a_failure_only_when_patience_is_over(seen, code: str) -> None:
    """Another node may come, a registry may come back."""
    assert trouble.of_pods([seen]) is None
    assert code == trouble.of_pods([seen], patience_is_over=True).code


def test_a_pod_that_starts_or_runs_is_no_trouble() -> None:
    """No false alarm while an image is pulled."""
    assert trouble.of_pods([pod(waiting=("ContainerCreating", "")), pod(running=True)]) is None


def test_a_program_that_was_killed_names_its_signal() -> None:
    """Exit codes above 128 are signals, by the convention of container runtimes."""
    found = trouble.of_pods([pod(ended={"reason": "Error", "exitCode": 134})])

    assert (trouble.EXITED, 6) == (found.code, found.signal)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("exec /app/start: exec format error", trouble.WRONG_FORMAT),
        ("exec ./start: permission denied", trouble.NOT_EXECUTABLE),
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", trouble.TOO_MANY_PROCESSES),
        ("de databank ontbreekt", trouble.EXITED),
    ],
)
def test_the_last_words_tell_more_of_a_program_that_ended(said: str, code: str) -> None:
    """What starts a program writes in its log why it could not."""
    assert code == trouble.by_last_words(trouble.Trouble(trouble.EXITED, exit_code=1), said).code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Readiness probe failed: HTTP probe failed with statuscode: 503", trouble.PROBE_REFUSED),
        ("Startup probe failed: dial tcp 10.0.0.1:8080: connect: connection refused", trouble.PORT_CLOSED),
        ("Startup probe failed: context deadline exceeded", trouble.PROBE_SILENT),
    ],
)
def test_a_component_that_is_never_ready_is_explained_by_its_newest_probe(message: str, code: str) -> None:
    """Events of before say nothing of now."""
    events = [
        {"reason": "Unhealthy", "message": message, "lastTimestamp": "2026-11-22T02:00:09Z"},
        {"reason": "Unhealthy", "message": "connection refused", "lastTimestamp": "2026-11-22T02:00:01Z"},
        {"reason": "Pulled", "message": "", "lastTimestamp": "2026-11-22T02:00:10Z"},
    ]

    assert code == trouble.of_probes(events).code


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (403, 'pods "x" is forbidden: exceeded quota: proeftuin, requested: limits.memory=2Gi', errors.QUOTA),
        (403, "maximum memory usage per Container is 2Gi, but limit is 4Gi", errors.LIMITS),
        (403, 'pods "x" is forbidden: violates PodSecurity "restricted:v1.34": privileged', errors.POD_SECURITY),
        (403, "ValidatingAdmissionPolicy 'x' denied request: proeftuin/image: every image …", errors.ADMISSION),
        (403, 'User "x" cannot create resource "pods"', errors.FORBIDDEN),
        (403, "unable to create new content in namespace x because it is being terminated", errors.TERMINATING),
        (401, "Unauthorized", errors.LOGIN),
        (404, "not found", errors.NOT_FOUND),
        (409, "already exists", errors.CONFLICT),
        (422, "Invalid value", errors.INVALID),
        (429, "too many requests", errors.BUSY),
        (503, "etcd is not there", errors.UNREACHABLE),
        (500, "?", errors.REFUSED),
    ],
)
def test_every_refusal_of_the_api_server_has_a_code(status: int, message: str, code: str) -> None:
    """Quota, Pod Security and our own rules are told apart, though all are 403."""
    assert code == refusal(status, json.dumps({"kind": "Status", "message": message}).encode()).code


def test_our_own_rule_that_refused_is_named() -> None:
    """A denial begins with the rule's id."""
    said = "ValidatingAdmissionPolicy 'x' with binding 'x' denied request: proeftuin/image: every image comes from"

    assert "image" == refusal(403, json.dumps({"message": said}).encode()).rule


def test_a_proxy_that_answers_with_a_page_is_understood_too() -> None:
    """Not every 502 comes from the API server."""
    found = refusal(502, b"<html>Bad gateway</html>")

    assert (errors.UNREACHABLE, True) == (found.code, found.is_transient)


def test_a_deployment_that_makes_no_pods_says_why() -> None:
    """Quota and admission refuse pods, and only the deployment tells."""
    condition = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: proeftuin"}

    assert errors.QUOTA == trouble.of_deployment({"status": {"conditions": [condition]}}).code
    assert trouble.of_deployment({"status": {}}) is None
