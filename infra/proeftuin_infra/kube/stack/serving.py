"""The pods of the platform: those that answer people, those that work jobs, and the way to the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.pods import hardened_container, pod_security, resources, scratch
from proeftuin_infra.kube.stack import configuration
from proeftuin_infra.kube.stack.spec import PORT

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.stack.spec import Entrance, StackSpec

API, WORKER = names.PLATFORM_PODS
SERVICE = "proeftuin"
_STOP_SECONDS = 45
_IMAGES = f"{configuration.DATA}/images"


def api_deployment(spec: StackSpec) -> Manifest:
    """Run the replicas that answer people."""
    return _deployment(
        spec, API, container=_container(spec, API, works_jobs=False), replicas={"replicas": spec.api_replicas}
    )


def worker_deployment(spec: StackSpec) -> Manifest:
    """Run the replicas that work jobs: the same program, whose port only its probes reach.

    Where KEDA scales them, the number of replicas is not ours to write.
    """
    stock = {} if not spec.stock else {"initContainers": [_stocking(spec)]}
    return _deployment(
        spec,
        WORKER,
        container=_container(spec, WORKER, works_jobs=True),
        replicas={} if spec.scaling is not None else {"replicas": spec.workers},
        **stock,
    )


def disruption_budget(spec: StackSpec, name: str) -> Manifest:
    """Let a node be emptied one replica at a time."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": spec.metadata(name, part=name),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": _selector(spec, name)}},
    }


def service(spec: StackSpec) -> Manifest:
    """Name the API inside the cluster."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": spec.metadata(SERVICE, part=API),
        "spec": {
            "type": "ClusterIP",
            "selector": _selector(spec, API),
            "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": "http"}],
        },
    }


def ingress(spec: StackSpec, entrance: Entrance) -> Manifest:
    """Lead people from outside to the service, with TLS."""
    annotations = dict(entrance.annotations)
    if entrance.issuer:
        annotations["cert-manager.io/cluster-issuer"] = entrance.issuer
    backend = {"service": {"name": SERVICE, "port": {"name": "http"}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": spec.metadata(SERVICE, part=API, **({"annotations": annotations} if annotations else {})),
        "spec": {
            **({"ingressClassName": entrance.class_name} if entrance.class_name else {}),
            "tls": [{"hosts": [spec.host], "secretName": entrance.secret}],
            "rules": [
                {
                    "host": spec.host,
                    "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
                }
            ],
        },
    }


def _deployment(
    spec: StackSpec,
    name: str,
    *,
    container: dict[str, Any],
    replicas: dict[str, int],
    **more: Any,
) -> Manifest:
    chosen = _selector(spec, name)
    every = {"labelSelector": {"matchLabels": chosen}}
    spread = [
        {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", **every}
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
    apart = {"weight": 100, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", **every}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": spec.metadata(name, part=name),
        "spec": {
            **replicas,
            "revisionHistoryLimit": 3,
            "progressDeadlineSeconds": 600,
            # A new one is ready before an old one goes.
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "selector": {"matchLabels": chosen},
            "template": {
                "metadata": {
                    "labels": spec.labels(name),
                    "annotations": {f"{names.DOMAIN}/configuration": spec.digest},
                },
                "spec": {
                    "serviceAccountName": names.PLATFORM_ACCOUNT,
                    "automountServiceAccountToken": True,  # it makes rooms through the API server
                    "enableServiceLinks": False,
                    "terminationGracePeriodSeconds": _STOP_SECONDS,
                    "securityContext": pod_security(),
                    "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [apart]}},
                    "topologySpreadConstraints": spread,
                    **configuration.pull_access(spec),
                    **more,
                    "containers": [container],
                    "volumes": [scratch("data", size="8Gi"), _images(spec), scratch("tmp", size="1Gi")],
                },
            },
        },
    }


def _container(spec: StackSpec, name: str, *, works_jobs: bool) -> dict[str, Any]:
    def probe(path: str, **more: int) -> dict[str, Any]:
        return {"httpGet": {"path": path, "port": "http"}, "timeoutSeconds": 5, **more}

    role = {"name": "PROEFTUIN_WORKER", "value": "true" if works_jobs else "false"}
    return hardened_container(
        name.removeprefix("proeftuin-"),
        image=spec.image,
        pull_policy=spec.pull_policy,
        resources=resources(requests_cpu="100m", limits_cpu="2", memory="1Gi", ephemeral_storage="10Gi"),
        args=["python", "-m", "proeftuin", "serve"],
        envFrom=configuration.read_all(),
        env=[role, configuration.database_address(spec)],
        ports=[{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
        # The first replica of a new version brings the database to its schema before it listens.
        startupProbe=probe("/health/live", periodSeconds=2, failureThreshold=90),
        livenessProbe=probe("/health/live", periodSeconds=10, failureThreshold=6),
        readinessProbe=probe("/health/ready", periodSeconds=5, failureThreshold=3),
        volumeMounts=[
            {"name": "data", "mountPath": configuration.DATA},
            {"name": "images", "mountPath": _IMAGES},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - in its pod
        ],
    )


def _images(spec: StackSpec) -> dict[str, Any]:
    if spec.image_class:
        return {"name": "images", "persistentVolumeClaim": {"claimName": configuration.IMAGES}}
    return scratch("images", size="8Gi")


def _stocking(spec: StackSpec) -> dict[str, Any]:
    """Bring images that were made before to where the worker looks for them."""
    return hardened_container(
        "stock",
        image=spec.stock,
        pull_policy=spec.pull_policy,
        resources=resources(requests_cpu="50m", limits_cpu="1", memory="128Mi", ephemeral_storage="8Gi"),
        command=["cp", "-rT", "/stock", _IMAGES],
        volumeMounts=[{"name": "images", "mountPath": _IMAGES}],
    )


def _selector(spec: StackSpec, name: str) -> dict[str, str]:
    labels = spec.labels(name)
    return {key: labels[key] for key in ("app.kubernetes.io/instance", "app.kubernetes.io/name")}
