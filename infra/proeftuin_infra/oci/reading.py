"""Images from archives that strangers made: an OCI layout or `docker save`, in one tar.

Nothing is unpacked: entries are only looked up by name, blobs are copied under the digest they prove to have, and
layers are read through to see that they are what the configuration says. Everything has a ceiling.
"""

from __future__ import annotations

import json
import re
import tarfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from proeftuin_infra.oci import model
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.inspecting import layer_of
from proeftuin_infra.oci.modest import Modest, opened
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.oci.store import ImageStore

_MIB = 1024 * 1024
_CHUNK = _MIB
_LINKS = 5
_INDEXES = 3
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}")
_NAMED = ("io.containerd.image.name", "org.opencontainers.image.ref.name")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How large an image of a stranger may be.

    Attributes:
        archive_mib: The file itself.
        unpacked_mib: All layers when unpacked.
        entries: Entries in the archive.
        layers: Layers of the image.
        json_mib: Each JSON document.
        files: Files in all layers.
    """

    archive_mib: int = 2048
    unpacked_mib: int = 4096
    entries: int = 5000
    layers: int = 127
    json_mib: int = 4
    files: int = 300_000


def read_archive(
    store: ImageStore, path: Path, *, limits: ArchiveLimits | None = None, platform: tuple[str, str] | None = None
) -> model.Image:
    """Read an image from an archive into a store.

    Args:
        store: Gets the image's blobs.
        path: A tar of an OCI image layout or of `docker save`; it may be compressed with gzip.
        limits: Ceilings.
        platform: Operating system and processor to choose when the archive holds an image for several.

    Raises:
        ImageError: `archive-unreadable`, `archive-too-large`, `archive-unsafe`, `archive-many-images`,
            `archive-mismatch` or `layer-compression`.
    """
    ceiling = limits or ArchiveLimits()
    try:
        with opened(path, at_most=ceiling.archive_mib * _MIB) as file, _tar(file) as tar:
            return _Archive(tar, store=store, limits=ceiling).image(platform or ("linux", "amd64"))
    except (tarfile.TarError, OSError, EOFError) as error:
        raise unreadable(str(error)) from error


def _tar(file: BinaryIO) -> tarfile.TarFile:
    return tarfile.open(fileobj=cast("BinaryIO", Modest(file)), mode="r:")


class _Archive:
    """One opened archive: its entries by name, and the way from them to an image."""

    def __init__(self, tar: tarfile.TarFile, *, store: ImageStore, limits: ArchiveLimits) -> None:
        self._tar = tar
        self._store = store
        self._limits = limits
        self._entries: dict[str, tarfile.TarInfo] = {}
        for number, entry in enumerate(tar):
            if number >= limits.entries:
                raise too_large(f"{limits.entries} bestanden", f"{limits.entries} files")
            self._entries[_safe(entry.name)] = entry

    def image(self, platform: tuple[str, str]) -> model.Image:
        if "index.json" in self._entries:
            return self._from_layout(platform)
        if "manifest.json" in self._entries:
            return self._from_docker()
        raise unreadable("index.json, manifest.json?")

    def _from_layout(self, platform: tuple[str, str]) -> model.Image:
        index = self._json("index.json")
        described = self._choose(index, platform, depth=0)
        manifest = self._bytes(_blob(described["digest"]))
        _same(described["digest"], model.digest_of(manifest))
        content = _object(manifest)
        config_digest = str(_member(_member(content, "config"), "digest"))
        config = self._bytes(_blob(config_digest))
        _same(config_digest, model.digest_of(config))
        layers = [
            (str(_member(one, "digest")), _blob(str(_member(one, "digest")))) for one in _list(content, "layers")
        ]
        media_type = str(content.get("mediaType") or described.get("mediaType") or model.MANIFEST_TYPE)
        listed = _list(index, "manifests")
        named = _annotations(listed[0]) if len(listed) == 1 else {}
        named |= _annotations(described)
        reference = _reference([named.get(key) for key in _NAMED])
        return model.Image(manifest, config, self._layers(config, layers), media_type, reference)

    def _choose(self, index: dict[str, Any], platform: tuple[str, str], *, depth: int) -> dict[str, Any]:
        """Find the one image that is meant; several names for one image are fine."""
        described: dict[str, dict[str, Any]] = {}
        for one in _list(index, "manifests"):
            for_what = one.get("platform") or {}
            if for_what and (for_what.get("os"), for_what.get("architecture")) != platform:
                continue
            described[str(_member(one, "digest"))] = one
        if len(described) != 1:
            raise many_images(len(described))
        chosen = next(iter(described.values()))
        if chosen.get("mediaType") not in (model.INDEX_TYPE, model.DOCKER_INDEX_TYPE):
            return chosen
        if depth >= _INDEXES:
            raise unreadable("index in index")
        return self._choose(self._json(_blob(chosen["digest"])), platform, depth=depth + 1)

    def _from_docker(self) -> model.Image:
        listed = _parsed(self._bytes("manifest.json"))
        if not isinstance(listed, list) or len(listed) != 1:
            raise many_images(len(listed) if isinstance(listed, list) else 0)
        config = self._bytes(str(_member(listed[0], "Config")))
        layers = [("", str(name)) for name in _list(listed[0], "Layers")]
        read = self._layers(config, layers)
        reference = _reference(listed[0].get("RepoTags"))
        return model.Image(model.manifest_bytes(config, read), config, read, reference=reference)

    def _layers(self, config: bytes, named: list[tuple[str, str]]) -> tuple[model.Layer, ...]:
        claimed = _list(_member(_object(config), "rootfs"), "diff_ids")
        if len(named) > self._limits.layers:
            raise too_large(f"{self._limits.layers} lagen", f"{self._limits.layers} layers")
        if len(claimed) != len(named):
            raise _mismatch(f"{len(claimed)} diff_ids, {len(named)} layers")
        read: list[model.Layer] = []
        room = self._limits.unpacked_mib * _MIB
        for diff_id, (digest, name) in zip(claimed, named, strict=True):
            layer = self._layer(name, room=room - sum(one.unpacked_size for one in read))
            if digest:
                _same(digest, layer.digest)
            _same(str(diff_id), layer.diff_id)
            read.append(layer)
        return tuple(read)

    def _layer(self, name: str, *, room: int) -> model.Layer:
        with self._store.writing() as blob:
            source = self._open(name)
            while chunk := source.read(_CHUNK):
                blob.write(chunk)
        return layer_of(self._store, blob.digest, at_most=room, files=self._limits.files)

    def _open(self, name: str) -> BinaryIO:
        """Open an entry; a link is followed inside the archive only."""
        wanted = _safe(name)
        for _ in range(_LINKS):
            entry = self._entries.get(wanted)
            if entry is None:
                raise unreadable(f"{name[:100]}?")
            if entry.issym():
                wanted = _safe(str(PurePosixPath(wanted).parent / entry.linkname))
            elif entry.islnk():
                wanted = _safe(entry.linkname)
            else:
                found = self._tar.extractfile(entry)
                if found is None:
                    break
                return found  # type: ignore[return-value] # a reader of bytes, which is all we need
        raise unreadable(f"{name[:100]}?")

    def _bytes(self, name: str) -> bytes:
        data = self._open(name).read(self._limits.json_mib * _MIB + 1)
        if len(data) > self._limits.json_mib * _MIB:
            raise too_large(f"{self._limits.json_mib} MiB per JSON", f"{self._limits.json_mib} MiB per JSON")
        return data

    def _json(self, name: str) -> dict[str, Any]:
        return _object(self._bytes(name))


def _safe(name: str) -> str:
    """Normalise the name of an entry; one that points outside the archive is refused."""
    parts: list[str] = []
    for part in name.split("/"):
        if part == "..":
            if not parts:
                raise _unsafe(name)
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    if name.startswith("/") or "\0" in name:
        raise _unsafe(name)
    return "/".join(parts)


def _blob(digest: str) -> str:
    kind, _, rest = digest.partition(":")
    if kind != "sha256" or not rest.isalnum():
        raise unreadable(f"digest {digest[:100]}")
    return f"blobs/sha256/{rest}"


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise unreadable("JSON") from error


def _object(data: bytes) -> dict[str, Any]:
    value = _parsed(data)
    if not isinstance(value, dict):
        raise unreadable("JSON")
    return value


def _member(value: Any, key: str) -> Any:
    if not isinstance(value, dict) or key not in value:
        raise unreadable(f"JSON: {key}?")
    return value[key]


def _list(value: Any, key: str) -> list[Any]:
    found = _member(value, key)
    if not isinstance(found, list):
        raise unreadable(f"JSON: {key}?")
    return found


def _annotations(described: dict[str, Any]) -> dict[str, Any]:
    found = described.get("annotations")
    return dict(found) if isinstance(found, dict) else {}


def _reference(claimed: Any) -> str:
    """Give the first name that can be one; what strangers write there is only shown."""
    for name in claimed if isinstance(claimed, list) else ():
        if isinstance(name, str) and _REFERENCE.fullmatch(name):
            return name.removeprefix("docker.io/").removeprefix("library/")
    return ""


def _same(claimed: str, found: str) -> None:
    if claimed != found:
        raise _mismatch(f"{claimed[:80]} ≠ {found}")


def unreadable(detail: str) -> ImageError:
    """Say that a file is no image."""
    return ImageError(
        "archive-unreadable",
        cause=Text(
            nl=f"dit bestand is geen image dat we kunnen lezen ({detail[:200]})",
            en=f"this file is no image that we can read ({detail[:200]})",
        ),
        remedy=Text(
            nl="maak het met 'docker save -o image.tar NAAM' of 'skopeo copy … oci-archive:image.tar'",
            en="make it with 'docker save -o image.tar NAME' or 'skopeo copy … oci-archive:image.tar'",
        ),
    )


def too_large(nl: str, en: str) -> ImageError:
    """Say that something is beyond a ceiling."""
    return ImageError(
        "archive-too-large",
        cause=Text(nl=f"het image is te groot: meer dan {nl}", en=f"the image is too large: more than {en}"),
        remedy=Text(nl="maak het image kleiner", en="make the image smaller"),
    )


def many_images(count: int) -> ImageError:
    """Say that it is not clear which image is meant."""
    return ImageError(
        "archive-many-images",
        cause=Text(
            nl=f"het bestand bevat {count} images voor deze machine; het moet er juist één zijn",
            en=f"the file holds {count} images for this machine; it must be exactly one",
        ),
        remedy=Text(nl="bewaar één image per bestand", en="save one image per file"),
    )


def _unsafe(name: str) -> ImageError:
    return ImageError(
        "archive-unsafe",
        cause=Text(
            nl=f"een naam in het bestand wijst erbuiten: {name[:100]!r}",
            en=f"a name in the file points outside it: {name[:100]!r}",
        ),
        remedy=Text(nl="maak het bestand opnieuw met 'docker save'", en="make the file again with 'docker save'"),
    )


def _mismatch(detail: str) -> ImageError:
    return ImageError(
        "archive-mismatch",
        cause=Text(
            nl=f"de inhoud klopt niet met wat het image zelf zegt ({detail})",
            en=f"the content is not what the image itself says ({detail})",
        ),
        remedy=Text(nl="bewaar en stuur het image opnieuw", en="save and send the image again"),
    )
