"""Images that suppliers uploaded: judged before they are kept, kept whole or not at all, by digest.

They lie apart from the images that the platform makes, so that taking one away never takes a layer from another.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.pruning import HELD, prune
from proeftuin_infra.oci.reading import ArchiveLimits, read_archive
from proeftuin_infra.oci.scanning import ImageFinding, ImagePolicy, scan
from proeftuin_infra.oci.store import ImageStore
from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.oci.depot import ImageDepot
    from proeftuin_infra.oci.model import Image

_LOCK = "shelf"
_BEGINNING_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Judged:
    """An archive that was read and looked through; nothing of it is kept yet.

    Attributes:
        image: What it holds; None when it could not be read.
        findings: What is not as it should be, worst first; with a fatal one it is never kept.
        workplace: The folder that holds its blobs for as long as it is being received.
    """

    image: Image | None
    findings: tuple[ImageFinding, ...]
    workplace: Path

    @property
    def allowed(self) -> Image | None:
        """The image, when it may be kept and run."""
        return None if any(one.is_fatal for one in self.findings) else self.image


class ImageShelf:
    """Keeps uploaded images in a folder that several processes may use at once.

    Who may use which image is not known here.

    Args:
        folder: Made when absent.
        policy: What is demanded of an image.
        depot: Where other machines of the platform find what was uploaded here; None when there is only this one.
    """

    def __init__(self, folder: Path, *, policy: ImagePolicy, depot: ImageDepot | None = None) -> None:
        self.store = ImageStore(folder)
        self._policy = policy
        self._depot = depot
        # Twice what is allowed is still read, so that a supplier is told all that is wrong, and not the size alone.
        self._limits = ArchiveLimits(archive_mib=2 * policy.size_mib, unpacked_mib=2 * policy.size_mib)

    @contextmanager
    def receiving(self) -> Iterator[Path]:
        """Lend a folder for one archive; it is gone afterwards, also when this process dies (see `tidy`)."""
        place = self.store.scratch()
        try:
            with (place / HELD).open("wb") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def judge(self, archive: Path) -> Judged:
        """Read an archive that lies in a lent folder, and compare it with the policy; nothing of it is run.

        Raises:
            OSError: this machine cannot read or write, such as when its disk is full.
        """
        workplace = archive.parent / "image"
        store = ImageStore(workplace)
        try:
            image = read_archive(store, archive, limits=self._limits, platform=self._policy.platform)
            return Judged(image, scan(store, image, policy=self._policy), workplace)
        except ImageError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno is not None:
                raise error.__cause__ from error  # our trouble, not the supplier's
            found = ImageFinding(error.code, is_fatal=True, cause=error.cause, remedy=error.remedy)
            return Judged(None, (found,), workplace)

    def share(self, judged: Judged) -> None:
        """Leave what was found to be allowed for the other machines of the platform, before it is kept.

        Raises:
            UnavailableError: the registry does not answer, or refuses.
        """
        image = judged.allowed
        if self._depot is None or image is None:
            return
        try:
            self._depot.give(ImageStore(judged.workplace), image)
        except ImageError as error:
            raise UnavailableError(
                Text(
                    nl="Het register van het platform neemt het image nu niet aan. Probeer het zo dadelijk opnieuw.",
                    en="The registry of the platform does not take the image now. Try again in a moment.",
                ),
                log_message=f"{error.code}: {error.cause.en}",
            ) from error

    def fetch(self, digest: str) -> Image | None:
        """Find an image here or where another machine left it; None when it is nowhere.

        Raises:
            ImageError: the registry does not answer, or refuses.
        """
        found = self.find(digest)
        if found is not None or self._depot is None:
            return found
        with self.receiving() as place:
            workplace = place / "image"
            image = self._depot.fetch(ImageStore(workplace), digest, platform=self._policy.platform)
            if image is None or image.digest != digest:
                return None
            self.keep(Judged(image, (), workplace))
        return self.find(digest)

    def keep(self, judged: Judged) -> None:
        """Keep what was found to be allowed.

        Raises:
            ValueError: it was not.
        """
        image = judged.allowed
        if image is None:
            raise ValueError("an image that is not allowed is not kept")
        source = ImageStore(judged.workplace)
        with self.store.making(_LOCK):
            for digest in {layer.digest for layer in image.layers}:
                source.path(digest).replace(self.store.path(digest))
            self.store.keep(_name(image.digest), image)

    def find(self, digest: str) -> Image | None:
        """Find an image by the digest of its manifest; None when it, or a part of it, is not there."""
        return self.store.find(_name(digest))

    def digests(self) -> frozenset[str]:
        """List the digests of the images that are here."""
        return frozenset(f"sha256:{name}" for name in self.store.names())

    def drop(self, digest: str) -> None:
        """Take an image away, with the layers that no other image here shares; gone already is fine."""
        with self.store.making(_LOCK):
            image = self.find(digest)
            self.store.forget(_name(digest))
            if image is None:
                return
            needed: set[str] = set()
            for name in self.store.names():
                other = self.store.find(name)
                needed |= other.blobs if other is not None else set()
            for blob in image.blobs - needed:
                self.store.path(blob).unlink(missing_ok=True)

    def tidy(self) -> int:
        """Remove what uploads left behind whose process was killed, wherever it was; gives how many archives."""
        removed = 0
        for place in (self.store.folder / "tmp").iterdir():
            with suppress(FileNotFoundError):
                if place.is_dir() and time.time() - place.stat().st_mtime > _BEGINNING_SECONDS and _is_left(place):
                    shutil.rmtree(place, ignore_errors=True)
                    removed += 1
        with self.store.making(_LOCK):  # nobody is keeping an image whose name is not written yet
            prune(self.store)
        return removed


def _name(digest: str) -> str:
    return digest.removeprefix("sha256:")


def _is_left(place: Path) -> bool:
    """Tell whether nobody holds a lent folder; the kernel lets go for who died."""
    try:
        with (place / HELD).open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True
