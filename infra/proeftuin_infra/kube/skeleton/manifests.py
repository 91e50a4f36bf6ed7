"""All manifests of a room and of a cluster, in the order in which they are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton import cluster, network, room
from proeftuin_infra.kube.skeleton.admission import admission_policies
from proeftuin_infra.kube.skeleton.names import Manifest, address_of
from proeftuin_infra.kube.skeleton.town import town_workload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec

_ORDER = (
    "Namespace",
    "PriorityClass",
    "RuntimeClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "PriorityLevelConfiguration",
    "FlowSchema",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
    "Secret",
    "ConfigMap",
    "PersistentVolumeClaim",
    "ObjectStore",
    "Cluster",
    "ScheduledBackup",
    "Service",
    "Ingress",
    "PodDisruptionBudget",
    "Deployment",
    "StatefulSet",
    "Job",
    "CronJob",
    "TriggerAuthentication",
    "ScaledObject",
)
"""What holds a room stands before what runs in it."""


def room_manifests(spec: RoomSpec) -> tuple[Manifest, ...]:
    """List every object of a room."""
    made = [
        room.namespace(spec),
        room.workload_account(spec),
        room.default_account(spec),
        room.resource_quota(spec),
        room.limit_range(spec),
        *network.network_policies(spec),
    ]
    if spec.registry is not None:
        made.append(room.pull_secret(spec, spec.registry))
    if spec.town is not None:
        made.extend(town_workload(spec, spec.town))
    return in_order(made)


def cluster_manifests(spec: ClusterSpec) -> tuple[Manifest, ...]:
    """List everything that stands on a cluster once per platform."""
    made = [cluster.priority_class(), *admission_policies(spec)]
    if spec.hard_runtime_class is not None and spec.runtime_handler is not None:
        made.append(cluster.runtime_class(spec.hard_runtime_class, handler=spec.runtime_handler))
    if spec.platform_inside:
        made.extend(cluster.platform_inside(spec))
    return in_order(made)


def in_order(manifests: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """Sort manifests by the kinds' order, then by name, so that what runs comes after what holds it."""
    return tuple(sorted(manifests, key=lambda manifest: (_ORDER.index(manifest["kind"]), *address_of(manifest))))
