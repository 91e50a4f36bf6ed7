"""Layers from folders: the same files give the same bytes, whoever makes them and whenever."""

from __future__ import annotations

import stat
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from proeftuin_infra.oci.model import Layer

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore


@dataclass(frozen=True, slots=True)
class FolderLayer:
    """How a folder becomes a layer.

    Attributes:
        folder: Whose content it is.
        prefix: Where it goes in the image, such as `app`; empty for the root itself.
        uid: Owner of everything; None keeps the owners that the files have.
        gid: Group of everything; None keeps theirs.
        keep_modes: Keep permissions as they are; otherwise everybody may read and enter, and only what is
            executable stays so.
    """

    folder: Path
    prefix: str = ""
    uid: int | None = 0
    gid: int | None = 0
    keep_modes: bool = False


def layer_from_folder(store: ImageStore, *sources: FolderLayer) -> Layer:
    """Write folders as one uncompressed layer.

    Times are zero, entries are sorted, nothing but names, modes, owners, links and content is told. Sockets,
    pipes and devices are left out; no file gets the rights of its owner (set-user-ID).
    """
    with (
        store.writing() as blob,
        tarfile.open(fileobj=cast("BinaryIO", blob), mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for source in sources:
            _write(tar, source)
    return Layer(digest=blob.digest, size=blob.size, diff_id=blob.digest, unpacked_size=blob.size)


def _write(tar: tarfile.TarFile, source: FolderLayer) -> None:
    seen: dict[tuple[int, int], str] = {}
    parts = source.prefix.strip("/").split("/") if source.prefix.strip("/") else []
    for depth in range(1, len(parts)):  # what is on the way belongs to root, as everywhere
        tar.addfile(_entry("/".join(parts[:depth]), tarfile.DIRTYPE, mode=0o755, owner=(0, 0)))
    base = "/".join(parts)
    for path, inside in _walk(source.folder):
        name = f"{base}/{inside}".strip("/")
        if not name:
            continue
        info = path.lstat()
        owner = (
            info.st_uid if source.uid is None else source.uid,
            info.st_gid if source.gid is None else source.gid,
        )
        mode = _mode(info.st_mode, keep=source.keep_modes)
        if stat.S_ISDIR(info.st_mode):
            tar.addfile(_entry(name, tarfile.DIRTYPE, mode=mode, owner=owner))
        elif stat.S_ISLNK(info.st_mode):
            link = _entry(name, tarfile.SYMTYPE, mode=0o777, owner=owner)
            link.linkname = str(path.readlink())
            tar.addfile(link)
        elif stat.S_ISREG(info.st_mode):
            _write_file(tar, path, _entry(name, tarfile.REGTYPE, mode=mode, owner=owner), info=info, seen=seen)


def _write_file(
    tar: tarfile.TarFile,
    path: Path,
    entry: tarfile.TarInfo,
    *,
    info: os.stat_result,
    seen: dict[tuple[int, int], str],
) -> None:
    first = seen.setdefault((info.st_dev, info.st_ino), entry.name)
    if first != entry.name:
        entry.type, entry.linkname = tarfile.LNKTYPE, first
        tar.addfile(entry)
        return
    entry.size = info.st_size
    with path.open("rb") as file:
        tar.addfile(entry, file)


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give the folder and all in it, parents first, in an order that no file system decides."""
    yield folder, ""
    pending = sorted(folder.iterdir(), reverse=True)
    while pending:
        path = pending.pop()
        yield path, path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            pending.extend(sorted(path.iterdir(), reverse=True))


def _mode(mode: int, *, keep: bool) -> int:
    if keep:
        return mode & 0o1777
    return 0o755 if stat.S_ISDIR(mode) or mode & 0o111 else 0o644


def _entry(name: str, kind: bytes, *, mode: int, owner: tuple[int, int]) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = kind, mode, 0
    entry.uid, entry.gid = owner
    return entry
