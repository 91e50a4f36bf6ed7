"""Container images that an organisation uploaded: all of them, and one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SORTS = ("naam", "grootte", "geupload")
"""By which columns the list is sorted; with a minus: the other way round."""
_MIB = 1024 * 1024
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ImageOrder:
    """In which order the images are shown, and from where: after the image with this digest."""

    sort: str = "-geupload"
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ImageFinding:
    """One thing that is not as it should be, and what helps."""

    code: str
    cause: Text
    remedy: Text

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Show a finding as the service writes it down."""
        return cls(found["code"], Text(**found["cause"]), Text(**found["remedy"]))


@dataclass(frozen=True, slots=True)
class ImageUser:
    """A component that needs an image, and the sandbox that it is in."""

    component: str
    sandbox: str
    sandbox_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """One image.

    Attributes:
        reference: What whoever made it calls it; empty when the archive does not say.
        size: Bytes that keeping it takes.
        unpacked: Bytes of its layers.
        findings: What is not as it should be, and does not forbid it.
        expires: When it goes by itself; None while a component needs it.
    """

    organisation_id: str
    organisation: str
    digest: str
    name: str
    reference: str
    size: int
    unpacked: int
    architecture: str
    findings: tuple[ImageFinding, ...]
    by: str
    at: datetime
    last_used: datetime | None
    users: tuple[ImageUser, ...]
    expires: datetime | None
    may_manage: bool

    @property
    def address(self) -> str:
        """The page of the image."""
        return f"/mijn/images/{self.organisation_id}/{self.digest}"

    @property
    def short_digest(self) -> str:
        """Enough of the digest to tell images apart."""
        return self.digest.removeprefix("sha256:")[:_SHOWN]

    @property
    def size_mib(self) -> int:
        """What keeping it takes, in MiB, rounded up."""
        return -(-self.size // _MIB)

    @property
    def unpacked_mib(self) -> int:
        """What its layers take, in MiB, rounded up."""
        return -(-self.unpacked // _MIB)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesView:
    """One page of the images of an organisation.

    Attributes:
        total: How many there are on all pages.
        used_mib: What they take together.
        allowed_mib: What they may take together.
        largest_mib: How large one may be.
        unused_days: After how many days without use an image goes by itself.
        is_possible: Whether an image can run on this platform.
        next: Cursor of the next page.
    """

    organisation_id: str
    organisation: str
    may_manage: bool
    is_possible: bool
    images: tuple[ImageView, ...]
    total: int
    used_mib: int
    allowed_mib: int
    largest_mib: int
    unused_days: int
    next: str | None = None

    @property
    def has_room(self) -> bool:
        """Whether another image may come."""
        return self.used_mib < self.allowed_mib
