"""Objects of a cluster by kind: apply, read, list, watch, patch, delete."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.client.connection import APPLY, JSON, MERGE
from proeftuin_infra.kube.client.errors import NOT_FOUND, KubeError
from proeftuin_infra.kube.skeleton.names import FIELD_MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.client.connection import Cluster
    from proeftuin_infra.kube.skeleton.names import Manifest


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind stands in the API."""

    version: str
    plural: str
    in_namespace: bool = True

    def path(self, namespace: str = "", name: str = "") -> str:
        """Give the path of a collection, or of one object in it."""
        root = f"/api/{self.version}" if "/" not in self.version else f"/apis/{self.version}"
        within = f"/namespaces/{namespace}" if self.in_namespace and namespace else ""
        return f"{root}{within}/{self.plural}{f'/{name}' if name else ''}"


ONLY_METADATA = f"{JSON};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,{JSON}"
"""Asks for a list of objects without anything but their metadata."""

_ADMISSION = "admissionregistration.k8s.io/v1"
_RBAC = "rbac.authorization.k8s.io/v1"
_FLOW = "flowcontrol.apiserver.k8s.io/v1"
KINDS = {
    "Namespace": Kind("v1", "namespaces", in_namespace=False),
    "Node": Kind("v1", "nodes", in_namespace=False),
    "PersistentVolume": Kind("v1", "persistentvolumes", in_namespace=False),
    "PriorityClass": Kind("scheduling.k8s.io/v1", "priorityclasses", in_namespace=False),
    "RuntimeClass": Kind("node.k8s.io/v1", "runtimeclasses", in_namespace=False),
    "StorageClass": Kind("storage.k8s.io/v1", "storageclasses", in_namespace=False),
    "ValidatingAdmissionPolicy": Kind(_ADMISSION, "validatingadmissionpolicies", in_namespace=False),
    "ValidatingAdmissionPolicyBinding": Kind(_ADMISSION, "validatingadmissionpolicybindings", in_namespace=False),
    "ClusterRole": Kind(_RBAC, "clusterroles", in_namespace=False),
    "ClusterRoleBinding": Kind(_RBAC, "clusterrolebindings", in_namespace=False),
    "PriorityLevelConfiguration": Kind(_FLOW, "prioritylevelconfigurations", in_namespace=False),
    "FlowSchema": Kind(_FLOW, "flowschemas", in_namespace=False),
    "ServiceAccount": Kind("v1", "serviceaccounts"),
    "ResourceQuota": Kind("v1", "resourcequotas"),
    "LimitRange": Kind("v1", "limitranges"),
    "NetworkPolicy": Kind("networking.k8s.io/v1", "networkpolicies"),
    "Secret": Kind("v1", "secrets"),
    "ConfigMap": Kind("v1", "configmaps"),
    "PersistentVolumeClaim": Kind("v1", "persistentvolumeclaims"),
    "Service": Kind("v1", "services"),
    "Endpoints": Kind("v1", "endpoints"),
    "Pod": Kind("v1", "pods"),
    "Event": Kind("v1", "events"),
    "Deployment": Kind("apps/v1", "deployments"),
    "ReplicaSet": Kind("apps/v1", "replicasets"),
    "StatefulSet": Kind("apps/v1", "statefulsets"),
    "Job": Kind("batch/v1", "jobs"),
    "CronJob": Kind("batch/v1", "cronjobs"),
    "PodDisruptionBudget": Kind("policy/v1", "poddisruptionbudgets"),
    "Ingress": Kind("networking.k8s.io/v1", "ingresses"),
    "Cluster": Kind("postgresql.cnpg.io/v1", "clusters"),
    "ScheduledBackup": Kind("postgresql.cnpg.io/v1", "scheduledbackups"),
    "ObjectStore": Kind("barmancloud.cnpg.io/v1", "objectstores"),
    "TriggerAuthentication": Kind("keda.sh/v1alpha1", "triggerauthentications"),
    "ScaledObject": Kind("keda.sh/v1alpha1", "scaledobjects"),
}


class Objects:
    """Every object of a cluster, as plain JSON."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def apply(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        """Make an object so, whoever made it before (server-side apply, as field manager `proeftuin`).

        Raises:
            KubeError: refused.
        """
        metadata = manifest["metadata"]
        query = {"fieldManager": FIELD_MANAGER, "force": "true", **({"dryRun": "All"} if dry_run else {})}
        path = KINDS[manifest["kind"]].path(metadata.get("namespace", ""), metadata["name"])
        answer: Manifest = self.cluster.request("PATCH", path, query=query, body=manifest, content_type=APPLY)
        return answer

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        """Make an object that is not there yet.

        Raises:
            KubeError: refused, or it is there.
        """
        query = {"fieldManager": FIELD_MANAGER, **({"dryRun": "All"} if dry_run else {})}
        path = KINDS[manifest["kind"]].path(manifest["metadata"].get("namespace", ""))
        answer: Manifest = self.cluster.request("POST", path, query=query, body=manifest)
        return answer

    def get(self, kind: str, name: str, namespace: str = "") -> Manifest | None:
        """Read an object; None when it is not there.

        Raises:
            KubeError: refused.
        """
        try:
            answer: Manifest = self.cluster.request("GET", KINDS[kind].path(namespace, name))
        except KubeError as error:
            if error.code == NOT_FOUND:
                return None
            raise
        return answer

    def list(
        self, kind: str, namespace: str = "", *, labels: str = "", fields: str = "", only_metadata: bool = False
    ) -> list[Manifest]:
        """List objects, of one namespace or of all.

        Args:
            kind: Of what.
            namespace: Where; empty for everywhere.
            labels: A label selector, such as `a=b,c`.
            fields: A field selector.
            only_metadata: Have the API server leave out the rest: for who only asks what there is.

        Raises:
            KubeError: refused.
        """
        query = {**({"labelSelector": labels} if labels else {}), **({"fieldSelector": fields} if fields else {})}
        headers = {"Accept": ONLY_METADATA} if only_metadata else {}
        answer = self.cluster.request("GET", KINDS[kind].path(namespace), query=query, headers=headers)
        return [{**item, "kind": kind} for item in answer.get("items") or []]

    def patch(self, kind: str, name: str, namespace: str, change: dict[str, Any]) -> Manifest | None:
        """Change fields (JSON merge patch); None when the object is not there.

        Raises:
            KubeError: refused.
        """
        path = KINDS[kind].path(namespace, name)
        query = {"fieldManager": FIELD_MANAGER}
        try:
            answer: Manifest = self.cluster.request("PATCH", path, query=query, body=change, content_type=MERGE)
        except KubeError as error:
            if error.code == NOT_FOUND:
                return None
            raise
        return answer

    def delete(self, kind: str, name: str, namespace: str = "", *, grace: int | None = None) -> bool:
        """Ask an object, and what belongs to it, to go; False when it was not there.

        Raises:
            KubeError: refused.
        """
        body: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"}
        if grace is not None:
            body["gracePeriodSeconds"] = grace
        try:
            self.cluster.request("DELETE", KINDS[kind].path(namespace, name), body=body)
        except KubeError as error:
            if error.code == NOT_FOUND:
                return False
            raise
        return True

    def watch(self, kind: str, namespace: str, *, labels: str = "", seconds: int = 10) -> Iterator[Manifest]:
        """Give objects as they are, and again whenever one changes, for so many seconds.

        Raises:
            KubeError: refused.
        """
        query = {"watch": "1", "timeoutSeconds": str(seconds), **({"labelSelector": labels} if labels else {})}
        for line in self.cluster.lines(KINDS[kind].path(namespace), query=query, silence=seconds + 5):
            event = json.loads(line)
            if event["type"] in {"ADDED", "MODIFIED", "DELETED"}:
                yield {**event["object"], "kind": kind}
