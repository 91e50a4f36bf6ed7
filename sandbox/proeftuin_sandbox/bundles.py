"""Bundles: a folder with a component.yaml, packed so that the same content always gives the same digest."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import stat
import tarfile
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox.errors import BundleError, BundleTooLargeError
from proeftuin_sandbox.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIB = 1024 * 1024
_LEFT_OUT = frozenset({".git", ".hg", ".venv", "venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
_CHUNK = 1024 * 1024
_MAX_MEMBERS = 20_000
_EXECUTABLE, _PLAIN = 0o755, 0o644


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """How large a bundle may be, in MiB: as it is sent, and unpacked."""

    packed_mib: int = 64
    unpacked_mib: int = 256


@dataclass(frozen=True, slots=True)
class Bundle:
    """An unpacked component.

    Attributes:
        folder: Where the content stands.
        digest: `sha256:…` over names, executable bits and contents; not over how it was packed.
        manifest: What its component.yaml says.
        manifest_json: The same as a plain value.
    """

    folder: Path
    digest: str
    manifest: Manifest
    manifest_json: dict[str, object]


def pack(folder: Path, target: IO[bytes]) -> str:
    """Write a folder as a tar.gz, the same bytes every time, and give its digest.

    Version control, virtual environments and caches are left out.

    Raises:
        ComponentYamlError: the folder has no valid component.yaml.
        BundleError: a link leaves the folder, or a file is neither a file nor a link.
    """
    read_manifest(folder)
    with (
        gzip.GzipFile(fileobj=target, mode="wb", filename="", mtime=0, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, name in _walk(folder):
            info = tarfile.TarInfo(name)
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                info.type, info.linkname = tarfile.SYMTYPE, str(path.readlink())
                _check_link(name, info.linkname)
                archive.addfile(info)
            else:
                info.size, info.mode = status.st_size, _mode(status.st_mode)
                with path.open("rb") as content:
                    archive.addfile(info, content)
    return content_digest(folder)


def content_digest(folder: Path) -> str:
    """Give the digest of a folder's content, whoever packed it."""
    total = hashlib.sha256()
    for path, name in _walk(folder):
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            kind, inner = "link", hashlib.sha256(str(path.readlink()).encode()).hexdigest()
        else:
            kind = "program" if _mode(status.st_mode) == _EXECUTABLE else "file"
            with path.open("rb") as content:
                inner = hashlib.file_digest(content, "sha256").hexdigest()
        total.update(f"{kind} {inner} {name}\n".encode())
    return f"sha256:{total.hexdigest()}"


def unpack(source: IO[bytes], target: Path, *, limits: BundleLimits) -> Bundle:
    """Unpack a tar.gz that we do not trust.

    Nothing is written outside the target; links may not leave it; devices, hard links and sparse files are
    refused; the stream is cut off at the limit, so that a bomb costs at most that much.

    Args:
        source: The tar.gz.
        target: A folder that does not exist yet; it exists only when all went well.
        limits: How large it may become.

    Raises:
        BundleError: it is not a tar.gz, or holds what we refuse.
        BundleTooLargeError: it unpacks to more than the limit.
        ComponentYamlError: its component.yaml is missing or breaks a rule.
    """
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    fresh.mkdir(parents=True)
    try:
        _extract(source, fresh, limit=limits.unpacked_mib * _MIB)
        root = _root_of(fresh)
        for path, name in _walk(root):
            if path.is_symlink():
                _check_link(name, str(path.readlink()))
        manifest, plain = read_manifest(root)
        digest = content_digest(root)
        root.replace(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Bundle(target, digest, manifest, plain)


class _Bounded:
    """A readable stream that refuses to give more than a limit."""

    def __init__(self, stream: IO[bytes], *, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int = _CHUNK) -> bytes:
        """Read at most `size` bytes."""
        data = self._stream.read(min(size, _CHUNK) if size >= 0 else _CHUNK)
        self._left -= len(data)
        if self._left < 0:
            raise BundleTooLargeError(
                Text(
                    nl="De bundel wordt uitgepakt te groot. Laat weg wat de component niet nodig heeft.",
                    en="The bundle becomes too large when unpacked. Leave out what the component does not need.",
                )
            )
        return data


def _extract(source: IO[bytes], folder: Path, *, limit: int) -> None:
    try:
        with gzip.GzipFile(fileobj=source, mode="rb") as unzipped:
            bounded = _Bounded(unzipped, limit=limit)  # type: ignore[arg-type]  # GzipFile reads bytes
            with tarfile.open(fileobj=bounded, mode="r|") as archive:  # type: ignore[call-overload]  # needs read() only
                for number, member in enumerate(archive):
                    if number >= _MAX_MEMBERS:
                        raise _refused(Text(nl=f"meer dan {_MAX_MEMBERS} bestanden", en=f"over {_MAX_MEMBERS} files"))
                    _extract_member(archive, member, folder)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise BundleError(
            Text(
                nl="Dit is geen leesbaar tar.gz-bestand. Maak het met 'proeftuin component deploy' of 'tar -czf'.",
                en="This is not a readable tar.gz file. Make it with 'proeftuin component deploy' or 'tar -czf'.",
            ),
            log_message=f"{type(error).__name__}: {error}",
        ) from error


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = _safe_name(member.name)
    if name is None:
        return
    path = folder / name
    if _leaves_through_link(folder, path):
        raise _refused(Text(nl=f"'{name}' loopt door een koppeling", en=f"'{name}' goes through a link"))
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    if path.is_symlink() or path.exists():
        raise _refused(Text(nl=f"'{name}' staat er twee keer in", en=f"'{name}' is in it twice"))
    path.parent.mkdir(parents=True, exist_ok=True)
    if member.issym():
        _check_link(name, member.linkname)
        path.symlink_to(member.linkname)
    elif member.isreg() and not member.issparse():
        content = archive.extractfile(member)
        with path.open("xb") as file:
            if content is not None:
                shutil.copyfileobj(content, file, _CHUNK)
        path.chmod(_mode(member.mode))
    else:
        raise _refused(
            Text(
                nl=f"'{name}' is geen gewoon bestand, map of koppeling",
                en=f"'{name}' is not a plain file, folder or link",
            )
        )


def _safe_name(raw: str) -> str | None:
    """Give the name inside the bundle; None for the root itself."""
    if "\0" in raw or raw.startswith("/") or ".." in PurePosixPath(raw).parts:
        raise _refused(Text(nl=f"de naam '{raw[:80]}' verlaat de map", en=f"the name '{raw[:80]}' leaves the folder"))
    name = str(PurePosixPath(raw))
    return None if name == "." else name


def _leaves_through_link(folder: Path, path: Path) -> bool:
    return any(parent.is_symlink() for parent in path.parents if parent != folder and folder in parent.parents)


def _check_link(name: str, target: str) -> None:
    parts = PurePosixPath(target).parts
    depth = len(PurePosixPath(name).parts) - 1
    ups = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    # `..` after a name could climb out through another link, so it may only stand in front.
    if target.startswith("/") or ups > depth or ".." in parts[ups:]:
        raise _refused(
            Text(
                nl=f"de koppeling '{name}' wijst buiten de map",
                en=f"the link '{name}' points outside the folder",
            )
        )


def _root_of(folder: Path) -> Path:
    """Accept a bundle that was packed with its folder around it, as `tar -czf x.tar.gz folder` does."""
    if (folder / "component.yaml").exists():
        return folder
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and not inside[0].is_symlink():
        return inside[0]
    return folder


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give every file and link with its name in the bundle, in one fixed order."""
    found: list[tuple[Path, str]] = []
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in _LEFT_OUT and name not in links]
        kept = [here / name for name in (*files, *links) if not name.endswith((".pyc", ".pyo"))]
        found.extend((path, path.relative_to(folder).as_posix()) for path in kept)
    for path, name in sorted(found, key=lambda pair: pair[1].encode()):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise _refused(Text(nl=f"'{name}' is geen gewoon bestand", en=f"'{name}' is not a plain file"))
        yield path, name


def _mode(mode: int) -> int:
    return _EXECUTABLE if mode & 0o111 else _PLAIN


def _refused(why: Text) -> BundleError:
    return BundleError(
        Text(
            nl=f"De bundel kan niet uitgepakt worden: {why.nl}.",
            en=f"The bundle cannot be unpacked: {why.en}.",
        )
    )
