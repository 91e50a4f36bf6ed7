"""Look through a layer without unpacking it: its digests, its size, and what in it gives power."""

from __future__ import annotations

import gzip
import hashlib
import stat
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.model import LAYER_GZIP_TYPE, LAYER_TYPE, Layer
from proeftuin_infra.oci.modest import Counted, Modest, is_gzip
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.oci.store import ImageStore

_CHUNK = 1024 * 1024
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LayerContent:
    """What matters of a layer's files.

    Attributes:
        files: How many there are.
        set_user_id: Programs that run with the rights of their owner; the first ones.
        outside: Names that point outside the file system; the first ones.
        devices: Device files; the first ones.
    """

    files: int
    set_user_id: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


def layer_of(store: ImageStore, digest: str, *, at_most: int, files: int) -> Layer:
    """Read a blob through and tell which layer it is.

    Args:
        store: Holds the blob.
        digest: Of the blob.
        at_most: Bytes that it may unpack to.
        files: How many files it may have.

    Raises:
        ImageError: `archive-too-large`, `archive-unreadable` or `layer-compression`.
    """
    found = hashlib.sha256()
    size = 0
    with _unpacked(store, digest, at_most=at_most) as (stream, media_type):
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
    content = look_through(store, digest, at_most=at_most, files=files)
    del content  # that it can be read, and has not too many files, is all that counts here
    return Layer(
        digest=digest,
        size=store.path(digest).stat().st_size,
        diff_id=f"sha256:{found.hexdigest()}",
        unpacked_size=size,
        media_type=media_type,
    )


def look_through(store: ImageStore, digest: str, *, at_most: int, files: int) -> LayerContent:
    """List what in a layer gives power.

    Raises:
        ImageError: `archive-too-large`, `archive-unreadable` or `layer-compression`.
    """
    count = 0
    powerful: list[str] = []
    outside: list[str] = []
    devices: list[str] = []
    try:
        with (
            _unpacked(store, digest, at_most=at_most) as (stream, _),
            tarfile.open(fileobj=cast("BinaryIO", Modest(stream)), mode="r:") as tar,
        ):
            for entry in tar:
                count += 1
                if count > files:
                    raise ImageError(
                        "archive-too-large",
                        cause=Text(nl=f"het image heeft meer dan {files} bestanden", en=f"more than {files} files"),
                        remedy=Text(nl="maak het image kleiner", en="make the image smaller"),
                    )
                tar.members = []  # type: ignore[attr-defined] # tarfile remembers every entry it has seen
                if ".." in entry.name.split("/"):
                    outside.append(entry.name)
                if entry.isreg() and entry.mode & (stat.S_ISUID | stat.S_ISGID):
                    powerful.append(entry.name)
                if entry.isdev():
                    devices.append(entry.name)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ImageError(
            "archive-unreadable",
            cause=Text(nl=f"een laag is geen tar ({error})", en=f"a layer is no tar ({error})"),
            remedy=Text(nl="bewaar en stuur het image opnieuw", en="save and send the image again"),
        ) from error
    return LayerContent(count, tuple(powerful[:_SHOWN]), tuple(outside[:_SHOWN]), tuple(devices[:_SHOWN]))


@contextmanager
def _unpacked(store: ImageStore, digest: str, *, at_most: int) -> Iterator[tuple[Counted, str]]:
    with store.open(digest) as file:
        if is_gzip(file):
            with gzip.GzipFile(fileobj=file) as packed:
                yield Counted(packed, at_most=at_most), LAYER_GZIP_TYPE
        else:
            yield Counted(file, at_most=at_most), LAYER_TYPE
