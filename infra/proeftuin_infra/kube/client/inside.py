"""Whether this process is itself a pod of the cluster, and where."""

from __future__ import annotations

import os
from pathlib import Path

_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def is_in_pod() -> bool:
    """Tell whether the cluster of this process is the one in which it runs."""
    token = _ACCOUNT / "token"
    return "KUBERNETES_SERVICE_HOST" in os.environ and token.is_file() and "KUBECONFIG" not in os.environ


def own_namespace() -> str | None:
    """Give the namespace of this pod; None outside a cluster."""
    try:
        return (_ACCOUNT / "namespace").read_text().strip() or None
    except OSError:
        return None
