"""The room itself: namespace, accounts without rights, quota, limits, and the password of its registry."""

from __future__ import annotations

import base64
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import Registry, RoomSpec

POD_SECURITY_VERSION = "v1.34"
"""Pinned: from v1.35 on `restricted` skips the non-root checks for pods with a user namespace of their own."""


def metadata(spec: RoomSpec, name: str, *, kind: str = "room", labels: dict[str, str] | None = None) -> dict[str, Any]:
    """Give the metadata of an object in a room."""
    return {"name": name, "namespace": spec.namespace, "labels": {**spec.labels(kind), **(labels or {})}}


def namespace(spec: RoomSpec) -> Manifest:
    """Make the namespace: Pod Security `restricted`, and labels that bind the admission policies."""
    level = {
        "enforce": "restricted",
        "enforce-version": POD_SECURITY_VERSION,
        "audit": "restricted",
        "audit-version": "latest",
        "warn": "restricted",
        "warn-version": "latest",
    }
    labels = {
        **spec.labels(),
        names.ISOLATION_TIER: spec.tier.value,
        **({names.TENANT_ID: spec.tenant_id} if spec.tenant_id else {}),
        **{f"{names.POD_SECURITY}/{key}": value for key, value in level.items()},
    }
    annotations = {names.SPEC_DIGEST: spec.digest}
    if spec.expires_at is not None:
        annotations[names.EXPIRES_AT] = f"{spec.expires_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": spec.namespace, "labels": labels, "annotations": annotations},
    }


def workload_account(spec: RoomSpec) -> Manifest:
    """Make the account of every pod: no token, no rights, and the password of the registry where there is one."""
    pull = {"imagePullSecrets": [{"name": names.PULL_SECRET}]} if spec.registry else {}
    return _account(spec, names.WORKLOAD_ACCOUNT, **pull)


def default_account(spec: RoomSpec) -> Manifest:
    """Take the token from the account that Kubernetes itself makes in every namespace."""
    return _account(spec, "default")


def resource_quota(spec: RoomSpec) -> Manifest:
    """Bound what the room uses, and how many objects of each kind it may hold."""
    quota = spec.quota
    hard = {
        "requests.cpu": quota.requests_cpu,
        "limits.cpu": quota.limits_cpu,
        "requests.memory": quota.memory,
        "limits.memory": quota.memory,
        "requests.ephemeral-storage": quota.requests_ephemeral_storage,
        "limits.ephemeral-storage": quota.limits_ephemeral_storage,
        "requests.storage": quota.storage,
        "persistentvolumeclaims": str(quota.claims),
        "pods": str(quota.pods),  # those that have not ended
        "count/pods": str(quota.pods_ever),  # all that etcd holds
        "services": str(quota.services),
        "services.nodeports": "0",
        "services.loadbalancers": "0",
        "secrets": str(quota.secrets),
        "configmaps": str(quota.config_maps),
        "resourcequotas": "1",
        "count/deployments.apps": str(quota.deployments),
        "count/replicasets.apps": str(quota.replica_sets),
        "count/statefulsets.apps": str(quota.stateful_sets),
        "count/jobs.batch": str(quota.jobs),
        "count/cronjobs.batch": str(quota.cron_jobs),
        "count/networkpolicies.networking.k8s.io": "6",
        "count/ingresses.networking.k8s.io": "0",  # the way in goes through the platform
    }
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": metadata(spec, names.QUOTA),
        "spec": {"hard": hard},
    }


def limit_range(spec: RoomSpec) -> Manifest:
    """Give containers limits that ask for none, and refuse those that ask too much."""
    quota = spec.quota
    container = {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "512Mi", "ephemeral-storage": "1Gi"},
        "defaultRequest": {"cpu": "100m", "memory": "512Mi", "ephemeral-storage": "256Mi"},
        "max": {
            "cpu": quota.container_cpu,
            "memory": quota.container_memory,
            "ephemeral-storage": quota.container_ephemeral_storage,
        },
        "min": {"cpu": "10m", "memory": "16Mi"},
        "maxLimitRequestRatio": {"memory": "1"},
    }
    pod = {"type": "Pod", "max": {"cpu": quota.limits_cpu, "memory": quota.memory}}
    claim = {"type": "PersistentVolumeClaim", "min": {"storage": "100Mi"}, "max": {"storage": quota.claim_storage}}
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": metadata(spec, names.QUOTA),
        "spec": {"limits": [container, pod, claim]},
    }


def pull_secret(spec: RoomSpec, registry: Registry) -> Manifest:
    """Make the secret with which the kubelet, and no pod, pulls from a registry."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(spec, names.PULL_SECRET),
        "type": "kubernetes.io/dockerconfigjson",
        "data": login_data(registry),
    }


def login_data(registry: Registry) -> dict[str, str]:
    """Write the password of a registry as secrets of type `kubernetes.io/dockerconfigjson` hold it."""
    sign = base64.b64encode(f"{registry.username}:{registry.password}".encode()).decode()
    login = {"username": registry.username, "password": registry.password, "auth": sign}
    text = json.dumps({"auths": {registry.server: login}}, sort_keys=True)
    return {".dockerconfigjson": base64.b64encode(text.encode()).decode()}


def _account(spec: RoomSpec, name: str, **more: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(spec, name),
        "automountServiceAccountToken": False,
        **more,
    }
