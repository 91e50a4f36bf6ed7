"""Builders of Docker backends for tests."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

from proeftuin_sandbox.backends.docker import DockerBackend
from proeftuin_sandbox.backends.stored_images import StoredImages

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci import ImageStore


def docker_backend(folder: Path, *, host: str, store: ImageStore) -> DockerBackend:
    """Build a backend of a platform of its own on an engine that others use too."""
    images = StoredImages.at(store.folder, environment=os.environ)
    return DockerBackend(folder, host=host, images=images, random_source=random.Random())  # noqa: S311 - ports
