"""An image as plain values: a configuration, layers, and the manifest that binds them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
LAYER_GZIP_TYPE = f"{LAYER_TYPE}+gzip"
DOCKER_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX_TYPE = "application/vnd.docker.distribution.manifest.list.v2+json"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of an image.

    Attributes:
        digest: Of the blob as it is kept and sent.
        size: Of that blob, in bytes.
        diff_id: Digest of the tar inside; the same as `digest` when it is not compressed.
        unpacked_size: Of that tar, in bytes.
        media_type: What the blob is.
    """

    digest: str
    size: int
    diff_id: str
    unpacked_size: int
    media_type: str = LAYER_TYPE


@dataclass(frozen=True)
class Image:
    """A whole image; its layers' bytes are in an `ImageStore`.

    Attributes:
        manifest: The manifest, byte for byte as it is named by its digest.
        config: The configuration, byte for byte.
        layers: From the bottom up.
        media_type: Kind of the manifest.
        reference: What whoever made it calls it, such as `loket:2.1`; empty when nobody said. It proves nothing, and
            two images that differ only in this are the same.
    """

    manifest: bytes = field(repr=False)
    config: bytes = field(repr=False)
    layers: tuple[Layer, ...]
    media_type: str = MANIFEST_TYPE
    reference: str = field(default="", compare=False)

    @cached_property
    def digest(self) -> str:
        """Digest of the manifest: what a reference such as `name@sha256:…` names."""
        return digest_of(self.manifest)

    @cached_property
    def id(self) -> str:
        """Digest of the configuration: what Docker calls the image's ID, and can run it by."""
        return digest_of(self.config)

    @property
    def blobs(self) -> frozenset[str]:
        """Digests of all that it consists of: manifest, configuration and layers."""
        return frozenset({self.digest, self.id, *(layer.digest for layer in self.layers)})

    @property
    def size(self) -> int:
        """Bytes of all layers when unpacked."""
        return sum(layer.unpacked_size for layer in self.layers)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """How the image runs: the member `config` of the configuration (`User`, `Env`, `Cmd` …)."""
        return json.loads(self.config).get("config") or {}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels of the configuration."""
        return self.settings.get("Labels") or {}

    @cached_property
    def platform(self) -> tuple[str, str]:
        """Operating system and processor that it is made for, such as `("linux", "amd64")`."""
        about = json.loads(self.config)
        return str(about.get("os", "")), str(about.get("architecture", ""))


def digest_of(data: bytes) -> str:
    """Name content: `sha256:…`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def canonical(value: Any) -> bytes:
    """Write JSON so that equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def manifest_bytes(config: bytes, layers: tuple[Layer, ...], *, annotations: dict[str, str] | None = None) -> bytes:
    """Write the OCI manifest of a configuration and its layers."""
    content: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": {"mediaType": CONFIG_TYPE, "digest": digest_of(config), "size": len(config)},
        "layers": [{"mediaType": one.media_type, "digest": one.digest, "size": one.size} for one in layers],
    }
    if annotations:
        content["annotations"] = annotations
    return canonical(content)
