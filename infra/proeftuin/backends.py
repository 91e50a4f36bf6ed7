"""Choose where sandboxes run, by the settings."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Final

from proeftuin_sandbox.backends.installation import name_installation
from proeftuin_sandbox.backends.local import LocalBackend

if TYPE_CHECKING:
    from proeftuin_infra.oci import ImageShelf
    from proeftuin_kernel.settings import Settings
    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.backends.stored_images import StoredImages
    from proeftuin_sandbox.bundles import BundleLimits

_DOCKER: Final = "unix:///var/run/docker.sock"


def make_shelf(settings: Settings) -> ImageShelf | None:
    """Make the place where uploaded images are kept; None on the local backend, where none can run.

    On Kubernetes the platform may be several pods: there an image is left in the registry for the others.
    """
    if settings.sandbox_backend == "local":
        return None
    from proeftuin_infra.oci import ImagePolicy, ImageShelf  # noqa: PLC0415 - not loaded when it is not needed

    place, policy = settings.image_folder / "uploaded", ImagePolicy(size_mib=settings.image_upload_limit_mib)
    if settings.sandbox_backend != "kubernetes":
        return ImageShelf(place, policy=policy)
    from proeftuin.kubernetes import image_depot  # noqa: PLC0415 - idem

    return ImageShelf(place, policy=policy, depot=image_depot(settings))


def make_workshop(settings: Settings, *, limits: BundleLimits, shelf: ImageShelf | None) -> StoredImages | None:
    """Make the place where the images of towns and components are made; None on the local backend, which needs none.

    Args:
        settings: Of the platform.
        limits: How large a component may be.
        shelf: Where uploaded images are kept.
    """
    if settings.sandbox_backend == "local":
        return None
    from proeftuin_infra.oci import ImagePolicy  # noqa: PLC0415 - see above
    from proeftuin_sandbox.backends.stored_images import StoredImages  # noqa: PLC0415 - idem

    return StoredImages.at(
        settings.image_folder,
        environment=os.environ,
        bundle_limits=limits,
        policy=ImagePolicy(size_mib=settings.image_upload_limit_mib),
        registries=settings.allowed_registries,
        shelf=shelf,
    )


def make_backend(
    settings: Settings, *, postgres_url: str, limits: BundleLimits, workshop: StoredImages | None
) -> SandboxBackend:
    """Make the backend that `PROEFTUIN_SANDBOX_BACKEND` names; what others need is not loaded.

    Args:
        settings: Of the platform.
        postgres_url: A maintenance database of the platform's own server, where the local backend keeps towns.
        limits: How large a component may be.
        workshop: Makes the images of rooms; the local backend has no use for it, the others need it.
    """
    root = settings.data_dir / "sandboxes"
    ports = random.Random()  # noqa: S311 - chooses ports, not secrets
    if settings.installation is not None:
        name_installation(root, settings.installation)
    if workshop is None:
        return LocalBackend(
            root, postgres_url=postgres_url, environment=os.environ, random_source=ports, bundle_limits=limits
        )
    if settings.sandbox_backend == "kubernetes":
        from proeftuin.kubernetes import make_kubernetes_backend  # noqa: PLC0415 - idem

        return make_kubernetes_backend(settings, root=root, images=workshop, random_source=ports)
    from proeftuin_sandbox.backends.docker import DockerBackend  # noqa: PLC0415 - idem

    host = settings.docker_host or os.environ.get("DOCKER_HOST") or _DOCKER
    return DockerBackend(root, host=host, images=workshop, random_source=ports)
