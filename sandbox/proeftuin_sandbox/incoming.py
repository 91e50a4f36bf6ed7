"""An archive on its way in: written to disk as it comes, counted and hashed, never whole in memory."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Self

from proeftuin_sandbox import image_refusals

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_MIB = 1024 * 1024
_GATHERED = _MIB
_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):")


class Incoming:
    """Takes the pieces of one archive.

    Args:
        path: Where it is written.
        at_most_mib: How large it may be.
    """

    def __init__(self, path: Path, *, at_most_mib: int) -> None:
        self.path = path
        self.size = 0
        self._at_most_mib = at_most_mib
        self._hash = hashlib.sha256()
        self._file = path.open("wb", buffering=0)
        self._pending = bytearray()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def gather(self, piece: bytes) -> bool:
        """Take a piece; tells whether enough has come together for `write`.

        Raises:
            ImageTooLargeError: more came than is allowed.
        """
        self.size += len(piece)
        if self.size > self._at_most_mib * _MIB:
            raise image_refusals.too_large(self._at_most_mib)
        self._pending += piece
        return len(self._pending) >= _GATHERED

    def write(self) -> None:
        """Write what came together; this takes a moment."""
        self._hash.update(self._pending)
        view = memoryview(self._pending)
        while view:
            view = view[self._file.write(view) :]
        del view
        self._pending = bytearray()

    def finish(self, promised: str | None) -> str:
        """Write the rest, and compare it with what the sender promised.

        Args:
            promised: The header Content-Digest (RFC 9530); of another algorithm than SHA-256 it is not looked at.

        Returns:
            The digest of the archive: `sha256:…`.

        Raises:
            UploadDamagedError: it is another one than was promised.
        """
        expected = promised_sha256(promised)
        self.write()
        self._file.close()
        if expected is not None and expected != self._hash.digest():
            raise image_refusals.damaged()
        return f"sha256:{self._hash.hexdigest()}"


def promised_sha256(header: str | None) -> bytes | None:
    """Read the SHA-256 of a Content-Digest header; None when it has none.

    Raises:
        UploadDamagedError: it cannot be read.
    """
    if header is None or "sha-256" not in header:
        return None
    match = _SHA256.search(header)
    try:
        digest = base64.b64decode(match[1], validate=True) if match else b""
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise image_refusals.digest_unreadable()
    return digest
