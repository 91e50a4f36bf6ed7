"""A client of registries: OCI Distribution Specification 1.1, which Docker's HTTP API V2 became.

Used to look at an image before it may run, and to put images where a cluster can pull them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from proeftuin_infra.oci import model
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.inspecting import layer_of
from proeftuin_infra.oci.reading import ArchiveLimits, too_large
from proeftuin_infra.oci.registry_access import Access, Credentials
from proeftuin_infra.oci.registry_faults import judge, mismatch, other_platform, strange, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

    from proeftuin_infra.oci.store import ImageStore

_MIB = 1024 * 1024
_CHUNK = _MIB
_MANIFESTS = f"{model.MANIFEST_TYPE}, {model.DOCKER_MANIFEST_TYPE}, {model.INDEX_TYPE}, {model.DOCKER_INDEX_TYPE}"
_INDEXES = (model.INDEX_TYPE, model.DOCKER_INDEX_TYPE)
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class Registry:
    """One registry.

    Plain HTTP is spoken with loopback addresses, and with one that is said to have nothing else.

    Args:
        host: Host, with its port when it has one.
        credentials: A user and a password; None asks as anybody.
        limits: How large an image may be.
        transport: For tests.
        is_plain: It speaks plain HTTP, though it is not on this machine.
    """

    def __init__(
        self,
        host: str,
        *,
        credentials: Credentials | None = None,
        limits: ArchiveLimits | None = None,
        transport: httpx.BaseTransport | None = None,
        is_plain: bool = False,
    ) -> None:
        self.host = host
        self._limits = limits or ArchiveLimits()
        self._client = httpx.Client(
            base_url=f"{'http' if is_plain or _is_loopback(host) else 'https'}://{host}",
            auth=Access(host, credentials),
            headers={"Accept-Encoding": "identity"},  # a digest is over the bytes as they are
            timeout=_TIMEOUT,
            transport=transport,
        )

    def resolve(self, repository: str, tag: str) -> str:
        """Tell which image a tag names now, by its digest.

        Raises:
            ImageError: `image-unknown`, `registry-refused`, `registry-unreachable` or `registry-answer`.
        """
        answer = self._send("HEAD", f"/v2/{repository}/manifests/{tag}", headers={"Accept": _MANIFESTS})
        digest = answer.headers.get("Docker-Content-Digest")
        return digest or model.digest_of(self._manifest(repository, tag)[0])

    def inspect(
        self, repository: str, reference: str, *, platform: tuple[str, str] = ("linux", "amd64")
    ) -> model.Image:
        """Get an image's manifest and configuration, without its layers.

        The layers' size when unpacked is not known; it is said to be what is sent.

        Args:
            repository: Path in the registry.
            reference: Digest or tag. Of an index, the image for the platform is given.
            platform: Operating system and processor.

        Raises:
            ImageError: as `resolve`, or `archive-mismatch`, `archive-too-large` or `archive-many-images`.
        """
        manifest, media_type = self._manifest(repository, reference)
        content = _object(manifest)
        if media_type in _INDEXES or "manifests" in content:
            listed = content.get("manifests")
            chosen = (
                [one.get("digest") for one in listed if _is_for(one, platform)] if isinstance(listed, list) else []
            )
            if len(chosen) != 1:
                raise other_platform(platform)
            manifest, media_type = self._manifest(repository, str(chosen[0]))
            content = _object(manifest)
        try:
            config = self._small_blob(repository, str(content["config"]["digest"]))
            diff_ids = _object(config)["rootfs"]["diff_ids"]
            layers = tuple(
                model.Layer(str(one["digest"]), int(one["size"]), str(diff), int(one["size"]), str(one["mediaType"]))
                for one, diff in zip(content["layers"], diff_ids, strict=True)
            )
        except (KeyError, TypeError, ValueError) as error:
            raise strange("manifest") from error
        return model.Image(manifest, config, layers, media_type)

    def pull(
        self, store: ImageStore, repository: str, reference: str, *, platform: tuple[str, str] = ("linux", "amd64")
    ) -> model.Image:
        """Get a whole image into a store; what the store has is not sent again.

        Raises:
            ImageError: as `inspect`, or `layer-compression`.
        """
        image = self.inspect(repository, reference, platform=platform)
        if len(image.layers) > self._limits.layers or sum(one.size for one in image.layers) > self._room:
            raise too_large(f"{self._limits.archive_mib} MiB", f"{self._limits.archive_mib} MiB")
        layers: list[model.Layer] = []
        for claimed in image.layers:
            if not store.reuse(claimed.digest):
                self._fetch(store, repository, claimed)
            room = self._limits.unpacked_mib * _MIB - sum(one.unpacked_size for one in layers)
            layer = layer_of(store, claimed.digest, at_most=room, files=self._limits.files)
            _same(claimed.diff_id, layer.diff_id)
            layers.append(layer)
        store.add(image.manifest)
        store.add(image.config)
        return model.Image(image.manifest, image.config, tuple(layers), image.media_type)

    def push(self, store: ImageStore, image: model.Image, repository: str, *, tag: str | None = None) -> str:
        """Put an image in the registry; layers that it has are not sent again.

        Args:
            store: Holds the layers.
            image: What to send.
            repository: Path in the registry.
            tag: A name for people; the digest is what to run by.

        Returns:
            The digest by which it can be pulled.

        Raises:
            ImageError: as `resolve`, or `image-incomplete`.
        """
        for layer in image.layers:
            if not self._has(repository, layer.digest):
                self._put(repository, layer.digest, _Pieces(store, layer.digest), size=layer.size)
        if not self._has(repository, image.id):
            self._put(repository, image.id, image.config, size=len(image.config))
        self._send(
            "PUT",
            f"/v2/{repository}/manifests/{tag or image.digest}",
            content=image.manifest,
            headers={"Content-Type": image.media_type},
        )
        return image.digest

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _room(self) -> int:
        return self._limits.archive_mib * _MIB

    def _manifest(self, repository: str, reference: str) -> tuple[bytes, str]:
        path = f"/v2/{repository}/manifests/{reference}"
        data, media_type = self._small(path, headers={"Accept": _MANIFESTS})
        if reference.startswith("sha256:"):
            _same(reference, model.digest_of(data))
        return data, media_type.partition(";")[0].strip()

    def _small_blob(self, repository: str, digest: str) -> bytes:
        data, _ = self._small(f"/v2/{repository}/blobs/{digest}", headers={})
        _same(digest, model.digest_of(data))
        return data

    def _small(self, path: str, *, headers: dict[str, str]) -> tuple[bytes, str]:
        most = self._limits.json_mib * _MIB
        found = bytearray()
        try:
            with self._client.stream("GET", path, headers=headers, follow_redirects=True) as answer:
                judge(answer, host=self.host)
                for chunk in answer.iter_bytes():
                    found += chunk
                    if len(found) > most:
                        raise too_large(f"{self._limits.json_mib} MiB JSON", f"{self._limits.json_mib} MiB JSON")
                return bytes(found), answer.headers.get("Content-Type", "")
        except httpx.HTTPError as error:
            raise unreachable(self.host, error) from error

    def _fetch(self, store: ImageStore, repository: str, layer: model.Layer) -> None:
        path = f"/v2/{repository}/blobs/{layer.digest}"
        try:
            with (
                store.writing() as blob,
                self._client.stream("GET", path, follow_redirects=True) as answer,
            ):
                judge(answer, host=self.host)
                for chunk in answer.iter_raw(_CHUNK):
                    if blob.size + len(chunk) > layer.size:
                        raise mismatch(layer.digest, "…")
                    blob.write(chunk)
                _same(layer.digest, blob.digest)
        except httpx.HTTPError as error:
            raise unreachable(self.host, error) from error

    def _has(self, repository: str, digest: str) -> bool:
        try:
            self._send("HEAD", f"/v2/{repository}/blobs/{digest}")
        except ImageError as error:
            if error.code == "image-unknown":
                return False
            raise
        return True

    def _put(self, repository: str, digest: str, content: bytes | _Pieces, *, size: int) -> None:
        begun = self._send("POST", f"/v2/{repository}/blobs/uploads/")
        place = begun.headers.get("Location")
        if not place:
            raise strange("Location")
        target = self._client.base_url.join(place).copy_merge_params({"digest": digest})
        if target.host != self._client.base_url.host:
            raise strange("Location")
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        self._send("PUT", target, content=content, headers=headers)

    def _send(self, method: str, url: str | httpx.URL, **more: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, url, **more)
        except httpx.HTTPError as error:
            raise unreachable(self.host, error) from error
        judge(answer, host=self.host)
        return answer


class _Pieces:
    """A blob, piece by piece; it can be sent again when the registry first asks who we are."""

    def __init__(self, store: ImageStore, digest: str) -> None:
        self._store = store
        self._digest = digest

    def __iter__(self) -> Iterator[bytes]:
        with self._store.open(self._digest) as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _is_loopback(host: str) -> bool:
    name = host.rpartition(":")[0] or host
    return name == "localhost" or name.startswith("127.")


def _is_for(described: Any, platform: tuple[str, str]) -> bool:
    about = described.get("platform") if isinstance(described, dict) else None
    return isinstance(about, dict) and (about.get("os"), about.get("architecture")) == platform


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise strange("JSON") from error
    if not isinstance(value, dict):
        raise strange("JSON")
    return value


def _same(claimed: str, found: str) -> None:
    if claimed != found:
        raise mismatch(claimed, found)
