"""Platforms on a cluster to test with, and the manifests that were last agreed upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton.manifests import cluster_manifests
from proeftuin_infra.kube.stack.manifests import stack_manifests
from proeftuin_infra.kube.stack.reading import read_stack

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.stack.spec import StackSpec

IMAGE = "registry.example/proeftuin/platform@sha256:" + "b" * 64
STOCK = "registry.example/proeftuin/stock@sha256:" + "c" * 64
NEEDED = {
    "installation": "testbank1",
    "host": "proeftuin.example",
    "image": IMAGE,
    "registry": "https://registry.example/proeftuin",
    "secretKey": "not-a-secret-but-thirty-two-long",
    "issuerKey": "-----BEGIN PRIVATE KEY-----\nnot a key\n-----END PRIVATE KEY-----\n",
    "databaseUrl": "postgresql://proeftuin:not-a-secret@database.example:5433/proeftuin",
}
EVERYTHING = {
    "stockImage": STOCK,
    "imageClass": "shared",
    "registryUser": "puller",
    "registryPassword": "not-a-secret",
    "oidcIssuer": "https://sign-in.example/realms/proeftuin",
    "oidcClientSecret": "not-a-secret",
    "database": "operator",
    "databaseInstances": "3",
    "storageClass": "fast",
    "backupDestination": "s3://backups/proeftuin",
    "backupEndpoint": "https://objects.example:9000",
    "backupAccessKey": "not-a-secret-user",
    "backupSecretKey": "not-a-secret-key",
    "apiReplicas": "3",
    "workers": "2",
    "maxWorkers": "8",
    "ingressClass": "nginx",
    "ingressAnnotations": '{"nginx.ingress.kubernetes.io/proxy-body-size": "64m"}',
    "tlsIssuer": "letsencrypt",
    "apiServerAddresses": "198.51.100.10/32",
    "settings": '{"PROEFTUIN_SANDBOX_QUOTA": "10"}',
}


def stack(**given: str) -> StackSpec:
    """Read a platform from words, on top of those that must be given."""
    return read_stack({**NEEDED, **given}.get)


PLAIN = stack()
FULL = stack(**EVERYTHING)


def own_manifests(spec: StackSpec) -> tuple[Manifest, ...]:
    """List what is the platform's own: without what stands on a cluster once, which is agreed upon elsewhere."""
    elsewhere = cluster_manifests(spec.cluster)
    return tuple(one for one in stack_manifests(spec) if one not in elsewhere)


RENDERED = {"platform": own_manifests(PLAIN), "platform-with-everything": own_manifests(FULL)}
