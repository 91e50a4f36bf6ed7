"""The reference municipality in a room: its secret, its volume, its pod and its service."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.pods import hardened_container, hardened_pod, resources, scratch
from proeftuin_infra.kube.skeleton.room import metadata

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import RoomSpec, TownSpec

_KIND = "town"
_SELECTOR = {"app.kubernetes.io/name": names.TOWN}


def town_workload(spec: RoomSpec, town: TownSpec) -> tuple[Manifest, ...]:
    """List everything of the town in a room, in the order in which it is applied."""
    volume = () if town.storage_class is None else (volume_claim(spec, town, town.storage_class),)
    return (control_secret(spec, town), *volume, service(spec), deployment(spec, town))


def control_secret(spec: RoomSpec, town: TownSpec) -> Manifest:
    """Hold the token of the control endpoint, for the town's pod alone."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(spec, names.TOWN_SECRET, kind=_KIND),
        "type": "Opaque",
        "data": {"token": base64.b64encode(town.control_token.encode()).decode()},
    }


def volume_claim(spec: RoomSpec, town: TownSpec, storage_class: str) -> Manifest:
    """Keep the town's data through restarts and suspension."""
    chosen = {"storageClassName": storage_class} if storage_class else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(spec, names.TOWN_CLAIM, kind=_KIND),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": town.data_size}},
            **chosen,
        },
    }


def service(spec: RoomSpec) -> Manifest:
    """Name the building blocks `http://town:8080`; the control port is not part of it."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(spec, names.TOWN, kind=_KIND),
        "spec": {
            "type": "ClusterIP",
            "selector": _SELECTOR,
            "ports": [{"name": "http", "protocol": "TCP", "port": 8080, "targetPort": "http"}],
        },
    }


def deployment(spec: RoomSpec, town: TownSpec) -> Manifest:
    """Run the town as one pod that is replaced whole: two of them never share its data."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(spec, names.TOWN, kind=_KIND),
        "spec": {
            "replicas": town.replicas,
            "revisionHistoryLimit": 2,
            "progressDeadlineSeconds": 120,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": _SELECTOR},
            "template": {
                "metadata": {"labels": {**spec.labels(_KIND), **_SELECTOR, names.EXPOSED: "true"}},
                "spec": _pod(spec, town),
            },
        },
    }


def _pod(spec: RoomSpec, town: TownSpec) -> dict[str, Any]:
    data: dict[str, Any] = scratch("data", size=town.data_size)
    if town.storage_class is not None:
        data = {"name": "data", "persistentVolumeClaim": {"claimName": names.TOWN_CLAIM}}
    return hardened_pod(
        spec,
        containers=[_container(town)],
        volumes=[data, scratch("tmp", size="64Mi")],
    )


def _container(town: TownSpec) -> dict[str, Any]:
    given = {"HOST": "0.0.0.0", "PORT": str(town.port), "CONTROL_PORT": str(town.control_port)}  # noqa: S104 - in its pod
    variables = [{"name": name, "value": value} for name, value in {**given, **dict(town.environment)}.items()]
    token = {"secretKeyRef": {"name": names.TOWN_SECRET, "key": "token"}}
    probe = {"httpGet": {"path": town.health_path, "port": "http"}, "timeoutSeconds": 2}
    command = {"command": list(town.command)} if town.command else {}
    return hardened_container(
        names.TOWN,
        image=town.image,
        pull_policy=town.pull_policy,
        resources=resources(
            requests_cpu=town.requests_cpu,
            limits_cpu=town.limits_cpu,
            memory=town.memory,
            ephemeral_storage=town.ephemeral_storage,
        ),
        env=[*variables, {"name": town.token_variable, "valueFrom": token}],
        ports=[
            {"name": "http", "containerPort": town.port, "protocol": "TCP"},
            {"name": "control", "containerPort": town.control_port, "protocol": "TCP"},
        ],
        startupProbe={**probe, "periodSeconds": 1, "failureThreshold": 60},
        readinessProbe={**probe, "periodSeconds": 5, "failureThreshold": 3},
        volumeMounts=[{"name": "data", "mountPath": "/data"}, {"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - idem
        **command,
    )
