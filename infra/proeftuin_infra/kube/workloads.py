"""Manifests of what vendors deploy: pure functions of a room and a workload, as everything in `skeleton`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.pods import hardened_container, hardened_pod, resources, scratch
from proeftuin_infra.kube.skeleton.room import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import RoomSpec

KIND = "component"
REVISION = f"{names.DOMAIN}/revision"
DIGEST = f"{names.DOMAIN}/digest"
PORT = f"{names.DOMAIN}/local-port"
ANSWERED = f"{names.DOMAIN}/answered"
"""On a deployment: the pod that answered the platform, which may be before the cluster says that it runs."""
CPU_SHARE = "500m"
_PROBE_PATIENCE = 5
_TMP = "64Mi"
_NO_NAMES = {
    "dnsPolicy": "None",
    # Nobody listens there: a question for a name fails at once instead of after ten seconds.
    "dnsConfig": {
        "nameservers": ["127.0.0.1"],
        "options": [{"name": "timeout", "value": "1"}, {"name": "attempts", "value": "1"}],
    },
}


@dataclass(frozen=True, slots=True)
class Workload:
    """A component to run.

    Attributes:
        name: Of the component.
        image: Pinned by digest.
        revision: Written on its pods.
        digest: Of its content, idem.
        environment: All of it.
        memory_mib: Requested and limited.
        disk_mib: Of its data.
        health_path: Answers when it works.
        health_seconds: How long it may take to answer the first time.
        reached_at: Where the platform reaches it, as `Place.note` writes it; remembered on the deployment.
        is_service: It is reached by a service, as a platform inside the cluster does.
        hosts: Names that its pod knows, with their addresses; there is no other way to find anybody.
        secrets: Variables whose values only its pod gets to see.
        replicas: 0 stops it.
        port: It listens here.
        places: Further folders in which its image wants to write.
        storage_class: Keep its data on a volume of this class (empty: the cluster's default); None keeps it in the
            pod.
        pull_policy: As Kubernetes names them.
    """

    name: str
    image: str
    revision: int
    digest: str
    environment: Mapping[str, str]
    memory_mib: int
    disk_mib: int
    health_path: str
    health_seconds: int
    reached_at: str
    hosts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    replicas: int = 1
    is_service: bool = False
    port: int = 8080
    places: tuple[str, ...] = ()
    storage_class: str | None = None
    pull_policy: str = "IfNotPresent"

    @property
    def object_name(self) -> str:
        """What its objects are called; no component can take the name of the town's."""
        return object_name(self.name)


def object_name(component: str) -> str:
    """Name the objects of a component."""
    return f"c-{component}"


def workload_manifests(spec: RoomSpec, workload: Workload) -> tuple[Manifest, ...]:
    """List the objects of a component, in the order in which they are applied."""
    made = []
    if workload.secrets:
        made.append(_secret(spec, workload))
    if workload.storage_class is not None:
        made.append(_claim(spec, workload, workload.storage_class))
    if workload.is_service:
        made.append(service(spec, workload))
    return (*made, deployment(spec, workload))


def service(spec: RoomSpec, workload: Workload) -> Manifest:
    """Give a component an address that stays while its pods are replaced; in the room itself nobody knows its name."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(spec, workload.object_name, kind=KIND, labels={names.COMPONENT: workload.name}),
        "spec": {
            "type": "ClusterIP",
            "selector": {names.SANDBOX_ID: spec.sandbox_id, names.COMPONENT: workload.name},
            "ports": [{"name": "http", "protocol": "TCP", "port": workload.port, "targetPort": workload.port}],
        },
    }


def deployment(spec: RoomSpec, workload: Workload) -> Manifest:
    """Run a component: a new revision starts beside the old one and takes over when it answers."""
    marks = {names.COMPONENT: workload.name}
    written = {REVISION: str(workload.revision), DIGEST: workload.digest}
    # A volume cannot be written by two pods on two nodes: then the old one goes first.
    strategy: dict[str, Any] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    if workload.storage_class is not None:
        strategy = {"type": "Recreate"}
    about = metadata(spec, workload.object_name, kind=KIND, labels=marks)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {**about, "annotations": {**written, PORT: workload.reached_at}},
        "spec": {
            "replicas": workload.replicas,
            "revisionHistoryLimit": 2,
            "progressDeadlineSeconds": 600,
            "strategy": strategy,
            "selector": {"matchLabels": {names.SANDBOX_ID: spec.sandbox_id, **marks}},
            "template": {
                "metadata": {
                    "labels": {**spec.labels(KIND), **marks, names.EXPOSED: "true"},
                    "annotations": written,
                },
                "spec": {**_pod(spec, workload), **_NO_NAMES},
            },
        },
    }


def _pod(spec: RoomSpec, workload: Workload) -> dict[str, Any]:
    data: dict[str, Any] = scratch("data", size=f"{workload.disk_mib}Mi")
    if workload.storage_class is not None:
        data = {"name": "data", "persistentVolumeClaim": {"claimName": workload.object_name}}
    hosts = [{"ip": address, "hostnames": [name]} for name, address in sorted(workload.hosts.items())]
    pod = hardened_pod(
        spec,
        containers=[_container(workload)],
        volumes=[data, scratch("tmp", size=_TMP), *(scratch(name, size=_TMP) for name in _places(workload))],
    )
    # A program that is process 1 does not hear SIGTERM unless it listens for it, and would take the whole grace period
    # to go. So the sandbox process of the pod is number 1; nobody else is in there.
    return {**pod, "shareProcessNamespace": True, **({"hostAliases": hosts} if hosts else {})}


def _container(workload: Workload) -> dict[str, Any]:
    variables: list[dict[str, Any]] = [
        {"name": name, "value": value} for name, value in sorted(workload.environment.items())
    ]
    for name in sorted(workload.secrets):
        reference = {"name": workload.object_name, "key": name}
        variables.append({"name": name, "valueFrom": {"secretKeyRef": reference}})
    probe = {"httpGet": {"path": workload.health_path, "port": workload.port}, "timeoutSeconds": _PROBE_PATIENCE}
    return hardened_container(
        "component",
        image=workload.image,
        pull_policy=workload.pull_policy,
        resources=resources(
            requests_cpu="25m",
            limits_cpu=CPU_SHARE,
            memory=f"{workload.memory_mib}Mi",
            ephemeral_storage=f"{max(workload.disk_mib, 64) + 192}Mi",
        ),
        env=variables,
        ports=[{"name": "http", "containerPort": workload.port, "protocol": "TCP"}],
        # The platform gives up after `health_seconds`; the kubelet, which would start it anew, later.
        startupProbe={**probe, "periodSeconds": 1, "failureThreshold": workload.health_seconds + 30},
        readinessProbe={**probe, "periodSeconds": 5, "failureThreshold": 3},
        volumeMounts=[
            {"name": "data", "mountPath": "/data"},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - in its pod
            *({"name": name, "mountPath": place} for name, place in _places(workload).items()),
        ],
    )


def _places(workload: Workload) -> dict[str, str]:
    """Name the volumes of an image's own places."""
    own = [place for place in workload.places if place not in {"/data", "/tmp"}]  # noqa: S108 - idem
    return {f"place-{number}": place for number, place in enumerate(own)}


def _secret(spec: RoomSpec, workload: Workload) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(spec, workload.object_name, kind=KIND, labels={names.COMPONENT: workload.name}),
        "type": "Opaque",
        "stringData": dict(workload.secrets),
    }


def _claim(spec: RoomSpec, workload: Workload, storage_class: str) -> Manifest:
    chosen = {"storageClassName": storage_class} if storage_class else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(spec, workload.object_name, kind=KIND, labels={names.COMPONENT: workload.name}),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": f"{max(workload.disk_mib, 100)}Mi"}},
            **chosen,
        },
    }
