"""What stands on a cluster once per platform, besides the admission policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import ClusterSpec

_READ = ["get", "list", "watch"]
_WRITE = ["create", "patch", "update", "delete", "deletecollection"]
_APF = "flowcontrol.apiserver.k8s.io/v1"
_RBAC = "rbac.authorization.k8s.io/v1"


def priority_class() -> Manifest:
    """Let rooms yield to everything else on a cluster, and push nothing aside themselves.

    Every platform on a cluster has the same one, so it carries no installation.
    """
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": names.PRIORITY_CLASS, "labels": {names.MANAGED_BY: names.FIELD_MANAGER}},
        "value": -100,
        "preemptionPolicy": "Never",
        "globalDefault": False,
        "description": "Pods in sandboxes of proeftuin",
    }


def runtime_class(name: str, *, handler: str) -> Manifest:
    """Name a sandboxed runtime of the nodes; what it costs itself counts for the quota of the room."""
    return {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": name, "labels": {names.MANAGED_BY: names.FIELD_MANAGER}},
        "handler": handler,
        "overhead": {"podFixed": {"cpu": "50m", "memory": "64Mi"}},
    }


def platform_inside(spec: ClusterSpec) -> tuple[Manifest, ...]:
    """List what a platform needs that runs in the cluster itself: a namespace, an account, rights, a place in line."""
    return (
        platform_namespace(spec),
        platform_account(spec),
        platform_role(spec),
        platform_role_binding(spec),
        priority_level(spec),
        flow_schema(spec),
    )


def platform_namespace(spec: ClusterSpec) -> Manifest:
    """Make the namespace of the platform."""
    labels = {
        names.MANAGED_BY: names.FIELD_MANAGER,
        f"{names.POD_SECURITY}/enforce": "restricted",
        f"{names.POD_SECURITY}/enforce-version": "v1.34",
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": spec.platform_namespace, "labels": labels}}


def platform_account(spec: ClusterSpec) -> Manifest:
    """Make the account by which the API server knows the platform."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": names.PLATFORM_ACCOUNT,
            "namespace": spec.platform_namespace,
            "labels": spec.labels(),
        },
        "automountServiceAccountToken": False,  # its pods ask for it themselves
    }


def platform_role(spec: ClusterSpec) -> Manifest:
    """Allow what the platform does, and no more: it cannot give rights, nor change the admission policies.

    It may list and watch every kind that it deletes; without that, waiting for a deletion never ends.
    """
    held = [
        "configmaps",
        "limitranges",
        "persistentvolumeclaims",
        "pods",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    ]
    everything = [*_READ, *_WRITE]
    return {
        "apiVersion": _RBAC,
        "kind": "ClusterRole",
        "metadata": {"name": names.cluster_name(spec.installation, "platform"), "labels": spec.labels()},
        "rules": [
            _allow("", ["namespaces"], everything),
            _allow("", held, everything),
            _allow("", ["pods/log", "pods/status", "events", "nodes", "persistentvolumes"], _READ),
            _allow("", ["pods/portforward"], ["get", "create"]),
            _allow("apps", ["deployments", "replicasets", "statefulsets"], everything),
            _allow("apps", ["deployments/scale", "statefulsets/scale"], ["get", "patch", "update"]),
            _allow("batch", ["jobs", "cronjobs"], everything),
            _allow("networking.k8s.io", ["networkpolicies"], everything),
            _allow("events.k8s.io", ["events"], _READ),
            _allow("discovery.k8s.io", ["endpointslices"], _READ),
            _allow("metrics.k8s.io", ["pods", "nodes"], _READ),
            _allow("scheduling.k8s.io", ["priorityclasses"], _READ),
            _allow("node.k8s.io", ["runtimeclasses"], _READ),
            _allow("storage.k8s.io", ["storageclasses"], _READ),
            # The isolation proof asks what the account of a room may do.
            _allow("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
            _allow(
                "admissionregistration.k8s.io",
                ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
                _READ,
            ),
        ],
    }


def platform_role_binding(spec: ClusterSpec) -> Manifest:
    """Give the platform's account its rights."""
    name = names.cluster_name(spec.installation, "platform")
    return {
        "apiVersion": _RBAC,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name, "labels": spec.labels()},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": names.PLATFORM_ACCOUNT, "namespace": spec.platform_namespace}],
    }


def priority_level(spec: ClusterSpec) -> Manifest:
    """Keep seats at the API server for the platform, so that a busy cluster does not stop it."""
    return {
        "apiVersion": _APF,
        "kind": "PriorityLevelConfiguration",
        "metadata": {"name": names.cluster_name(spec.installation, "platform"), "labels": spec.labels()},
        "spec": {
            "type": "Limited",
            "limited": {
                "nominalConcurrencyShares": 20,
                "lendablePercent": 50,
                "limitResponse": {
                    "type": "Queue",
                    "queuing": {"queues": 16, "handSize": 4, "queueLengthLimit": 100},
                },
            },
        },
    }


def flow_schema(spec: ClusterSpec) -> Manifest:
    """Lead the platform's requests to its own seats."""
    name = names.cluster_name(spec.installation, "platform")
    account = {"namespace": spec.platform_namespace, "name": names.PLATFORM_ACCOUNT}
    every = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"], "clusterScope": True, "namespaces": ["*"]}
    return {
        "apiVersion": _APF,
        "kind": "FlowSchema",
        "metadata": {"name": name, "labels": spec.labels()},
        "spec": {
            "priorityLevelConfiguration": {"name": name},
            "matchingPrecedence": 900,
            "distinguisherMethod": {"type": "ByNamespace"},
            "rules": [
                {
                    "subjects": [{"kind": "ServiceAccount", "serviceAccount": account}],
                    "resourceRules": [every],
                }
            ],
        },
    }


def _allow(group: str, resources: list[str], verbs: list[str]) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}
