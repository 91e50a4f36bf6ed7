"""The image `proeftuin/base` from a root file system, and how it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.oci import sbom
from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci.model import Image
    from proeftuin_infra.oci.store import ImageStore

BASE = "base"
"""Name of the base image in a store."""
PARTS = "base-parts"

_LIBRARIES = {
    "x86_64-linux-gnu": "amd64",
    "aarch64-linux-gnu": "arm64",
}


def make_base(store: ImageStore, root: Path) -> Image:
    """Make the base image from a root file system that `infra/images/rootfs.sh` made, and keep it as `base`.

    Raises:
        ImageError: `base-broken`: this is not such a file system.
    """
    if not (root / "usr/local/bin/python").is_symlink() or not (root / "var/lib/dpkg/status").is_file():
        raise ImageError(
            "base-broken",
            cause=Text(
                nl="deze map is geen bestandssysteem van infra/images",
                en="this folder is no file system of infra/images",
            ),
            remedy=Text(nl="maak ze met infra/images/rootfs.sh", en="make it with infra/images/rootfs.sh"),
        )
    parts = sbom.debian_parts(root)
    document = store.add(sbom.sbom(parts, name="proeftuin/base", version="bookworm"))
    layer = layer_from_folder(store, FolderLayer(root, uid=None, gid=None, keep_modes=True))
    architecture = next((name for triple, name in _LIBRARIES.items() if (root / "usr/lib" / triple).is_dir()), "amd64")
    image = compose(
        store,
        None,
        layer,
        settings=ImageSettings(
            command=("python",),
            environment={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "LANG": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONUNBUFFERED": "1",
            },
            labels={sbom.LABEL: document, "org.opencontainers.image.title": "proeftuin/base"},
            architecture=architecture,
        ),
    )
    store.keep(BASE, image)
    return image


def find_base(store: ImageStore) -> Image:
    """Find the base image.

    Raises:
        ImageError: `base-missing`: nobody has made it on this machine.
    """
    image = store.find(BASE)
    if image is None:
        raise ImageError(
            "base-missing",
            cause=Text(
                nl="het image proeftuin/base is er nog niet op deze machine",
                en="the image proeftuin/base is not on this machine yet",
            ),
            remedy=Text(
                nl="maak het één keer, als root: infra/images/make-base",
                en="make it once, as root: infra/images/make-base",
            ),
        )
    return image
