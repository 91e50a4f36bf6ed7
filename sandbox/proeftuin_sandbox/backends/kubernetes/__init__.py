"""Sandboxes as namespaces of a Kubernetes cluster."""

from proeftuin_sandbox.backends.kubernetes.backend import KubernetesBackend
from proeftuin_sandbox.backends.kubernetes.options import KubernetesOptions, ProbeTarget

__all__ = ["KubernetesBackend", "KubernetesOptions", "ProbeTarget"]
