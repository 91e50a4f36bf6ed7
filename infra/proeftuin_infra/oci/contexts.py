"""Folders for `docker build`: what the Dockerfiles in infra/images copy onto the base.

They run nothing while they build: packages were installed by the builder of this package, from ready-built wheels
only, so that `docker build` needs no network and an image is the same whoever builds it.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from proeftuin_infra.oci.building import PACKAGES
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.town import pinned, town_image
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from proeftuin_infra.oci.building import ImageBuilder
    from proeftuin_infra.oci.model import Layer

_SITE = "proeftuin.pth"


def town_context(builder: ImageBuilder, target: Path, *, profile: str, seed: int) -> Generator[str, None, None]:
    """Fill a folder for `town.Dockerfile`: `packages`, `app` and `town`.

    Raises:
        ImageError, InstallError: as `town_image`.
    """
    _check_empty(target)
    image = yield from town_image(builder, profile=profile, seed=seed)
    for layer in image.layers[-3:]:
        _unpack(builder, layer, target)


def component_context(
    builder: ImageBuilder, target: Path, *, folder: Path, requirements: Sequence[str]
) -> Generator[str, None, None]:
    """Fill a folder for the Dockerfile of a Python component: `packages` and `app`.

    Raises:
        ImageError, InstallError: as `ImageBuilder.bundle_image`.
    """
    _check_empty(target)
    packages = yield from builder.packages_layer(requirements)
    code = yield from builder.code_layer(folder, is_python=True)
    for layer in (packages.layer, code):
        _unpack(builder, layer, target)


def platform_context(builder: ImageBuilder, target: Path, *, wheel: Path) -> Generator[str, None, None]:
    """Fill a folder for `platform.Dockerfile`: `packages`, and the file that lets Python find them.

    Args:
        builder: Installs.
        target: Empty, or not there yet.
        wheel: The platform's own wheel, as `uv build --wheel` makes it.

    Raises:
        ImageError, InstallError: as `ImageBuilder.packages_layer`.
    """
    _check_empty(target)
    needed = [line for line in pinned(["proeftuin"]) if not line.startswith("proeftuin==")]
    packages = yield from builder.packages_layer([*needed, f"proeftuin @ {wheel.absolute().as_uri()}"])
    _unpack(builder, packages.layer, target)
    # Not PYTHONPATH: the platform starts its own programs isolated from the environment (`python -I`).
    (target / _SITE).write_text(f"/{PACKAGES}\n")


def _check_empty(target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise ImageError(
            "context-not-empty",
            cause=Text(nl="de map is niet leeg", en="the folder is not empty"),
            remedy=Text(nl="kies een andere map", en="choose another folder"),
        )


def _unpack(builder: ImageBuilder, layer: Layer, target: Path) -> None:
    """Unpack a layer that we made ourselves."""
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(builder.store.path(layer.digest)) as tar:
        tar.extractall(target, filter="tar")
