"""Fixtures of the backends that need a cluster."""

from __future__ import annotations

from support.cluster import kubeconfig  # noqa: F401 - a fixture
from support.kubernetes_worlds import cluster_site  # noqa: F401 - idem
