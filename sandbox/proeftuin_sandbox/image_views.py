"""Uploaded images as services give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_sandbox.image_rows import ImageUser


@dataclass(frozen=True, slots=True)
class ImageView:
    """An uploaded image.

    Attributes:
        reference: What whoever made it calls it; empty when the archive does not say.
        findings: What is not as it should be, and does not forbid it.
        used_by: Components that need it now, of sandboxes that are not destroyed.
        expires_at: When it is removed if nothing is deployed with it; None while a component needs it.
    """

    organisation: str
    digest: str
    name: str
    reference: str
    archive_digest: str
    size_bytes: int
    unpacked_bytes: int
    architecture: str
    findings: list[dict[str, Any]]
    created_by: str
    created_at: datetime
    used_at: datetime | None
    used_by: tuple[ImageUser, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImageHoldings:
    """The images of an organisation, and the room that they take; in MiB, rounded up.

    Attributes:
        unused_days: After so many days without use an image goes by itself.
    """

    images: tuple[ImageView, ...]
    used_mib: int
    allowed_mib: int
    largest_mib: int
    unused_days: int
