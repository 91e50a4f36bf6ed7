"""Files of strangers, opened so that neither a false length nor a gzip bomb costs us memory or disk."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from proeftuin_infra.oci.errors import ImageError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_AT_ONCE = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_XZ = b"\xfd7zXZ"
_BZIP2 = b"BZh"


class Modest(io.RawIOBase):
    """A file of which nobody reads much at once.

    `tarfile` reads the header of a name whole, with the length that the archive itself gives: gigabytes, if a
    stranger says so.
    """

    def __init__(self, file: BinaryIO | Counted) -> None:
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes.

        Raises:
            OSError: that is more than any header or piece that we ask for.
        """
        if not 0 <= size <= _MOST_AT_ONCE:
            raise OSError("a header that is too long")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Tell the place."""
        return self._file.tell()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True


class Counted(io.RawIOBase):
    """A file, or what gzip unpacks of one, from its beginning to its end and up to a ceiling."""

    def __init__(self, file: BinaryIO | gzip.GzipFile, *, at_most: int) -> None:
        self._file = file
        self._at_most = at_most
        self._read = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes.

        Raises:
            ImageError: `archive-too-large`, or `archive-unreadable` when it is no gzip after all.
        """
        try:
            data = self._file.read(min(size, _CHUNK) if size >= 0 else _CHUNK)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(str(error)) from error
        self._read += len(data)
        if self._read > self._at_most:
            raise _too_large()
        return data

    def tell(self) -> int:
        """Tell how much was read."""
        return self._read

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go forward by reading on.

        Raises:
            OSError: the place is behind us.
        """
        if whence != io.SEEK_SET or offset < self._read:
            raise OSError("this can only be read once")
        while self._read < offset and self.read(offset - self._read):
            pass
        return self._read

    def seekable(self) -> bool:
        """Say yes: forward."""
        return True

    def readable(self) -> bool:
        """Say yes."""
        return True


@contextmanager
def opened(path: Path, *, at_most: int) -> Iterator[BinaryIO]:
    """Open an archive; one that is compressed as a whole is unpacked to an unnamed file first.

    Raises:
        ImageError: it is too large, or compressed in a way that we do not read.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if file.seek(0, io.SEEK_END) > at_most:
            raise _too_large()
        file.seek(0)
        if not is_gzip(file):
            yield file
            return
        with tempfile.TemporaryFile(dir=path.parent) as unpacked, gzip.GzipFile(fileobj=file) as packed:
            shutil.copyfileobj(Counted(packed, at_most=at_most), unpacked, _CHUNK)
            unpacked.seek(0)
            yield unpacked


def is_gzip(file: BinaryIO) -> bool:
    """Tell whether a file at its beginning is gzip; it is left at its beginning.

    Raises:
        ImageError: `layer-compression`: it is compressed in another way.
    """
    start = file.read(8)
    file.seek(0)
    if start.startswith((_ZSTD, _XZ, _BZIP2)):
        raise ImageError(
            "layer-compression",
            cause=Text(
                nl="het image is gecomprimeerd met iets anders dan gzip",
                en="the image is compressed with something other than gzip",
            ),
            remedy=Text(
                nl="bewaar het met 'docker save', of bouw het met compression=gzip",
                en="save it with 'docker save', or build it with compression=gzip",
            ),
        )
    return start.startswith(_GZIP)


def _too_large() -> ImageError:
    return ImageError(
        "archive-too-large",
        cause=Text(nl="het image is te groot", en="the image is too large"),
        remedy=Text(nl="maak het image kleiner", en="make the image smaller"),
    )


def _unreadable(detail: str) -> ImageError:
    return ImageError(
        "archive-unreadable",
        cause=Text(nl=f"het gzip-bestand is beschadigd ({detail})", en=f"the gzip file is damaged ({detail})"),
        remedy=Text(nl="bewaar en stuur het image opnieuw", en="save and send the image again"),
    )
