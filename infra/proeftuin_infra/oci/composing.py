"""A new image from an existing one: more layers on top, and another way to run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_infra.oci.model import Image, Layer, canonical, manifest_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_infra.oci.store import ImageStore

_EPOCH = "1970-01-01T00:00:00Z"
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """How an image runs when nobody says otherwise.

    Attributes:
        command: The program and its arguments.
        environment: Variables, added to those of the image below.
        working_folder: Where the program starts.
        user: `uid:gid`, in numbers: a name proves nothing to an engine.
        labels: Added to those of the image below.
        health: A program that ends with 0 when all is well; Docker runs it every ten seconds.
        architecture: Needed when there is no image below; `amd64` or `arm64`.
    """

    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    working_folder: str = "/"
    user: str = "10001:10001"
    labels: Mapping[str, str] = field(default_factory=dict)
    health: tuple[str, ...] = ()
    architecture: str = "amd64"


def compose(
    store: ImageStore,
    base: Image | None,
    *layers: Layer,
    settings: ImageSettings,
    annotations: Mapping[str, str] | None = None,
) -> Image:
    """Put layers on an image.

    Args:
        store: Holds the layers; gets the configuration and the manifest.
        base: What is below; None starts from nothing.
        layers: From the bottom up.
        settings: How the result runs.
        annotations: For the manifest.

    Returns:
        The image. The same arguments always give the same digest.
    """
    below: dict[str, Any] = json.loads(base.config) if base is not None else {}
    earlier = base.layers if base is not None else ()
    everything = (*earlier, *layers)
    content = {
        "created": _EPOCH,
        "os": below.get("os", "linux"),
        "architecture": below.get("architecture", settings.architecture),
        "config": _running(below.get("config") or {}, settings),
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in everything]},
        "history": [{"created": _EPOCH, "created_by": "proeftuin"} for _ in everything],
    }
    if "variant" in below:
        content["variant"] = below["variant"]
    config = canonical(content)
    image = Image(manifest_bytes(config, everything, annotations=dict(annotations or {})), config, everything)
    store.add(image.config)
    store.add(image.manifest)
    return image


def _running(below: dict[str, Any], settings: ImageSettings) -> dict[str, Any]:
    environment = dict(line.partition("=")[::2] for line in below.get("Env") or [])
    environment |= settings.environment
    result: dict[str, Any] = {
        "User": settings.user,
        "WorkingDir": settings.working_folder,
        "Env": [f"{name}={environment[name]}" for name in sorted(environment)],
        "StopSignal": "SIGTERM",
    }
    if settings.command:
        result["Cmd"] = list(settings.command)
    if labels := {**(below.get("Labels") or {}), **settings.labels}:
        result["Labels"] = labels
    if settings.health:
        result["Healthcheck"] = {
            "Test": ["CMD", *settings.health],
            "Interval": 10 * _SECOND,
            "Timeout": 5 * _SECOND,
            "StartPeriod": 30 * _SECOND,
            "Retries": 3,
        }
    return result
