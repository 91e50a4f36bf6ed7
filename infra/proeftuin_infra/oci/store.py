"""Where images are kept: blobs by digest, and names for images and for layers that took work to make."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import uuid
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.model import Image, Layer, digest_of
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")
_SETTLED = "settled"


def image_cache(environment: Mapping[str, str], *, data_folder: Path) -> Path:
    """Choose where images are kept: `PROEFTUIN_IMAGE_CACHE`, or `images` in the platform's data folder."""
    chosen = environment.get("PROEFTUIN_IMAGE_CACHE")
    return Path(chosen) if chosen else data_folder / "images"


class BlobWriter:
    """Takes the bytes of one blob and counts and hashes them on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Add bytes."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    @property
    def digest(self) -> str:
        """Digest of what was written so far."""
        return f"sha256:{self._hash.hexdigest()}"


class ImageStore:
    """Keeps images in a folder that several processes may use at once.

    A blob is written beside its place and moved there when it is whole, so what has a digest is whole.

    Args:
        folder: Made when absent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs = folder / "blobs" / "sha256"
        for made in (self._blobs, folder / "images", folder / "layers", folder / "locks", folder / "tmp"):
            made.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Give the file of a blob, whether it is there or not.

        Raises:
            ValueError: this is no digest.
        """
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest[:100]!r} is no sha256 digest")
        return self._blobs / digest.removeprefix("sha256:")

    def has(self, digest: str) -> bool:
        """Tell whether a blob is there."""
        return self.path(digest).is_file()

    def read(self, digest: str) -> bytes:
        """Read a small blob whole.

        Raises:
            ImageError: `image-incomplete`: it is not there.
        """
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise _incomplete(digest) from error

    def open(self, digest: str) -> BinaryIO:
        """Open a blob to read.

        Raises:
            ImageError: `image-incomplete`: it is not there.
        """
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError as error:
            raise _incomplete(digest) from error

    def add(self, data: bytes) -> str:
        """Keep bytes; returns their digest."""
        with self.writing() as blob:
            blob.write(data)
        return digest_of(data)

    @contextmanager
    def writing(self) -> Iterator[BlobWriter]:
        """Lend a writer; what was written is kept under its digest when the block ends well."""
        fresh = self.folder / "tmp" / uuid.uuid4().hex
        try:
            with fresh.open("wb") as file:
                writer = BlobWriter(file)
                yield writer
            fresh.replace(self.path(writer.digest))
        finally:
            fresh.unlink(missing_ok=True)

    def scratch(self) -> Path:
        """Make an empty folder to work in; whoever asks takes it away, or `pruning.prune` does later."""
        folder = self.folder / "tmp" / uuid.uuid4().hex
        folder.mkdir()
        return folder

    def keep(self, name: str, image: Image, *, made_for: str = "") -> None:
        """Give an image a name; an earlier image of that name is forgotten.

        Args:
            name: By which it is found again.
            image: Its layers are in the store.
            made_for: What it was made for, such as the digest of a bundle: as long as that is needed, so is the image.
        """
        self.add(image.config)
        self.add(image.manifest)
        layers = [asdict(layer) for layer in image.layers]
        known: dict[str, object] = {
            "manifest": image.digest,
            "type": image.media_type,
            "layers": layers,
            "for": made_for,
        }
        self._write("images", name, known)

    def find(self, name: str) -> Image | None:
        """Find an image by name; None when it, or one of its blobs, is not there."""
        known = self._read("images", name)
        if known is None:
            return None
        layers = tuple(Layer(**layer) for layer in known["layers"])
        try:
            manifest = self.read(known["manifest"])
            config = self.read(json.loads(manifest)["config"]["digest"])
        except ImageError:
            return None
        if not all(self.has(layer.digest) for layer in layers):
            return None
        return Image(manifest, config, layers, known["type"])

    def use(self, name: str) -> Image | None:
        """Find an image by name to run it or to build on it: from now on it counts as used."""
        with self.settled():
            image = self.find(name)
            if image is not None:
                os.utime(self._place("images", name))
        return image

    def made_for(self, name: str) -> str:
        """Tell what an image was made for; empty when nobody said."""
        return str((self._read("images", name) or {}).get("for", ""))

    def names(self) -> list[str]:
        """List the names of images."""
        return sorted(path.stem for path in (self.folder / "images").glob("*.json"))

    def forget(self, name: str) -> None:
        """Take a name away; `pruning.prune` takes what nothing refers to any more."""
        self._place("images", name).unlink(missing_ok=True)

    def keep_layer(self, name: str, layer: Layer, *, facts: dict[str, Any]) -> None:
        """Give a layer a name, with facts about it such as what was installed."""
        self._write("layers", name, {"layer": asdict(layer), "facts": facts})

    def layer_names(self) -> list[str]:
        """List the names of layers."""
        return sorted(path.stem for path in (self.folder / "layers").glob("*.json"))

    def find_layer(self, name: str) -> tuple[Layer, dict[str, Any]] | None:
        """Find a layer by name, and the facts about it."""
        known = self._read("layers", name)
        if known is None:
            return None
        layer = Layer(**known["layer"])
        return (layer, known["facts"]) if self.has(layer.digest) else None

    def use_layer(self, name: str) -> tuple[Layer, dict[str, Any]] | None:
        """Find a layer by name to build with it: from now on it counts as used."""
        with self.settled():
            found = self.find_layer(name)
            if found is not None:
                os.utime(self._place("layers", name))
        return found

    def reuse(self, digest: str) -> bool:
        """Tell whether a blob is there, for who will refer to it: it is left alone as one that was just written."""
        with self.settled():
            try:
                os.utime(self.path(digest))
            except FileNotFoundError:
                return False
        return True

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Have nobody take anything away, or look whether it is used, for a moment."""
        with self.making(_SETTLED):
            yield

    @contextmanager
    def making(self, name: str) -> Iterator[None]:
        """Let one at a time make what has this name; the kernel frees it when its holder dies."""
        with (self.folder / "locks" / _checked(name)).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _place(self, kind: str, name: str) -> Path:
        return self.folder / kind / f"{_checked(name)}.json"

    def _read(self, kind: str, name: str) -> Any:
        place = self._place(kind, name)
        try:
            return json.loads(place.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _write(self, kind: str, name: str, value: dict[str, object]) -> None:
        fresh = self.folder / "tmp" / uuid.uuid4().hex
        fresh.write_text(json.dumps(value, sort_keys=True))
        fresh.replace(self._place(kind, name))


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:100]!r} cannot name an image")
    return name


def _incomplete(digest: str) -> ImageError:
    return ImageError(
        "image-incomplete",
        cause=Text(nl=f"onderdeel {digest} van het image ontbreekt", en=f"part {digest} of the image is missing"),
        remedy=Text(nl="maak of laad het image opnieuw", en="make or load the image again"),
    )
