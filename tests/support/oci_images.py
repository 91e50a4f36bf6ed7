"""Tiny images and hostile archives, made from nothing."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING, Any, TypeVar

from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.model import Image, digest_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore

_T = TypeVar("_T")
RUNS = ImageSettings(command=("/bin/hallo",))


def finished(making: Generator[str, None, _T]) -> _T:
    """Have something made to its end, whatever is told on the way, and give it."""
    while True:
        try:
            next(making)
        except StopIteration as end:
            value: _T = end.value
            return value


def folder_with(path: Path, files: dict[str, str]) -> Path:
    """Make a folder with text files."""
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return path


def tiny_image(store: ImageStore, folder: Path, *, settings: ImageSettings = RUNS) -> Image:
    """Make an image of one small layer."""
    layer = layer_from_folder(store, FolderLayer(folder_with(folder, {"bin/hallo": "hallo"})))
    return compose(store, None, layer, settings=settings)


def tar_of(files: dict[str, bytes], *, links: dict[str, str] | None = None) -> bytes:
    """Make a tar; names are written as they are, however strange."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return out.getvalue()


def docker_save(
    layers: dict[str, bytes], *, config: dict[str, Any] | None = None, diff_ids: list[str] | None = None, **more: Any
) -> dict[str, bytes]:
    """Give the files that `docker save` of an old engine writes.

    Args:
        layers: By name; as tars.
        config: How the image runs.
        diff_ids: What the configuration says of the layers; else the truth.
        more: Members of the configuration.
    """
    truth = [digest_of(data) for data in layers.values()]
    content = {
        "architecture": "amd64",
        "os": "linux",
        "config": config or {"User": "10001:10001", "Cmd": ["/bin/hallo"]},
        "rootfs": {"type": "layers", "diff_ids": truth if diff_ids is None else diff_ids},
        **more,
    }
    listed = [{"Config": "config.json", "RepoTags": ["hallo:1"], "Layers": list(layers)}]
    return {"config.json": json.dumps(content).encode(), "manifest.json": json.dumps(listed).encode(), **layers}
