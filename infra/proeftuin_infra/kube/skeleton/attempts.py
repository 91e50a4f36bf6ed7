"""Objects that a room must refuse, each with the control that should do so, and one that it must accept.

They are sent with `dryRun=All`: the API server decides and stores nothing. The accepted pod is the positive
control: without it a cluster that refuses everything, or cannot be reached, would look safe.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton.pods import hardened_container, hardened_pod, resources, scratch
from proeftuin_infra.kube.skeleton.room import metadata
from proeftuin_infra.kube.skeleton.spec import Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec

POD_SECURITY = "pod-security"
LIMITS = "limits"
QUOTA = "quota"
_PROBE = "attempt"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One object that must be refused.

    Attributes:
        id: The attack of the isolation test list, and which form of it: `P1-privileged`.
        manifest: The object.
        refused_by: Id of our admission rule, or `pod-security`, `limits`, `quota`.
    """

    id: str
    manifest: Manifest
    refused_by: str


def refused_by(message: str, rule: str) -> bool:
    """Tell whether the API server's words say that this control refused."""
    words = {
        POD_SECURITY: "violates PodSecurity",
        LIMITS: "usage per ",
        QUOTA: "exceeded quota",
    }
    return words.get(rule, f"proeftuin/{rule}: ") in message


def good_pod(spec: RoomSpec, *, image: str) -> Manifest:
    """Make a pod that a room must accept; the others differ from it in one thing each."""
    container = hardened_container(
        "main",
        image=image,
        pull_policy="Always",
        resources=resources(requests_cpu="10m", limits_cpu="100m", memory="32Mi"),
        volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - in the pod
    )
    pod = hardened_pod(spec, containers=[container], volumes=[scratch("tmp", size="16Mi")])
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata(spec, _PROBE, kind="probe"), "spec": pod}


def attempts(spec: RoomSpec, cluster: ClusterSpec, *, image: str) -> tuple[Attempt, ...]:
    """List what a room must refuse.

    Args:
        spec: The room.
        cluster: What stands on its cluster; rules that it does not have are not tried.
        image: One that the cluster allows.
    """
    pods = [
        Attempt(name, _changed(good_pod(spec, image=image), change), rule)
        for name, change, rule in _pods(spec, cluster)
    ]
    return (*pods, *_services(spec), *_claims(spec))


def _pods(spec: RoomSpec, cluster: ClusterSpec) -> Iterator[tuple[str, Callable[[Manifest], None], str]]:
    yield "P1-privileged", _security(privileged=True, allowPrivilegeEscalation=True), POD_SECURITY
    yield "P1-escalation", _security(allowPrivilegeEscalation=True), POD_SECURITY
    yield "P1-capability", _security(capabilities={"drop": ["ALL"], "add": ["NET_RAW"]}), POD_SECURITY
    yield "P1-capabilities-kept", _security(capabilities={}), POD_SECURITY
    yield "P1-proc-mount", _unmasked, POD_SECURITY
    yield "P1-unconfined", _security(seccompProfile={"type": "Unconfined"}), POD_SECURITY
    yield "P1-host-pid", _host("hostPID"), POD_SECURITY
    yield "P1-host-ipc", _host("hostIPC"), POD_SECURITY
    yield "P1-host-network", _host("hostNetwork"), POD_SECURITY
    yield "P1-host-path", _volume(hostPath={"path": "/"}), POD_SECURITY
    yield "P1-host-port", _main(ports=[{"containerPort": 8080, "hostPort": 8080}]), POD_SECURITY
    yield "P1-host-probe", _main(livenessProbe={"httpGet": {"host": "192.0.2.1", "port": 80}}), POD_SECURITY
    yield "P1-sysctl", _pod_security(sysctls=[{"name": "kernel.msgmax", "value": "1"}]), POD_SECURITY
    yield "P1-root", _pod_security(runAsNonRoot=False, runAsUser=0), POD_SECURITY
    # Pod Security speaks first; the rule `non-root` is for the versions of it that let these pass.
    yield "P2-root-container", _security(runAsUser=0), POD_SECURITY
    yield "P2-user-namespace-root", _root_in_user_namespace, POD_SECURITY
    yield "P3-token", _pod(automountServiceAccountToken=True), "api-token"
    yield "P3-projected-token", _volume(projected={"sources": [{"serviceAccountToken": {"path": "t"}}]}), "volumes"
    yield "P3-other-account", _pod(serviceAccountName="default"), "account"
    yield "P4-inline-csi", _volume(csi={"driver": "csi.example"}), "volumes"
    yield "P4-ephemeral-claim", _volume(ephemeral={"volumeClaimTemplate": {"spec": _claim_spec()}}), "volumes"
    yield "P4-unbounded-scratch", _volume(emptyDir={}), "volumes"
    yield "P5-node", _pod(nodeName="any-node"), "scheduling"
    yield "P5-toleration", _pod(tolerations=[{"operator": "Exists"}]), "scheduling"
    yield "P5-scheduler", _pod(schedulerName="other"), "scheduling"
    yield "P5-priority", _without("priorityClassName"), "priority"
    yield "P5-grace", _pod(terminationGracePeriodSeconds=86_400), "grace"
    yield "P7-tag", _main(image=_untagged(cluster)), "image"
    yield "P7-registry", _main(image="elsewhere.example/x@sha256:" + "b" * 64), "image"
    yield "P8-other-sandbox", _label("sandbox-id", "sbx-of-somebody-else"), "other-sandbox"
    yield "T1-finalizer", _finalizer, "finalizers"
    yield "Q-cpu", _resources(cpu="10000"), LIMITS
    yield "Q-memory", _resources(memory="900Gi"), LIMITS
    if spec.tier is Tier.HARD and cluster.hard_user_namespaces:
        yield "P2-host-user", _without("hostUsers"), "user-namespace"
    if spec.tier is Tier.HARD and cluster.hard_runtime_class is not None:
        yield "P5-plain-runtime", _without("runtimeClassName"), "hard-runtime"
    if cluster.always_pull:
        yield "P7-cached-image", _main(imagePullPolicy="IfNotPresent"), "image-pull"


def _services(spec: RoomSpec) -> Iterator[Attempt]:
    ports = [{"port": 80}]
    kinds: dict[str, tuple[dict[str, Any], str]] = {
        "P6-node-port": ({"type": "NodePort", "ports": ports}, "service-type"),
        "P6-load-balancer": ({"type": "LoadBalancer", "ports": ports}, "service-type"),
        "P6-external-name": ({"type": "ExternalName", "externalName": "kubernetes.default.svc"}, "service-type"),
        "P6-external-address": ({"ports": ports, "externalIPs": ["192.0.2.1"]}, "service-type"),
    }
    for name, (content, rule) in kinds.items():
        manifest = {"apiVersion": "v1", "kind": "Service", "metadata": metadata(spec, _PROBE, kind="probe")}
        yield Attempt(name, {**manifest, "spec": content}, rule)


def _claims(spec: RoomSpec) -> Iterator[Attempt]:
    kinds: dict[str, tuple[dict[str, Any], str]] = {
        "P4-chosen-volume": ({**_claim_spec(), "volumeName": "of-somebody-else"}, "claim-volume"),
        "Q-huge-claim": (_claim_spec("900Gi"), LIMITS),
    }
    for name, (content, rule) in kinds.items():
        manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        yield Attempt(name, {**manifest, "metadata": metadata(spec, _PROBE, kind="probe"), "spec": content}, rule)


def _claim_spec(size: str = "100Mi") -> dict[str, Any]:
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}


def _untagged(cluster: ClusterSpec) -> str:
    return f"{cluster.image_prefixes[0]}town:latest"


def _changed(manifest: Manifest, change: Callable[[Manifest], None]) -> Manifest:
    copy = deepcopy(manifest)
    change(copy)
    return copy


def _pod(**fields: Any) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["spec"].update(fields)


def _host(field: str) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        manifest["spec"].pop("hostUsers", None)  # with it the API server finds the pod contradictory, not bad
        manifest["spec"][field] = True

    return change


def _pod_security(**fields: Any) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["spec"]["securityContext"].update(fields)


def _main(**fields: Any) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["spec"]["containers"][0].update(fields)


def _security(**fields: Any) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["spec"]["containers"][0]["securityContext"].update(fields)


def _volume(**source: Any) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["spec"]["volumes"].append({"name": "extra", **source})


def _label(key: str, value: str) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["metadata"]["labels"].update({f"proeftuin.vlaanderen/{key}": value})


def _resources(**quantity: str) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        for share in manifest["spec"]["containers"][0]["resources"].values():
            share.update(quantity)

    return change


def _without(field: str) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        manifest["spec"].pop(field, None)

    return change


def _finalizer(manifest: Manifest) -> None:
    manifest["metadata"]["finalizers"] = ["proeftuin.example/never"]


def _unmasked(manifest: Manifest) -> None:
    manifest["spec"]["hostUsers"] = False
    manifest["spec"]["containers"][0]["securityContext"]["procMount"] = "Unmasked"


def _root_in_user_namespace(manifest: Manifest) -> None:
    manifest["spec"]["hostUsers"] = False
    manifest["spec"]["securityContext"].update(runAsNonRoot=False, runAsUser=0)
