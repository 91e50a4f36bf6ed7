"""Builders of Docker backends for tests."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

from proeftuin_infra.oci import ImageBuilder
from proeftuin_sandbox.backends.docker import DockerBackend
from proeftuin_sandbox.backends.stored_images import StoredImages

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci import ImageStore
    from proeftuin_infra.processes import ProcessHost


def docker_backend(folder: Path, *, host: str, store: ImageStore, processes: ProcessHost) -> DockerBackend:
    """Build a backend of a platform of its own on an engine that others use too."""
    builder = ImageBuilder(store, host=processes, environment=os.environ)
    ports = random.Random()  # noqa: S311 - chooses ports
    return DockerBackend(folder, host=host, images=StoredImages(builder), random_source=ports)
