"""Files that an export writes piece by piece, compressed or not."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BUFFER = 1 << 18
_LEVEL = 6


class Sheet:
    """A file that is written from beginning to end.

    Args:
        folder: Where it goes.
        name: Its name, without `.gz`.
        compress: Whether it is compressed; without a time in it, so that the same content gives the same bytes.
    """

    def __init__(self, folder: Path, *, name: str, compress: bool = False) -> None:
        self._raw = (folder / (f"{name}.gz" if compress else name)).open("wb", buffering=_BUFFER)
        self._file: Any = (
            gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=self._raw, mtime=0)
            if compress
            else self._raw
        )

    def write(self, content: bytes | memoryview) -> None:
        """Write bytes."""
        self._file.write(content)

    def text(self, text: str) -> None:
        """Write a text."""
        self._file.write(text.encode())

    def bytes(self, buffers: Iterable[memoryview]) -> None:
        """Write bytes as they come."""
        for buffer in buffers:
            self._file.write(buffer)

    def close(self) -> None:
        """Write what is left; an error when the disk is full."""
        try:
            if self._file is not self._raw:
                self._file.close()
        finally:
            self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
