"""Take away from a store what nobody needs: images that can be made again, and what nothing refers to.

Safe beside processes that make and use images, and when it dies halfway. Who is about to use something marks it as
used first, under the same lock under which it is looked at and taken away here; what was written in the last hours is
left alone, as its maker may not have given it a name yet.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from proeftuin_infra.oci.sbom import LABEL

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore

_UNFINISHED_SECONDS: Final = 6 * 3600.0
_MADE_AGAIN: Final = ("bundle-", "given-", "town-")
"""How the names of images begin that are made or fetched when needed; others were put there on purpose."""
_LAYERS_MADE_AGAIN: Final = ("packages-", "town-data-")
HELD: Final = "held"
"""In a folder that somebody lends: locked for as long as they live. Who lends such folders takes them away."""


def prune(store: ImageStore, *, unused_seconds: float | None = None, needed_for: Collection[str] = frozenset()) -> int:
    """Take away what nobody needs.

    Args:
        store: Where.
        unused_seconds: Images and layers that can be made again go when nobody used them for so long; None: no names
            go, only what no name refers to.
        needed_for: What is in use now: images that were made for it stay, however old.

    Returns:
        How many bytes were freed.
    """
    now = time.time()
    with store.settled():
        if unused_seconds is not None:
            _forget(store, before=now - unused_seconds, needed_for=needed_for)
        needed = _needed(store)
        freed = sum(
            _remove(path, before=now - _UNFINISHED_SECONDS)
            for path in (store.folder / "blobs" / "sha256").iterdir()
            if f"sha256:{path.name}" not in needed
        )
    return freed + _leftovers(store, before=now - _UNFINISHED_SECONDS)


def _forget(store: ImageStore, *, before: float, needed_for: Collection[str]) -> None:
    for name in store.names():
        is_needed = not name.startswith(_MADE_AGAIN) or store.made_for(name) in needed_for
        if not is_needed:
            _remove(store.folder / "images" / f"{name}.json", before=before)
    for name in store.layer_names():
        if name.startswith(_LAYERS_MADE_AGAIN):
            _remove(store.folder / "layers" / f"{name}.json", before=before)


def _needed(store: ImageStore) -> set[str]:
    """Name every blob that an image or a layer with a name consists of."""
    needed: set[str] = set()
    for name in store.names():
        image = store.find(name)
        if image is not None:
            needed |= image.blobs | {image.labels.get(LABEL, "")}
    for name in store.layer_names():
        found = store.find_layer(name)
        if found is not None:
            needed.add(found[0].digest)
    return needed


def _remove(path: Path, *, before: float) -> int:
    """Remove a file that was last written or used before a moment; gives its size, or 0 when it stays."""
    with suppress(FileNotFoundError):
        seen = path.stat()
        if seen.st_mtime < before:
            path.unlink()
            return seen.st_size
    return 0


def _leftovers(store: ImageStore, *, before: float) -> int:
    """Remove what was being written by who died; folders that somebody may hold are left to who lends them."""
    freed = 0
    for path in (store.folder / "tmp").iterdir():
        if not path.is_dir():
            freed += _remove(path, before=before)
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before and not (path / HELD).exists():
                shutil.rmtree(path, ignore_errors=True)
    return freed
