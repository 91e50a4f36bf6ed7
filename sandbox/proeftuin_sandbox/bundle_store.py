"""Uploaded bundles on disk, by the digest of their content."""

from __future__ import annotations

import shutil
import time
import uuid
from typing import IO, TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox.bundles import BundleLimits, unpack
from proeftuin_sandbox.errors import BundleTooLargeError
from proeftuin_sandbox.manifest import PythonRun
from proeftuin_sandbox.requirements import requirements_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from proeftuin_sandbox.bundles import Bundle

_MIB = 1024 * 1024
_CHUNK = 1024 * 1024
_KEPT_SECONDS = 3600.0


class BundleStore:
    """Keeps bundles; the same content is kept once, whoever sent it.

    Args:
        folder: Where they are kept; shared by every process of the platform.
        limits: How large a bundle may be.
    """

    def __init__(self, folder: Path, *, limits: BundleLimits) -> None:
        self._folder = folder
        self.limits = limits

    def put(self, source: IO[bytes]) -> Bundle:
        """Check and keep a bundle that somebody sent; the folder of the answer is gone again.

        Raises:
            BundleTooLargeError: packed or unpacked it is over the limit.
            BundleError: it is not a tar.gz that we dare to unpack.
            ComponentYamlError: its description breaks a rule.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        work = self._folder / f".upload-{uuid.uuid4().hex}"
        work.mkdir()
        try:
            packed = work / "bundle.tar.gz"
            self._copy(source, packed)
            with packed.open("rb") as stream:
                bundle = unpack(stream, work / "content", limits=self.limits)
            if isinstance(bundle.manifest.run, PythonRun):
                requirements_of(bundle.manifest.run, bundle.folder)  # refuse at the door, not an hour later
            packed.replace(self.path(bundle.digest))
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return bundle

    def path(self, digest: str) -> Path:
        """Give the file of a digest, whether it is there or not."""
        return self._folder / f"{digest.removeprefix('sha256:')}.tar.gz"

    def clean(self, *, keep: Collection[str]) -> int:
        """Remove bundles that nobody needs, and uploads that were cut short; gives how many.

        What came in within the last hour stays: its row may not be committed yet.
        """
        removed = 0
        kept = {self.path(digest) for digest in keep}
        for entry in self._folder.iterdir() if self._folder.is_dir() else ():
            if entry in kept or time.time() - entry.stat().st_mtime < _KEPT_SECONDS:
                continue
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
            removed += 1
        return removed

    def _copy(self, source: IO[bytes], target: Path) -> None:
        left = self.limits.packed_mib * _MIB
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise bundle_too_large(self.limits)
                file.write(chunk)


def bundle_too_large(limits: BundleLimits) -> BundleTooLargeError:
    """Make the error for a bundle that is too large as it is sent."""
    return BundleTooLargeError(
        Text(
            nl=f"Een bundel is hoogstens {limits.packed_mib} MiB. Laat weg wat de component niet nodig heeft.",
            en=f"A bundle is at most {limits.packed_mib} MiB. Leave out what the component does not need.",
        )
    )
