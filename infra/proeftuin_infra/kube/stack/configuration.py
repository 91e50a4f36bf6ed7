"""What every pod of the platform reads: its settings, its secrets, and the password of its registry."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.room import login_data
from proeftuin_infra.kube.stack.spec import PORT, ManagedDatabase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import Registry
    from proeftuin_infra.kube.stack.spec import StackSpec

NAME = "proeftuin"
"""Name of the config map and of the secret."""
DATABASE_URL = "PROEFTUIN_DATABASE_URL"
DATABASE = "proeftuin-database"
"""Name of the PostgreSQL that an operator runs for us."""
IMAGES = "proeftuin-images"
"""Name of the volume with images that all pods share."""
DATA = "/data"


def settings(spec: StackSpec) -> Manifest:
    """Hold the settings that are no secret."""
    chosen = {
        "HOME": DATA,
        "PROEFTUIN_BASE_URL": spec.public_url,
        "PROEFTUIN_BUNDLES": "database",  # what one replica receives, another must read
        "PROEFTUIN_DATA_DIR": DATA,
        "PROEFTUIN_ENVIRONMENT": "production" if spec.sign_in is not None else "development",
        "PROEFTUIN_HOST": "0.0.0.0",  # noqa: S104 - in its pod; policies decide who reaches it
        "PROEFTUIN_INSTALLATION": spec.installation,
        "PROEFTUIN_KUBERNETES_REACH": "inside",
        "PROEFTUIN_KUBERNETES_REGISTRY": spec.registry.url,
        "PROEFTUIN_KUBERNETES_TIER": spec.tier.value,
        "PROEFTUIN_LOG_FORMAT": "json",
        "PROEFTUIN_PORT": str(PORT),
        "PROEFTUIN_SANDBOX_BACKEND": "kubernetes",
        "PROEFTUIN_WORKER_CONCURRENCY": str(spec.concurrency),
        "TMPDIR": "/tmp",  # noqa: S108 - in its pod
    }
    if spec.sign_in is not None:
        chosen |= {"PROEFTUIN_OIDC_ISSUER": spec.sign_in.issuer, "PROEFTUIN_OIDC_CLIENT_ID": spec.sign_in.client_id}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": spec.metadata(NAME),
        "data": {**chosen, **dict(spec.settings)},
    }


def secrets(spec: StackSpec) -> Manifest:
    """Hold what nobody else may read."""
    held = {"PROEFTUIN_ISSUER_KEY": spec.issuer_key, "PROEFTUIN_SECRET_KEY": spec.secret_key}
    if isinstance(spec.database, ManagedDatabase):
        held[DATABASE_URL] = spec.database.url
    if spec.sign_in is not None and spec.sign_in.client_secret:
        held["PROEFTUIN_OIDC_CLIENT_SECRET"] = spec.sign_in.client_secret
    if spec.registry.username:
        held["PROEFTUIN_KUBERNETES_REGISTRY_USER"] = spec.registry.username
        held["PROEFTUIN_KUBERNETES_REGISTRY_PASSWORD"] = spec.registry.password
    return opaque_secret(spec.metadata(NAME), held)


def opaque_secret(metadata: dict[str, Any], held: Mapping[str, str]) -> Manifest:
    """Hold texts as Kubernetes wants them."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "data": {name: base64.b64encode(value.encode()).decode() for name, value in sorted(held.items())},
    }


def image_volume(spec: StackSpec) -> Manifest:
    """Keep images where every pod finds them: what one receives or makes, the others use."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": spec.metadata(IMAGES),
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": spec.image_class,
            "resources": {"requests": {"storage": spec.image_size}},
        },
    }


def pull_secret(spec: StackSpec, registry: Registry) -> Manifest:
    """Hold the password with which nodes pull the platform's own images."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": spec.metadata(names.PULL_SECRET),
        "type": "kubernetes.io/dockerconfigjson",
        "data": login_data(registry),
    }


def pull_access(spec: StackSpec) -> dict[str, Any]:
    """Name that secret in a pod that nodes pull with it; nothing where no password is needed."""
    return {"imagePullSecrets": [{"name": names.PULL_SECRET}]} if spec.login is not None else {}


def database_secret(spec: StackSpec) -> tuple[str, str]:
    """Tell which key of which secret holds the address of the database."""
    if isinstance(spec.database, ManagedDatabase):
        return NAME, DATABASE_URL
    return f"{DATABASE}-app", "uri"  # CloudNativePG makes it


def database_address(spec: StackSpec) -> dict[str, Any]:
    """Give the variable with the address of the database, wherever that is kept."""
    name, key = database_secret(spec)
    return {"name": DATABASE_URL, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}


def read_all() -> list[dict[str, Any]]:
    """Read every setting and every secret of the platform."""
    return [{"configMapRef": {"name": NAME}}, {"secretRef": {"name": NAME}}]
