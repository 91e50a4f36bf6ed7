"""The image of the platform itself, and one with images that its rooms need, made before anybody waits for them."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from typing import TYPE_CHECKING

from proeftuin_infra.oci import sbom
from proeftuin_infra.oci.base import BASE, find_base
from proeftuin_infra.oci.building import PACKAGES
from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.store import ImageStore
from proeftuin_infra.oci.town import pinned, town_image

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from proeftuin_infra.oci.building import ImageBuilder
    from proeftuin_infra.oci.model import Image

PORT = 8309
STOCK = "stock"
"""Folder of the stock in its image."""
_OURS = "proeftuin"
_SITE = "usr/local/lib/python3.11/dist-packages"
_HEALTH = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{PORT}/health/live')"


def platform_image(builder: ImageBuilder, wheel: Path) -> Generator[str, None, Image]:
    """Make the image of the platform: the base, all that it needs, and on top of that its own code.

    What it needs is a layer of its own, so that a new version of the platform is a small upload.

    Args:
        builder: Installs; holds the store.
        wheel: The platform's own, as `uv build --wheel` makes it.

    Returns:
        The image, kept under the name `platform`; what it yields is what the installer says.

    Raises:
        ImageError: `base-missing`.
        InstallError: a package cannot be installed.
    """
    base = find_base(builder.store)
    packages = yield from builder.packages_layer(
        [line for line in pinned([_OURS]) if not line.startswith(f"{_OURS}==")]
    )
    scratch = builder.store.scratch()
    try:
        code = scratch / "code"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(code)
        yield from builder.compile_python(code, inside=f"/{_OURS}", work=scratch / "compile")
        # Not PYTHONPATH: the platform starts its own programs isolated from the environment (`python -I`).
        site = scratch / "site"
        site.mkdir()
        (site / f"{_OURS}.pth").write_text(f"/{_OURS}\n/{PACKAGES}\n")
        layer = layer_from_folder(builder.store, FolderLayer(code, _OURS), FolderLayer(site, _SITE))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    with wheel.open("rb") as file:
        version = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    image = compose(
        builder.store,
        base,
        packages.layer,
        layer,
        settings=ImageSettings(
            command=("python", "-m", _OURS, "serve"),
            environment={
                "PATH": f"/{PACKAGES}/bin:/usr/local/bin:/usr/bin:/bin",
                "PROEFTUIN_DATA_DIR": "/data",
                "PROEFTUIN_HOST": "0.0.0.0",  # noqa: S104 - in a container; its network decides who reaches it
                "PROEFTUIN_PORT": str(PORT),
                "HOME": "/data",
            },
            working_folder="/data",
            labels={
                sbom.LABEL: builder.document(base, packages.parts, name="proeftuin/platform", version=version),
                "org.opencontainers.image.title": "proeftuin/platform",
            },
            health=("python", "-c", _HEALTH),
        ),
    )
    builder.store.keep("platform", image)
    return image


def stock_image(builder: ImageBuilder, towns: Sequence[tuple[str, int]]) -> Generator[str, None, Image]:
    """Make an image that holds a store with the base and these towns, at `/stock`.

    A platform in a cluster has no base of its own, and makes its rooms sooner when a town is there already.

    Args:
        builder: Makes the towns; holds the store.
        towns: Profile and seed of each.

    Returns:
        The image, kept under the name `stock`; what it yields is what the installer says.

    Raises:
        ImageError: `base-missing`.
        InstallError: a town cannot be made.
    """
    store = builder.store
    base = find_base(store)
    chosen = {BASE: base}
    for profile, seed in towns:
        town = yield from town_image(builder, profile=profile, seed=seed)
        chosen |= {name: town for name in store.names() if name.startswith("town-") and _is(store, name, town)}
    scratch = store.scratch()
    try:
        copy = ImageStore(scratch / STOCK)
        for name, image in chosen.items():
            for digest in (*(layer.digest for layer in image.layers), image.labels.get(sbom.LABEL, "")):
                if digest and not copy.has(digest):
                    copy.path(digest).hardlink_to(store.path(digest))  # gigabytes are not written twice
            copy.keep(name, image)
        _copy_layer_names(store, copy)
        layer = layer_from_folder(store, FolderLayer(scratch / STOCK, STOCK))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    image = compose(
        store,
        base,
        layer,
        settings=ImageSettings(labels={"org.opencontainers.image.title": "proeftuin/stock"}),
    )
    store.keep("stock", image)
    return image


def _is(store: ImageStore, name: str, image: Image) -> bool:
    found = store.find(name)
    return found is not None and found.digest == image.digest


def _copy_layer_names(store: ImageStore, copy: ImageStore) -> None:
    """Take the names of layers along of which the content went along: so their packages are not installed again."""
    for name in store.layer_names():
        known = store.find_layer(name)
        if known is not None and copy.has(known[0].digest):
            copy.keep_layer(name, known[0], facts=known[1])
