"""Sandboxes on a Docker engine: containers in walled networks, with every wall tried before use."""

from proeftuin_sandbox.backends.docker.backend import DockerBackend

__all__ = ["DockerBackend"]
