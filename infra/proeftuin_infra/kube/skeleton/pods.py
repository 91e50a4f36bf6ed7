"""What every pod in a room has in common, whoever wrote its image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin_infra.kube.skeleton.spec import RoomSpec

USER = 10001
"""The user and group of every container; the platform's own images have it too."""

GRACE_SECONDS = 5
"""Time between SIGTERM and SIGKILL; it bounds how long a sandbox takes to go."""


def hardened_pod(
    spec: RoomSpec,
    *,
    containers: Sequence[dict[str, Any]],
    volumes: Sequence[dict[str, Any]] = (),
    init_containers: Sequence[dict[str, Any]] = (),
    grace_seconds: int = GRACE_SECONDS,
) -> dict[str, Any]:
    """Make the `spec` of a pod that Pod Security `restricted` and the admission policies accept.

    Args:
        spec: The room in which it will run.
        containers: Each made by `hardened_container`.
        volumes: See `scratch`; configMap, secret, downwardAPI and persistentVolumeClaim are accepted too.
        init_containers: Idem as containers.
        grace_seconds: At most 30.
    """
    more: dict[str, Any] = {}
    if init_containers:
        more["initContainers"] = list(init_containers)
    if spec.user_namespaces:
        more["hostUsers"] = False
    if spec.runtime_class is not None:
        more["runtimeClassName"] = spec.runtime_class
    if volumes:
        more["volumes"] = list(volumes)
    return {
        "serviceAccountName": names.WORKLOAD_ACCOUNT,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": names.PRIORITY_CLASS,
        "terminationGracePeriodSeconds": grace_seconds,
        "dnsPolicy": "ClusterFirst",
        "securityContext": pod_security(),
        "containers": list(containers),
        **more,
    }


def pod_security() -> dict[str, Any]:
    """Give what Pod Security `restricted` wants of a whole pod."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def hardened_container(
    name: str, *, image: str, resources: dict[str, Any], pull_policy: str = "IfNotPresent", **more: Any
) -> dict[str, Any]:
    """Make a container without capabilities, privileges or a writable root.

    Args:
        name: Of the container.
        image: Pinned by digest.
        resources: See `resources`.
        pull_policy: As Kubernetes names them.
        more: Further fields, such as `env`, `ports`, `volumeMounts`, `command`, probes.
    """
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": pull_policy,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": resources,
        **more,
    }


def resources(
    *, requests_cpu: str, limits_cpu: str, memory: str, ephemeral_storage: str = "1Gi"
) -> dict[str, dict[str, str]]:
    """Give a container's share; memory is requested as it is limited, so that no neighbour pays for it."""
    return {
        "requests": {"cpu": requests_cpu, "memory": memory, "ephemeral-storage": "256Mi"},
        "limits": {"cpu": limits_cpu, "memory": memory, "ephemeral-storage": ephemeral_storage},
    }


def scratch(name: str, *, size: str) -> dict[str, Any]:
    """Make a bounded, empty folder that lives as long as its pod."""
    return {"name": name, "emptyDir": {"sizeLimit": size}}
