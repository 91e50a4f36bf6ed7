"""What everything is called and labelled; all names follow from the sandbox's id."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]
"""A Kubernetes object in its JSON form."""

DOMAIN = "proeftuin.vlaanderen"
FIELD_MANAGER = "proeftuin"

SANDBOX_ID = f"{DOMAIN}/sandbox-id"
INSTALLATION = f"{DOMAIN}/installation"
KIND = f"{DOMAIN}/kind"
TENANT_ID = f"{DOMAIN}/tenant-id"
ISOLATION_TIER = f"{DOMAIN}/isolation-tier"
COMPONENT = f"{DOMAIN}/component"
EXPOSED = f"{DOMAIN}/exposed"
INTERNET = f"{DOMAIN}/internet"
EXPIRES_AT = f"{DOMAIN}/expires-at"
SPEC_DIGEST = f"{DOMAIN}/spec-digest"

MANAGED_BY = "app.kubernetes.io/managed-by"
NAMESPACE_NAME = "kubernetes.io/metadata.name"
POD_SECURITY = "pod-security.kubernetes.io"

WORKLOAD_ACCOUNT = "workload"
QUOTA = "proeftuin"
PULL_SECRET = "proeftuin-registry"  # noqa: S105 - the name of an object
PRIORITY_CLASS = "proeftuin-sandbox"
PLATFORM_ACCOUNT = "proeftuin"
PLATFORM_PODS = ("proeftuin-api", "proeftuin-worker")
"""`app.kubernetes.io/name` of the pods of a platform in the cluster itself; rooms let these in, and no others."""
TOWN = "town"
TOWN_SECRET = "town-control"  # noqa: S105 - idem
TOWN_CLAIM = "town-data"

_SANDBOX_PREFIX = "sbx-"
_NAMESPACE_PREFIX = "pt-"


def namespace_of(sandbox_id: str) -> str:
    """Give the namespace of a sandbox: `sbx-01…` lives in `pt-01…`."""
    return _NAMESPACE_PREFIX + sandbox_id.removeprefix(_SANDBOX_PREFIX)


def sandbox_of(namespace: str) -> str:
    """Give the id of the sandbox whose namespace this is; the way back of `namespace_of`."""
    return _SANDBOX_PREFIX + namespace.removeprefix(_NAMESPACE_PREFIX)


def cluster_name(installation: str, what: str) -> str:
    """Name an object that belongs to one platform on a cluster, so that two platforms never share it."""
    return f"proeftuin-{installation}-{what}"


def room_labels(sandbox_id: str, *, installation: str, kind: str) -> dict[str, str]:
    """Give the labels of everything in a room; the inventory is taken by them."""
    return {
        MANAGED_BY: FIELD_MANAGER,
        INSTALLATION: installation,
        KIND: kind,
        SANDBOX_ID: sandbox_id,
    }


def cluster_labels(installation: str) -> dict[str, str]:
    """Give the labels of what stands on a cluster once per platform."""
    return {MANAGED_BY: FIELD_MANAGER, INSTALLATION: installation, KIND: "cluster"}


def address_of(manifest: Manifest) -> tuple[str, str, str]:
    """Tell which object a manifest is: its kind, namespace (empty when it has none) and name."""
    metadata = manifest["metadata"]
    return manifest["kind"], metadata.get("namespace", ""), metadata["name"]
