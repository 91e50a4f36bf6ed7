"""Images as one tar that engines load: an OCI image layout and the list of `docker save` over the same blobs."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from proeftuin_infra.oci.model import INDEX_TYPE, Image, canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore

_CHUNK = 1024 * 1024
_BLOCK = tarfile.BLOCKSIZE


def stream_archive(
    store: ImageStore, image: Image, *, names: tuple[str, ...] = (), without: Collection[str] = ()
) -> Iterator[bytes]:
    """Give an image's archive piece by piece, so that it goes to an engine without being on disk twice.

    Docker (from 1.10) and containerd both load it. The same image and names give the same bytes.

    Args:
        store: Holds the image's layers.
        image: What to write.
        names: Names with a tag that the engine gives it, such as `proeftuin/town:0123`.
        without: Diff ids of layers to leave out, because the engine is known to have them: Docker does not ask
            for what it has. containerd does.

    Raises:
        ImageError: `image-incomplete`: a layer is not in the store.
    """
    yield from _small("oci-layout", canonical({"imageLayoutVersion": "1.0.0"}))
    yield from _small("index.json", canonical(_index(image, names)))
    yield from _small(_blob(image.digest), image.manifest)
    yield from _small(_blob(image.id), image.config)
    written: set[str] = set()
    for layer in image.layers:
        if layer.digest in written or layer.diff_id in without:
            continue
        written.add(layer.digest)
        yield _header(_blob(layer.digest), layer.size)
        with store.open(layer.digest) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
        yield bytes(-layer.size % _BLOCK)
    listed = [{"Config": _blob(image.id), "RepoTags": list(names), "Layers": [_blob(x.digest) for x in image.layers]}]
    yield from _small("manifest.json", canonical(listed))
    yield bytes(2 * _BLOCK)


def write_archive(store: ImageStore, image: Image, target: Path, *, names: tuple[str, ...] = ()) -> None:
    """Write an image's archive to a file; a half one is never seen under its name.

    Raises:
        ImageError: `image-incomplete`: a layer is not in the store.
    """
    fresh = target.with_name(f".{target.name}.new")
    try:
        with fresh.open("wb") as file:
            for chunk in stream_archive(store, image, names=names):
                file.write(chunk)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _index(image: Image, names: tuple[str, ...]) -> dict[str, object]:
    described = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.manifest)}
    one_per_name = [
        {**described, "annotations": {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name}}
        for name in names
    ]
    return {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": one_per_name or [described]}


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _small(name: str, data: bytes) -> Iterator[bytes]:
    yield _header(name, len(data))
    yield data + bytes(-len(data) % _BLOCK)


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o644
    return entry.tobuf(tarfile.PAX_FORMAT)
